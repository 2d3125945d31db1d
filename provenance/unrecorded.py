"""Signed files on their way from the disk into the records.

A file is kept before its record is committed, because a record without its file would be worse. Between the two it is
announced: where the process dies there, the announcement stays, and the file that no record names is found by it.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.media_store import MediaStore
from core.tenancy import tenant
from provenance.models import CredentialUpdate, DerivedAsset, SignedAsset

_FOLDER = "unrecorded"
# Longer than any commit: whoever announced it is gone.
_LEFT_OVER_AFTER_S = 3600.0


@dataclass(frozen=True, slots=True)
class Announcement:
    """That a file is about to be kept."""

    path: Path

    def settle(self) -> None:
        """The file is recorded, or removed."""
        self.path.unlink(missing_ok=True)


def announce(store: MediaStore, *, organisation_id: UUID, record_id: UUID, key: str) -> Announcement:
    """Write down, and onto the disk, that the file with `key` will be kept for the record `record_id`."""
    folder = store.root / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record_id}.json"
    with path.open("w", encoding="utf-8") as stream:
        json.dump({"organisation": str(organisation_id), "key": key}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return Announcement(path)


def remove_unrecorded(store: MediaStore) -> int:
    """Remove files that were kept by processes that died before the record was committed; how many there were."""
    folder = store.root / _FOLDER
    removed = 0
    for path in folder.glob("*.json") if folder.is_dir() else ():
        try:
            if time.time() - path.stat().st_mtime < _LEFT_OVER_AFTER_S:
                continue
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            continue  # its owner, or another worker, was faster
        removed += _settled(store, text)
        path.unlink(missing_ok=True)
    return removed


def _settled(store: MediaStore, text: str) -> int:
    try:
        told = json.loads(text)
        organisation_id, key = UUID(told["organisation"]), str(told["key"])
        file = store.path(key)
    except (ValueError, KeyError, TypeError):
        return 0  # written half: then the file itself was not kept yet
    with tenant(organisation_id):
        recorded = any(
            model.objects.filter(media_key=key).exists()
            for model in (SignedAsset, CredentialUpdate, DerivedAsset)
        )
    if recorded or not file.exists():
        return 0
    file.unlink(missing_ok=True)
    return 1
