"""What the signer or a witness remembers of every log: the size and root it signed last.

A file that grows by one line with every signature, so that remembering costs one write and one fsync however many
logs there are. A last line without its end was never answered for, because the signature is given out afterwards.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from audit.merkle import HASH_BYTES

# Beyond this many lines per log the file is written anew when it is opened.
_LINES_PER_LOG = 16


class StateUnreadable(ValueError):
    """The file holds something that was never written there: who changed it must be found before signing goes on."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The head of a log that was signed last."""

    size: int
    root: bytes


class SignedHeads:
    """The heads in `path`, which must exist: a missing file is a lost memory, not an empty one.

    Raises:
        FileNotFoundError: there is no such file.
        StateUnreadable: see there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._heads, is_tidy = _read(path)
        if not is_tidy:
            self._write_anew()
        self._stream = path.open("ab", buffering=0)

    @classmethod
    def begin(cls, path: Path) -> None:
        """Make an empty memory where none is."""
        with path.open("xb") as stream:
            os.fsync(stream.fileno())
        path.chmod(0o600)
        _sync_folder(path.parent)

    def get(self, origin: str) -> Signed | None:
        return self._heads.get(origin)

    def put(self, origin: str, head: Signed) -> None:
        """Remember `head`; returns when it would outlast a power failure."""
        line = _line(origin, head)
        end = os.fstat(self._stream.fileno()).st_size
        try:
            if self._stream.write(line) != len(line):
                raise OSError(f"{self._path} could not be written in full.")  # noqa: TRY301 - as a failing write
            os.fsync(self._stream.fileno())
        except OSError:
            # A full disk: what follows a torn line could never be read again. Nobody was answered for this one.
            self._stream.truncate(end)
            raise
        self._heads[origin] = head

    def close(self) -> None:
        self._stream.close()

    def _write_anew(self) -> None:
        draft = self._path.with_name(f".{self._path.name}.new")
        with draft.open("wb") as stream:
            stream.writelines(_line(origin, head) for origin, head in sorted(self._heads.items()))
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(0o600)
        draft.replace(self._path)
        _sync_folder(self._path.parent)


def read_heads(path: Path) -> dict[str, Signed]:
    """The heads in `path`, for whoever only looks.

    Raises:
        FileNotFoundError: there is no such file.
        StateUnreadable: see there.
    """
    return _read(path)[0]


def _read(path: Path) -> tuple[dict[str, Signed], bool]:
    """The heads, and whether the file may be continued as it is."""
    whole, _, torn = path.read_bytes().rpartition(b"\n")
    lines = whole.split(b"\n") if whole else []
    heads: dict[str, Signed] = {}
    for number, line in enumerate(lines, start=1):
        try:
            said = json.loads(line)
            origin, size, root = said["origin"], said["size"], bytes.fromhex(said["root_hex"])
        except (ValueError, KeyError, TypeError) as error:
            raise StateUnreadable(f"{path}, line {number}, is not what is written there.") from error
        known = heads.get(origin)
        if not isinstance(size, int) or len(root) != HASH_BYTES or (known is not None and size < known.size):
            raise StateUnreadable(f"{path}, line {number}, contradicts the lines before it.")
        heads[origin] = Signed(size, root)
    return heads, not torn and len(lines) <= _LINES_PER_LOG * (len(heads) + 1)


def _line(origin: str, head: Signed) -> bytes:
    said = {"origin": origin, "size": head.size, "root_hex": head.root.hex()}
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
