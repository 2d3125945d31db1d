"""The schema of the log can be taken back and laid again, with every right and trigger."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from audit import migrations
from embedded.provisioning import make_database, one_at_a_time
from embedded.roles import Server, conninfo
from tests.database import administrator

pytestmark = pytest.mark.slow

SCHEMA = """
    SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_name LIKE 'audit\\_%'
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'audit\\_%'
    UNION ALL
    SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'audit\\_%'
    UNION ALL
    SELECT 'policy', tablename || '.' || policyname, concat(permissive, roles, cmd, qual, with_check)
    FROM pg_policies WHERE tablename LIKE 'audit\\_%'
    UNION ALL
    SELECT 'trigger', t.tgname, pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE c.relname LIKE 'audit\\_%' AND NOT tgisinternal
    UNION ALL
    SELECT 'function', proname, concat(pg_get_functiondef(oid), proowner::regrole, proacl)
    FROM pg_proc WHERE proname LIKE 'audit\\_%'
    UNION ALL
    SELECT 'right', relname, concat(relowner::regrole, relacl, relrowsecurity, relforcerowsecurity)
    FROM pg_class WHERE relname LIKE 'audit\\_%' AND relkind IN ('r', 'S')
    ORDER BY 1, 2
"""


def schema(server: Server) -> list[tuple[str, str, str]]:
    with administrator(server, settings.DATA_FOLDER) as superuser:
        return superuser.execute(SCHEMA).fetchall()


@contextmanager
def a_copy_of(server: Server) -> Iterator[Server]:
    """A database of its own with the migrated schema, gone afterwards."""
    copy = replace(server, database=f"{server.database}_migrations")
    template = server.database.rpartition("_")[0] + "_template"
    with one_at_a_time(copy, settings.DATA_FOLDER) as cluster:
        make_database(cluster, copy.database, template=template)
    try:
        yield copy
    finally:
        with one_at_a_time(copy, settings.DATA_FOLDER) as cluster:
            cluster.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy.database)))


def migrate(server: Server, *arguments: str) -> None:
    url = conninfo(server, server.administrator, settings.DATA_FOLDER)
    subprocess.run(
        [sys.executable, str(settings.PROJECT_FOLDER / "manage.py"), "migrate", "--skip-checks", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        capture_output=True,
    )


def test_forward_back_and_forward_again_is_the_same_schema(
    django_db_setup: tuple[Server, frozenset[str]],
) -> None:
    with a_copy_of(django_db_setup[0]) as server:
        before = schema(server)

        migrate(server, "audit", "zero")
        emptied = schema(server)
        migrate(server, "audit")

        assert len(before) > 60
        assert emptied == []
        assert schema(server) == before


def test_without_its_grants_the_sequencer_reads_nothing(
    django_db_setup: tuple[Server, frozenset[str]],
) -> None:
    with a_copy_of(django_db_setup[0]) as server:
        migrate(server, "audit", "0001")
        url = conninfo(server, "countersign_log", settings.DATA_FOLDER)
        with (
            psycopg.connect(url, autocommit=True) as log,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            log.execute("SELECT 1 FROM audit_entry")


def test_every_sql_file_is_run_by_a_migration_and_can_be_undone() -> None:
    folder = Path(migrations.__file__).parent
    called = "\n".join(path.read_text() for path in folder.glob("0*.py"))

    files = {path.name for path in (folder / "sql").iterdir()}

    forward = {name for name in files if not name.endswith(".down.sql")}
    assert files == forward | {name.replace(".sql", ".down.sql") for name in forward}
    assert all(f'"{name.removesuffix(".sql")}"' in called for name in forward)
