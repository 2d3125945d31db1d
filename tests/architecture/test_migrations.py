from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from embedded.roles import Server, conninfo
from embedded.server import MAINTENANCE_DATABASE
from tests.architecture import sources
from tests.architecture.sources import ROOT

FORWARD_BACK_FORWARD = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("provision", stdout=sys.stderr)
for app in sys.argv[1:]:
    call_command("migrate", app, "zero", interactive=False, verbosity=0)
from django.db import connection
print(sorted(set(connection.introspection.table_names())))
call_command("migrate", interactive=False, verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
"""


@pytest.fixture
def fresh_database(db: None) -> Iterator[Server]:
    """A database beside this worker's own, gone afterwards."""
    server: Server = settings.ENVIRONMENT.database
    fresh = replace(server, database=f"{server.database}_fresh")
    yield fresh
    url = conninfo(server, server.administrator, settings.DATA_FOLDER, database=MAINTENANCE_DATABASE)
    with psycopg.connect(url, autocommit=True) as cluster:
        cluster.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(fresh.database)))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_migration_goes_forward_back_and_forward_again(fresh_database: Server) -> None:
    ours = [name for layer in sources.layers() for name in sorted(layer)]
    apps = [name for name in ours if (_folder(name) / "migrations").is_dir()]
    url = conninfo(fresh_database, fresh_database.administrator, settings.DATA_FOLDER)

    done = subprocess.run(
        [sys.executable, "-c", FORWARD_BACK_FORWARD, *apps],
        env=dict(os.environ) | {"DATABASE_URL": url, "PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=840,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    left = done.stdout.splitlines()[0]
    assert [app for app in apps if f"'{app}_" in left] == []


def _folder(package: str) -> Path:
    inner = ROOT / "platform" / package
    return inner if inner.is_dir() else ROOT / package
