"""Report 7: the half-yearly report on generative AI (TVT-23)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC

from accounts.values import Role
from licensing.models.decision import Decision
from licensing.models.reported import ReportFinding
from licensing.models.review import ReviewCase
from licensing.owed.values import ObligationState
from licensing.owed_queries import obligation_cards
from licensing.reporting.definition import (
    NONE,
    Cell,
    Column,
    Narrowing,
    Reading,
    ReportDefinition,
    Row,
    Scope,
)
from licensing.reporting.narrowing import in_period, is_within, of_productions, visible_to
from licensing.reporting.recording import standing
from licensing.reporting.words import FindingKind, FindingState
from licensing.review.words import UNDECIDED
from licensing.synthetics.reading import synthetic_cards
from licensing.values import Decision as Outcome
from web.templatetags.words import words

COLUMNS = (
    Column(
        "uses by type",
        "Uses that were decided, by kind and outcome; repeats at later doors left out.",
        2,
    ),
    Column("tools", "Models that were asked for, with version, and how often.", 1.5),
    Column("synthetics", "Case files of Synthetics opened in the period, and where they stand.", 1.5),
    Column("bias mitigation", "What was entered of it in the period.", 1.8),
    Column(
        "unauthorised findings",
        "Unauthorised performances that were found: who, when, what, and the state.",
        1.8,
    ),
    Column(
        "open issues",
        "Issues that were entered and stand open, and what is late on the day of the report.",
        1.8,
    ),
)


def rows(reading: Reading) -> Iterator[Row]:
    """One row for the whole scope."""
    uses, tools = _decided(reading.scope)
    yield (
        [f"{name}: {count}" for name, count in sorted(uses.items())],
        [f"{name}: asked for {count} times" for name, count in sorted(tools.items())],
        _synthetics(reading),
        _found(reading, FindingKind.BIAS_MITIGATION),
        _found(reading, FindingKind.UNAUTHORISED_PERFORMANCE),
        _issues(reading),
    )


def _decided(scope: Scope) -> tuple[Counter[str], Counter[str]]:
    uses: Counter[str] = Counter()
    tools: Counter[str] = Counter()
    found = Decision.objects.filter(
        of_productions(scope), in_period(scope, "decided_at"), repeats__isnull=True
    ).values_list("asked", "outcome")
    for asked, outcome in found.iterator():
        kind = words(asked.get("use") or "use not stated")
        uses[f"{kind}, {'permitted' if Outcome(outcome).permitted else words(outcome)}"] += 1
        model = asked.get("model") or {}
        if model.get("name"):
            tools[f"{model['name']} {model.get('version') or ''}".strip()] += 1
    return uses, tools


def _synthetics(reading: Reading) -> list[str]:
    scope = reading.scope
    return [
        f"{one.role} in {one.production_title}: {words(one.state)}"
        for one in synthetic_cards(reading.actor)
        if is_within(scope, one.opened_at)
        and (not scope.production_ids or one.production_id in scope.production_ids)
    ]


def _found(reading: Reading, kind: FindingKind) -> Cell:
    """What was entered; None, and so not recorded, where nobody entered anything, which is no finding of nothing."""
    rows = standing(ReportFinding.objects.filter(kind=kind)).filter(
        visible_to(reading.actor, reading.at), of_productions(reading.scope)
    )
    begins, ends = reading.scope.period_from, reading.scope.period_until
    if begins is not None:
        rows = rows.filter(found_on__gte=begins)
    if ends is not None:
        rows = rows.filter(found_on__lt=ends)
    return [_finding(one) for one in rows.order_by("found_on", "id")] or None


def _finding(row: ReportFinding) -> str:
    return f"{row.found_on.isoformat()}, {row.found_by}: {row.text} ({words(row.state)})"


def _issues(reading: Reading) -> Cell:
    scope = reading.scope
    entered = standing(ReportFinding.objects.filter(kind=FindingKind.OPEN_ISSUE)).filter(
        visible_to(reading.actor, reading.at), of_productions(scope), state=FindingState.OPEN
    )
    late = sum(
        one.state is ObligationState.LATE
        for one in obligation_cards(reading.actor)
        if not scope.production_ids or one.production_id in scope.production_ids
    )
    overdue = ReviewCase.objects.filter(
        of_productions(scope), state__in=UNDECIDED, due_on__lt=reading.at.astimezone(UTC).date()
    ).count()
    said = [_finding(one) for one in entered.order_by("found_on", "id")]
    said += [f"{late} obligations are late"] if late else []
    said += [f"{overdue} cases of legal review are overdue"] if overdue else []
    return said or NONE


SEMI_ANNUAL = ReportDefinition(
    code="semi_annual_gai_report",
    number=7,
    title="Semi-annual GAI report",
    purpose="What there is to say at the half-yearly meeting on generative AI.",
    readers="the union and studio labour relations",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION, Narrowing.PERIOD}),
    period_means="when a use was decided, a case file opened, or something found",
    roles=(Role.LEGAL, Role.ADMIN, Role.UNION_REP, Role.AUDITOR),
    rows=rows,
    notes=(
        (
            "Bias mitigation and unauthorised performances are told as they were entered. Where nobody entered "
            "anything it is not recorded, which is not the same as nothing found."
        ),
        "Open issues are those of the day of the report, not of the period.",
    ),
)
