"""Which waiting entries are next, and with which counters they become leaves. For the sequencer's transaction.

The order is that of writing, `id`. A row waits until every transaction that was under way when its own began to write
has ended: until then somebody may have written before it and not yet committed. Not longer than `PATIENCE`, though,
because a transaction counts whatever it does and in whichever database of the server. Nothing is lost by going on: a
row is taken when it is seen, never by a number that has been passed.

An entry that was committed before another was written stands before it, however long either waited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
from django.db.backends.utils import CursorWrapper

from audit.entry_body import leaf_bytes
from audit.merkle import leaf_hash

PATIENCE = timedelta(milliseconds=250)

# The longest beginning, by order of writing, of which nothing need be waited for.
_NEXT = """
    SELECT id, version, type, production_id, body
    FROM (
        SELECT *, bool_and(
            xid < pg_snapshot_xmin(pg_current_snapshot()) OR recorded_at < clock_timestamp() - %s::interval
        ) OVER (ORDER BY id) AS is_next
        FROM (SELECT * FROM audit_outbox WHERE organisation_id = %s ORDER BY id LIMIT %s) AS oldest
    ) AS waiting
    WHERE is_next
    ORDER BY id
"""

# Ordered by all that the index is ordered by after its first two columns, so that one row of it is read for each.
_LAST_COUNTERS = """
    SELECT asked.type, asked.production_id, coalesce(
        CASE WHEN asked.production_id IS NULL THEN (
            SELECT counter FROM audit_entry e
            WHERE e.origin_id = %(origin)s AND e.type = asked.type AND e.production_id IS NULL
            ORDER BY e.production_id DESC, e.counter DESC LIMIT 1
        ) ELSE (
            SELECT counter FROM audit_entry e
            WHERE e.origin_id = %(origin)s AND e.type = asked.type AND e.production_id = asked.production_id
            ORDER BY e.production_id DESC, e.counter DESC LIMIT 1
        ) END, 0)
    FROM unnest(%(types)s::text[], %(productions)s::uuid[]) AS asked (type, production_id)
"""

# The bodies go from table to table inside the database, in the envelope that `leaf_bytes` puts around them.
_INSERT = """
    INSERT INTO audit_entry
        (uid, organisation_id, origin_id, index, production_id, counter, leaf_hash, type, actor, subject, at,
            recorded_at, body)
    SELECT o.uid, o.organisation_id, %s, place.index, o.production_id, place.counter, place.leaf_hash, o.type,
        o.actor, o.subject, o.at, o.recorded_at,
        CASE WHEN o.version = 1 THEN o.body ELSE
            convert_to('{"counter":' || place.counter || ',"entry":', 'UTF8') || o.body
                || convert_to(',"v":2}', 'UTF8')
        END
    FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[])
        AS place (outbox_id, index, counter, leaf_hash)
    JOIN audit_outbox o ON o.id = place.outbox_id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox."""

    id: int
    version: int
    type: str
    production_id: UUID | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in the order of the log, each with its counter and the hash of its leaf."""

    rows: Sequence[Waiting]
    counters: list[int]
    leaves: list[bytes]


def next_rows(cursor: CursorWrapper, organisation_id: UUID, *, limit: int) -> list[Waiting]:
    """The rows whose turn it is; none while the oldest must be waited for."""
    with _plain(cursor) as plain:
        plain.execute(_NEXT, [f"{PATIENCE.total_seconds()} seconds", organisation_id, limit], binary=True)
        return [Waiting(*row) for row in plain.fetchall()]


def counted(cursor: CursorWrapper, origin_id: UUID, rows: Sequence[Waiting]) -> Batch:
    """The rows as leaves of a log: each type of each production goes on counting where it stood."""
    asked = list({(row.type, row.production_id) for row in rows})
    cursor.execute(
        _LAST_COUNTERS,
        {"origin": origin_id, "types": [one for one, _ in asked], "productions": [one for _, one in asked]},
    )
    last = Counter({(entry_type, production): number for entry_type, production, number in cursor.fetchall()})
    counters: list[int] = []
    leaves: list[bytes] = []
    for row in rows:
        kind = row.type, row.production_id
        # Looked up once: comparing identifiers is most of the work here.
        last[kind] = counter = last[kind] + 1
        counters.append(counter)
        leaves.append(leaf_hash(row.body if row.version == 1 else leaf_bytes(row.body, counter=counter)))
    return Batch(rows, counters, leaves)


def insert(cursor: CursorWrapper, origin_id: UUID, batch: Batch, *, size: int) -> int:
    """Give the batch its places after the first `size` entries; the number of those that got one."""
    places = list(range(size, size + len(batch.rows)))
    with _plain(cursor) as plain:
        plain.execute(
            _INSERT, [origin_id, [row.id for row in batch.rows], places, batch.counters, batch.leaves]
        )
        return int(plain.rowcount)


@contextmanager
def _plain(cursor: CursorWrapper) -> Iterator[psycopg.Cursor]:
    """A cursor of the same transaction that sends and takes bytes as they are.

    Django's spells every value as text in the statement, which for thousands of hashes took a third of the time.
    """
    with cursor.db.wrap_database_errors, psycopg.Cursor(cursor.connection) as plain:
        yield plain
