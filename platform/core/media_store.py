"""Files of the product, on a local volume."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from core.digests import sha256_hex_of_file
from core.errors import DiskFull


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in its final place. `key` is relative to the store and holds nothing personal."""

    key: str
    sha256_hex: str
    size_bytes: int


class MediaStore:
    """Content-addressed files under one folder.

    A file is written under a temporary name, flushed to the disk and renamed, so a reader finds either all of
    it or nothing, also after a power failure.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def temporary(self, suffix: str) -> Iterator[Path]:
        """A path on the same volume for work in progress; whatever is left there at the end is removed."""
        folder = self.root / "tmp"
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid4().hex}{suffix}"
        try:
            with disk_errors():
                yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def temporary_folder(self) -> Iterator[Path]:
        """An empty folder on the same volume; whatever is left in it at the end is removed."""
        folder = self.root / "tmp"
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=folder) as made:
                yield Path(made)

    @staticmethod
    def key_of(sha256_hex: str, *, suffix: str) -> str:
        """The key under which a file of that digest is kept."""
        return f"{sha256_hex[:2]}/{sha256_hex}{suffix}"

    def keep(self, path: Path, *, suffix: str, sha256_hex: str | None = None) -> StoredFile:
        """Move the finished file at `path` to the place its digest names.

        Args:
            path: on the same volume.
            suffix: of the name, with its dot.
            sha256_hex: of the file, where it is known already.

        Raises:
            DiskFull: the volume has no room; `path` is left as it was.
        """
        digest = sha256_hex or sha256_hex_of_file(path)
        key = self.key_of(digest, suffix=suffix)
        final = self.root / key
        size_bytes = path.stat().st_size
        with disk_errors():
            final.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
            path.replace(final)
            _sync_folder(final.parent)
        return StoredFile(key=key, sha256_hex=digest, size_bytes=size_bytes)

    def path(self, key: str) -> Path:
        """Where the file with `key` lies.

        Raises:
            ValueError: the key points outside the store.
        """
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"{key!r} is not a key of this store")
        return path


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn 'no space' and 'quota exceeded' into `DiskFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull("The media volume is full. Free some space and try again.") from error
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
