"""The launcher of the embedded PostgreSQL server.

It listens on a unix socket that only this account may enter, never on a network port, and is a child that the
kernel stops when its parent dies: there is no daemon to forget.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from embedded.cluster import Cluster, plain_environment, postgres_folder, prepare_cluster
from embedded.errors import DataFolderInUse, PostgresDidNotStart, SocketInUse
from embedded.programs import Program, RunningProgram
from embedded.roles import (
    EMBEDDED_ADMINISTRATOR,
    EMBEDDED_PORT,
    Server,
    conninfo,
    embedded_server,
    password_file,
    socket_folder,
)

MAINTENANCE_DATABASE = "postgres"

# For data that is thrown away with the process: no write waits for the disk.
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# A server whose starter was killed a moment ago is still writing its last checkpoint.
_LEAVES_WITHIN_S = 20.0
_SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "log_timezone=UTC",
    "timezone=UTC",
)


def is_running(data_folder: Path) -> bool:
    """Whether the server of `data_folder` answers.

    Raises:
        SocketInUse: something answers there that is not ours.
    """
    if not password_file(data_folder, EMBEDDED_ADMINISTRATOR).exists():
        return False
    server = embedded_server(data_folder)
    url = conninfo(server, server.administrator, data_folder, database=MAINTENANCE_DATABASE)
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error):
            raise SocketInUse(_socket_in_use(data_folder)) from error
        return False
    if row is None or Path(row[0]).resolve() != postgres_folder(data_folder).resolve():
        raise SocketInUse(_socket_in_use(data_folder))
    return True


def postgres_program(cluster: Cluster, *, durable: bool = True, output: Path | None = None) -> Program:
    """The server as a program to run."""
    settings = [*_SETTINGS, f"unix_socket_directories={socket_folder(cluster.data_folder)}"]
    settings += () if durable else _FORGETFUL
    options = [part for setting in settings for part in ("-c", setting)]
    return Program(
        name="PostgreSQL",
        command=(
            cluster.binaries.program("postgres"),
            *("-D", str(cluster.folder)),
            *("-p", str(EMBEDDED_PORT)),
            *options,
        ),
        is_ready=lambda: is_running(cluster.data_folder),
        environment=plain_environment(),
        output=output or cluster.data_folder / "logs" / "postgres.log",
        guarded=False,
        others_need_it=True,
        account=cluster.account,
        prepare=lambda: clear_stale_locks(cluster.data_folder),
        # Fast shutdown: sessions end, everything committed is on disk.
        stop_signal=signal.SIGINT,
        stop_timeout_s=30.0,
        # After a crash the old backends hold the shared memory for a second or two, and each start fails.
        starts=20,
        failure=PostgresDidNotStart,
    )


@contextmanager
def running_postgres(
    data_folder: Path, *, binaries_folder: Path | None = None, durable: bool = True
) -> Iterator[Server]:
    """The embedded server, running for the length of the block.

    Raises:
        DatabaseUnavailable: a subclass of `embedded.errors`.
    """
    cluster = prepare_cluster(data_folder, binaries_folder=binaries_folder)
    running = RunningProgram(postgres_program(cluster, durable=durable))
    running.start()
    try:
        yield cluster.server
    finally:
        running.stop()


def clear_stale_locks(data_folder: Path) -> None:
    """Remove the lock files of a server that is gone.

    PostgreSQL itself believes a lock file when any program of ours has the number in it, which after a restart
    of the machine or of a container is a matter of chance.

    Raises:
        DataFolderInUse: a server does work there, and does not leave.
    """
    folder = postgres_folder(data_folder)
    socket = socket_folder(data_folder) / f".s.PGSQL.{EMBEDDED_PORT}"
    deadline = time.monotonic() + _LEAVES_WITHIN_S
    for lock in (folder / "postmaster.pid", socket.with_name(socket.name + ".lock")):
        while (pid := _first_number(lock)) is not None and _serves(pid, folder):
            if is_running(data_folder) or time.monotonic() > deadline:
                raise DataFolderInUse(
                    f"PostgreSQL (process {pid}) already works in {folder}. Stop whoever started it, or wait "
                    "until it is done, and try again."
                )
            time.sleep(0.1)
        lock.unlink(missing_ok=True)


def _first_number(lock: Path) -> int | None:
    try:
        return int(lock.read_text(encoding="ascii", errors="replace").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _serves(pid: int, folder: Path) -> bool:
    """Whether process `pid` is a PostgreSQL that works in `folder`; PostgreSQL makes it its working folder."""
    place = Path(f"/proc/{pid}")
    if not Path("/proc/self").exists():
        return True
    try:
        return (place / "cwd").readlink() == folder.resolve() and "postgres" in (place / "comm").read_text()
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def _socket_in_use(data_folder: Path) -> str:
    return (
        f"Another PostgreSQL answers on the socket in {socket_folder(data_folder)}. Stop it, or set "
        "COUNTERSIGN_DATA to another folder."
    )
