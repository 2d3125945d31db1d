"""The boxes at the top of an ISO BMFF file, and those that a C2PA hard binding leaves out.

The binding of MP4 covers every byte except whole boxes of a few types, so such a box can be changed or appended and
the credential still validates. Our manifests therefore state the digest of exactly these boxes.

Source: ISO/IEC 14496-12, 4.2; C2PA 2.4, 18.7 (default exclusions of `c2pa.hash.bmff.v3`).
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

UNBOUND_TYPES = frozenset({b"ftyp", b"mfra", b"free", b"skip"})

# Our files hold five. A hostile one may hold millions of empty ones.
_MOST_BOXES = 10_000
_BLOCK_BYTES = 2**20


class NotBoxes(ValueError):
    """The file is not a sequence of whole boxes."""


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    start: int
    size: int

    @property
    def end(self) -> int:
        return self.start + self.size


def unbound_sha256(path: Path) -> str:
    """SHA-256, hexadecimal, of all boxes that the hard binding leaves out, whole and in their order.

    Raises:
        NotBoxes: the file is cut short, has too many boxes, or is something else.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for box in top_level(stream):
            if box.kind in UNBOUND_TYPES:
                _feed(digest, stream, box)
    return digest.hexdigest()


def has_too_many(path: Path) -> bool:
    """Whether the file at `path` is made of so many boxes that no reader of them should be let near it."""
    with path.open("rb") as stream:
        found = 0
        try:
            for _ in top_level(stream):
                found += 1
        except NotBoxes:
            # Also for a file that is something else: its first bytes say no size that leads on for long.
            return found >= _MOST_BOXES
    return False


def is_beginning(path: Path) -> bool:
    """Whether the file at `path` is the beginning of a film in segments: no picture, and an index that says so.

    A film whose pictures were cut off has no picture either; only an index with `mvex` announces fragments elsewhere
    (ISO/IEC 14496-12, 8.8.1).
    """
    try:
        with path.open("rb") as stream:
            found = {box.kind: box for box in top_level(stream)}
            index = found.get(b"moov")
            if index is None or found.keys() & {b"mdat", b"moof"}:
                return False
            return any(box.kind == b"mvex" for box in _boxes(stream, index.start + 8, index.end))
    except NotBoxes:
        return False


def top_level(stream: BinaryIO) -> Iterator[Box]:
    """The boxes at the top of a file, in their order.

    Raises:
        NotBoxes: as `unbound_sha256`.
    """
    yield from _boxes(stream, 0, os.fstat(stream.fileno()).st_size)


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[Box]:
    for _ in range(_MOST_BOXES):
        if start == end:
            return
        box = _box(stream, start, end)
        yield box
        start += box.size
    raise NotBoxes(f"more than {_MOST_BOXES} boxes")


def _box(stream: BinaryIO, start: int, end: int) -> Box:
    stream.seek(start)
    header = stream.read(16)
    if len(header) < 8:  # noqa: PLR2004 - size and type
        raise NotBoxes(f"no box at {start}")
    size, kind = struct.unpack(">I4s", header[:8])
    if size == 0:
        size = end - start  # "to the end of the file"
    elif size == 1:
        if len(header) < 16:  # noqa: PLR2004 - size, type and long size
            raise NotBoxes(f"no long size at {start}")
        (size,) = struct.unpack(">Q", header[8:])
    if size < 8 or start + size > end:  # noqa: PLR2004 - no box is shorter than its header
        raise NotBoxes(f"the box at {start} does not fit")
    return Box(kind, start, size)


def _feed(digest: hashlib._Hash, stream: BinaryIO, box: Box) -> None:
    stream.seek(box.start)
    left = box.size
    while left:
        block = stream.read(min(left, _BLOCK_BYTES))
        if not block:
            raise NotBoxes(f"the box at {box.start} is cut short")
        digest.update(block)
        left -= len(block)
