"""Signing beside files into which no credential can be put: MXF, Matroska, WebM, sequences of EXR."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.conf import settings

from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex, sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from provenance import c2pa_gateway, keys, manifest
from provenance.beside.definition import PARENT_LABEL, Rendition, sidecar_definition
from provenance.beside.digest_list import BadDigestList, Listed, from_text, to_text
from provenance.claim_signers import claim_signer
from provenance.errors import DigestListMalformed, SigningFailed
from provenance.inspection import Expected, doubts_about
from provenance.intents import Intended, RecordedIntent, proved_definition, record_intent
from provenance.models import Sidecar, SignedAsset
from provenance.readings import Reading
from provenance.sdk.contents import Contents, Intent
from provenance.sealing import stamped
from provenance.time_stamping import accepted_roots_pem
from provenance.trust_list import Anchor
from provenance.updating.queries import OwnFile, own_file
from provenance.values import ClaimSigner

_MEDIA_TYPES = {
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".mxf": "application/mxf",
    ".exr": "image/x-exr",
    ".dpx": "image/x-dpx",
}
_LIST_TYPE = "text/plain"


@dataclass(frozen=True, slots=True)
class SidecarOrder:
    """Of which signed file another form was made, and who says so.

    Attributes:
        file_id: `SignedFile.asset_id`, as first signed or as updated since.
        actor: `user:<uuid>` or `worker:<name>`, for the log.
    """

    organisation_id: UUID
    file_id: UUID
    actor: str


@dataclass(frozen=True, slots=True)
class SignedBeside:
    """A credential to be laid beside its file."""

    id: UUID
    manifest_id: str
    manifest_store: bytes
    time_stamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Signing:
    order: SidecarOrder
    file: OwnFile
    sidecar_id: UUID
    manifest_id: str
    definition: manifest.Definition
    rendition: Rendition
    opened: Callable[[], BinaryIO]
    signer: ClaimSigner
    anchors: tuple[Anchor, ...]

    @property
    def definition_sha256(self) -> str:
        return sha256_hex(canonical_bytes(self.definition.to_json()))


def sign_beside_file(order: SidecarOrder, path: Path) -> SignedBeside:
    """A credential for the file at `path`, bound to every byte of it.

    The caller answers for it that the file shows the film of the signed one. The intent is on record, and the log
    covers it, before the key is touched; what is signed is read back. The credential is kept, with its entry in the
    log, and the file is not. A second call for the same bytes and the same signed file gives what the first one
    kept, as long as the same signer signs.

    Raises:
        AssetMissing: this organisation has no such signed file.
        LogNotReady, NoTimeStamp, SignerUnfit, SigningFailed: as `sign_take_file`.
        OSError: the file cannot be read.
    """
    rendition = Rendition(
        name=path.name,
        media_type=_MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream"),
        sha256_hex=sha256_hex_of_file(path),
        size_bytes=path.stat().st_size,
    )
    return _signed(order, rendition, lambda: path.open("rb"))


def sign_beside_list(order: SidecarOrder, name: str, listed: tuple[Listed, ...]) -> SignedBeside:
    """A credential for a list of digests, bound to its text (`digest_list.to_text`); so for the files that it names.

    Raises:
        As `sign_beside_file`.
    """
    content = to_text(listed).encode()
    rendition = Rendition(
        name=name,
        media_type=_LIST_TYPE,
        sha256_hex=sha256_hex(content),
        size_bytes=len(content),
        files=len(listed),
    )
    return _signed(order, rendition, lambda: io.BytesIO(content))


def sign_beside_text(order: SidecarOrder, name: str, digests: str) -> SignedBeside:
    """As `sign_beside_list`, of the list that `digests` spells.

    Raises:
        DigestListMalformed: it spells none.
    """
    try:
        listed = from_text(digests)
    except BadDigestList as error:
        raise DigestListMalformed(str(error)) from error
    return sign_beside_list(order, name, listed)


def _signed(order: SidecarOrder, rendition: Rendition, opened: Callable[[], BinaryIO]) -> SignedBeside:
    signing = _prepared(order, rendition, opened)
    known = _known(signing)
    if known is not None:
        return known
    intent = _record_intent(signing)
    wait_until_covered(order.organisation_id, [intent.entry_uid])
    contents = _contents(signing, intent)

    def sign(tsa_url: str | None) -> bytes:
        with opened() as stream:
            return c2pa_gateway.sign_beside(
                stream,
                contents=contents,
                signer=signing.signer,
                anchors=signing.anchors,
                tsa_url=tsa_url,
                tsa_roots_pem=accepted_roots_pem() if tsa_url else "",
            )

    store, time_stamped = stamped(sign)
    reading = _read_back(signing, store, time_stamped=time_stamped)
    stated = reading.trusted_time
    made = SignedBeside(
        signing.sidecar_id, signing.manifest_id, store, datetime.fromisoformat(stated) if stated else None
    )
    entry_uid = _recorded(signing, intent.id, made)
    # As with every file: nobody gets it before the log covers its signature.
    wait_until_covered(order.organisation_id, [entry_uid])
    return made


def _known(signing: _Signing) -> SignedBeside | None:
    """What the same signer signed of the same file beside the same bytes, once the log covers it."""
    order = signing.order
    with tenant(order.organisation_id):
        row: Sidecar | None = Sidecar.objects.filter(
            bound_sha256=signing.rendition.sha256_hex,
            parent_manifest_id=signing.file.manifest_id,
            certificate_sha256=signing.signer.certificate_sha256,
        ).first()
    if row is None:
        return None
    wait_until_covered(order.organisation_id, [row.entry_uid])
    return SignedBeside(row.id, row.manifest_id, bytes(row.manifest_store), row.time_stamped_at)


def _recorded(signing: _Signing, intent_id: UUID, made: SignedBeside) -> UUID:
    """The uid of the entry that was recorded with the row."""
    order, rendition, at = signing.order, signing.rendition, clock.now()
    store_sha256 = sha256_hex(made.manifest_store)
    with tenant(order.organisation_id, durable=True):
        entry_uid = trail.record(
            organisation_id=order.organisation_id,
            entry_type=EntryType.SIDECAR_SIGNED,
            actor=order.actor,
            subject=f"take:{signing.file.take_id}",
            fields={
                "asset": str(signing.sidecar_id),
                "take": str(signing.file.take_id),
                "file_sha256": rendition.sha256_hex,
                "manifest_id": signing.manifest_id,
                "updates": signing.file.manifest_id,
                "intent": str(intent_id),
                "manifest_store_sha256": store_sha256,
            },
            at=at,
        )
        Sidecar.objects.create(
            id=signing.sidecar_id,
            asset_id=signing.file.asset_id,
            intent_id=intent_id,
            take_id=signing.file.take_id,
            name=rendition.name,
            media_type=rendition.media_type,
            bound_sha256=rendition.sha256_hex,
            size_bytes=rendition.size_bytes,
            files=rendition.files,
            parent_manifest_id=signing.file.manifest_id,
            manifest_id=signing.manifest_id,
            manifest_store=made.manifest_store,
            manifest_store_sha256=store_sha256,
            certificate_serial=signing.signer.serial,
            certificate_sha256=signing.signer.certificate_sha256,
            statement=signing.definition.to_json(),
            statement_sha256=signing.definition_sha256,
            signed_at=at,
            entry_uid=entry_uid,
            time_stamped_at=made.time_stamped_at,
        )
    return entry_uid


def _prepared(order: SidecarOrder, rendition: Rendition, opened: Callable[[], BinaryIO]) -> _Signing:
    at = clock.now()
    file = own_file(order.organisation_id, order.file_id)
    with tenant(order.organisation_id):
        first = SignedAsset.objects.defer("manifest_store").get(id=file.asset_id)
    manifest_id = manifest.manifest_id_for(uuid4())
    return _Signing(
        order=order,
        file=file,
        sidecar_id=new_id(),
        manifest_id=manifest_id,
        definition=sidecar_definition(
            rendition, title=file.title, first=first.statement["assertions"], manifest_id=manifest_id, at=at
        ),
        rendition=rendition,
        opened=opened,
        signer=claim_signer(at=at),
        anchors=keys.load_trust_list(settings.KEYS_FOLDER, at=at).standing_anchors(at=at),
    )


def _record_intent(signing: _Signing) -> RecordedIntent:
    order = signing.order
    return record_intent(
        Intended(
            organisation_id=order.organisation_id,
            actor=order.actor,
            take_id=signing.file.take_id,
            asset_id=signing.sidecar_id,
            manifest_id=signing.manifest_id,
            source_sha256=signing.rendition.sha256_hex,
            manifest_sha256=signing.definition_sha256,
            signer_certificate_sha256=signing.signer.certificate_sha256,
        )
    )


def _contents(signing: _Signing, intent: RecordedIntent) -> Contents:
    definition = proved_definition(signing.order.organisation_id, signing.definition, intent)
    parent = signing.file.as_parent(PARENT_LABEL)
    return Contents(definition.to_json(), intent=Intent.EDIT, ingredients=(parent,))


def _read_back(signing: _Signing, store: bytes, *, time_stamped: bool) -> Reading:
    expected = Expected(signing.manifest_id, signing.signer.serial, time_stamped=time_stamped)
    try:
        with signing.opened() as stream:
            reading = c2pa_gateway.read_beside(
                stream, store, anchors=signing.anchors, tsa_roots_pem=accepted_roots_pem()
            )
    except (c2pa_gateway.NoCredential, c2pa_gateway.CredentialUnusable) as error:
        raise SigningFailed(f"The credential beside the file does not read back: {error}") from error
    doubts = doubts_about(reading, expected, signing.anchors)
    if doubts:
        raise SigningFailed(f"The credential beside the file reads back with doubts: {', '.join(doubts)}.")
    return reading
