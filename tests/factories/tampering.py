"""What happens to files on their way: each function takes the bytes of a signed MP4 and gives other bytes."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import av

STORE_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    start: int
    end: int


def boxes(content: bytes) -> Iterator[Box]:
    """The boxes at the top of the file."""
    start = 0
    while start < len(content):
        size, kind = struct.unpack(">I4s", content[start : start + 8])
        yield Box(kind, start, start + size)
        start += size


def box(content: bytes, kind: bytes) -> Box:
    return next(found for found in boxes(content) if found.kind == kind)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def flipped_in_box(content: bytes, kind: bytes) -> bytes:
    found = box(content, kind)
    return flipped(content, (found.start + found.end) // 2)


def flipped_after(content: bytes, marker: bytes) -> bytes:
    """One bit changed a little behind the last place of `marker`."""
    return flipped(content, content.rindex(marker) + len(marker) + 4)


def with_appended_box(content: bytes, kind: bytes, payload: bytes = b"") -> bytes:
    return content + struct.pack(">I4s", 8 + len(payload), kind) + payload


def without_credential(content: bytes) -> bytes:
    """The store's box cut out, every other byte as it was."""
    found = box(content, b"uuid")
    return content[: found.start] + content[found.end :]


def with_store_of(content: bytes, other: bytes) -> bytes:
    """The credential replaced by that of another file."""
    own, foreign = box(content, b"uuid"), box(other, b"uuid")
    return content[: own.start] + other[foreign.start : foreign.end] + content[own.end :]


def with_two_stores(content: bytes) -> bytes:
    found = box(content, b"uuid")
    return content[: found.end] + content[found.start : found.end] + content[found.end :]


def remuxed(content: bytes) -> bytes:
    """Copied packet by packet into a new container, as most tools do."""
    output = io.BytesIO()
    with av.open(io.BytesIO(content), mode="r") as source, av.open(output, "w", format="mp4") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return output.getvalue()


def with_box_sized(content: bytes, kind: bytes, size: int) -> bytes:
    """A box before all others but the first that says it is `size` bytes long and is not."""
    first = next(boxes(content))
    liar = struct.pack(">I4sQ", 1, kind, size) + STORE_UUID
    return content[: first.end] + liar + content[first.end :]
