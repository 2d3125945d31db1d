"""The database of a test run: one server, one migrated template, one clone for each worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from filelock import FileLock
from psycopg import sql

from audit.signer.place import own_address
from embedded.cluster import prepare_cluster
from embedded.connections import point_django_at
from embedded.programs import RunningProgram
from embedded.provisioning import make_database, one_at_a_time, provision
from embedded.roles import Server, conninfo, embedded_server, outside_server
from embedded.server import postgres_program

OUTSIDE_URL = os.environ.get("COUNTERSIGN_TEST_DATABASE_URL")


@dataclass(frozen=True, slots=True)
class TestRun:
    """One run of the tests; `folder` is shared by all its workers and gone afterwards."""

    __test__ = False

    folder: Path

    @property
    def server_folder(self) -> Path:
        return self.folder / "server"

    @property
    def server(self) -> Server:
        server = outside_server(OUTSIDE_URL) if OUTSIDE_URL else embedded_server(self.server_folder)
        # To the tests the embedded server is one that already runs; nobody may start or stop it.
        return replace(server, database=self._name("template"), is_embedded=False)

    def worker_server(self, worker: str) -> Server:
        return replace(self.server, database=self._name(worker))

    def _name(self, purpose: str) -> str:
        return f"{self.folder.name}_{purpose}".replace("-", "_").lower()


def start_server(run: TestRun) -> RunningProgram | None:
    """Start the embedded server of the run; None when an outside one is used."""
    if OUTSIDE_URL:
        return None
    binaries = os.environ.get("COUNTERSIGN_POSTGRES_BIN")
    cluster = prepare_cluster(run.server_folder, binaries_folder=Path(binaries) if binaries else None)
    running = RunningProgram(postgres_program(cluster, durable=False))
    running.start()
    return running


def drop_databases(run: TestRun) -> None:
    """Leave an outside server as it was found."""
    prefix = run.worker_server("").database
    with one_at_a_time(run.server, run.server_folder) as cluster:
        names = cluster.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in names.fetchall():
            cluster.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def worker_database(run: TestRun, worker: str, data_folder: Path) -> Iterator[Server]:
    """Point Django, and programs started by tests, at this worker's own clone of the migrated template."""
    server = run.worker_server(worker)
    with FileLock(run.folder / "template.lock"):
        if not (run.folder / "template.ready").exists():
            _make_template(run)
            (run.folder / "template.ready").touch()
        with one_at_a_time(server, run.server_folder) as cluster:
            make_database(cluster, server.database, template=run.server.database)
    shutil.copytree(run.server_folder / "keys", data_folder / "keys", dirs_exist_ok=True)
    _use(server, data_folder)
    os.environ["DATABASE_URL"] = conninfo(server, server.administrator, data_folder)
    yield server
    connections.close_all()


@contextmanager
def emptied_afterwards(server: Server, data_folder: Path, *, kept: frozenset[str]) -> Iterator[None]:
    """Remove every committed row at the end, as the administrator and past all triggers."""
    try:
        yield
    finally:
        connections.close_all()
        with administrator(server, data_folder) as connection:
            connection.execute("SET session_replication_role = replica")
            # A test that left a transaction open shall fail here and not hang.
            connection.execute("SET lock_timeout = '15s'")
            for table in filled_tables(connection) - kept:
                connection.execute(sql.SQL("DELETE FROM {}").format(_identifier(table)))
            _restart_sequences(connection)


@contextmanager
def administrator(server: Server, data_folder: Path) -> Iterator[psycopg.Connection]:
    url = conninfo(server, server.administrator, data_folder)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def filled_tables(connection: psycopg.Connection) -> frozenset[str]:
    """Tables of ours and queues of the broker that hold at least one row, as `schema.table`."""
    tables = connection.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
        " WHERE schemaname = 'public' OR schemaname = 'pgmq' AND tablename ~ '^[qa]_'"
    ).fetchall()
    if not tables:
        return frozenset()
    probes = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), _identifier(name))
        for (name,) in tables
    ]
    found = connection.execute(sql.SQL(" UNION ALL ").join(probes)).fetchall()
    return frozenset(name for (name,) in found)


def _restart_sequences(connection: psycopg.Connection) -> None:
    used = connection.execute(
        "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences"
        " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        " AND sequencename !~ '^(django_migrations|django_content_type|auth_permission)_'"
    ).fetchall()
    for (name,) in used:
        connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(_identifier(name)))


def _make_template(run: TestRun) -> None:
    provision(run.server, run.server_folder)
    _use(run.server, run.server_folder)
    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()


def _use(server: Server, data_folder: Path) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, database=server)
    # pytest-django read the settings of a worker before its conftest could name the folder.
    settings.DATA_FOLDER = data_folder
    settings.KEYS_FOLDER = data_folder / "keys"
    settings.MEDIA_FOLDER = data_folder / "media"
    settings.SIGNER_FOLDER = data_folder / "signer"
    settings.LOG_SIGNER = own_address(settings.SIGNER_FOLDER)
    point_django_at(server, data_folder)


def _identifier(qualified: str) -> sql.SQL:
    # Already quoted by format('%I').
    return sql.SQL(qualified)
