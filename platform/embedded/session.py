"""A database for the length of a command, whoever runs the server."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command

from embedded.cluster import prepare_cluster
from embedded.connections import point_django_at
from embedded.errors import DatabaseNotProvisioned, DatabaseUnreachable, DataFolderInUse
from embedded.programs import RunningProgram
from embedded.provisioning import one_at_a_time, provision
from embedded.roles import Role, Server, conninfo, embedded_server
from embedded.server import is_running, postgres_program
from embedded.supervisor import Supervisor


@contextmanager
def database_ready(*, prepare: bool = False) -> Iterator[None]:
    """A database that answers, for the length of the block.

    An outside server (DATABASE_URL) must run already. The embedded one is used when it runs and started for the
    block when not; a second command that comes meanwhile shares it, and the one that started it waits for the
    others before it stops the server.

    Args:
        prepare: also make roles and tables, as `manage.py provision` does; harmless when they stand.

    Raises:
        DatabaseUnavailable: saying where it was looked for and what to do.
    """
    with server_ready() as server:
        if prepare:
            prepare_database(server)
        else:
            check_provisioned(server)
        yield


@contextmanager
def server_ready() -> Iterator[Server]:
    """A server that answers, its database perhaps not made yet."""
    server: Server = settings.ENVIRONMENT.database
    if not server.is_embedded:
        yield server
        return
    data_folder: Path = settings.DATA_FOLDER
    with _embedded_running(data_folder):
        server = embedded_server(data_folder)
        point_django_at(server, data_folder, role=settings.ENVIRONMENT.database_role)
        yield server


@contextmanager
def own_server(supervisor: Supervisor) -> Iterator[Server]:
    """A server that `supervisor` keeps running; an outside one must answer already.

    Raises:
        DatabaseUnavailable: nobody answers, or another command keeps the embedded server running.
    """
    server: Server = settings.ENVIRONMENT.database
    if not server.is_embedded:
        with one_at_a_time(server, settings.DATA_FOLDER):
            pass
        yield server
        return
    data_folder: Path = settings.DATA_FOLDER
    with _door(data_folder):
        if is_running(data_folder):
            raise DataFolderInUse(
                f"Another command already runs the database in {data_folder}. Stop it, or wait until it is done."
            )
        cluster = prepare_cluster(data_folder, binaries_folder=settings.ENVIRONMENT.postgres_bin)
        supervisor.start(postgres_program(cluster))
    yield cluster.server


def prepare_database(server: Server) -> None:
    """Roles, database, tables: made or brought up to date, by one process at a time.

    Raises:
        DatabaseUnavailable: the administrator cannot connect or lacks rights.
    """
    data_folder: Path = settings.DATA_FOLDER
    provision(server, data_folder)
    point_django_at(server, data_folder, role=settings.ENVIRONMENT.database_role)
    with one_at_a_time(server, data_folder):
        call_command("migrate", interactive=False, verbosity=0)


def check_provisioned(server: Server) -> None:
    """Refuse to go on without a database that the application may enter.

    Raises:
        DatabaseUnreachable: nobody answers.
        DatabaseNotProvisioned: the server lacks our roles or the database.
    """
    url = conninfo(server, Role.APP, settings.DATA_FOLDER)
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split())
        if _turned_away(said):
            raise DatabaseNotProvisioned(
                f"PostgreSQL at {server.place} is not set up for Countersign ({said}). Run "
                "`manage.py provision` first."
            ) from error
        raise DatabaseUnreachable(
            f"PostgreSQL at {server.place} does not answer ({said}). Start it, or correct DATABASE_URL; "
            "without DATABASE_URL the embedded server is used."
        ) from error


def _turned_away(said: str) -> bool:
    return any(
        reason in said
        for reason in (
            "authentication failed",
            "does not exist",
            "no password supplied",
            "not permitted to log in",
        )
    )


@contextmanager
def _embedded_running(data_folder: Path) -> Iterator[None]:
    started: RunningProgram | None = None
    with ExitStack() as stack:
        with _door(data_folder):
            guests = stack.enter_context((data_folder / ".database-guests.lock").open("wb"))
            if is_running(data_folder):
                fcntl.flock(guests, fcntl.LOCK_SH)
            else:
                cluster = prepare_cluster(data_folder, binaries_folder=settings.ENVIRONMENT.postgres_bin)
                started = RunningProgram(postgres_program(cluster))
                started.start()
        try:
            yield
        finally:
            if started is not None:
                # Nobody comes in any more, and the last guest leaves before the server does.
                with _door(data_folder):
                    fcntl.flock(guests, fcntl.LOCK_EX)
                    started.stop()


@contextmanager
def _door(data_folder: Path) -> Iterator[None]:
    """Held by whoever looks whether a server runs, starts it or is about to stop it: one at a time."""
    data_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (data_folder / ".database-door.lock").open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
