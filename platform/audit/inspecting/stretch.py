"""A stretch of one log: its entries, the lowest tiles over them, and the checkpoints that end in it.

Stretches begin at multiples of a power of two, so each is a complete subtree, and what the check needs of one to go
on is its root. They can be read in any order and by any process.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from audit.checkpoint import Checkpoint, NoteError, NoteKey, verify_checkpoint
from audit.inspecting.findings import Findings
from audit.inspecting.snapshot import Reader
from audit.inspecting.spelling import Stored, look_closer, says_the_same
from audit.merkle import HASH_BYTES, fold
from audit.tiles import TILE_HEIGHT, TILE_WIDTH

STRETCH = 1 << 14

_LARGEST = 2**63 - 1
_ROWS_AT_ONCE = 500
_HOLE = bytes(HASH_BYTES)

# A column that was set to no time at all must not stop the check.
_ENTRIES = """
    SELECT uid::text, organisation_id::text, index, leaf_hash, type, actor, subject, production_id::text,
        coalesce(counter, 0), CASE WHEN at >= '0001-01-02' AND at < '9999-12-31' THEN at AT TIME ZONE 'UTC' END,
        coalesce(body, '')
    FROM audit_entry WHERE origin_id = %s AND index >= %s AND index <= %s ORDER BY index
"""
_CHECKPOINTS = """
    SELECT size, organisation_id, root, note FROM audit_checkpoint
    WHERE origin_id = %s AND size > %s AND size <= %s ORDER BY size
"""
_TILES = """
    SELECT number, organisation_id, hashes FROM audit_tile
    WHERE origin_id = %s AND level = 0 AND number >= %s AND number <= %s ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Log:
    """What is to be inspected.

    Attributes:
        key: that its checkpoints must be signed with; None where there is none.
        size: number of entries it seems to have, by its last place or by its last checkpoint.
        is_open: whether new entries go there.
    """

    id: UUID
    origin: str
    organisation_id: UUID
    key: NoteKey | None
    size: int
    is_open: bool


# What entries are counted by: their type and their production.
CountedBy: TypeAlias = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Part:
    """The end of a stretch that a checkpoint cuts off: root over its leaves up to `size`."""

    size: int
    signed_root: bytes
    root: bytes


