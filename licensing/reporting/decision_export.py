"""Report 13: every decision with what it was made on, and what holds it in its place in the log.

The trade's list asks for a previous hash and a signature, as a chain of hashes has them. The log here is a tree. What
stands in for the previous hash is the root of the log of all entries before the decision's: whoever changes one of
them changes it. What stands in for the signature is that of the first checkpoint that covers the decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.values import Role
from audit.entry_types import EntryType
from audit.placing import PlacedEntry, placed_entries
from licensing.models.decision import Decision
from licensing.models.review import ReviewCase, ReviewCaseDecision
from licensing.reporting.definition import NONE, Cell, Column, Narrowing, Reading, ReportDefinition, Row
from licensing.reporting.narrowing import in_period, of_productions, start_of
from licensing.review.words import StoredState
from productions.queries import production_list
from web.templatetags.words import words

_AT_ONCE = 250
_WAITS = "waits for its place in the log"

COLUMNS = (
    Column("time", "When it was decided, in UTC.", 1.1),
    Column("actor", "Who asked, by identifier.", 1.5),
    Column("request", "What was asked, of which production and shot; the prompt is not repeated.", 2.8),
    Column("rules fired", "The rules that spoke, with what each said.", 1.8),
    Column("edition", "Name and digest of the rulebook it was decided by.", 1.8),
    Column("facts hash", "SHA-256 of the canonical facts it was decided on.", 1.7),
    Column("result", "What was decided.", 0.9),
    Column("override + reason", "What of it legal review lifted or refused, and why.", 2),
    Column(
        "previous hash", "Root of the log of all entries before this decision's, and how many they are.", 1.8
    ),
    Column("signature", "First signed checkpoint that covers it: its size and signature.", 1.8),
)


def rows(reading: Reading) -> Iterator[Row]:
    """Decisions in the order of the log; those that wait for their place stand at the end."""
    scope = reading.scope
    titles = {one.id: one.title for one in production_list(reading.actor.organisation_id)}
    placed = placed_entries(
        reading.actor.organisation_id,
        EntryType.USE_DECIDED,
        production_ids=scope.production_ids,
        since=start_of(scope.period_from) if scope.period_from else None,
        until=start_of(scope.period_until) if scope.period_until else None,
    )
    told: set[UUID] = set()
    while batch := list(islice(placed, _AT_ONCE)):
        by_decision = {UUID(str(one.fields["decision"])): one for one in batch if "decision" in one.fields}
        found = {row.id: row for row in _decisions(by_decision)}
        lifted = _reviews(found.values())
        for decision_id, place in by_decision.items():
            row = found.get(decision_id)
            told.add(decision_id)
            # An entry without its row is for the check of the log to tell.
            if row is not None:
                yield _row(row, place, titles, lifted)
    asked = Decision.objects.filter(of_productions(scope), in_period(scope, "decided_at"))
    every = asked.order_by("decided_at", "id").values_list("id", flat=True)
    waiting = [one for one in every.iterator(chunk_size=_AT_ONCE) if one not in told]
    for row in _decisions(waiting).order_by("decided_at", "id"):
        yield _row(row, None, titles, _reviews([row]))


def _decisions(ids: Collection[UUID]) -> QuerySet[Decision]:
    # The facts are long, and only their digest is told here.
    rows: QuerySet[Decision] = Decision.objects.filter(id__in=ids).select_related("pack").defer("facts")
    return rows


def _row(
    row: Decision, place: PlacedEntry | None, titles: Mapping[UUID, str], reviews: Mapping[UUID, ReviewCase]
) -> Row:
    return (
        row.decided_at,
        row.actor,
        _request(row, titles),
        [f"{one['rule_id']} {words(one['outcome'])}" for one in row.reasons],
        f"{row.pack.edition}, SHA-256 {row.pack.sha256}",
        row.facts_sha256,
        words(row.outcome),
        _override(row, reviews.get(row.id)),
        f"{place.root_before_hex}, of {place.index} entries" if place else _WAITS,
        f"checkpoint of {place.checkpoint_size} entries: {place.signature}"
        if place and place.signature
        else _WAITS,
    )


def _request(row: Decision, titles: Mapping[UUID, str]) -> list[str]:
    asked: dict[str, Any] = row.asked
    said = [f"decision {row.id}", f"production {titles.get(row.production_id, str(row.production_id))}"]
    if row.shot_id:
        said.append(f"shot {row.shot_id}")
    said.append(f"stage {words(row.stage)}")
    said += [
        f"{name.replace('_', ' ')} {words(asked[name])}"
        for name in ("use", "purpose", "output_status")
        if asked.get(name)
    ]
    said += [
        f"{name} {', '.join(words(one) for one in asked[name])}"
        for name in ("media", "territories", "languages", "scenes")
        if asked.get(name)
    ]
    said += [
        f"performer {one['performer_id']} as {words(one['replica_type'])}" for one in asked.get("cast", ())
    ]
    return said


def _override(row: Decision, case: ReviewCase | None) -> Cell:
    lifted = [
        f"approval {one['approval']} by {one['approved_by']} lifts {', '.join(one['lifted'])}"
        + (f", second key by {one['second_key_by']}" if one.get("second_key_by") else "")
        + "".join(f"; condition: {condition}" for condition in one["limits"]["conditions"])
        for one in row.approvals
    ]
    if lifted:
        return lifted
    if case is None:
        return NONE
    if case.state != StoredState.REFUSED:
        return f"in legal review, case {case.id}: {words(case.state)}"
    reasons = [one.text for one in case.events.all() if one.act == "refused" and one.text]
    return "; ".join([f"refused in legal review, case {case.id}", *reasons])


def _reviews(decisions: Iterable[Decision]) -> dict[UUID, ReviewCase]:
    ids: Sequence[UUID] = [one.id for one in decisions]
    links = ReviewCaseDecision.objects.filter(decision_id__in=ids).select_related("case")
    return {link.decision_id: link.case for link in links.prefetch_related("case__events")}


DECISION_EXPORT = ReportDefinition(
    code="decision_audit_export",
    number=13,
    title="Decision/audit export",
    purpose="Every decision with the rules, the edition and the facts it was made on, and its place in the log.",
    readers="auditors, studio legal and courts",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION, Narrowing.PERIOD}),
    period_means="when it was decided",
    roles=(Role.LEGAL, Role.ADMIN, Role.AUDITOR),
    rows=rows,
    notes=(
        (
            "The log is a tree of hashes. In place of the hash of the entry before stands the root of the log of all "
            "entries before; in place of each entry's signature stands that of the first checkpoint that covers it."
        ),
        "People are named by their identifiers. Prompts are not repeated here.",
    ),
)
