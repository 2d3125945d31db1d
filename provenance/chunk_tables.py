"""Where the chunks of picture and sound stand, by the index of an ISO BMFF file; moved with them. Pure.

Source: ISO/IEC 14496-12, 8.7.5 (`stco` and `co64` hold offsets from the beginning of the file).
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
# What holds places in the file in other ways than a table of chunks does.
_OTHER_PLACES = (b"saio", b"iloc", b"mvex")
_HEADER_BYTES = 8
# Of a table: size, type, version with flags, count.
_TABLE_HEADER_BYTES = 16
_LAST_PLACE_OF_32_BITS = 2**32 - 1


class Unmovable(ValueError):
    """The index cannot be made to fit. The message says why."""


@dataclass(frozen=True, slots=True)
class Move:
    """What stood from `start` to before `end` stands `by` bytes further back."""

    start: int
    end: int
    by: int


class _TooFar(Exception):
    """A table of 32 bits does not reach that far."""


def moved_to(moov: bytes, moves: Callable[[int], Sequence[Move]]) -> bytes:
    """`moov` for a file whose parts moved.

    Where a table of 32 bits would no longer reach, all become tables of 64.

    Args:
        moov: the whole box.
        moves: given how long the box will be, the moves.

    Raises:
        Unmovable: it holds places of another kind, or a chunk stands where nothing is said to have been.
    """
    for kind in _OTHER_PLACES:
        if kind in moov:
            raise Unmovable(f"its moov has {kind.decode()}")
    try:
        return _moved(moov, moves(len(moov)))
    except _TooFar:
        wide = _widened(moov, 0, len(moov))
        return _moved(wide, moves(len(wide)))


def _moved(moov: bytes, moves: Sequence[Move]) -> bytes:
    moved = bytearray(moov)
    for kind, at, end in _tables(moov, _HEADER_BYTES, len(moov)):
        moved_places = [_moved_place(place, moves) for place in _places(moov, kind, at, end)]
        if kind == b"stco" and max(moved_places, default=0) > _LAST_PLACE_OF_32_BITS:
            raise _TooFar
        places = array(_letter(kind), moved_places)
        _turn(places)
        begin = at + _TABLE_HEADER_BYTES
        moved[begin : begin + len(places) * places.itemsize] = places.tobytes()
    return bytes(moved)


def _moved_place(place: int, moves: Sequence[Move]) -> int:
    for move in moves:
        if move.start <= place < move.end:
            return place + move.by
    raise Unmovable("a chunk stands before ftyp ends, or in the index")


def _places(moov: bytes, kind: bytes, at: int, end: int) -> array[int]:
    (count,) = struct.unpack_from(">I", moov, at + 12)
    begin = at + _TABLE_HEADER_BYTES
    width = array(_letter(kind)).itemsize
    if begin + count * width > end:
        raise Unmovable("a table of chunks does not fit its box")
    places = array(_letter(kind), moov[begin : begin + count * width])
    _turn(places)
    return places


def _letter(kind: bytes) -> str:
    return "I" if kind == b"stco" else "Q"


def _turn(places: array[int]) -> None:
    """From the file's order of bytes to the machine's, or back."""
    if sys.byteorder == "little":
        places.byteswap()


def _widened(moov: bytes, start: int, end: int) -> bytes:
    """The boxes from `start` to `end` with tables of 64 bits for those of 32."""
    made, box_end = [], start
    for found, at, box_end in _children(moov, start, end):
        kind = found
        if kind in _CONTAINERS:
            content = _widened(moov, at + _HEADER_BYTES, box_end)
        elif kind == b"stco":
            places = array("Q", _places(moov, kind, at, box_end))
            _turn(places)
            kind = b"co64"
            content = moov[at + _HEADER_BYTES : at + _TABLE_HEADER_BYTES] + places.tobytes()
        else:
            content = moov[at + _HEADER_BYTES : box_end]
        made.append(struct.pack(">I4s", _HEADER_BYTES + len(content), kind) + content)
    # A container may end with a few bytes that are no box.
    return b"".join(made) + moov[box_end:end]


def _tables(moov: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of every table of chunks."""
    for kind, at, box_end in _children(moov, start, end):
        if kind in _CONTAINERS:
            yield from _tables(moov, at + _HEADER_BYTES, box_end)
        elif kind in (b"stco", b"co64"):
            yield kind, at, box_end


def _children(moov: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the boxes from `start` to `end`."""
    at = start
    while at + _HEADER_BYTES <= end:
        size, kind = struct.unpack_from(">I4s", moov, at)
        if size < _HEADER_BYTES or at + size > end:
            raise Unmovable(f"the box at {at} of its moov does not fit")
        yield kind, at, at + size
        at += size
