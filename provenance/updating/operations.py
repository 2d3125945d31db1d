"""Adding to the credential of a signed file, in a copy of it; see `provenance.updating.definition`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings

from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex, sha256_hex_of_file
from core.ids import new_id
from core.media_store import MediaStore
from provenance import keys, manifest
from provenance.claim_signers import claim_signer
from provenance.errors import SigningFailed
from provenance.intents import Intended, RecordedIntent, proved_definition, record_intent
from provenance.models import CredentialUpdate
from provenance.publishing import Publication, published, signed_columns
from provenance.sdk.contents import Contents, Intent
from provenance.sealing import Seal, Sealed, sealed
from provenance.trust_list import Anchor
from provenance.updating.definition import PARENT_LABEL, Addition, UpdatedFile, update_definition
from provenance.updating.inspection import history_kept, updatable_source
from provenance.updating.queries import OwnFile, own_file, updated_file
from provenance.values import ClaimSigner, SignedFile, UpdateReason


@dataclass(frozen=True, slots=True)
class UpdateOrder:
    """What is to be added to which file, and why.

    Attributes:
        file_id: `SignedFile.asset_id` of the file that is copied: as first signed, or as updated since.
        cause_id: what the additions tell of. One file is updated once for one reason and cause.
        additions: at most one of each kind.
        actor: `user:<uuid>` or `worker:<name>`, for the log.
        production_id: the production of the take, for the log.
    """

    organisation_id: UUID
    file_id: UUID
    reason: UpdateReason
    cause_id: UUID
    additions: tuple[Addition, ...]
    actor: str
    production_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Signing:
    """One update with the names and keys under which it is made."""

    order: UpdateOrder
    file: OwnFile
    update_id: UUID
    manifest_id: str
    definition: manifest.Definition
    signer: ClaimSigner
    anchors: tuple[Anchor, ...]

    @property
    def definition_sha256(self) -> str:
        return sha256_hex(canonical_bytes(self.definition.to_json()))


def update_credential(
    order: UpdateOrder,
    *,
    publish_guard: Callable[[], None] = lambda: None,
    after_signed: Callable[[SignedFile], None] = lambda _: None,
    meanwhile: Callable[[], None] | None = None,
) -> SignedFile:
    """A copy of a signed file of ours whose credential says `order.additions` too; it is kept as a file of its own.

    The manifests that are in the file stay in it, whole, and the content stays as it is. As with the first
    signature: the intent is in the log before the key is touched, the copy is read back by an independent reader
    before it is kept, and record, log entry and what `after_signed` writes commit together; on any error no file is
    left. A second call for one file, reason and cause gives what the first one kept.

    Args:
        order: see there.
        publish_guard: called inside the last transaction, before anything is written; raises to stop it.
        after_signed: called inside the last transaction, after the record is written.
        meanwhile: called now and then while the log is waited for; raises to stop.

    Raises:
        AssetMissing: this organisation has no such file.
        FileNotOurs: the file on the volume is not the one that was signed, or its credential holds no longer.
        LogNotReady: the log does not cover the intent in time; nothing was signed.
        NoTimeStamp, SignerUnfit, SigningFailed, DiskFull: as `sign_take_file`.
    """
    file = own_file(order.organisation_id, order.file_id)
    existing = updated_file(
        order.organisation_id, file.asset_id, reason=order.reason, cause_id=order.cause_id
    )
    if existing is not None:
        return existing
    signing = _prepared(order, file)
    source = updatable_source(file, anchors=signing.anchors)
    intent = _record_intent(signing)
    wait_until_covered(order.organisation_id, [intent.entry_uid], meanwhile=meanwhile)
    seal = _seal(signing, intent)
    store = MediaStore(settings.MEDIA_FOLDER)
    with store.temporary(file.suffix) as signed:
        result = sealed(source.source, signed, seal)
        if not history_kept(source.reading, result.reading):
            raise SigningFailed("The updated file lost a manifest that was in it before.")
        publication = Publication(
            organisation_id=order.organisation_id,
            record_id=signing.update_id,
            manifest_id=signing.manifest_id,
            definition=signing.definition,
            signer=signing.signer,
            anchors=signing.anchors,
            suffix=file.suffix,
            known=lambda: updated_file(
                order.organisation_id, file.asset_id, reason=order.reason, cause_id=order.cause_id
            ),
            record=lambda made, how, at: _record_update(signing, publication, made, intent.id, how, at),
            publish_guard=publish_guard,
            after_signed=after_signed,
        )
        return published(publication, store, signed, result)


def _prepared(order: UpdateOrder, file: OwnFile) -> _Signing:
    at = clock.now()
    manifest_id = manifest.manifest_id_for(uuid4())
    return _Signing(
        order=order,
        file=file,
        update_id=new_id(),
        manifest_id=manifest_id,
        definition=update_definition(
            UpdatedFile(file.title, file.media_type), order.additions, manifest_id=manifest_id, at=at
        ),
        signer=claim_signer(at=at),
        anchors=keys.load_trust_list(settings.KEYS_FOLDER, at=at).standing_anchors(at=at),
    )


def _seal(signing: _Signing, intent: RecordedIntent) -> Seal:
    definition = proved_definition(signing.order.organisation_id, signing.definition, intent)
    parent = signing.file.as_parent(PARENT_LABEL)
    return Seal(
        manifest_id=signing.manifest_id,
        contents=Contents(definition.to_json(), intent=Intent.UPDATE, ingredients=(parent,)),
        signer=signing.signer,
        anchors=signing.anchors,
        # An identity stands behind content by the hard binding, and an update has none. The identity in the
        # manifest before it stays.
        identity=None,
    )


def _record_intent(signing: _Signing) -> RecordedIntent:
    order = signing.order
    return record_intent(
        Intended(
            organisation_id=order.organisation_id,
            actor=order.actor,
            take_id=signing.file.take_id,
            asset_id=signing.update_id,
            manifest_id=signing.manifest_id,
            source_sha256=sha256_hex_of_file(signing.file.path),
            manifest_sha256=signing.definition_sha256,
            signer_certificate_sha256=signing.signer.certificate_sha256,
            production_id=order.production_id,
        )
    )


def _record_update(
    signing: _Signing,
    publication: Publication,
    signed_file: SignedFile,
    intent_id: UUID,
    result: Sealed,
    at: datetime,
) -> None:
    order, file = signing.order, signing.file
    entry_uid = trail.record(
        organisation_id=order.organisation_id,
        entry_type=EntryType.CREDENTIAL_UPDATED,
        actor=order.actor,
        subject=f"take:{file.take_id}",
        fields={
            "asset": str(signing.update_id),
            "take": str(file.take_id),
            "file_sha256": signed_file.sha256_hex,
            "manifest_id": signing.manifest_id,
            "updates": file.manifest_id,
            "intent": str(intent_id),
            "manifest_store_sha256": sha256_hex(result.manifest_store),
            "reason_code": order.reason.value,
            "cause": str(order.cause_id),
        },
        at=at,
        production_id=order.production_id,
    )
    CredentialUpdate.objects.create(
        **signed_columns(publication, signed_file, result, at=at, entry_uid=entry_uid),
        asset_id=file.asset_id,
        intent_id=intent_id,
        take_id=file.take_id,
        reason=order.reason,
        cause_id=order.cause_id,
        updates_manifest_id=file.manifest_id,
    )
