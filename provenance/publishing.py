"""From a signed file on the disk to its record: kept first, then recorded, and removed where it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseFailure

from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex
from core.media_store import MediaStore
from core.tenancy import tenant
from provenance.manifest import Definition
from provenance.sealing import Sealed
from provenance.trust_list import Anchor
from provenance.unrecorded import announce
from provenance.values import ClaimSigner, CredentialState, SignedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A sealed file that is to become a record.

    Attributes:
        record_id: the name that its record will have.
        suffix: of the file, with its dot.
        known: the file on record for what this one was made for, if any: its take, its cause, its master.
        record: writes the record and its entry in the log; called inside the last transaction.
        publish_guard: called inside it before anything is written; raises to stop it.
        after_signed: called inside it after the record is written.
    """

    organisation_id: UUID
    record_id: UUID
    manifest_id: str
    definition: Definition
    signer: ClaimSigner
    anchors: Sequence[Anchor]
    suffix: str
    known: Callable[[], SignedFile | None]
    record: Callable[[SignedFile, Sealed, datetime], None]
    publish_guard: Callable[[], None]
    after_signed: Callable[[SignedFile], None]


def published(publication: Publication, store: MediaStore, signed: Path, result: Sealed) -> SignedFile:
    """Keep the file at `signed` and commit its record; the file of whoever was first, where somebody was.

    Raises:
        DiskFull: no room to keep it.
        DatabaseFailure: the record was not committed; no file is left.
        And whatever the callbacks raise, likewise.
    """
    announced = announce(
        store,
        organisation_id=publication.organisation_id,
        record_id=publication.record_id,
        key=store.key_of(result.sha256_hex, suffix=publication.suffix),
    )
    kept = store.keep(signed, suffix=publication.suffix, sha256_hex=result.sha256_hex)
    file = SignedFile(
        asset_id=publication.record_id,
        manifest_id=publication.manifest_id,
        key=kept.key,
        sha256_hex=kept.sha256_hex,
        size_bytes=kept.size_bytes,
        state=CredentialState.TRUSTED,
        signer_certificate_sha256=publication.signer.certificate_sha256,
        time_stamped_at=result.time_stamped_at,
    )
    try:
        _commit(publication, file, result)
    except DatabaseFailure:
        recorded = _removed_unless_recorded(publication, store.path(kept.key))
        announced.settle()
        if recorded is None:
            raise
        # Another worker was first, or our own commit happened and only its answer was lost.
        return recorded
    except BaseException:
        _removed_unless_recorded(publication, store.path(kept.key))
        announced.settle()
        raise
    announced.settle()
    return file


def _commit(publication: Publication, file: SignedFile, result: Sealed) -> None:
    with tenant(publication.organisation_id, durable=True):
        publication.publish_guard()
        publication.record(file, result, clock.now())
        publication.after_signed(file)


def signed_columns(
    publication: Publication, file: SignedFile, result: Sealed, *, at: datetime, entry_uid: UUID
) -> dict[str, Any]:
    """The columns that every table of signed files has."""
    anchor = next(one for one in publication.anchors if one.uri == result.reading.anchor_uri)
    statement = publication.definition.to_json()
    return {
        "id": publication.record_id,
        "manifest_id": publication.manifest_id,
        "file_sha256": file.sha256_hex,
        "size_bytes": file.size_bytes,
        "media_key": file.key,
        "manifest_store": result.manifest_store,
        "manifest_store_sha256": sha256_hex(result.manifest_store),
        "certificate_serial": publication.signer.serial,
        "certificate_sha256": publication.signer.certificate_sha256,
        "anchor_sha256": anchor.sha256_hex,
        "statement": statement,
        "statement_sha256": sha256_hex(canonical_bytes(statement)),
        "signed_at": at,
        "entry_uid": entry_uid,
        "time_stamped_at": result.time_stamped_at,
    }


def _removed_unless_recorded(publication: Publication, path: Path) -> SignedFile | None:
    """After a failed publication: remove the file unless a record names it; the file on record, if any.

    An interrupted commit may still have happened, so the record is looked for first. When even that cannot be asked,
    the file stays, and so does its announcement: a record without its file would be worse than a file without its
    record.
    """
    recorded = publication.known()
    if recorded is None or recorded.asset_id != publication.record_id:
        path.unlink(missing_ok=True)
    return recorded
