"""What stands above the organisations' logs: the platform's log, the lines of witnesses, and gaps after restores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.checkpoint import Checkpoint, NoteError, NoteKey, verify_checkpoint
from audit.cosignature import WitnessKey
from audit.entry_types import EntryType
from audit.inspecting.findings import Findings, Problem
from audit.inspecting.snapshot import Reader
from audit.merkle import CompactRange, leaf_hash
from audit.models import PLATFORM
from audit.tiles import TILE_WIDTH, GrowingTree, TileId
from core.canonical import canonical_bytes

_PLATFORM_LOGS = "SELECT id, origin FROM audit_logorigin WHERE organisation_id = %s ORDER BY id"
_PLATFORM_ENTRIES = """
    SELECT p.index, p.size, p.leaf_hash, p.body, l.origin, c.root
    FROM audit_platformentry p
    LEFT JOIN audit_logorigin l ON l.id = p.log_id
    LEFT JOIN audit_checkpoint c ON c.origin_id = p.log_id AND c.size = p.size
    WHERE p.origin_id = %s ORDER BY p.index
"""
_CHECKPOINTS = """
    SELECT size, root, note, created_at, organisation_id FROM audit_checkpoint WHERE origin_id = %s ORDER BY size
"""
_TILES = "SELECT level, number, hashes, organisation_id FROM audit_tile WHERE origin_id = %s"
_COSIGNATURES = """
    SELECT o.origin, s.size, s.witness, s.line, c.root
    FROM audit_cosignature s
    JOIN audit_logorigin o ON o.id = s.origin_id
    LEFT JOIN audit_checkpoint c ON c.origin_id = s.origin_id AND c.size = s.size AND c.note IS NOT NULL
    WHERE s.witness = ANY(%s) ORDER BY s.id
"""
_REOPENED = """
    SELECT o.origin, e.body FROM audit_entry e JOIN audit_logorigin o ON o.id = e.origin_id
    WHERE e.type = %s ORDER BY e.origin_id, e.index
"""
_ACKNOWLEDGED = """
    SELECT o.origin, e.body FROM audit_entry e JOIN audit_logorigin o ON o.organisation_id = e.organisation_id
    WHERE e.type = %s ORDER BY e.origin_id, e.index
