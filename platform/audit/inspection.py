"""The check of every log from its stored bytes alone; whatever does not agree is a problem, none is repaired."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from psycopg import sql

from audit.anchoring import accepted_roots
from audit.checkpoint import NoteKey
from audit.inspecting.findings import Findings, Problem
from audit.inspecting.snapshot import Access, Reader, performed, taken
from audit.inspecting.stating import inspect_statements
from audit.inspecting.stretch import STRETCH, CountedBy, Inspected, Log, Stretch, miscounted
from audit.inspecting.testimony import inspect_testimony
from audit.inspecting.vouching import ACKNOWLEDGED, inspect_vouching
from audit.log_key import public_key
from audit.merkle import CompactRange, fold
from audit.models import PLATFORM
from audit.reconciliation import Reconciler, reconciliations
from audit.tiles import GrowingTree, TileId
from embedded.roles import Role, conninfo

# The sequencer needs a fraction of a second; what waits longer is waiting for nobody.
LONGEST_WAIT = timedelta(seconds=60)

# Starting processes costs as much as looking at this many entries.
_FEW = 4 * STRETCH

# The last of an organisation's logs is the open one; the end of a closed one may never be signed.
_LOGS = """
    SELECT o.id, o.origin, o.organisation_id,
        coalesce((SELECT max(index) + 1 FROM audit_entry WHERE origin_id = o.id), 0),
        coalesce((SELECT max(size) FROM audit_checkpoint WHERE origin_id = o.id), 0),
        NOT EXISTS (
            SELECT FROM audit_logorigin n WHERE n.organisation_id = o.organisation_id AND n.id > o.id
        )
    FROM audit_logorigin o WHERE o.organisation_id <> %s ORDER BY o.opened_at, o.id
"""
_SIGNED = """
    SELECT coalesce(max(size), 0), coalesce(max(size) FILTER (WHERE note IS NOT NULL), 0),
        coalesce(max(size) FILTER (WHERE created_at < %s), 0)
    FROM audit_checkpoint WHERE origin_id = %s
"""
_UPPER_TILES = (
    "SELECT level, number, organisation_id, hashes FROM audit_tile WHERE origin_id = %s AND level <> 0"
)
_OVERDUE = """
    SELECT organisation_id, count(*) FROM audit_outbox WHERE recorded_at < %s GROUP BY 1 ORDER BY 1
"""
# Whoever removes a log's name removes it from the list above; its rows are still there. Each step finds the next
# origin by the index, so that a million rows cost nothing.
_NAMELESS = """
    WITH RECURSIVE origin (id) AS (
        (SELECT origin_id FROM {table} ORDER BY origin_id LIMIT 1)
        UNION ALL
        SELECT (SELECT origin_id FROM {table} WHERE origin_id > origin.id ORDER BY origin_id LIMIT 1)
        FROM origin WHERE origin.id IS NOT NULL
    )
    SELECT id FROM origin WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM audit_logorigin WHERE id = origin.id)
"""
_OF_A_LOG = (
    "audit_entry",
    "audit_tile",
    "audit_checkpoint",
    "audit_cosignature",
    "audit_timestamp",
    "audit_platformentry",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `acknowledged` are gaps for which somebody has answered in the log."""

    entries: int
    problems: tuple[Problem, ...]
    acknowledged: tuple[Problem, ...] = ()


# Told how many entries are looked at, of how many.
Progress = Callable[[int, int], None]


