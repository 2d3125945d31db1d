"""Signing a file that was made from a take's signed file; see `provenance.deriving.definition`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
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
from provenance.claim_signers import claim_signer, identity_of
from provenance.deriving.definition import PARENT_LABEL, DerivativeStatement, derivative_definition
from provenance.deriving.folders import SUFFIX as FOLDER_SUFFIX
from provenance.deriving.folders import FolderSource, folder_source, sealed_folder
from provenance.deriving.inspection import derived_source
from provenance.deriving.pictures import MEDIA_TYPE as PICTURE_TYPE
from provenance.deriving.pictures import PictureSource, picture_source, sealed_picture
from provenance.deriving.queries import derived_file, take_statement
from provenance.errors import SigningFailed
from provenance.fingerprints.values import Fingerprint
from provenance.inspection import Source
from provenance.intents import Intended, RecordedIntent, proved_definition, record_intent
from provenance.laying_out import make_room
from provenance.models import DerivedAsset
from provenance.publishing import Publication, published, signed_columns
from provenance.recovery import own_fingerprint
from provenance.sdk.contents import Contents, Intent
from provenance.sealing import Seal, Sealed, sealed
from provenance.soft_bindings import record_own_bindings, with_own_bindings
from provenance.trust_list import Anchor
from provenance.updating.inspection import UpdatableSource, history_kept, updatable_source
from provenance.updating.queries import OwnFile, current_file, own_file
from provenance.values import ClaimSigner, Identity, SignedFile


@dataclass(frozen=True, slots=True)
class DerivativeOrder:
    """What is to be signed, and from which file of a take it was made.

    Attributes:
        asset_id: of the take's signed file. Where its credential was added to since, the fullest one is the parent.
        source: the finished file, without a credential, or a folder of pictures whose list is signed; left as it is,
            unless it is given up.
        thumbnail_jpeg: goes into the credential, so it is public.
        actor: `user:<uuid>` or `worker:<name>`, for the log.
        give_up_source: as with `sign_take_file`; pictures and folders are left as they are all the same.
    """

    organisation_id: UUID
    asset_id: UUID
    statement: DerivativeStatement
    source: Path
    thumbnail_jpeg: bytes
    actor: str
    production_id: UUID | None = None
    give_up_source: bool = False


AnySource: TypeAlias = Source | FolderSource | PictureSource


@dataclass(frozen=True, slots=True)
class _Signing:
    order: DerivativeOrder
    parent: OwnFile
    parent_source: UpdatableSource
    source: AnySource
    derived_id: UUID
    manifest_id: str
    definition: manifest.Definition
    signer: ClaimSigner
    anchors: tuple[Anchor, ...]
    identity: Identity | None
    fingerprint: Fingerprint | None

    @property
    def definition_sha256(self) -> str:
        return sha256_hex(canonical_bytes(self.definition.to_json()))


def sign_derivative(
    order: DerivativeOrder,
    *,
    publish_guard: Callable[[], None],
    after_signed: Callable[[SignedFile], None],
    meanwhile: Callable[[], None] | None = None,
) -> SignedFile:
    """Sign and keep a file that was made from a take's, with that file as its parent and all its history.

    As with the take itself: the parent is held against its record first; the intent is in the log before the key is
    touched; the signed file is read back before it is kept; record, log entry and what `after_signed` writes commit
    together, and on any error no file is left. A second call for one master gives what the first one kept.

    Args:
        order: see there.
        publish_guard: called inside the last transaction, before anything is written; raises to stop it.
        after_signed: called inside the last transaction, after the record is written.
        meanwhile: called now and then while the film is looked at and the log is waited for; raises to stop.

    Raises:
        AssetMissing: this organisation has no such signed file.
        FileNotOurs: the take's file is not the one that was signed, or its credential holds no longer.
        SourceUnusable: `order.source` is not what the statement describes.
        MarkUnread: a watermark that the statement declares cannot be read in it.
        LogNotReady: the log does not cover the intent in time; nothing was signed.
        NoTimeStamp, SignerUnfit, SigningFailed, DiskFull: as `sign_take_file`.
    """
    existing = derived_file(order.organisation_id, order.statement.master_id)
    if existing is not None:
        return existing
    signing = _prepared(order, meanwhile)
    intent = _record_intent(signing)
    wait_until_covered(order.organisation_id, [intent.entry_uid], meanwhile=meanwhile)
    seal = _seal(signing, intent)
    store = MediaStore(settings.MEDIA_FOLDER)
    suffix = FOLDER_SUFFIX if isinstance(signing.source, FolderSource) else order.source.suffix
    with store.temporary(suffix) as signed:
        result = _sealed(signing.source, signed, seal)
        if not history_kept(signing.parent_source.reading, result.reading):
            raise SigningFailed("The derived file lost a manifest of the one that it was made from.")
        publication = Publication(
            organisation_id=order.organisation_id,
            record_id=signing.derived_id,
            manifest_id=signing.manifest_id,
            definition=signing.definition,
            signer=signing.signer,
            anchors=signing.anchors,
            suffix=suffix,
            known=lambda: derived_file(order.organisation_id, order.statement.master_id),
            record=lambda made, how, at: _record(signing, publication, made, intent.id, how, at),
            publish_guard=publish_guard,
            after_signed=after_signed,
        )
        return published(publication, store, signed, result)


def _prepared(order: DerivativeOrder, meanwhile: Callable[[], None] | None) -> _Signing:
    at = clock.now()
    anchors = keys.load_trust_list(settings.KEYS_FOLDER, at=at).standing_anchors(at=at)
    parent = own_file(order.organisation_id, current_file(order.organisation_id, order.asset_id))
    parent_source = updatable_source(parent, anchors=anchors)
    source = _source(order, parent.path, anchors, meanwhile)
    # Pictures in a folder, and one that moves, are no film that could be looked up.
    fingerprint = own_fingerprint(order.source, meanwhile=meanwhile) if isinstance(source, Source) else None
    order = replace(order, statement=with_own_bindings(order.statement, fingerprint))
    is_folder = isinstance(source, FolderSource)
    manifest_id = manifest.manifest_id_for(uuid4())
    return _Signing(
        order=order,
        parent=parent,
        parent_source=parent_source,
        source=source,
        derived_id=new_id(),
        manifest_id=manifest_id,
        definition=derivative_definition(
            order.statement,
            take_statement(order.organisation_id, order.asset_id),
            manifest_id=manifest_id,
            unbound_sha256=source.unbound_sha256 if isinstance(source, Source) else None,
        ),
        signer=claim_signer(at=at),
        anchors=anchors,
        # Beside a file the library signs for one signer alone.
        identity=None if is_folder else identity_of(order.organisation_id, at=at),
        fingerprint=fingerprint,
    )


def _source(
    order: DerivativeOrder,
    parent: Path,
    anchors: tuple[Anchor, ...],
    meanwhile: Callable[[], None] | None,
) -> AnySource:
    if order.source.is_dir():
        return folder_source(order.source, order.statement)
    if order.statement.media_type == PICTURE_TYPE:
        return picture_source(order.source, order.statement, anchors=anchors)
    if order.give_up_source:
        make_room(order.source, order.thumbnail_jpeg, [parent])
    return derived_source(order.source, order.statement, anchors=anchors, meanwhile=meanwhile)


def _sealed(source: AnySource, destination: Path, seal: Seal) -> Sealed:
    if isinstance(source, FolderSource):
        return sealed_folder(source, destination, seal)
    if isinstance(source, PictureSource):
        return sealed_picture(source, destination, seal)
    return sealed(source, destination, seal)


def _seal(signing: _Signing, intent: RecordedIntent) -> Seal:
    definition = proved_definition(signing.order.organisation_id, signing.definition, intent)
    parent = signing.parent.as_parent(PARENT_LABEL)
    return Seal(
        manifest_id=signing.manifest_id,
        contents=Contents(
            definition.to_json(), signing.order.thumbnail_jpeg, intent=Intent.EDIT, ingredients=(parent,)
        ),
        signer=signing.signer,
        anchors=signing.anchors,
        identity=signing.identity,
        give_up_source=signing.order.give_up_source,
    )


def _record_intent(signing: _Signing) -> RecordedIntent:
    order = signing.order
    return record_intent(
        Intended(
            organisation_id=order.organisation_id,
            actor=order.actor,
            take_id=signing.order.statement.take_id,
            asset_id=signing.derived_id,
            manifest_id=signing.manifest_id,
            source_sha256=_bound_sha256(signing.source) or sha256_hex_of_file(signing.order.source),
            manifest_sha256=signing.definition_sha256,
            signer_certificate_sha256=signing.signer.certificate_sha256,
            production_id=order.production_id,
        )
    )


def _record(
    signing: _Signing,
    publication: Publication,
    signed_file: SignedFile,
    intent_id: UUID,
    result: Sealed,
    at: datetime,
) -> None:
    order, take_id = signing.order, signing.order.statement.take_id
    # What whoever verifies holds in their hands: of a folder the list, which comes out of the packed file.
    file_sha256 = _bound_sha256(signing.source) or signed_file.sha256_hex
    entry_uid = trail.record(
        organisation_id=order.organisation_id,
        entry_type=EntryType.DERIVATIVE_SIGNED,
        actor=order.actor,
        subject=f"take:{take_id}",
        fields={
            "asset": str(signing.derived_id),
            "take": str(take_id),
            "file_sha256": file_sha256,
            "manifest_id": signing.manifest_id,
            "updates": signing.parent.manifest_id,
            "intent": str(intent_id),
            "manifest_store_sha256": sha256_hex(result.manifest_store),
            "cause": str(order.statement.master_id),
        },
        at=at,
        production_id=order.production_id,
    )
    columns = signed_columns(publication, signed_file, result, at=at, entry_uid=entry_uid)
    derived = DerivedAsset.objects.create(
        **columns | {"file_sha256": file_sha256},
        asset_id=order.asset_id,
        intent_id=intent_id,
        take_id=take_id,
        cause_id=order.statement.master_id,
        parent_manifest_id=signing.parent.manifest_id,
    )
    record_own_bindings(derived, order.statement.soft_bindings, signing.fingerprint, at=at)


def _bound_sha256(source: AnySource) -> str | None:
    """Of the list of a folder; None for a file, which is not the one that comes out."""
    return source.sha256_hex if isinstance(source, FolderSource) else None
