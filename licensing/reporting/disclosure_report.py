"""Report 14: what the audience is told, and the biometric register that goes with it."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.values import Role
from core.clock import rfc3339
from licensing.custody.words import BIOMETRIC
from licensing.disclosures.cards import ApprovalCard, DueDisclosure
from licensing.disclosures.queries import DisclosurePage, disclosure_page
from licensing.models.custody import CustodyAsset
from licensing.reporting.definition import (
    NONE,
    Cell,
    Column,
    Narrowing,
    Reading,
    ReportDefinition,
    Row,
    stated,
)
from licensing.reporting.narrowing import in_period, of_people, of_productions
from productions.queries import production_list
from web.templatetags.words import words

_AT_ONCE = 200

COLUMNS = (
    Column("territory", "Where it is told, and for which production.", 1.2),
    Column("law", "Clause and grade of its source.", 1.6),
    Column("duty", "What has to be told; any one of the kinds named will do.", 1.8),
    Column("wording", "As counsel approved it, or which picture or mark.", 2.2),
    Column("placement", "Where it stands in the work.", 1.6),
    Column("evidence", "SHA-256 of what shows it there.", 1.6),
    Column("date", "When it was placed.", 0.8),
)


def rows(reading: Reading) -> Iterator[Row]:
    """By production: what is due, with what counsel approved of it, then what was approved without a duty."""
    wanted = set(reading.scope.production_ids)
    for production in production_list(reading.actor.organisation_id):
        if wanted and production.id not in wanted:
            continue
        page = disclosure_page(reading.actor.organisation_id, production.id)
        told: set[str] = set()
        for due in page.due:
            approved = [one for way in due.ways for one in way.standing]
            told.update(str(one.id) for one in approved)
            yield from _due_rows(page, due, approved)
        for line in page.lines:
            for one in line.standing:
                if str(one.id) not in told:
                    law = f"{line.row.law} (source graded {line.row.grade})"
                    yield from _approved_rows(page, law, "No decision on record asks for it", one)


def _due_rows(page: DisclosurePage, due: DueDisclosure, approved: list[ApprovalCard]) -> Iterator[Row]:
    law = f"{due.law} (source graded {due.grade})"
    asked = ", ".join(words(one) for one in due.kinds) or "fields of the content credential"
    duty = f"{due.rule_id}: {asked}; {words(due.due)}"
    if not approved:
        where = due.territories or ("territory not stated",)
        yield (f"{', '.join(where)}: {page.production.title}", law, duty, None, None, None, None)
    for one in approved:
        yield from _approved_rows(page, law, duty, one)


def _approved_rows(page: DisclosurePage, law: str, duty: str, one: ApprovalCard) -> Iterator[Row]:
    place = f"{one.territory}: {page.production.title}"
    wording: Cell = f"{one.text} ({one.language})" if one.text else words(one.kind)
    if not one.placings:
        yield (place, law, duty, wording, None, None, None)
    for placing in one.placings:
        yield (place, law, duty, wording, placing.place, placing.document_sha256, placing.placed_on)


DISCLOSURE_REPORT = ReportDefinition(
    code="disclosure_report",
    number=14,
    title="Disclosure report",
    purpose="What the audience is told in each territory, by which law, where it stands and what proves it.",
    readers="studio legal, distributors and regulators",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION}),
    roles=(Role.PRODUCER, Role.LEGAL, Role.ADMIN, Role.AUDITOR),
    rows=rows,
    notes=(
        "Due is what decisions of signed takes asked for. A use that no rule on file knows is not in here.",
        "Words are those counsel of the organisation approved; none of them is a statute's.",
        "The biometric register is the second table of this report, made beside it.",
    ),
)

BIOMETRIC_COLUMNS = (
    Column("type", "What was measured, and the asset.", 1.6),
    Column("notice", "When the person was told.", 1),
    Column("release", "SHA-256 of the signed release.", 1.8),
    Column("purpose", "What it may be used for, in the words that were signed.", 2.4),
    Column("retention", "The last day it may be kept.", 1),
    Column("destruction", "When it was destroyed, and the SHA-256 of the signed attestation.", 1.8),
)


def biometric_rows(reading: Reading) -> Iterator[Row]:
    """Everything in custody that measures a face, a hand or a voice, destroyed assets too."""
    found = (
        CustodyAsset.objects.select_related("consent")
        .filter(kind__in=sorted(BIOMETRIC))
        .filter(of_people(reading, "depicts_id"), of_productions(reading.scope, "consent__production_id"))
        .filter(in_period(reading.scope, "received_at"))
        .order_by("received_at", "id")
    )
    for row in found.iterator(chunk_size=_AT_ONCE):
        terms = row.consent.terms
        use = terms.get("intended_use") or {}
        destroyed = (
            f"{rfc3339(row.destroyed_at)[:19]}Z; {row.attestation_sha256}" if row.destroyed_at else NONE
        )
        yield (
            f"{words(row.kind)} {row.id}",
            stated(terms, "notice_given_at"),
            row.consent.document_sha256,
            stated(use, "description") if isinstance(use, dict) else None,
            row.retention_until,
            destroyed,
        )


BIOMETRIC_REGISTER = ReportDefinition(
    code="disclosure_report_biometrics",
    number=14,
    title="Biometric register",
    purpose="What was measured of people, on whose release, for how long, and how it ended.",
    readers="studio legal and regulators",
    columns=BIOMETRIC_COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION, Narrowing.PERIOD, Narrowing.PERFORMER}),
    period_means="when the asset was taken into custody",
    roles=(Role.LEGAL, Role.ADMIN, Role.UNION_REP, Role.AUDITOR),
    rows=biometric_rows,
    notes=(
        "Scans and voices in custody here. What is measured elsewhere is not known.",
        "No person is named, so that the register can be handed on.",
    ),
)
