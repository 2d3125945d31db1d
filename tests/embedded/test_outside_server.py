"""An outside PostgreSQL in place of the embedded one: `DATABASE_URL` names its administrator, nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from embedded.roles import Role, Server, conninfo, outside_server
from embedded.server import MAINTENANCE_DATABASE

URL = os.environ.get("COUNTERSIGN_TEST_DATABASE_URL")
MANAGE = [sys.executable, str(settings.PROJECT_FOLDER / "manage.py")]

pytestmark = [pytest.mark.service, pytest.mark.slow]


@pytest.fixture
def outside() -> Iterator[Server]:
    """A database that does not exist yet on a server that answers."""
    if URL is None:
        pytest.skip("COUNTERSIGN_TEST_DATABASE_URL names no PostgreSQL")
    server = replace(outside_server(URL), database=f"countersign_service_{os.getpid()}")
    cluster = conninfo(server, server.administrator, settings.DATA_FOLDER, database=MAINTENANCE_DATABASE)
    try:
        psycopg.connect(cluster, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at {server.place}: {error}")
    yield server
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(server.database))
        )


def _manage(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    url = conninfo(server, server.administrator, settings.DATA_FOLDER)
    return subprocess.run(
        [*MANAGE, *arguments],
        env=dict(os.environ) | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# The roles of a cluster are shared, and `db` makes sure that this run's own set-up of them is through.
@pytest.mark.usefixtures("db")
def test_provision_makes_everything_on_an_empty_server_and_may_be_repeated(outside: Server) -> None:
    first = _manage(outside, "provision")
    again = _manage(outside, "provision")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    with psycopg.connect(conninfo(outside, Role.APP, settings.DATA_FOLDER)) as app:
        owned = app.execute(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        ).fetchone()
        unforced = app.execute(
            "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
        ).fetchone()
        isolated = app.execute("SELECT count(*) > 5 FROM pg_class WHERE relforcerowsecurity").fetchone()
    assert (owned, unforced, isolated) == ((0,), (0,), (True,))


@pytest.mark.usefixtures("db")
def test_a_database_that_was_not_provisioned_says_so(outside: Server) -> None:
    checked = _manage(outside, "audit", "check", "--json")

    assert checked.returncode != 0
    assert "manage.py provision" in checked.stderr
    assert "Traceback" not in checked.stderr
