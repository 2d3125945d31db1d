"""The check of every log from its stored bytes alone; whatever does not agree is a problem, none is repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connections, transaction

from audit.checkpoint import Checkpoint as SignedCheckpoint
from audit.checkpoint import NoteError, NoteKey, verify_checkpoint
from audit.entry_body import BodyUnreadable, read_body
from audit.log_key import public_key
from audit.merkle import CompactRange, leaf_hash
from audit.models import Checkpoint, Entry, LogOrigin, Outbox, Tile
from audit.sequencer import LOG
from audit.tiles import TILE_WIDTH, GrowingTree, TileId

# The sequencer needs a fraction of a second; what waits longer is waiting for nobody.
LONGEST_WAIT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not agree.

    Attributes:
        kind: stable code, see docs/audit-log.md.
        log: origin of the log, or empty where the problem is of no single log.
        what: the place and the finding, for a person.
    """

    kind: str
    log: str
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    entries: int
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Findings:
    origin: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: str, what: str) -> None:
        self.problems.append(Problem(kind, self.origin, what))


def inspect_logs(*, at: datetime) -> Report:
    """Recompute every log of every organisation in one snapshot.

    Args:
        at: now; entries that wait since before `at - LONGEST_WAIT` are a problem.
    """
    with transaction.atomic(using=LOG):
        with connections[LOG].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        key = public_key(settings.KEYS_FOLDER)
        entries = 0
        problems: list[Problem] = []
        for origin in LogOrigin.objects.using(LOG).order_by("opened_at", "id"):
            size, found = _inspect(origin, key)
            entries += size
            problems += found
        problems += _overdue(at)
    return Report(entries, tuple(problems))


def _inspect(origin: LogOrigin, key: Ed25519PublicKey | None) -> tuple[int, list[Problem]]:
    findings = _Findings(origin.origin)
    roots = _signed_roots(origin, key, findings)
    compact = CompactRange.empty()
    tree = GrowingTree(0, {})
    chunk: list[bytes] = []
    for entry in _entries(origin):
        leaf = _inspect_entry(entry, place=compact.size, origin=origin, findings=findings)
        compact.append(leaf)
        chunk.append(leaf)
        if len(chunk) == TILE_WIDTH:
            tree.append(chunk)
            chunk.clear()
        if compact.size in roots and roots.pop(compact.size) != compact.root():
            findings.add("root", f"the entries up to {compact.size} are not those that were signed")
    tree.append(chunk)
    for size in sorted(roots):
        findings.add("missing_entries", f"{size} entries were signed and {compact.size} are there")
    _inspect_tiles(origin, tree.changed, findings)
    return compact.size, findings.problems


def _entries(origin: LogOrigin) -> Iterator[Entry]:
    return Entry.objects.using(LOG).filter(origin=origin).order_by("index").iterator(chunk_size=2000)


def _signed_roots(origin: LogOrigin, key: Ed25519PublicKey | None, findings: _Findings) -> dict[int, bytes]:
    """Root by size, of every checkpoint whose signature holds."""
    roots: dict[int, bytes] = {}
    largest = 0
    note_key = NoteKey.of(origin.origin, key) if key else None
    checkpoints = Checkpoint.objects.using(LOG).filter(origin=origin).order_by("size")
    for row in checkpoints.iterator(chunk_size=2000):
        largest = row.size
        if note_key is None:
            findings.add(
                "key_missing", "checkpoints were signed, and the public key is not in the keys folder"
            )
            break
        stated = SignedCheckpoint(origin.origin, row.size, bytes(row.root))
        if row.note is None:
            roots[stated.size] = stated.root
            continue
        try:
            signed = verify_checkpoint(row.note, key=note_key)
        except NoteError as error:
            findings.add("signature", f"checkpoint {row.size}: {error}")
            continue
        if signed != stated or row.organisation_id != origin.organisation_id:
            findings.add(
                "checkpoint_columns", f"checkpoint {row.size} is stored as something it does not say"
            )
        roots[signed.size] = signed.root
    size = Entry.objects.using(LOG).filter(origin=origin).count()
    if size > largest:
        findings.add("unsigned_entries", f"{size} entries are there and the last checkpoint covers {largest}")
    return roots


def _inspect_entry(entry: Entry, *, place: int, origin: LogOrigin, findings: _Findings) -> bytes:
    """The leaf hash of the entry's bytes, after everything said about it was compared."""
    content = bytes(entry.body)
    leaf = leaf_hash(content)
    if entry.index != place:
        findings.add("place", f"entry {entry.uid} says it is number {entry.index} and stands at {place}")
    if leaf != bytes(entry.leaf_hash):
        findings.add("leaf", f"entry {place} ({entry.uid}) is not the bytes that were hashed")
    try:
        body = read_body(content)
    except BodyUnreadable as error:
        findings.add("body", f"entry {place} ({entry.uid}): {error}")
        return leaf
    said = (body.uid, body.organisation_id, body.entry_type, body.actor, body.subject, body.at)
    stored = (entry.uid, entry.organisation_id, entry.type, entry.actor, entry.subject, entry.at)
    if said != stored or body.organisation_id != origin.organisation_id:
        findings.add("columns", f"entry {place} ({entry.uid}) is stored as something it does not say")
    return leaf


def _inspect_tiles(origin: LogOrigin, computed: dict[TileId, bytes], findings: _Findings) -> None:
    stored = {
        TileId(row.level, row.number): (bytes(row.hashes), row.organisation_id)
        for row in Tile.objects.using(LOG).filter(origin=origin).iterator(chunk_size=2000)
    }
    expected = {tile: (hashes, origin.organisation_id) for tile, hashes in computed.items()}
    for tile in sorted(stored.keys() | expected.keys()):
        if stored.get(tile) != expected.get(tile):
            findings.add("tile", f"tile {tile.level}/{tile.number} does not hold the hashes of its entries")


def _overdue(at: datetime) -> Iterable[Problem]:
    waiting = Outbox.objects.using(LOG).filter(recorded_at__lt=at - LONGEST_WAIT)
    by_organisation: dict[UUID, int] = {}
    for organisation_id in waiting.values_list("organisation_id", flat=True):
        by_organisation[organisation_id] = by_organisation.get(organisation_id, 0) + 1
    for organisation_id, number in sorted(by_organisation.items()):
        yield Problem(
            "overdue",
            "",
            f"{number} entries of organisation {organisation_id} wait since more than "
            f"{LONGEST_WAIT.seconds} seconds: is `manage.py audit sequence` running?",
        )
