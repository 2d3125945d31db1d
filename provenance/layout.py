"""Where the credential's box goes in an ISO BMFF file, and what must move for it. Pure but for the reading.

The box stands after `ftyp` and before `moov` and `mdat` (C2PA 2.4, A.5.3). Either room was reserved for it there, by
a box that means nothing and is given up, or all that follows moves back, and the offsets in `moov` with it. The index
comes before the picture in whatever is laid out here, so that a player can begin before it has all of the file.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias
from uuid import UUID

from provenance import boxes
from provenance.boxes import Box, NotBoxes
from provenance.chunk_tables import Move, Unmovable, moved_to

# A box of this type holds nothing: it keeps room for a credential, which takes all of it.
RESERVE = UUID("5f1c9a54-5d0e-4c3e-9a6b-6f0c2e9d7b31").bytes
CREDENTIAL = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_UUID_HEADER_BYTES = 24

# Tables of more than this are no film's.
_LONGEST_INDEX_BYTES = 256 * 2**20
# What holds places in the file in other ways than a table of chunks does: fragments, and items of HEIF.
_FRAGMENTED = frozenset({b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"meta"})

# What a manifest of ours takes without its thumbnail and its ingredients: chain, time stamp, identity, proofs.
_OWN_ROOM_BYTES = 64 * 2**10
# Of a file that is not made of boxes; where it bears more, the film is written anew once.
_ROOM_OF_OTHERS_BYTES = 64 * 2**10

Piece: TypeAlias = "bytes | range"
"""Bytes as they are, or a range of bytes of the source."""


class NoPlace(ValueError):
    """The box cannot be put there in this way. The message says why; the SDK's own writing may still do it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished file.

    Attributes:
        pieces: all of it, in order.
        place: where the credential's box begins.
        size: of that box, which may be more than was asked for: the rest is its padding.
    """

    pieces: tuple[Piece, ...]
    place: int
    size: int


def laid_out(source: BinaryIO, box_size: int) -> Layout:
    """The file of `source` with room for a box of `box_size` bytes.

    Raises:
        NoPlace: see there.
    """
    found, brand = _boxes_of(source)
    reserve = _reserve(source, found)
    end = os.fstat(source.fileno()).st_size
    if reserve is not None and reserve.size >= box_size:
        return Layout(
            (range(brand.end), bytes(reserve.size), range(reserve.end, end)), reserve.start, reserve.size
        )
    return _index_first(source, found, bytes(box_size))


def with_reserve(source: BinaryIO, size: int) -> Layout:
    """The file of `source`, its index first, with a reserve of `size` bytes; without one where that is 0.

    Raises:
        NoPlace: see there; also where it has a reserve.
    """
    found, _ = _boxes_of(source)
    if _reserve(source, found) is not None:
        raise NoPlace("it has a reserve")
    return _index_first(source, found, reserve_box(size) if size else b"")


def room_for(thumbnail_jpeg: bytes, ingredients: Iterable[Path]) -> int:
    """Bytes that are very likely enough for a credential with that thumbnail and these files as ingredients."""
    room = _OWN_ROOM_BYTES + len(thumbnail_jpeg)
    for path in ingredients:
        inside = credential_bytes(path)
        room += _ROOM_OF_OTHERS_BYTES if inside is None else inside
    return room


def has_reserve(path: Path) -> bool:
    """Whether the file at `path` has room for a credential, however little."""
    with path.open("rb") as source:
        return reserved(source, 0) is not None


def reserved(source: BinaryIO, box_size: int) -> Box | None:
    """The box that was reserved for a credential and has room for `box_size` bytes; None where there is none."""
    try:
        found, _ = _boxes_of(source)
    except NoPlace:
        return None
    box = _reserve(source, found)
    return box if box is not None and box.size >= box_size else None


def credential_bytes(path: Path) -> int | None:
    """How many bytes the credentials in the file at `path` take; None where it is not made of boxes."""
    try:
        with path.open("rb") as source:
            return sum(box.size for box in boxes.top_level(source) if is_credential(source, box))
    except NotBoxes:
        return None


def is_credential(source: BinaryIO, box: Box) -> bool:
    return box.kind == b"uuid" and _extended_type(source, box) == CREDENTIAL


def reserve_box(size: int) -> bytes:
    """A box of `size` bytes that keeps room for a credential."""
    return struct.pack(">I4s16s", size, b"uuid", RESERVE) + bytes(size - _UUID_HEADER_BYTES)


def padded(box: bytes, size: int) -> bytes:
    """A credential's box grown to `size` bytes by padding after the store (C2PA 2.4, A.5.3)."""
    return struct.pack(">I", size) + box[4:] + bytes(size - len(box))


def _boxes_of(source: BinaryIO) -> tuple[list[Box], Box]:
    """All boxes and the first one, `ftyp`."""
    try:
        found = list(boxes.top_level(source))
    except NotBoxes as error:
        raise NoPlace(str(error)) from error
    kinds = [box.kind for box in found]
    if not found or kinds[0] != b"ftyp":
        raise NoPlace("it does not begin with ftyp")
    other = _FRAGMENTED & set(kinds)
    if other:
        raise NoPlace(f"it has {', '.join(kind.decode() for kind in sorted(other))}")
    if kinds.count(b"moov") != 1:
        raise NoPlace(f"it has {kinds.count(b'moov')} boxes moov")
    if any(is_credential(source, box) for box in found):
        raise NoPlace("it has a credential")
    return found, found[0]


def _index_first(source: BinaryIO, found: list[Box], room: bytes) -> Layout:
    brand = found[0]
    index = next(box for box in found if box.kind == b"moov")
    others = [range(box.start, box.end) for box in found[1:] if box is not index]

    def moves(size: int) -> tuple[Move, ...]:
        return (
            Move(brand.end, index.start, len(room) + size),
            Move(index.end, sys.maxsize, len(room) + size - index.size),
        )

    moov = _read(source, index)
    if int.from_bytes(moov[:4], "big") != index.size:
        raise NoPlace("its moov says its size in another way than in 32 bits")
    try:
        moov = moved_to(moov, moves)
    except Unmovable as error:
        raise NoPlace(str(error)) from error
    return Layout((range(brand.end), room, moov, *others), brand.end, len(room))


def _reserve(source: BinaryIO, found: list[Box]) -> Box | None:
    """The reserve, where it stands where a credential's box may."""
    second = found[1]
    return second if second.kind == b"uuid" and _extended_type(source, second) == RESERVE else None


def _extended_type(source: BinaryIO, box: Box) -> bytes:
    source.seek(box.start)
    header = source.read(_UUID_HEADER_BYTES)
    return header[8:] if header[:4] != b"\0\0\0\1" else b""


def _read(source: BinaryIO, box: Box) -> bytes:
    if box.size > _LONGEST_INDEX_BYTES:
        raise NoPlace(f"its moov has {box.size} bytes")
    source.seek(box.start)
    return source.read(box.size)
