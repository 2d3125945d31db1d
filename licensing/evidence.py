"""What of a decision, its rules and its consents goes into an evidence bundle: exact bytes, digests, salts.

Whoever is given the salts can open the commitments that a content credential carries, for these records alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.tenancy import tenant
from licensing.errors import NoSuchDecision
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.models.performer import Performer
from licensing.names import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEvidence:
    """A decision as it was recorded.

    Attributes:
        verdict: canonical bytes, whose digest stands in the decision's log entry.
        facts: the bytes that were decided on, whose digest stands there too.
        salt: opens the credential's commitment to this decision.
    """

    id: UUID
    verdict: bytes
    facts: bytes
    salt: bytes
    pack_sha256: str
    consent_ids: tuple[UUID, ...]
    duties: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvidence:
    """A consent record by its digests; the document itself and its terms are not told."""

    id: UUID
    performer_id: UUID
    document_sha256: str
    terms_sha256: str
    salt: bytes


def verdict_bytes(row: Decision) -> bytes:
    """What was decided and why, in the one spelling that is hashed into the log.

    A decision that rests on approvals of legal review carries them whole, with limits, end and who turned which key;
    so it does a basis that counsel signed off, and a buyer's written approval.
    """
    approvals: dict[str, Canonical] = {"approvals": row.approvals} if row.approvals else {}
    papers: dict[str, Canonical] = {"papers": row.papers} if row.papers else {}
    return canonical_bytes(
        approvals
        | papers
        | {
            "consents": [str(one) for one in row.consent_ids],
            "decided_at": rfc3339(row.decided_at),
            "decision": str(row.id),
            "duties": row.duties,
            "edition": row.pack.edition,
            "facts_sha256": row.facts_sha256,
            "outcome": row.outcome,
            "pack_sha256": row.pack.sha256,
            "production": str(row.production_id),
            "reasons": row.reasons,
            "shot": str(row.shot_id) if row.shot_id else None,
            "stage": row.stage,
        }
    )


def decision_evidence(organisation_id: UUID, decision_id: UUID) -> DecisionEvidence:
    """One decision with everything that proves what it was.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        row: Decision | None = Decision.objects.select_related("pack").filter(id=decision_id).first()
        if row is None:
            raise NoSuchDecision("There is no such decision here.")
        return DecisionEvidence(
            id=row.id,
            verdict=verdict_bytes(row),
            facts=bytes(row.facts),
            salt=bytes(row.salt),
            pack_sha256=row.pack.sha256,
            consent_ids=tuple(row.consent_ids),
            duties=row.duties,
        )


def consents_evidence(organisation_id: UUID, consent_ids: Collection[UUID]) -> tuple[ConsentEvidence, ...]:
    """The consent records of these ids, in the order in which they were recorded."""
    with tenant(organisation_id):
        return tuple(
            ConsentEvidence(
                id=row.id,
                performer_id=row.performer_id,
                document_sha256=row.document_sha256,
                terms_sha256=row.terms_sha256,
                salt=bytes(row.salt),
            )
            for row in Consent.objects.filter(id__in=consent_ids).order_by("recorded_at", "id")
        )


def any_for_legal_alone(organisation_id: UUID, performer_ids: Collection[UUID]) -> bool:
    """Whether one of these performers is seen by legal alone."""
    with tenant(organisation_id):
        rows = Performer.objects.filter(id__in=performer_ids, visibility=Visibility.LEGAL_ONLY)
        return bool(rows.exists())
