"""Rights in the log come from its migrations alone, and each of these can be undone."""

from __future__ import annotations

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


def test_without_its_grants_the_sequencer_reads_nothing(
    django_db_setup: tuple[Server, frozenset[str]],
) -> None:
    with a_copy_of(django_db_setup[0]) as server:
        with administrator(server, settings.DATA_FOLDER) as superuser:
            superuser.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM countersign_log")
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
