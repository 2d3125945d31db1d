"""Evidence bundles: an archive with exactly one spelling. No Django, no tables.

A bundle may be shown years later to somebody who trusts nobody involved. So nothing in the file is free: index.json
comes first and tells name, size and digest of every member in order, and every other byte but the members' contents
follows from it. `tools/verify_evidence.py` holds a file against that and refuses every other spelling.

Source: APPNOTE 6.3 (ZIP): members stored, no flags, no extra fields, no comments, one fixed time.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from core.canonical import canonical_bytes
from core.clock import rfc3339

INDEX = "index.json"
VERSION = 1

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9./-]{0,199}")
_BLOCK_BYTES = 2**20
# Version 2.0 of the format for Unix (made by) and to read it; 1 January 1980, midnight.
_MADE_BY, _VERSION_NEEDED, _TIME, _DATE = 0x0314, 20, 0, 0x21
_LARGEST = 2**32 - 1
_MOST_MEMBERS = 2**16 - 1


class BundleTooLarge(ValueError):
    """More than a plain ZIP file can hold; there is no second form for larger ones."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a bundle. `content` is read when the bundle is written; a path may lead to a large file."""

    name: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class _Measured:
    name: bytes
    content: bytes | Path
    size: int
    sha256_hex: str
    crc: int


def write_bundle(target: BinaryIO, *, kind: str, made_at: datetime, members: Sequence[Member]) -> None:
    """Write a bundle of `members`, in this order, to `target`, which stands at its beginning.

    The order, like the names, is agreed with whoever checks bundles of this kind.

    Raises:
        BundleTooLarge: it would need another form of ZIP file.
        ValueError: a name is used twice, or is none that a bundle may hold.
        OSError: a file cannot be read, or was changed while it was read.
    """
    measured = [_measured(member) for member in members]
    names = [member.name for member in measured]
    if len({INDEX.encode(), *names}) != len(names) + 1:
        raise ValueError("A name is used twice.")
    index = canonical_bytes(
        {
            "kind": kind,
            "made_at": rfc3339(made_at),
            "members": [
                {"name": one.name.decode(), "sha256": one.sha256_hex, "size": one.size} for one in measured
            ],
            "v": VERSION,
        }
    )
    everything = [_measured(Member(INDEX, index)), *measured]
    _refuse_too_large(everything)
    directory, start = b"", 0
    for one in everything:
        header = struct.pack("<4s", b"PK\3\4") + _shared_fields(one) + one.name
        target.write(header)
        _copy(one, target)
        directory += struct.pack("<4sH", b"PK\1\2", _MADE_BY) + _shared_fields(one)
        directory += struct.pack("<3H2I", 0, 0, 0, 0, start) + one.name
        start += len(header) + one.size
    count = len(everything)
    target.write(directory)
    target.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0))


def _shared_fields(one: _Measured) -> bytes:
    """What a member's own header and its line of the directory have in common."""
    return struct.pack(
        "<5H3I2H",
        *(_VERSION_NEEDED, 0, 0, _TIME, _DATE, one.crc, one.size, one.size, len(one.name), 0),
    )


def _measured(member: Member) -> _Measured:
    if not _NAME.fullmatch(member.name) or ".." in member.name or "//" in member.name:
        raise ValueError(f"{member.name!r} is no name for a member.")
    digest, crc, size = hashlib.sha256(), 0, 0
    for block in _blocks(member.content):
        digest.update(block)
        crc = zlib.crc32(block, crc)
        size += len(block)
    return _Measured(member.name.encode("ascii"), member.content, size, digest.hexdigest(), crc)


def _blocks(content: bytes | Path) -> Iterator[bytes]:
    with BytesIO(content) if isinstance(content, bytes) else content.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block


def _copy(one: _Measured, target: BinaryIO) -> None:
    before = target.tell()
    with BytesIO(one.content) if isinstance(one.content, bytes) else one.content.open("rb") as stream:
        shutil.copyfileobj(stream, target, _BLOCK_BYTES)
    if target.tell() - before != one.size:
        raise OSError(f"{one.name.decode()} changed while it was read.")


def _refuse_too_large(members: Sequence[_Measured]) -> None:
    whole = sum(76 + 2 * len(one.name) + one.size for one in members) + 22
    if len(members) > _MOST_MEMBERS or whole > _LARGEST:
        raise BundleTooLarge("The bundle would be larger than 4 GB. Export it without the video.")
