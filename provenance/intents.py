"""The intent to sign, on record and in the log before a key is touched, and the proof of that for the credential.

The same for every kind of signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from audit import trail
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from audit.travelling import travelling_proof
from core import clock
from core.tenancy import tenant
from provenance.manifest import Definition, with_log_proof
from provenance.models import SigningIntent


@dataclass(frozen=True, slots=True)
class Intended:
    """What is about to be signed. `asset_id` and `manifest_id`: the names it will have."""

    organisation_id: UUID
    actor: str
    take_id: UUID
    asset_id: UUID
    manifest_id: str
    source_sha256: str
    manifest_sha256: str
    signer_certificate_sha256: str
    production_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RecordedIntent:
    """The recorded intent, and its entry in the log."""

    id: UUID
    entry_uid: UUID


def proved_definition(organisation_id: UUID, definition: Definition, intent: RecordedIntent) -> Definition:
    """`definition` with the proof that the intent to sign it stands in the log.

    Raises:
        LogNotReady: no checkpoint covers the entry yet.
    """
    proved = travelling_proof(organisation_id, intent.entry_uid)
    if proved is None:
        raise LogNotReady
    return with_log_proof(definition, leaf_hash_hex=proved.leaf_hash_hex, proof=proved.proof.to_text())


def record_intent(intended: Intended) -> RecordedIntent:
    """Commit the intent and its entry, in a durable transaction of their own."""
    at = clock.now()
    digests = {
        "source_sha256": intended.source_sha256,
        "manifest_sha256": intended.manifest_sha256,
        "signer_certificate_sha256": intended.signer_certificate_sha256,
    }
    with tenant(intended.organisation_id, durable=True):
        intent = SigningIntent.objects.create(
            take_id=intended.take_id,
            asset_id=intended.asset_id,
            manifest_id=intended.manifest_id,
            intended_at=at,
            **digests,
        )
        entry_uid = trail.record(
            organisation_id=intended.organisation_id,
            entry_type=EntryType.SIGNING_INTENDED,
            actor=intended.actor,
            subject=f"take:{intended.take_id}",
            fields={"asset": str(intended.asset_id), "take": str(intended.take_id), **digests},
            at=at,
            production_id=intended.production_id,
        )
    return RecordedIntent(intent.id, entry_uid)
