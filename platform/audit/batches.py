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

PATIENCE = timedelta(milliseconds=250)

# The longest beginning, by order of writing, of which nothing need be waited for.
_NEXT = """
    SELECT id, type, production_id
    FROM (
        SELECT id, type, production_id, bool_and(
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

# The bodies go from table to table inside the database, in the envelope of `entry_body.leaf_bytes`, and are hashed
# there as leaves, see `merkle.leaf_hash`: what is hashed is what is stored, and no body travels.
_INSERT = """
    INSERT INTO audit_entry
        (uid, organisation_id, origin_id, index, production_id, counter, leaf_hash, type, actor, subject, at,
            recorded_at, body)
    SELECT leaf.uid, leaf.organisation_id, %s, leaf.index, leaf.production_id, leaf.counter,
        sha256('\\x00'::bytea || leaf.body), leaf.type, leaf.actor, leaf.subject, leaf.at, leaf.recorded_at, leaf.body
    FROM (
        SELECT o.uid, o.organisation_id, place.index, o.production_id, place.counter, o.type, o.actor, o.subject,
            o.at, o.recorded_at,
            CASE WHEN o.version = 1 THEN o.body ELSE
                convert_to('{"counter":' || place.counter || ',"entry":', 'UTF8') || o.body
                    || convert_to(',"v":2}', 'UTF8')
            END AS body
        FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[]) AS place (outbox_id, index, counter)
        JOIN audit_outbox o ON o.id = place.outbox_id
        -- Else the planner puts the envelope together twice, to be hashed and to be stored.
        OFFSET 0
    ) AS leaf
    RETURNING index, leaf_hash
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox."""

    id: int
    type: str
    production_id: UUID | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in the order of the log, each with its counter."""

    rows: Sequence[Waiting]
    counters: list[int]


def next_rows(cursor: CursorWrapper, organisation_id: UUID, *, limit: int) -> list[Waiting]:
    """The rows whose turn it is; none while the oldest must be waited for."""
    with _plain(cursor) as plain:
        plain.execute(_NEXT, [f"{PATIENCE.total_seconds()} seconds", organisation_id, limit], binary=True)
        return [Waiting(*row) for row in plain.fetchall()]


def counted(cursor: CursorWrapper, origin_id: UUID, rows: Sequence[Waiting]) -> Batch:
    """The rows with their counters: each type of each production goes on counting where it stood."""
    asked = list({(row.type, row.production_id) for row in rows})
    cursor.execute(
        _LAST_COUNTERS,
        {"origin": origin_id, "types": [one for one, _ in asked], "productions": [one for _, one in asked]},
    )
    last = Counter({(entry_type, production): number for entry_type, production, number in cursor.fetchall()})
    counters: list[int] = []
    for row in rows:
        kind = row.type, row.production_id
        # Looked up once: comparing identifiers is most of the work here.
        last[kind] = counter = last[kind] + 1
        counters.append(counter)
    return Batch(rows, counters)


def insert(cursor: CursorWrapper, origin_id: UUID, batch: Batch, *, size: int) -> list[bytes]:
    """Give the batch its places after the first `size` entries; the hashes of the leaves that got one, in order."""
    places = list(range(size, size + len(batch.rows)))
    with _plain(cursor) as plain:
        plain.execute(
            _INSERT, [origin_id, [row.id for row in batch.rows], places, batch.counters], binary=True
        )
        return [leaf for _, leaf in sorted(plain.fetchall())]


@contextmanager
def _plain(cursor: CursorWrapper) -> Iterator[psycopg.Cursor]:
    """A cursor of the same transaction that sends and takes bytes as they are.

    Django's spells every value as text in the statement, which for thousands of hashes took a third of the time.
    """
    with cursor.db.wrap_database_errors, psycopg.Cursor(cursor.connection) as plain:
        yield plain
