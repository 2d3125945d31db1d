"""Searching a long log reads what it shows, not the log: plans of the database over 300 000 entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.values import Role
from audit.entry_types import EntryType
from audit.reader import Reader
from audit.searching import Search, find_entries
from core.ids import new_id
from core.tenancy import tenant
from tests import database
from tests.factories.accounts import a_member
from tests.factories.log_readers import reading_as

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]

ENTRIES = 300_000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCTION = UUID(int=7)

# Types are as uneven as in life: of the last one there is an entry in a thousand.
_FILL = """
    INSERT INTO audit_entry (uid, organisation_id, origin_id, index, counter, leaf_hash, type, actor, subject,
        production_id, at, recorded_at, body)
    SELECT gen_random_uuid(), %(organisation)s, %(origin)s, n, n + 1, sha256(n::text::bytea),
        CASE WHEN n %% 1000 = 17 THEN 'licensing.strike.begun'
             ELSE (ARRAY['licensing.use.decided', 'generation.take.requested', 'generation.take.failed'])[n %% 3 + 1]
        END,
        'user:00000000-0000-4000-8000-' || lpad((n %% 60)::text, 12, '0'),
        'take:' || encode(sha256((n / 6)::text::bytea), 'hex'),
        CASE WHEN n %% 4 > 0 THEN ('00000000-0000-0000-0000-' || lpad(to_hex(n %% 40), 12, '0'))::uuid END,
        %(began)s + n * interval '20 seconds', %(began)s + n * interval '20 seconds', repeat('x', 420)::bytea
    FROM generate_series(0, %(entries)s - 1) AS n
"""


@pytest.fixture
def reader() -> Reader:
    """Reads a log of `ENTRIES` entries; a second studio's log of the same length lies between its rows."""
    readers = [reading_as(a_member(Role.LEGAL)) for _ in range(2)]
    with database.administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as connection:
        # Rows that other tests left behind leave holes, and a log that only grows has none.
        connection.execute("VACUUM FULL audit_entry")
    with connections["log"].cursor() as cursor:
        for one in readers:
            origin = new_id()
            cursor.execute(
                "INSERT INTO audit_logorigin (id, organisation_id, origin) VALUES (%s, %s, %s)",
                [origin, one.organisation_id, f"countersign/log/{origin.hex}"],
            )
            cursor.execute(
                _FILL,
                {"organisation": one.organisation_id, "origin": origin, "began": BEGAN, "entries": ENTRIES},
            )
    with database.administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as connection:
        connection.execute("VACUUM ANALYZE audit_entry")
        # What a vacuum of the server that came between left undone.
        connection.execute("SELECT brin_summarize_new_values('audit_entry_at')")
    return readers[0]


SEARCHES = {
    "everything": Search(),
    "subject": Search(subject="take:" + "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"),
    "subject_unknown": Search(subject=f"take:{'0' * 64}"),
    "actor": Search(actor="user:00000000-0000-4000-8000-000000000011"),
    "actor_unknown": Search(actor="system"),
    "type_common": Search(entry_type=EntryType.USE_DECIDED),
    "type_rare": Search(entry_type=EntryType.STRIKE_BEGUN),
    "type_absent": Search(entry_type=EntryType.LOG_REOPENED),
    "production": Search(production_id=PRODUCTION),
    "an_hour_long_ago": Search(since=BEGAN + timedelta(hours=30), until=BEGAN + timedelta(hours=31)),
    "a_day_at_the_end": Search(since=BEGAN + timedelta(seconds=20 * ENTRIES - 86_400)),
    "a_time_before": Search(until=BEGAN),
    "rare_in_a_month": Search(
        entry_type=EntryType.STRIKE_BEGUN,
        since=BEGAN + timedelta(days=3),
        until=BEGAN + timedelta(days=33),
    ),
}


def test_no_search_reads_the_whole_log(reader: Reader) -> None:
    read = {name: _rows_read(reader, search) for name, search in SEARCHES.items()}

    # A page is 50 entries; for a time the neighbours of its first and last day are looked at as well.
    assert read["subject"] > 0
    assert {name: rows for name, rows in read.items() if rows > 2000} == {}, read


def _rows_read(reader: Reader, search: Search) -> int:
    """Rows of the log that were looked at for the first page, those thrown away included."""
    with CaptureQueriesContext(connection) as asked:
        find_entries(reader, search)
    pages = [query["sql"] for query in asked if 'FROM "audit_entry"' in query["sql"]]
    assert pages
    read = 0
    with tenant(reader.organisation_id), connection.cursor() as cursor:
        for page in pages:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {page}")
            (plan,) = cursor.fetchone()[0]
            read += _of_entries(plan["Plan"])
    return read


def _of_entries(node: dict[str, Any]) -> int:
    below = sum(_of_entries(child) for child in node.get("Plans", ()))
    if node.get("Relation Name") != "audit_entry":
        return below
    thrown_away = sum(
        node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    )
    return below + int((node["Actual Rows"] + thrown_away) * node["Actual Loops"])


def test_a_page_of_a_long_log_is_there_in_no_time(reader: Reader) -> None:
    for search in SEARCHES.values():
        began = datetime.now(UTC)
        find_entries(reader, search)
        # Milliseconds; the rest is for a machine that does something else as well.
        assert datetime.now(UTC) - began < timedelta(seconds=1)
