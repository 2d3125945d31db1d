"""Verifying any file: what was read, what we recorded, whom we trust, and what stands today."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils.module_loading import import_string

from audit.log_key import public_key
from core import clock
from core.digests import sha256_hex_of_file
from core.media_store import MediaStore
from provenance import keys, queries, recovery
from provenance.beside.finding import credential_beside, credential_path, list_path, with_folder
from provenance.beside.queries import credential_beside_digest
from provenance.errors import ReferenceRefused
from provenance.examining import examine_bounded
from provenance.fetching import fetch
from provenance.identity_roots import identity_roots_pem
from provenance.log_proofs import KnownLogs
from provenance.readings import Examination
from provenance.status_references import reference_in
from provenance.telling import told_by
from provenance.time_stamping import accepted_roots_pem
from provenance.values import Verification
from provenance.verification import OwnRecord, RepositoryAnswer, judge

logger = logging.getLogger(__name__)

_LONGEST_STORE_BYTES = 16 * 2**20
_KEPT_HERE = "the records of whoever signed it, found by the digest of the file"


def verify_path(path: Path, *, segments: Sequence[Path] = ()) -> Verification:
    """What the file or folder at `path` proves today, with a credential that lies beside it.

    With `segments` the file is the beginning of a film that is kept in them.

    Raises:
        BadTrustList: as `verify_file`.
    """
    if not path.is_dir():
        return verify_file(path, beside=credential_beside(path), segments=segments)
    path = path.resolve()
    listed = list_path(path)
    if not listed.is_file():
        return verify_file(path)
    beside = credential_path(listed)
    return with_folder(verify_file(listed, beside=beside if beside.is_file() else None), path)


def verify_file(
    path: Path,
    *,
    organisation_id: UUID | None = None,
    beside: Path | None = None,
    segments: Sequence[Path] = (),
) -> Verification:
    """What the file at `path` proves today.

    The file is read in a process of its own. When the database cannot be asked, the credential alone decides and
    the reasons say so.

    Args:
        path: any file, also a hostile one, a folder, or nothing at all.
        beside: a credential that lies beside it, which counts where the file carries none.
        segments: the rest of a film of which the file is the beginning.
        organisation_id: count only this organisation's records as our own; every organisation's by default.

    Raises:
        BadTrustList: the trust list is damaged, so no answer could be relied on.
    """
    at = clock.now()
    listed = keys.load_trust_list(settings.KEYS_FOLDER, at=at)
    examined = partial(
        examine_bounded,
        path,
        # Removed anchors too: a file under one is told apart from a stranger's.
        anchors=listed.anchors,
        tsa_roots_pem=accepted_roots_pem(),
        identity_roots_pem=identity_roots_pem(settings.KEYS_FOLDER),
        segments=segments,
    )
    examination = examined(beside=beside)
    if examination.elsewhere is not None and settings.ENVIRONMENT.fetch_remote_manifests:
        examination = _examined_with_remote(examined, examination, examination.elsewhere)
    if examination.reading is None and beside is None and path.is_file():
        examination = _examined_with_kept(examined, examination, path)
    record: OwnRecord | None = None
    repository = RepositoryAnswer.ASKED
    if examination.reading is not None:
        try:
            record = queries.own_record(examination.reading.manifest_id, organisation_id=organisation_id)
        except DatabaseFailure as error:
            logger.warning("Own records not compared: %s", error)
            repository = RepositoryAnswer.UNREACHABLE
    verification = judge(
        examination,
        trust_list=listed,
        record=record,
        repository=repository,
        at=at,
        logs=KnownLogs(
            public_key(settings.KEYS_FOLDER), tuple(witness.key for witness in settings.WITNESSES)
        ),
    )
    if examination.fingerprint is not None:
        return recovery.looked_up(verification, examination.fingerprint)
    if examination.reading is not None:
        told = told_by(examination.reading, intact=verification.claims is not None)
        verification = replace(verification, told=told)
    if examination.reading is not None and verification.authorization is not None:
        verification = replace(verification, status_reference=reference_in(examination.reading))
    if verification.authorization is None or verification.manifest_id is None or record is None:
        return verification
    return _with_today(
        verification, record.first_manifest_id or verification.manifest_id, verification.manifest_id
    )


def _examined_with_remote(
    examined: Callable[..., Examination], without: Examination, url: str
) -> Examination:
    """With the credential that the file says is kept at `url`, where that can be had."""
    with MediaStore(settings.MEDIA_FOLDER).temporary(".c2pa") as store:
        try:
            fetch(url, store, most_bytes=_LONGEST_STORE_BYTES)
        except ReferenceRefused as refusal:
            return replace(without, detail=f"{without.detail.replace('is not', 'was not')} {refusal}")
        return replace(examined(beside=store), beside=url)


def _examined_with_kept(
    examined: Callable[..., Examination], without: Examination, path: Path
) -> Examination:
    """With the credential that was signed here beside exactly these bytes, where there is one."""
    try:
        kept = credential_beside_digest(without.sha256_hex or sha256_hex_of_file(path))
    except (DatabaseFailure, OSError) as error:
        logger.warning("Not looked up by digest: %s", error)
        return without
    if kept is None:
        return without
    with MediaStore(settings.MEDIA_FOLDER).temporary(".c2pa") as store:
        store.write_bytes(kept)
        found: Examination = examined(beside=store)
    return without if found.reading is None else replace(found, beside=_KEPT_HERE)


def _with_today(verification: Verification, manifest_id: str, active_id: str) -> Verification:
    """With what stands today. Who knows that stands above this room and is named in the settings."""
    try:
        return replace(verification, today=import_string(settings.STANDING_TODAY)(manifest_id, active_id))
    except DatabaseFailure as error:
        logger.warning("What stands today is not known: %s", error)
        note = "What stands today is not known: repository not reachable."
        return replace(verification, reasons=(*verification.reasons, note))
