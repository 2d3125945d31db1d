"""Signing a take's file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
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
from provenance import keys, manifest, queries, recovery
from provenance.claim_signers import claim_signer, identity_of
from provenance.errors import SourceUnusable
from provenance.fingerprints.values import Fingerprint
from provenance.ingredients import checked_ingredients
from provenance.inspection import Source, inspected_source
from provenance.intents import Intended, RecordedIntent, proved_definition, record_intent
from provenance.laying_out import make_room
from provenance.models import SignedAsset
from provenance.process_records import with_process_record
from provenance.publishing import Publication, published, signed_columns
from provenance.sdk.contents import Contents, IngredientFile, Intent
from provenance.sealing import Seal, Sealed, sealed
from provenance.soft_bindings import record_bindings, with_bindings
from provenance.statement import TakeStatement
from provenance.status_references import new_reference, with_reference
from provenance.trust_list import Anchor
from provenance.values import ClaimSigner, Identity, SignedFile

logger = logging.getLogger(__name__)

_SUFFIX = ".mp4"
_JPEG_START = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class _Order:
    """One signing: who, what, with which key, under which name."""

    organisation_id: UUID
    actor: str
    statement: TakeStatement
    source: Source
    thumbnail_jpeg: bytes
    asset_id: UUID
    manifest_id: str
    definition: manifest.Definition
    signer: ClaimSigner
    anchors: tuple[Anchor, ...]
    fingerprint: Fingerprint | None
    identity: Identity | None = None
    production_id: UUID | None = None
    ingredients: tuple[IngredientFile, ...] = ()
    give_up_source: bool = False

    @property
    def definition_sha256(self) -> str:
        return sha256_hex(canonical_bytes(self.definition.to_json()))


def sign_take_file(  # noqa: PLR0913 - a file, who signs it for whom, and what goes on around it
    *,
    organisation_id: UUID,
    statement: TakeStatement,
    source: Path,
    thumbnail_jpeg: bytes,
    actor: str,
    publish_guard: Callable[[], None],
    after_signed: Callable[[SignedFile], None],
    meanwhile: Callable[[], None] | None = None,
    production_id: UUID | None = None,
    ingredient_files: Mapping[str, Path] | None = None,
    give_up_source: bool = False,
) -> SignedFile:
    """Sign the video at `source` for the take that `statement` is about, and keep it.

    The intent is committed first and the key rests until the log covers it, so that a signature never exists without
    a trace; the proof of that goes into the credential. The signed file is read back by an independent reader before
    it is kept. Record, log entry and whatever `after_signed` writes commit together;
    on any error no file is left. A take is signed once: a second call gives what the first one kept.

    Args:
        organisation_id: whose take it is.
        statement: what the credential is to say.
        source: MP4 without a credential; left as it is, unless it is given up.
        thumbnail_jpeg: goes into the credential, so it is public.
        actor: `user:<uuid>` or `worker:<name>`, for the log.
        publish_guard: called inside the last transaction, before anything is written; raises to stop it.
        after_signed: called inside the last transaction, after the record is written.
        meanwhile: called now and then while the log is waited for; raises to stop.
        production_id: the production of the take, for the log.
        ingredient_files: where the ingredients of `statement` lie, by label; each is examined before it goes in.
        give_up_source: a large `source` is given room for its credential and becomes the signed file, so that what
            was inspected is what is signed, and is written once. It lies on the media volume, and is of no use after.

    Raises:
        IngredientUnusable, IngredientAltered: a file that the take was made from must not go into its credential.
        LogNotReady: the log does not cover the intent in time; nothing was signed.
        NoTimeStamp: the settings require a time stamp, and no authority gave one.
        SourceUnusable: `source` is not the video that `statement` describes.
        SignerUnfit: no certificate may sign now.
        SigningFailed: the signature failed or did not read back as trusted.
        DiskFull: no room for the signed file.
    """
    existing = queries.signed_file_of_take(organisation_id, statement.take_id)
    if existing is not None:
        return existing
    if give_up_source:
        make_room(source, thumbnail_jpeg, (ingredient_files or {}).values())
    order = _order(organisation_id, actor, statement, source, thumbnail_jpeg)
    order = replace(
        order,
        production_id=production_id,
        ingredients=checked_ingredients(statement.ingredients, ingredient_files or {}, anchors=order.anchors),
        give_up_source=give_up_source,
    )
    intent = _record_intent(order)
    wait_until_covered(organisation_id, [intent.entry_uid], meanwhile=meanwhile)
    seal = _seal(order, intent)
    store = MediaStore(settings.MEDIA_FOLDER)
    with store.temporary(_SUFFIX) as signed:
        result = sealed(order.source, signed, seal)
        publication = Publication(
            organisation_id=organisation_id,
            record_id=order.asset_id,
            manifest_id=order.manifest_id,
            definition=order.definition,
            signer=order.signer,
            anchors=order.anchors,
            suffix=_SUFFIX,
            known=lambda: queries.signed_file_of_take(organisation_id, statement.take_id),
            record=lambda file, made, at: _record_asset(order, publication, file, intent.id, made, at),
            publish_guard=publish_guard,
            after_signed=after_signed,
        )
        return published(publication, store, signed, result)


def _order(
    organisation_id: UUID, actor: str, statement: TakeStatement, source: Path, thumbnail_jpeg: bytes
) -> _Order:
    at = clock.now()
    signer, identity = claim_signer(at=at), identity_of(organisation_id, at=at)
    anchors = keys.load_trust_list(settings.KEYS_FOLDER, at=at).standing_anchors(at=at)
    inspected = inspected_source(source, statement, anchors=anchors)
    if not thumbnail_jpeg.startswith(_JPEG_START):
        raise SourceUnusable("The thumbnail is not a JPEG.")
    fingerprint = recovery.own_fingerprint(source)
    statement = with_bindings(statement, fingerprint)
    manifest_id = manifest.manifest_id_for(uuid4())
    definition = with_reference(
        manifest.definition(statement, manifest_id=manifest_id, unbound_sha256=inspected.unbound_sha256),
        new_reference(organisation_id, manifest_id),
    )
    return _Order(
        organisation_id=organisation_id,
        actor=actor,
        statement=statement,
        source=inspected,
        thumbnail_jpeg=thumbnail_jpeg,
        asset_id=new_id(),
        manifest_id=manifest_id,
        definition=definition,
        signer=signer,
        anchors=anchors,
        fingerprint=fingerprint,
        identity=identity,
    )


def _seal(order: _Order, intent: RecordedIntent) -> Seal:
    """What goes around the video: what was intended, and the proof that the log holds that intent."""
    definition = with_process_record(
        proved_definition(order.organisation_id, order.definition, intent), MediaStore(settings.MEDIA_FOLDER)
    )
    return Seal(
        manifest_id=order.manifest_id,
        contents=Contents(
            definition.to_json(),
            order.thumbnail_jpeg,
            intent=Intent.CREATE if order.statement.parent is None else Intent.EDIT,
            ingredients=order.ingredients,
        ),
        signer=order.signer,
        anchors=order.anchors,
        identity=order.identity,
        give_up_source=order.give_up_source,
    )


def _record_intent(order: _Order) -> RecordedIntent:
    return record_intent(
        Intended(
            organisation_id=order.organisation_id,
            actor=order.actor,
            take_id=order.statement.take_id,
            asset_id=order.asset_id,
            manifest_id=order.manifest_id,
            source_sha256=sha256_hex_of_file(order.source.path),
            manifest_sha256=order.definition_sha256,
            signer_certificate_sha256=order.signer.certificate_sha256,
            production_id=order.production_id,
        )
    )


def _record_asset(
    order: _Order,
    publication: Publication,
    signed_file: SignedFile,
    intent_id: UUID,
    result: Sealed,
    at: datetime,
) -> None:
    entry_uid = trail.record(
        organisation_id=order.organisation_id,
        entry_type=EntryType.ASSET_SIGNED,
        actor=order.actor,
        subject=f"take:{order.statement.take_id}",
        fields={
            "asset": str(order.asset_id),
            "take": str(order.statement.take_id),
            "file_sha256": signed_file.sha256_hex,
            "manifest_id": order.manifest_id,
            "intent": str(intent_id),
            "manifest_store_sha256": sha256_hex(result.manifest_store),
        },
        at=at,
        production_id=order.production_id,
    )
    asset = SignedAsset.objects.create(
        **signed_columns(publication, signed_file, result, at=at, entry_uid=entry_uid),
        intent_id=intent_id,
        take_id=order.statement.take_id,
        taken_at=order.statement.created_at,
    )
    record_bindings(asset, order.statement.soft_bindings, order.fingerprint, at=at)
