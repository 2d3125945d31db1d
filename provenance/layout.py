"""Where the credential's box goes in an ISO BMFF file, and what must move for it. Pure but for the reading.

The box stands after `ftyp` and before `moov` and `mdat` (C2PA 2.4, A.5.3). Either room was reserved for it there, by
a box that means nothing and is given up, or all that follows moves back, and the offsets in `moov` with it.
"""

from __future__ import annotations

import os
import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias
from uuid import UUID

from provenance import boxes
from provenance.boxes import Box, NotBoxes

# A box of this type holds nothing: it keeps room for a credential, which takes all of it.
RESERVE = UUID("5f1c9a54-5d0e-4c3e-9a6b-6f0c2e9d7b31").bytes
CREDENTIAL = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_UUID_HEADER_BYTES = 24

# Tables of more than this are no film's.
_LONGEST_INDEX_BYTES = 256 * 2**20
_CONTAINERS = frozenset({b"trak", b"mdia", b"minf", b"stbl"})
# What holds places in the file in other ways than a table of chunks does: fragments, and items of HEIF.
_FRAGMENTED = frozenset({b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"meta"})
_OTHER_PLACES = (b"saio", b"iloc", b"mvex")
_LAST_PLACE_OF_32_BITS = 2**32 - 1

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
    pieces: list[Piece] = [range(brand.end), bytes(box_size)]
    for box in found[1:]:
        if box.kind == b"moov":
            pieces.append(_moved(_read(source, box), brand.end, box_size))
        else:
            pieces.append(range(box.start, box.end))
    return Layout(tuple(pieces), brand.end, box_size)


def reserved(source: BinaryIO, box_size: int) -> Box | None:
    """The box that was reserved for a credential and has room for `box_size` bytes; None where there is none."""
    try:
        found, _ = _boxes_of(source)
    except NoPlace:
        return None
    box = _reserve(source, found)
    return box if box is not None and box.size >= box_size else None


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
    if any(box.kind == b"uuid" and _extended_type(source, box) == CREDENTIAL for box in found):
        raise NoPlace("it has a credential")
    return found, found[0]


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


def _moved(moov: bytes, start: int, by: int) -> bytes:
    """`moov` for a file in which everything from `start` on stands `by` bytes further back."""
    for kind in _OTHER_PLACES:
        if kind in moov:
            raise NoPlace(f"its moov has {kind.decode()}")
    moved = bytearray(moov)
    for kind, at, end in _tables(moov, 8, len(moov)):
        letter = "I" if kind == b"stco" else "Q"
        (count,) = struct.unpack_from(">I", moov, at + 12)
        table = at + 16
        if table + count * (4 if letter == "I" else 8) > end:
            raise NoPlace("a table of chunks does not fit its box")
        places = array(letter, moov[table : table + count * (4 if letter == "I" else 8)])
        _turn(places)
        if count and min(places) < start:
            raise NoPlace("a chunk stands before ftyp ends")
        if letter == "I" and count and max(places) + by > _LAST_PLACE_OF_32_BITS:
            raise NoPlace("its tables have 32 bits, and it would pass 4 GB")
        places = array(letter, [place + by for place in places])
        _turn(places)
        moved[table : table + len(places) * places.itemsize] = places.tobytes()
    return bytes(moved)


def _turn(places: array[int]) -> None:
    """From the file's order of bytes to the machine's, or back."""
    if sys.byteorder == "little":
        places.byteswap()


def _tables(moov: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of every table of chunks."""
    at = start
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", moov, at)
        if size < 8 or at + size > end:  # noqa: PLR2004 - no box is shorter than its header
            raise NoPlace(f"the box at {at} of its moov does not fit")
        if kind in _CONTAINERS:
            yield from _tables(moov, at + 8, at + size)
        elif kind in (b"stco", b"co64"):
            yield kind, at, at + size
        at += size
