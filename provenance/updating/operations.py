"""Adding to the credential of a signed file, in a copy of it; see `provenance.updating.definition`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error as DatabaseFailure

from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from audit.travelling import travelling_proof
from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex, sha256_hex_of_file
from core.ids import new_id
from core.media_store import MediaStore, StoredFile
from core.tenancy import tenant
from provenance import keys, manifest
from provenance.claim_signers import claim_signer
from provenance.errors import SigningFailed
from provenance.intents import Intended, RecordedIntent, record_intent
from provenance.models import CredentialUpdate
from provenance.sdk.contents import Contents, IngredientFile, Intent, Relationship
from provenance.sealing import Seal, Sealed, sealed
from provenance.trust_list import Anchor
from provenance.unrecorded import announce
from provenance.updating.definition import PARENT_LABEL, Addition, UpdatedFile, update_definition
from provenance.updating.inspection import history_kept, updatable_source
from provenance.updating.queries import OwnFile, own_file, updated_file
from provenance.values import ClaimSigner, CredentialState, SignedFile, UpdateReason


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
    seal = _seal(signing, intent.entry_uid)
    store = MediaStore(settings.MEDIA_FOLDER)
    with store.temporary(file.suffix) as signed:
        result = sealed(source.source, signed, seal)
        if not history_kept(source.reading, result.reading):
            raise SigningFailed("The updated file lost a manifest that was in it before.")
        announced = announce(
            store,
            organisation_id=order.organisation_id,
            record_id=signing.update_id,
            key=store.key_of(result.sha256_hex, suffix=file.suffix),
        )
        kept = store.keep(signed, suffix=file.suffix, sha256_hex=result.sha256_hex)
    try:
        published = _publish(signing, intent.id, kept, result, publish_guard, after_signed)
    except DatabaseFailure:
        recorded = _removed_unless_recorded(signing, store, kept)
        announced.settle()
        if recorded is None:
            raise
        # Another worker was first, or our own commit happened and only its answer was lost.
        return recorded
    except BaseException:
        _removed_unless_recorded(signing, store, kept)
        announced.settle()
        raise
    announced.settle()
    return published


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


def _seal(signing: _Signing, intent_uid: UUID) -> Seal:
    proved = travelling_proof(signing.order.organisation_id, intent_uid)
    if proved is None:
        raise LogNotReady
    definition = manifest.with_log_proof(
        signing.definition, leaf_hash_hex=proved.leaf_hash_hex, proof=proved.proof.to_text()
    )
    parent = IngredientFile(
        label=PARENT_LABEL,
        path=signing.file.path,
        media_type=signing.file.media_type,
        title=signing.file.title,
        relationship=Relationship.PARENT_OF,
    )
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


def _publish(
    signing: _Signing,
    intent_id: UUID,
    kept: StoredFile,
    result: Sealed,
    publish_guard: Callable[[], None],
    after_signed: Callable[[SignedFile], None],
) -> SignedFile:
    signed_file = SignedFile(
        asset_id=signing.update_id,
        manifest_id=signing.manifest_id,
        key=kept.key,
        sha256_hex=kept.sha256_hex,
        size_bytes=kept.size_bytes,
        state=CredentialState.TRUSTED,
        signer_certificate_sha256=signing.signer.certificate_sha256,
        time_stamped_at=result.time_stamped_at,
    )
    with tenant(signing.order.organisation_id, durable=True):
        publish_guard()
        _record_update(signing, signed_file, intent_id, result, clock.now())
        after_signed(signed_file)
    return signed_file


def _record_update(
    signing: _Signing, signed_file: SignedFile, intent_id: UUID, result: Sealed, at: datetime
) -> None:
    order, file = signing.order, signing.file
    anchor = _anchor(signing.anchors, result)
    store_sha256 = sha256_hex(result.manifest_store)
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
            "manifest_store_sha256": store_sha256,
            "reason_code": order.reason.value,
            "cause": str(order.cause_id),
        },
        at=at,
        production_id=order.production_id,
    )
    CredentialUpdate.objects.create(
        id=signing.update_id,
        asset_id=file.asset_id,
        intent_id=intent_id,
        take_id=file.take_id,
        reason=order.reason,
        cause_id=order.cause_id,
        updates_manifest_id=file.manifest_id,
        manifest_id=signing.manifest_id,
        file_sha256=signed_file.sha256_hex,
        size_bytes=signed_file.size_bytes,
        media_key=signed_file.key,
        manifest_store=result.manifest_store,
        manifest_store_sha256=store_sha256,
        certificate_serial=signing.signer.serial,
        certificate_sha256=signing.signer.certificate_sha256,
        anchor_sha256=anchor.sha256_hex,
        statement=signing.definition.to_json(),
        statement_sha256=signing.definition_sha256,
        signed_at=at,
        entry_uid=entry_uid,
        time_stamped_at=result.time_stamped_at,
    )


def _anchor(anchors: Sequence[Anchor], result: Sealed) -> Anchor:
    return next(anchor for anchor in anchors if anchor.uri == result.reading.anchor_uri)


def _removed_unless_recorded(signing: _Signing, store: MediaStore, kept: StoredFile) -> SignedFile | None:
    """After a failed publication: remove the file unless a record names it; the record of the cause, if any."""
    order = signing.order
    recorded = updated_file(
        order.organisation_id, signing.file.asset_id, reason=order.reason, cause_id=order.cause_id
    )
    if recorded is None or recorded.asset_id != signing.update_id:
        store.path(kept.key).unlink(missing_ok=True)
    return recorded