def inspect_logs(
    *,
    at: datetime,
    reconcilers: Sequence[Reconciler] = (),
    processes: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Recompute every log of every organisation in one snapshot of the database.

    Args:
        at: now; entries that wait since before `at - LONGEST_WAIT` are a problem.
        reconcilers: what of the product's tables is compared with the logs as well, see `audit.reconciliation`.
        processes: how many share the work; by default one for each core, and none beside this one for little work.
        progress: called now and then while it goes on.
    """
    folder = settings.DATA_FOLDER
    server = settings.ENVIRONMENT.database
    access = Access(log=conninfo(server, Role.LOG, folder), app=conninfo(server, Role.APP, folder))
    with taken(access) as snapshot, closing(Reader(snapshot)) as reader:
        logs = _logs(reader)
        work = [stretch for log in logs for stretch in _stretches(log)]
        size = sum(log.size for log in logs)
        if processes is None:
            processes = 1 if size < _FEW else len(os.sched_getaffinity(0))
        answers = _watched(performed(work, access=snapshot, processes=processes), size, progress)
        entries, problems = 0, _nameless(reader)
        unreadable: list[str] = []
        for log in logs:
            inspection = _Inspection(log)
            for inspected in islice(answers, len(_stretches(log))):
                inspection.add(inspected)
                unreadable += inspected.unreadable
            problems += inspection.finished(reader, at)
            entries += inspection.entries
        problems += _overdue(reader, at)
        problems += inspect_vouching(
            reader,
            key=public_key(settings.KEYS_FOLDER),
            witnesses=[witness.key for witness in settings.WITNESSES],
            signed_before=at - LONGEST_WAIT,
        )
        problems += inspect_statements(reader)
        problems += inspect_testimony(reader, roots=accepted_roots())
        comparisons = reconciliations(reader, reconcilers, unreadable)
        for found in performed(comparisons, access=snapshot, processes=processes):
            problems += found
    return Report(
        entries,
        tuple(one for one in problems if one.kind != ACKNOWLEDGED),
        tuple(one for one in problems if one.kind == ACKNOWLEDGED),
    )


def _watched(answers: Iterator[Inspected], size: int, progress: Progress | None) -> Iterator[Inspected]:
    done = 0
    for inspected in answers:
        done += inspected.entries
        if progress is not None:
            progress(done, max(done, size))
        yield inspected


def _logs(reader: Reader) -> list[Log]:
    key = public_key(settings.KEYS_FOLDER)
    return [
        Log(
            id=row_id,
            origin=origin,
            organisation_id=organisation_id,
            key=NoteKey.of(origin, key) if key else None,
            # One of the two may be made up; the smaller one is not larger than what there is.
            size=max(0, min(end, covered)),
            is_open=is_open,
        )
        for row_id, origin, organisation_id, end, covered, is_open in reader.log.execute(_LOGS, [PLATFORM])
    ]


def _stretches(log: Log) -> list[Stretch]:
    last = max(0, log.size - 1) // STRETCH
    return [Stretch(log, number, is_last=number == last) for number in range(last + 1)]


class _Inspection:
    """What the stretches of one log come to, added in their order."""

    def __init__(self, log: Log) -> None:
        self.entries = 0
        self._log = log
        self._findings = Findings(log.origin)
        self._stretches = CompactRange.empty()
        # The tree without its lowest level, which the stretches compared: its leaves are the roots of full tiles.
        self._tree = GrowingTree(0, {})
        self._next_counters: dict[CountedBy, int] = {}
        self._signed = 0

    def add(self, inspected: Inspected) -> None:
        """Take the next stretch."""
        self.entries += inspected.entries
        self._findings.take_over(inspected.findings)
        for kind, (counter, place) in inspected.first_counters.items():
            expected = self._next_counters.get(kind, 1)
            if counter != expected:
                self._findings.add("counter", miscounted(kind, counter, expected, place))
        self._next_counters |= inspected.next_counters
        for part in inspected.parts:
            self._signed = max(self._signed, part.size)
            if part.root and fold([*self._stretches.peaks, part.root]) != part.signed_root:
                self._findings.add("root", f"the entries up to {part.size} are not those that were signed")
        self._stretches.append(inspected.root)
        self._tree.append(inspected.tile_roots)

    def finished(self, reader: Reader, at: datetime) -> list[Problem]:
        """Every problem of the log, once all of it was added."""
        if self._signed > self.entries:
            what = f"{self._signed} entries were signed and {self.entries} are there"
            self._findings.add("missing_entries", what)
        self._covered(reader, at)
        self._upper_tiles(reader)
        return self._findings.all()

    def _covered(self, reader: Reader, at: datetime) -> None:
        with reader.log.cursor() as cursor:
            cursor.execute(_SIGNED, [at - LONGEST_WAIT, self._log.id])
            stated, signed, overdue = cursor.fetchone() or (0, 0, 0)
        if signed and self._log.key is None:
            what = "checkpoints were signed, and the public key is not in the keys folder"
            self._findings.add("key_missing", what)
        if self.entries > stated:
            what = f"{self.entries} entries are there and the last checkpoint covers {stated}"
            self._findings.add("unsigned_entries", what)
        elif overdue > signed and self._log.is_open:
            what = (
                f"{overdue} entries are there and the last signature covers {signed}: does the signer answer?"
            )
            self._findings.add("unsigned_entries", what)

    def _upper_tiles(self, reader: Reader) -> None:
        expected = {
            TileId(tile.level + 1, tile.number): (self._log.organisation_id, hashes)
            for tile, hashes in self._tree.changed.items()
        }
        with reader.log.cursor(binary=True) as cursor:
            cursor.execute(_UPPER_TILES, [self._log.id])
            stored = {TileId(level, number): (owner, hashes) for level, number, owner, hashes in cursor}
        for tile in sorted(stored.keys() | expected.keys()):
            if stored.get(tile) != expected.get(tile):
                what = f"tile {tile.level}/{tile.number} does not hold the hashes of its entries"
                self._findings.add("tile", what)


def _nameless(reader: Reader) -> list[Problem]:
    found = []
    for table in _OF_A_LOG:
        query = sql.SQL(_NAMELESS).format(table=sql.Identifier(table))
        for (origin_id,) in reader.log.execute(query):
            what = f"rows of {table} belong to the log {origin_id}, whose name is gone"
            found.append(Problem("nameless", "", what))
    return found


def _overdue(reader: Reader, at: datetime) -> list[Problem]:
    return [
        Problem(
            "overdue",
            "",
            f"{number} entries of organisation {organisation_id} wait since more than "
            f"{LONGEST_WAIT.seconds} seconds: is `manage.py audit sequence` running?",
        )
        for organisation_id, number in reader.log.execute(_OVERDUE, [at - LONGEST_WAIT])
    ]
