"""Riders, documents signed elsewhere and signing authorities, as pages and the API show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.canonical import Canonical
from licensing.models.document import (
    ReceivedDocument,
    Rider,
    RiderSignature,
    SigningAuthority,
    Transcription,
    TranscriptionCheck,
)


@dataclass(frozen=True, slots=True)
class SignatureCard:
    side: str
    signer_role: str | None
    signed_by: UUID
    signed_at: datetime
    certificate_sha256: str
    document_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderCard:
    """A rider. `state`: prepared, awaiting_performer, signed or on_record; `document_sha256` is of its latest PDF.

    `wording`: the edition of the model wording that its clauses are in.
    """

    id: UUID
    production_id: UUID
    production_title: str
    performer_id: UUID
    performer_name: str
    replica_type: str
    terms: Mapping[str, Canonical]
    terms_sha256: str
    wording: str
    unsigned_sha256: str
    document_sha256: str
    state: str
    signatures: tuple[SignatureCard, ...]
    supersedes: UUID | None
    consent_id: UUID | None
    prepared_at: datetime


@dataclass(frozen=True, slots=True)
class AuthorityCard:
    id: UUID
    performer_id: UUID
    person_id: UUID
    signer_role: str
    document_sha256: str
    acts: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    verified_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class TranscriptionCard:
    """`agrees` None: nobody has checked it yet."""

    id: UUID
    replica_type: str
    terms: Mapping[str, Canonical]
    terms_sha256: str
    transcribed_by: UUID
    transcribed_at: datetime
    checked_by: UUID | None
    agrees: bool | None
    consent_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCard:
    """A PDF signed elsewhere. `state`: valid, unknown_signer or unsigned; `signatures` as found on arrival."""

    id: UUID
    production_id: UUID
    production_title: str
    performer_id: UUID
    performer_name: str
    sha256: str
    size_bytes: int
    state: str
    pages: int
    signatures: tuple[Mapping[str, Any], ...]
    terms_sha256_inside: str | None
    received_at: datetime
    transcriptions: tuple[TranscriptionCard, ...]


def rider_card_of(row: Rider, consent_id: UUID | None) -> RiderCard:
    signatures = tuple(_signature(one) for one in row.signatures.all())
    sides = {one.side for one in signatures}
    signed = "signed" if len(sides) > 1 else "awaiting_performer" if sides else "prepared"
    return RiderCard(
        id=row.id,
        production_id=row.production_id,
        production_title=row.production.title,
        performer_id=row.performer_id,
        performer_name=row.performer.professional_name,
        replica_type=row.replica_type,
        terms=row.terms,
        terms_sha256=row.terms_sha256,
        wording=row.wording,
        unsigned_sha256=row.unsigned_sha256,
        document_sha256=signatures[-1].document_sha256 if signatures else row.unsigned_sha256,
        state="on_record" if consent_id else signed,
        signatures=signatures,
        supersedes=row.supersedes_id,
        consent_id=consent_id,
        prepared_at=row.prepared_at,
    )


def authority_card_of(row: SigningAuthority) -> AuthorityCard:
    return AuthorityCard(
        id=row.id,
        performer_id=row.performer_id,
        person_id=row.person_id,
        signer_role=row.signer_role,
        document_sha256=row.document_sha256,
        acts=tuple(row.acts),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        verified_at=row.verified_at,
        revoked_at=row.revoked_at,
    )


def document_card_of(row: ReceivedDocument, consents: Mapping[str, UUID]) -> DocumentCard:
    """`consents`: consents that rest on this document, by the digest of their terms."""
    found = row.examination
    return DocumentCard(
        id=row.id,
        production_id=row.production_id,
        production_title=row.production.title,
        performer_id=row.performer_id,
        performer_name=row.performer.professional_name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        state=row.state,
        pages=found["pages"],
        signatures=tuple(found["signatures"]),
        terms_sha256_inside=found["terms_sha256"],
        received_at=row.received_at,
        transcriptions=tuple(_transcription(one, consents) for one in row.transcriptions.all()),
    )


def _transcription(row: Transcription, consents: Mapping[str, UUID]) -> TranscriptionCard:
    made: TranscriptionCheck | None = getattr(row, "check_made", None)
    return TranscriptionCard(
        id=row.id,
        replica_type=row.replica_type,
        terms=row.terms,
        terms_sha256=row.terms_sha256,
        transcribed_by=row.transcribed_by_id,
        transcribed_at=row.transcribed_at,
        checked_by=made.checked_by_id if made else None,
        agrees=made.agrees if made else None,
        consent_id=consents.get(row.terms_sha256),
    )


def _signature(row: RiderSignature) -> SignatureCard:
    return SignatureCard(
        side=row.side,
        signer_role=row.signer_role,
        signed_by=row.signed_by_id,
        signed_at=row.signed_at,
        certificate_sha256=row.certificate_sha256,
        document_sha256=row.document_sha256,
    )