"""
_ORIGINS = "SELECT origin FROM audit_logorigin"

# What is told and is no problem any more.
ACKNOWLEDGED = "reopened_acknowledged"


def inspect_vouching(
    reader: Reader,
    *,
    key: Ed25519PublicKey | None,
    witnesses: Sequence[WitnessKey],
    signed_before: datetime,
) -> list[Problem]:
    """Every problem of the platform's log, of the cosignatures, and every log that lost entries in a restore.

    Args:
        reader: one snapshot of the database.
        key: signs checkpoints; None when it is not known here.
        witnesses: whose lines can be checked.
        signed_before: checkpoints of the platform older than this should have their signature.
    """
    found: list[Problem] = []
    logs = reader.log.execute(_PLATFORM_LOGS, [PLATFORM]).fetchall()
    for number, (row_id, origin) in enumerate(logs, start=1):
        note_key = NoteKey.of(origin, key) if key else None
        inspection = _Platform(row_id, origin, note_key, is_open=number == len(logs))
        found += inspection.problems(reader, signed_before)
    return [*found, *_false_cosignatures(reader, witnesses), *_gaps(reader)]


class _Platform:
    def __init__(self, row_id: UUID, origin: str, key: NoteKey | None, *, is_open: bool) -> None:
        self._id = row_id
        self._origin = origin
        self._key = key
        self._is_open = is_open
        self._findings = Findings(origin)

    def problems(self, reader: Reader, signed_before: datetime) -> list[Problem]:
        roots = self._roots(reader, signed_before)
        compact, tree = CompactRange.empty(), GrowingTree(0, {})
        leaves: list[bytes] = []
        for index, size, stored_leaf, body, log, root in reader.log.execute(_PLATFORM_ENTRIES, [self._id]):
            leaf = leaf_hash(body)
            self._compare(compact.size, index=index, size=size, leaf=leaf == stored_leaf)
            self._read(body, place=compact.size, log=log, size=size, root=root)
            compact.append(leaf)
            leaves.append(leaf)
            if len(leaves) == TILE_WIDTH:
                tree.append(leaves)
                leaves.clear()
            if compact.size in roots and roots.pop(compact.size) != compact.root():
                what = f"the entries up to {compact.size} are not those that were signed"
                self._findings.add("root", what)
        tree.append(leaves)
        for size in sorted(roots):
            what = f"{size} entries were signed and {compact.size} are there"
            self._findings.add("missing_entries", what)
        self._tiles(reader, tree.changed)
        return self._findings.all()

    def _compare(self, place: int, *, index: int, size: int, leaf: bool) -> None:
        if index != place:
            self._findings.add("place", f"an entry says it is number {index} and stands at {place}")
        if not leaf:
            self._findings.add("leaf", f"entry {place}, of {size} entries, is not the bytes that were hashed")

    def _read(self, body: bytes, *, place: int, log: str | None, size: int, root: bytes | None) -> None:
        """A leaf says one checkpoint, the one that its columns name and that its log holds."""
        stated: object = None
        try:
            stated = json.loads(body)
        except (ValueError, RecursionError):
            self._findings.add("body", f"entry {place} is no JSON")
            return
        if not isinstance(stated, Mapping) or stated.keys() != {"log", "root", "size", "v"}:
            self._findings.add("body", f"entry {place} says no checkpoint")
            return
        if canonical_bytes(dict(stated)) != body:
            self._findings.add("body", f"entry {place} is not in its canonical spelling")
        if (stated["log"], stated["size"]) != (log, size):
            self._findings.add("columns", f"entry {place} is stored as something it does not say")
        # A log that lost entries in a restore has checkpoints here that it no longer holds; its gap is told below.
        if root is not None and stated["root"] != root.hex():
            what = f"log {log} stood at {size} entries with another root than it holds now"
            self._findings.add("suppressed", what)

    def _roots(self, reader: Reader, signed_before: datetime) -> dict[int, bytes]:
        roots: dict[int, bytes] = {}
        waiting = None
        for size, root, note, created_at, owner in reader.log.execute(_CHECKPOINTS, [self._id]):
            roots[size] = root
            if owner != PLATFORM:
                self._findings.add("checkpoint_columns", f"checkpoint {size} is of an organisation")
            if note is None:
                waiting = created_at
                continue
            waiting = None
            if self._key is None:
                continue
            try:
                signed = verify_checkpoint(note, key=self._key)
            except NoteError as error:
                self._findings.add("signature", f"checkpoint {size}: {error}")
                continue
            if signed != Checkpoint(self._origin, size, root):
                what = f"checkpoint {size} is stored as something it does not say"
                self._findings.add("checkpoint_columns", what)
        if self._is_open and waiting is not None and waiting < signed_before:
            self._findings.add(
                "unsigned_entries", "the last checkpoint is not signed: does the signer answer?"
            )
        return roots

    def _tiles(self, reader: Reader, expected: Mapping[TileId, bytes]) -> None:
        stored = {
            TileId(level, number): (hashes, owner)
            for level, number, hashes, owner in reader.log.execute(_TILES, [self._id])
        }
        for tile in sorted(stored.keys() | expected.keys()):
            if stored.get(tile) != (expected.get(tile), PLATFORM):
                what = f"tile {tile.level}/{tile.number} does not hold the hashes of its entries"
                self._findings.add("tile", what)


def _false_cosignatures(reader: Reader, witnesses: Sequence[WitnessKey]) -> Iterator[Problem]:
    by_name = {witness.name: witness for witness in witnesses}
    for origin, size, witness, line, root in reader.log.execute(_COSIGNATURES, [list(by_name)]):
        if root is None:
            yield Problem("cosignature", origin, f"{witness} cosigned {size} entries that were never signed")
            continue
        try:
            by_name[witness].verify(line, text=Checkpoint(origin, size, root).body())
        except NoteError as error:
            yield Problem("cosignature", origin, f"checkpoint {size}: {error}")


def _gaps(reader: Reader) -> Iterator[Problem]:
    by_digest = {
        hashlib.sha256(origin.encode()).hexdigest(): origin for (origin,) in reader.log.execute(_ORIGINS)
    }
    answered = _answered(reader)
    for origin, body in reader.log.execute(_REOPENED, [str(EntryType.LOG_REOPENED)]):
        try:
            fields = json.loads(body)["entry"]["fields"]
            old = by_digest.get(fields["old_origin_sha256"], f"with digest {fields['old_origin_sha256']}")
            what = (
                f"it goes on in place of log {old}, of which {fields['signed_size']} entries were signed and a "
                f"restored database held {fields['stored_size']}"
            )
        except (ValueError, KeyError, TypeError):
            continue  # what is wrong with the entry itself is found where it is read
        reason = answered.get(origin)
        if reason is None:
            yield Problem("reopened", origin, what)
        else:
            yield Problem(ACKNOWLEDGED, origin, f"{what}; somebody has answered for it: {reason}")


def _answered(reader: Reader) -> dict[str, str]:
    """The logs whose gap somebody has acknowledged in an entry of the same organisation, each with the reason."""
    reasons: dict[str, str] = {}
    for origin, body in reader.log.execute(_ACKNOWLEDGED, [str(EntryType.GAP_ACKNOWLEDGED)]):
        try:
            fields = json.loads(body)["entry"]["fields"]
            if fields["origin_sha256"] == hashlib.sha256(origin.encode()).hexdigest():
                reasons[origin] = str(fields["reason_code"])
        except (ValueError, KeyError, TypeError):
            continue  # as above
    return reasons
