"""As much of JUMBF (ISO 19566-5) as it takes to hand out one manifest of a store. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADER = struct.Struct(">I4s")


class NotJumbf(ValueError):
    """The bytes are no manifest store. It was ours, so this is a defect."""


def active_alone(store: bytes) -> bytes:
    """The manifest store with its active manifest alone, which is the last one (C2PA 2.4, 11.1.4.2)."""
    ((start, end, kind),) = list(_boxes(store, 0, len(store)))
    if kind != b"jumb":
        raise NotJumbf(f"a {kind!r} box where a superbox was expected")
    description, *manifests = _boxes(store, start + _HEADER.size, end)
    if description[2] != b"jumd" or not manifests:
        raise NotJumbf("no description, or no manifest")
    last = manifests[-1]
    content = store[description[0] : description[1]] + store[last[0] : last[1]]
    return _HEADER.pack(_HEADER.size + len(content), b"jumb") + content


def _boxes(store: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Boxes side by side: where each starts and ends, and its kind."""
    while start < end:
        if end - start < _HEADER.size:
            raise NotJumbf("a box without a header")
        size, kind = _HEADER.unpack_from(store, start)
        if not _HEADER.size <= size <= end - start:
            raise NotJumbf(f"a box of {size} bytes where {end - start} are left")
        yield start, start + size, kind
        start += size
