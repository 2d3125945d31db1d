"""Digests of the files of a folder, as `sha256sum` writes and checks them. Pure but for the reading of files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.digests import sha256_hex_of_file

SUFFIX = ".sha256"
# A feature of four hours at 60 frames a second has 864,000 frames.
MOST_FILES = 1_000_000
_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\\]+)")


class BadDigestList(ValueError):
    """It is not such a list, or a name in it would lead out of the folder. The message names the line."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file: where it lies below the folder, with `/` between names, and its SHA-256 in hexadecimal."""

    name: str
    sha256_hex: str


def digests_of(folder: Path) -> tuple[Listed, ...]:
    """Every file below `folder`, in the order of their names.

    Raises:
        BadDigestList: a name cannot be written in a list, a link or a device is among them, or nothing is.
        OSError: one cannot be read.
    """
    listed = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BadDigestList(f"{name} is a link or a device")
        if path.is_file():
            listed.append(Listed(name, sha256_hex_of_file(path)))
    # What cannot be read back is not written.
    return from_text(to_text(listed))


def to_text(listed: Sequence[Listed]) -> str:
    return "".join(f"{one.sha256_hex}  {one.name}\n" for one in listed)


def from_text(text: str) -> tuple[Listed, ...]:
    """The list that `text` spells.

    Raises:
        BadDigestList: see there.
    """
    lines = text.split("\n")
    if lines[-1:] != [""] or not 1 < len(lines) <= MOST_FILES + 1:
        raise BadDigestList(f"a list has 1 to {MOST_FILES} lines, each with its end")
    listed = tuple(_listed(number, line) for number, line in enumerate(lines[:-1], start=1))
    if len({one.name for one in listed}) != len(listed):
        raise BadDigestList("a name stands in it twice")
    return listed


def differences(listed: Sequence[Listed], folder: Path) -> tuple[str, ...]:
    """What in `folder` is not as listed, in words; empty where all of it is, and nothing more lies there.

    Raises:
        BadDigestList, OSError: as `digests_of`.
    """
    there = {one.name: one.sha256_hex for one in digests_of(folder)}
    wanted = {one.name: one.sha256_hex for one in listed}
    missing = [f"{name} is missing" for name in wanted if name not in there]
    changed = [
        f"{name} is not what was signed" for name in wanted if there.get(name, wanted[name]) != wanted[name]
    ]
    more = [f"{name} is not on the list" for name in there if name not in wanted]
    return (*missing, *changed, *more)


def _listed(number: int, line: str) -> Listed:
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadDigestList(f"line {number} is not a digest, two spaces and a name")
    digest, name = found.groups()
    if name.startswith("/") or any(part in ("", ".", "..") for part in name.split("/")):
        raise BadDigestList(f"line {number} leads out of the folder")
    return Listed(name, digest)
