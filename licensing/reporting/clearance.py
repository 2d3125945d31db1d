"""Report 11: the clearance schedule for errors and omissions insurance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models.user import User
from accounts.values import Role
from core.canonical import Canonical
from licensing.models.agreement import OfferSignature
from licensing.models.document import RiderSignature, TranscriptionCheck
from licensing.models.ledger import Assessment
from licensing.models.owed import Obligation
from licensing.names import SigningSide
from licensing.owed.values import TO_BE_ENTERED, money
from licensing.performer_cards import consents
from licensing.reporting.consent_status import dates_words, status_of, struck_now
from licensing.reporting.definition import Cell, Column, Narrowing, Reading, ReportDefinition, Row, stated
from licensing.reporting.narrowing import engagements, in_period, of_people, of_productions
from licensing.values import DutyKind, SubjectState
from web.templatetags.words import words

_AT_ONCE = 500
_STATES = {
    SubjectState.LIVING_ADULT: "living, adult",
    SubjectState.MINOR: "living, minor",
    SubjectState.DECEASED_WITH_LIFETIME_CONSENT: "deceased, consented in their lifetime",
    SubjectState.DECEASED_REPRESENTED: "deceased, represented",
    SubjectState.DECEASED_UNLOCATED: "deceased, nobody located",
}

COLUMNS = (
    Column("likeness", "Whose likeness or voice.", 1.3),
    Column("living/deceased", "As the register knows it.", 1),
    Column("right", "What may be made, and for which uses.", 1.8),
    Column("holder", "Who gave it: the role in which the paper was signed.", 1.1),
    Column("grant date", "When it was signed.", 1.1),
    Column("territory", "Where.", 1),
    Column("term", "First and last day; open where the terms set none.", 1.2),
    Column("media", "In which media.", 1.2),
    Column("fee", "What the ledger holds for the performer in this production.", 1.4),
    Column("doc", "SHA-256 of the signed paper.", 1.6),
    Column("status", "What the grant is on the day of the report.", 1.1),
    Column("reviewer", "Who of the studio compared or signed the paper.", 1.1),
)


@dataclass(frozen=True, slots=True)
class _Reviewers:
    """Who looked at which paper: by its digest, and of offers by the consent."""

    by_paper: Mapping[str, UUID]
    by_consent: Mapping[UUID, UUID]
    names: Mapping[UUID, str]

    def of(self, document_sha256: str, consent_id: UUID) -> str | None:
        found = self.by_paper.get(document_sha256) or self.by_consent.get(consent_id)
        return self.names.get(found) if found else None


def rows(reading: Reading) -> Iterator[Row]:
    """One row for each grant of a right, by person."""
    scope = reading.scope
    found = (
        consents()
        .filter(of_people(reading), of_productions(scope), in_period(scope, "recorded_at"))
        .select_related("performer", "production", "notice")
        .order_by("performer__professional_name", "-recorded_at", "id")
    )
    fees, reviewers, struck = _fees(scope.production_ids), _reviewers(), struck_now(reading.at)
    bound = engagements() if scope.agreement else {}
    for row in found.iterator(chunk_size=_AT_ONCE):
        if scope.agreement:
            engagement = bound.get((row.production_id, row.performer_id))
            if (
                (engagement.agreement if engagement else None) or row.production.agreement
            ) != scope.agreement:
                continue
        terms: Mapping[str, Canonical] = row.terms
        used = terms.get("intended_use")
        use: Mapping[str, Canonical] = used if isinstance(used, Mapping) else {}
        yield (
            row.performer.professional_name,
            _STATES[SubjectState(row.performer.state)] if row.performer.state else None,
            _right(row.replica_type, use),
            words(terms["signer_role"]) if terms.get("signer_role") else None,
            stated(terms, "separately_signed_at"),
            stated(use, "territories"),
            dates_words(row.valid_from, row.valid_until),
            stated(use, "media"),
            fees.get((row.production_id, row.performer_id)),
            row.document_sha256,
            status_of(row, reading.at, struck=row.production.agreement in struck),
            reviewers.of(row.document_sha256, row.id),
        )


def _right(replica_type: str, use: Mapping[str, Canonical]) -> list[str]:
    uses = use.get("uses")
    listed = [words(one) for one in uses] if isinstance(uses, list | tuple) else []
    return [words(replica_type), *listed]


def _fees(production_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Cell]:
    """What the ledger holds by production and performer: amounts that stand, and that others are to be entered."""
    obligations = Obligation.objects.filter(duty=DutyKind.PAY_PERFORMER, performer__isnull=False)
    if production_ids:
        obligations = obligations.filter(production_id__in=production_ids)
    pairs = {
        one: (production, performer)
        for one, production, performer in obligations.values_list("id", "production_id", "performer_id")
    }
    latest: dict[UUID, Any] = {}
    for row in Assessment.objects.filter(obligation_id__in=pairs).select_related("posting__reversed_by"):
        latest[row.obligation_id] = row
    said: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for obligation_id, pair in pairs.items():
        row = latest.get(obligation_id)
        if row is None or (row.posting is not None and getattr(row.posting, "reversed_by", None) is not None):
            said[pair].append(TO_BE_ENTERED)
        else:
            said[pair].append(money(row.amount_minor, row.currency))
    return {pair: list(dict.fromkeys(one)) if TO_BE_ENTERED in one else one for pair, one in said.items()}


def _reviewers() -> _Reviewers:
    by_paper: dict[str, UUID] = {}
    riders = RiderSignature.objects.filter(side=SigningSide.STUDIO).values_list("rider_id", "signed_by_id")
    studio = dict(riders)
    for rider, document in RiderSignature.objects.values_list("rider_id", "document_sha256"):
        if rider in studio:
            by_paper[document] = studio[rider]
    checks = TranscriptionCheck.objects.filter(agrees=True)
    by_paper |= dict(checks.values_list("transcription__document__sha256", "checked_by_id"))
    offers = OfferSignature.objects.filter(side=SigningSide.STUDIO, round__offer__consent__isnull=False)
    by_consent = dict(offers.values_list("round__offer__consent_id", "signed_by_id"))
    people = User.objects.filter(id__in={*by_paper.values(), *by_consent.values()})
    return _Reviewers(by_paper, by_consent, {one.id: one.full_name or one.email for one in people})


CLEARANCE = ReportDefinition(
    code="clearance_schedule",
    number=11,
    title="Clearance and E&O schedule",
    purpose="Which rights in likenesses and voices are held, from whom, for what and how long.",
    readers="insurers, distributors and studio legal",
    columns=COLUMNS,
    narrowings=frozenset(Narrowing),
    period_means="when the grant was recorded here",
    roles=(Role.LEGAL, Role.ADMIN, Role.PRODUCER, Role.AUDITOR),
    rows=rows,
    notes=(
        "Likenesses and voices alone: titles, music and other clearances are not on record here.",
        "Fees are those of the ledger. What was paid outside it is not known here.",
    ),
)
