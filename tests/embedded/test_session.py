"""One database for several commands at once, started and stopped by whoever comes first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from embedded.connections import acting_as_owner
from embedded.errors import DatabaseNotProvisioned, DatabaseUnreachable
from embedded.roles import Server
from embedded.session import check_provisioned
from tests.embedded.watching import commands_mentioning, eventually

ROOT = Path(settings.PROJECT_FOLDER)

USE_THE_SERVER = """
import sys
import django
django.setup()
from embedded.session import server_ready
with server_ready() as server:
    print("in", flush=True)
    sys.stdin.readline()
    import psycopg
    from embedded.roles import conninfo
    from django.conf import settings
    url = conninfo(server, server.administrator, settings.DATA_FOLDER, database="postgres")
    with psycopg.connect(url) as connection:
        connection.execute("SELECT 1")
print("out", flush=True)
"""


_started: list[subprocess.Popen[str]] = []


def test_a_command_of_djangos_own_says_that_no_database_answers(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": "postgresql://a@127.0.0.1:1/b", "COUNTERSIGN_DATA": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate"],
        env=dict(os.environ) | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer: ")
    assert "Traceback" not in done.stderr


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="countersign-session-"))
    made.chmod(0o711)
    yield made
    for process in _started:
        process.kill()
        process.wait()
    _started.clear()
    assert eventually(lambda: not commands_mentioning(str(made)))
    shutil.rmtree(made)


def _command(folder: Path) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "COUNTERSIGN_DATA": str(folder),
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", USE_THE_SERVER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _started.append(process)
    return process


def _says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.slow
def test_the_first_command_waits_for_its_guest_before_it_stops_the_server(folder: Path) -> None:
    first = _command(folder)
    assert _says(first) == "in"
    guest = _command(folder)
    assert _says(guest) == "in"

    _let_go(first)

    with pytest.raises(subprocess.TimeoutExpired):
        first.wait(2)
    _let_go(guest)
    assert guest.communicate(timeout=60)[0] == "out\n"
    assert first.communicate(timeout=60)[0] == "out\n"
    assert (guest.returncode, first.returncode) == (0, 0)


@pytest.mark.slow
def test_two_that_come_at_once_share_one_server(folder: Path) -> None:
    both = [_command(folder) for _ in range(2)]

    assert [_says(process) for process in both] == ["in", "in"]
    for process in both:
        _let_go(process)

    assert [process.communicate(timeout=60)[0] for process in both] == ["out\n", "out\n"]
    assert [process.returncode for process in both] == [0, 0]


def test_a_server_that_is_not_there_is_named_with_what_to_do() -> None:
    nowhere = Server(
        host="127.0.0.1", port=1, database="films", administrator="root", administrator_password=None
    )

    with pytest.raises(DatabaseUnreachable, match=r"127\.0\.0\.1:1, database films does not answer"):
        check_provisioned(nowhere)


@pytest.mark.usefixtures("db")
def test_a_server_without_our_database_says_to_provision() -> None:
    here: Server = settings.ENVIRONMENT.database
    bare = Server(
        host=here.host,
        port=here.port,
        database="no_such_database",
        administrator=here.administrator,
        administrator_password=here.administrator_password,
    )

    with pytest.raises(DatabaseNotProvisioned, match=r"Run `manage\.py provision`"):
        check_provisioned(bare)


@pytest.mark.usefixtures("committed_db")
def test_migrations_act_as_the_owner_and_the_application_comes_back_afterwards() -> None:
    def acting() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return str(cursor.fetchone()[0])

    with acting_as_owner():
        inside = acting()

    assert (inside, acting()) == ("countersign_owner", "countersign_app")


@pytest.mark.usefixtures("db")
def test_the_application_cannot_say_what_was_migrated() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('django_migrations', 'SELECT'),"
            " has_table_privilege('django_migrations', 'INSERT, UPDATE, DELETE')"
        )
        rights = cursor.fetchone()

    assert rights == (True, False)