@dataclass(slots=True)
class Inspected:
    """What came of a stretch.

    Attributes:
        entries: number of rows.
        leaves: number of leaves, holes counted.
        root: over all its leaves.
        tile_roots: of its full tiles, from the left.
        first_counters: of the first entry of each kind, with its place.
        next_counters: what the next entry of each kind must have.
        unreadable: the entries whose bytes cannot be read.
        parts: of the checkpoints within it whose signature holds; their roots want the rest of the tree.
    """

    findings: Findings
    entries: int = 0
    leaves: int = 0
    root: bytes = b""
    tile_roots: list[bytes] = field(default_factory=list)
    first_counters: dict[CountedBy, tuple[int, int]] = field(default_factory=dict)
    next_counters: dict[CountedBy, int] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The `number`-th stretch of `log`; the last one also holds whatever lies beyond."""

    log: Log
    number: int
    is_last: bool

    @property
    def start(self) -> int:
        return self.number * STRETCH

    @property
    def end(self) -> int:
        """Highest place in it."""
        return _LARGEST if self.is_last else self.start + STRETCH - 1

    def __call__(self, reader: Reader) -> Inspected:
        found = Inspected(Findings(self.log.origin))
        leaves = self._entries(reader, found)
        levels = _levels(leaves)
        found.leaves = len(leaves)
        found.root = _root(levels, len(leaves))
        found.tile_roots = levels[TILE_HEIGHT] if len(levels) > TILE_HEIGHT else []
        self._checkpoints(reader, found, levels)
        self._tiles(reader, found, leaves)
        return found

    def _entries(self, reader: Reader, found: Inspected) -> list[bytes]:
        """The leaf hashes of its entries, each at its place; what is missing is a hole."""
        sha256, own = hashlib.sha256, str(self.log.organisation_id)
        leaves: list[bytes] = []
        following = found.next_counters
        start, expected = self.start, self.start
        # Beyond this nobody signed anything: a row that claims to stand there leaves no hole before it.
        fillable = self.log.size - 1 if self.is_last else self.end
        with reader.log.cursor("entries", binary=True) as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            cursor.execute(_ENTRIES, [self.log.id, start if self.number else -_LARGEST, self.end])
            for row in cursor:
                uid, organisation, index, stated, entry_type, _, _, production, counter, _, body = row
                leaf = sha256(b"\x00" + body).digest()
                if leaf != stated or organisation != own or not says_the_same(row):
                    _look(Stored._make(row), leaf, own, expected, found)
                if index != expected:
                    what = f"entry {uid} says it is number {index} and stands at {expected}"
                    found.findings.add("place", what)
                    if index <= fillable:
                        leaves += [_HOLE] * (index - start - len(leaves))
                kind = (entry_type, production)
                if counter != following.get(kind):
                    _count(kind, counter, expected, found)
                following[kind] = counter + 1
                expected = index + 1
                found.entries += 1
                # Two at one place: only one can be in the tree.
                if index >= start + len(leaves):
                    leaves.append(leaf)
        if not self.is_last and len(leaves) < STRETCH:
            found.findings.add("place", f"entries {start + len(leaves)} to {self.end} are missing")
            leaves += [_HOLE] * (STRETCH - len(leaves))
        return leaves

    def _checkpoints(self, reader: Reader, found: Inspected, levels: list[list[bytes]]) -> None:
        # A checkpoint that covers all of a stretch and nothing of the next one ends in it.
        bounds = (self.start if self.number else -_LARGEST, self.end if self.is_last else self.end + 1)
        with reader.log.cursor("checkpoints", binary=True) as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            cursor.execute(_CHECKPOINTS, [self.log.id, *bounds])
            for size, organisation_id, root, note in cursor:
                if organisation_id != self.log.organisation_id:
                    found.findings.add("checkpoint_columns", f"checkpoint {size} is of another organisation")
                signed = self._signed(size, root, note, found.findings)
                if signed is None:
                    continue
                within = size - self.start
                # Larger ones miss entries, which is told of the whole log.
                part = _root(levels, within) if 0 < within <= found.leaves else b""
                found.parts.append(Part(size, signed.root, part))

    def _signed(self, size: int, root: bytes, note: str | None, findings: Findings) -> Checkpoint | None:
        """What the checkpoint commits to, when that can be held against the entries."""
        stated = Checkpoint(self.log.origin, size, root)
        if note is None:
            # The signer was busy and signed a later one. The root must be right all the same.
            return stated
        if self.log.key is None:
            return None
        try:
            signed = verify_checkpoint(note, key=self.log.key)
        except NoteError as error:
            findings.add("signature", f"checkpoint {size}: {error}")
            return None
        if signed != stated:
            findings.add("checkpoint_columns", f"checkpoint {size} is stored as something it does not say")
        return signed if signed.size == size else None

    def _tiles(self, reader: Reader, found: Inspected, leaves: list[bytes]) -> None:
        first = self.start // TILE_WIDTH
        computed = {
            first + at // TILE_WIDTH: b"".join(leaves[at : at + TILE_WIDTH])
            for at in range(0, len(leaves), TILE_WIDTH)
        }
        bounds = (first if self.number else -_LARGEST, self.end if self.is_last else self.end // TILE_WIDTH)
        with reader.log.cursor(binary=True) as cursor:
            cursor.execute(_TILES, [self.log.id, *bounds])
            stored = {number: (organisation_id, hashes) for number, organisation_id, hashes in cursor}
        for number in sorted(computed.keys() | stored.keys()):
            if stored.get(number) != (self.log.organisation_id, computed.get(number)):
                found.findings.add("tile", f"tile 0/{number} does not hold the hashes of its entries")


def _look(row: Stored, leaf: bytes, own: str, place: int, found: Inspected) -> None:
    findings = found.findings
    named = f"entry {place} ({row.uid})"
    if leaf != row.leaf_hash:
        findings.add("leaf", f"{named} is not the bytes that were hashed")
    if row.organisation_id != own:
        findings.add("columns", f"{named} stands in the log of another organisation")
    if problem := look_closer(row):
        findings.add(problem[0], f"{named} {problem[1]}")
        if problem[0] == "body":
            found.unreadable.append(row.uid)


def _count(kind: CountedBy, counter: int, place: int, found: Inspected) -> None:
    if kind in found.next_counters:
        found.findings.add("counter", miscounted(kind, counter, found.next_counters[kind], place))
    else:
        found.first_counters[kind] = (counter, place)


def miscounted(kind: CountedBy, said: int, expected: int, place: int) -> str:
    """The finding that the entry at `place` is not the next one of its kind."""
    production = f" in production {kind[1]}" if kind[1] else ""
    return f"entry {place} says it is number {said} of {kind[0]}{production} and is number {expected}"


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """The roots of all complete subtrees, by height."""
    sha256 = hashlib.sha256
    levels = [leaves]
    while len(level := levels[-1]) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        levels.append([sha256(b"\x01" + left + right).digest() for left, right in pairs])
    return levels


def _root(levels: list[list[bytes]], size: int) -> bytes:
    """The root over the first `size` leaves."""
    return fold([levels[height][(size >> height) - 1] for height in _bits(size)])


def _bits(number: int) -> list[int]:
    return [height for height in reversed(range(number.bit_length())) if number >> height & 1]
