from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from psycopg import sql

from embedded.provisioning import make_database, one_at_a_time, provision
from embedded.roles import Server, conninfo
from tests.architecture import sources
from tests.architecture.sources import ROOT
from tests.database import administrator

BACK_AND_FORWARD = """
import sys
import django
django.setup()
from django.core.management import call_command
for app in sys.argv[1:]:
    call_command("migrate", app, "zero", interactive=False, verbosity=0)
from django.db import connection
print(sorted(set(connection.introspection.table_names())))
call_command("migrate", interactive=False, verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
"""
WITHOUT_LEAN_STATES = """
from contextlib import nullcontext
import django
django.setup()
from django.core.management import call_command
from embedded.management.commands import migrate
migrate.lean_states = nullcontext
call_command("migrate", interactive=False, verbosity=0)
"""
SCHEMA = """
    SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION ALL
    SELECT 'policy', tablename || '.' || policyname, concat(permissive, roles, cmd, qual, with_check)
    FROM pg_policies WHERE schemaname = 'public'
    UNION ALL
    SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, concat(pg_get_functiondef(p.oid), proowner::regrole, proacl)
    FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND NOT EXISTS (
        SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e'
    )
    UNION ALL
    SELECT 'right', relname, concat(relowner::regrole, relacl, relrowsecurity, relforcerowsecurity)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
    ORDER BY 1, 2
"""


@pytest.fixture
def a_copy(django_db_setup: tuple[Server, frozenset[str]]) -> Iterator[Server]:
    """A database with the migrated schema beside this worker's own, gone afterwards."""
    server = django_db_setup[0]
    copy = replace(server, database=f"{server.database}_migrated")
    template = server.database.rpartition("_")[0] + "_template"
    with one_at_a_time(copy, settings.DATA_FOLDER) as cluster:
        make_database(cluster, copy.database, template=template)
    yield copy
    _drop(copy)


@pytest.fixture
def an_empty_one(django_db_setup: tuple[Server, frozenset[str]]) -> Iterator[Server]:
    """A provisioned database without a table of ours, gone afterwards."""
    server = django_db_setup[0]
    empty = replace(server, database=f"{server.database}_empty")
    provision(empty, settings.DATA_FOLDER)
    yield empty
    _drop(empty)


# The template was migrated forward; taking a second way there would cost a minute and tell nothing.
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_migration_goes_back_and_forward_again_to_the_same_schema(a_copy: Server) -> None:
    ours = [name for layer in sources.layers() for name in sorted(layer)]
    apps = [name for name in ours if (_folder(name) / "migrations").is_dir()]
    before = schema(a_copy)

    done = _run(BACK_AND_FORWARD, a_copy, *apps)

    left = done.stdout.splitlines()[0]
    assert [app for app in apps if f"'{app}_" in left] == []
    assert len(before) > 1000
    assert sorted(set(schema(a_copy)) ^ set(before)) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_leaner_states_make_the_schema_that_djangos_own_make(a_copy: Server, an_empty_one: Server) -> None:
    _run(WITHOUT_LEAN_STATES, an_empty_one)

    assert sorted(set(schema(a_copy)) ^ set(schema(an_empty_one))) == []


def _run(program: str, server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    url = conninfo(server, server.administrator, settings.DATA_FOLDER)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=dict(os.environ) | {"DATABASE_URL": url, "PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=840,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def _drop(server: Server) -> None:
    with one_at_a_time(server, settings.DATA_FOLDER) as cluster:
        cluster.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(server.database)))


def schema(server: Server) -> list[tuple[str, str, str]]:
    with administrator(server, settings.DATA_FOLDER) as superuser:
        return superuser.execute(SCHEMA).fetchall()


def _folder(package: str) -> Path:
    inner = ROOT / "platform" / package
    return inner if inner.is_dir() else ROOT / package
