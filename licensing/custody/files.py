"""Where sealed files lie: `custody/<organisation>/<asset>.sealed` on the media volume, names that tell nothing.

Only ciphertext is ever written, also while an asset is handed in.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

from core.ids import new_id
from core.media_store import disk_errors
from licensing.custody.errors import AssetTooLarge
from licensing.custody.vault import Sealer, new_key

_SUFFIX = ".sealed"
_HEAD_BYTES = 64


def folder() -> Path:
    """The folder of all sealed files."""
    return Path(settings.MEDIA_FOLDER) / "custody"


def path_of(organisation_id: UUID, asset_id: UUID) -> Path:
    return folder() / str(organisation_id) / f"{asset_id}{_SUFFIX}"


def sealed_files() -> Iterator[tuple[UUID, UUID, Path]]:
    """Every sealed file in its final place, with the organisation and the asset that its name says."""
    for path in sorted(folder().glob(f"*/*{_SUFFIX}")):
        try:
            yield UUID(path.parent.name), UUID(path.stem), path
        except ValueError:
            continue  # a draft, or not ours


def drafts() -> Iterator[Path]:
    """Files that were being sealed."""
    yield from sorted((folder() / "drafts").glob("*"))


@dataclass(frozen=True, slots=True)
class SealedDraft:
    """An asset that was handed in, sealed and not yet taken into custody. `head` is the first of its plaintext."""

    asset_id: UUID
    key: bytes
    path: Path
    head: bytes
    plain_bytes: int
    plain_sha256: str
    sealed_bytes: int
    sealed_sha256: str


class Receiving:
    """Seals what arrives as it arrives; nothing of it is written in clear. Bounded in memory and in length."""

    def __init__(self, *, largest_bytes: int) -> None:
        self.asset_id = new_id()
        self.key = new_key()
        self._largest = largest_bytes
        self._plain = hashlib.sha256()
        self._length = 0
        self._head = b""
        self.path = folder() / "drafts" / f"{self.asset_id}{_SUFFIX}"
        with disk_errors():
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._stream: IO[bytes] = os.fdopen(
                os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            )
            self._sealer = Sealer(self._stream, key=self.key, asset_id=self.asset_id)

    def write(self, plain: bytes) -> None:
        """Seal the next part.

        Raises:
            AssetTooLarge: more than may be handed in.
            core.errors.DiskFull: the volume has no room.
        """
        self._length += len(plain)
        if self._length > self._largest:
            raise AssetTooLarge(self._largest)
        if len(self._head) < _HEAD_BYTES:
            self._head += plain[: _HEAD_BYTES - len(self._head)]
        self._plain.update(plain)
        with disk_errors():
            self._sealer.write(plain)

    def finish(self) -> SealedDraft:
        """Close the file, flushed to the disk."""
        with disk_errors():
            self._sealer.finish()
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
        with self.path.open("rb") as stream:
            sealed_sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return SealedDraft(
            asset_id=self.asset_id,
            key=self.key,
            path=self.path,
            head=self._head,
            plain_bytes=self._length,
            plain_sha256=self._plain.hexdigest(),
            sealed_bytes=self.path.stat().st_size,
            sealed_sha256=sealed_sha256,
        )

    def abandon(self) -> None:
        """Remove what was written; nothing happens where the file was put in its place."""
        self._stream.close()
        self.path.unlink(missing_ok=True)


@contextmanager
def receiving(*, largest_bytes: int) -> Iterator[Receiving]:
    """A `Receiving` that leaves no draft behind."""
    arriving = Receiving(largest_bytes=largest_bytes)
    try:
        yield arriving
    finally:
        arriving.abandon()


def put_in_place(organisation_id: UUID, draft: SealedDraft) -> None:
    """Move a draft to where its asset lies. Durable when it returns."""
    final = path_of(organisation_id, draft.asset_id)
    with disk_errors():
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.path.replace(final)
        _sync(final.parent)


def remove(organisation_id: UUID, asset_id: UUID) -> bool:
    """Remove an asset's file; whether there was one."""
    path = path_of(organisation_id, asset_id)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _sync(path.parent)
    return True


def age_s(path: Path) -> float:
    """Seconds since `path` was written; 0 when it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
