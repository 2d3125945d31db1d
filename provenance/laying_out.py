"""Files written as `provenance.layout` lays them out: each byte once, inside the kernel where the volume can."""

from __future__ import annotations

import errno
import io
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from core.media_store import disk_errors
from provenance.layout import Layout, NoPlace, room_for, with_reserve

logger = logging.getLogger(__name__)

# Files up to here are made in memory: the library reads them in a hundred small pieces.
IN_MEMORY_BYTES = 16 * 2**20
_COPY_AT_ONCE = 2**30
_BLOCK_BYTES = 2**20
# File systems that cannot copy among themselves say so in one of these ways.
_CANNOT_COPY = frozenset({errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF})


def make_room(path: Path, thumbnail_jpeg: bytes, ingredients: Iterable[Path]) -> None:
    """Put the index of the film at `path` first, and before it a reserve for a credential with all of this in it.

    A small film gets none, because its credential is put in where it is read into memory anyway. The file is replaced
    when the new one is complete. One that cannot be laid out so is left as it is: it is signed in another way then.

    Raises:
        DiskFull: there is no room for a second one; the file is as it was.
    """
    large = path.stat().st_size > IN_MEMORY_BYTES
    room = room_for(thumbnail_jpeg, ingredients) if large else 0
    made = path.with_name(f"{uuid4().hex}{path.suffix}")
    try:
        with disk_errors(), path.open("rb") as source:
            layout = with_reserve(source, room)
            with made.open("wb", buffering=0) as target:
                write(layout, source, target)
            made.replace(path)
    except NoPlace as reason:
        logger.info("%s gets no reserve: %s.", path.name, reason)
    finally:
        with suppress(FileNotFoundError):
            made.unlink()


def write(layout: Layout, source: BinaryIO, target: BinaryIO) -> None:
    """Write what `layout` says of `source` to `target`."""
    for piece in layout.pieces:
        if isinstance(piece, bytes):
            write_all(target, piece)
        else:
            copy(source, piece, target)


def copy(source: BinaryIO, piece: range, target: BinaryIO) -> None:
    """Copy a range of bytes to where `target` stands."""
    if isinstance(target, io.BytesIO):
        target.write(os.pread(source.fileno(), len(piece), piece.start))
        return
    at = piece.start
    while at < piece.stop:
        try:
            copied = os.copy_file_range(
                source.fileno(), target.fileno(), min(piece.stop - at, _COPY_AT_ONCE), offset_src=at
            )
        except OSError as error:
            if error.errno not in _CANNOT_COPY:
                raise
            block = os.pread(source.fileno(), min(piece.stop - at, _BLOCK_BYTES), at)
            write_all(target, block)
            copied = len(block)
        if not copied:
            raise OSError(errno.EIO, "the source ended early")
        at += copied


def write_all(target: BinaryIO, content: bytes) -> None:
    """Write all of `content`; a file without a buffer may take less at once."""
    view = memoryview(content)
    while view:
        view = view[target.write(view) :]
