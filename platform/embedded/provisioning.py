"""Roles, database, extensions and the queue's schema: all that must stand before the first migration.

Everything here may be repeated, and by several at once: one at a time gets through.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pgmq import get_embedded_install_sql
from psycopg import sql

from embedded.errors import AdministratorLacksRights, DatabaseUnreachable
from embedded.roles import SYSTEM_ROLE, Role, Server, conninfo, password, write_password
from embedded.server import MAINTENANCE_DATABASE

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
QUEUE_SCHEMA = "pgmq"

# Of our own choice; advisory locks have no names.
_PROVISIONING_LOCK = 0x434F554E54455201

# The log's door and the application's are narrow on purpose: what else they need, a migration grants by name.
_GRANTS = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO {owner};
GRANT USAGE ON SCHEMA public TO {app}, {log};
GRANT USAGE, CREATE ON SCHEMA public TO {system};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO {app};
"""


def provision(server: Server, data_folder: Path) -> None:
    """Make the roles and the database of `server` what the product needs.

    Passwords of the roles are made on the first call and kept in `data_folder`.

    Raises:
        DatabaseUnreachable: the administrator cannot connect.
        AdministratorLacksRights: connected, but not allowed to do this.
    """
    try:
        with one_at_a_time(server, data_folder) as cluster:
            _make_roles(cluster, data_folder)
            make_database(cluster, server.database)
            with _administrator(server, data_folder, server.database) as database:
                fit_out_database(database)
    except psycopg.errors.InsufficientPrivilege as error:
        raise AdministratorLacksRights(
            f"The user {server.administrator} may not set up {server.place}: {_first_line(error)}. DATABASE_URL "
            "must name a superuser for `manage.py provision`."
        ) from error


@contextmanager
def one_at_a_time(server: Server, data_folder: Path) -> Iterator[psycopg.Connection]:
    """An administrator's connection to the cluster that nobody else provisions or migrates meanwhile.

    Raises:
        DatabaseUnreachable: no connection.
    """
    # Advisory locks belong to one database, so all must meet in the one that always exists.
    with _administrator(server, data_folder, MAINTENANCE_DATABASE) as cluster:
        cluster.execute("SELECT pg_advisory_lock(%s)", [_PROVISIONING_LOCK])
        yield cluster


def make_database(cluster: psycopg.Connection, name: str, *, template: str | None = None) -> None:
    """The database `name`, owned by the owner role and closed to everybody else's roles."""
    roles = _identifiers()
    database = sql.Identifier(name)
    known = cluster.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if known is None:
        _run(
            cluster,
            "CREATE DATABASE {database} OWNER {owner} TEMPLATE {template} ENCODING 'UTF8'",
            database=database,
            # template0 is the one that lets us name the encoding.
            template=sql.Identifier(template or "template0"),
            **roles,
        )
    _run(cluster, "ALTER DATABASE {database} OWNER TO {owner}", database=database, **roles)
    _run(cluster, "REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database)
    _run(
        cluster,
        "GRANT CONNECT ON DATABASE {database} TO {owner}, {app}, {log}, {queue}",
        database=database,
        **roles,
    )


def fit_out_database(database: psycopg.Connection) -> None:
    """Extensions, rights on the schema and the queue, in the database `database` is connected to."""
    with database.transaction():
        for extension in EXTENSIONS:
            _run(database, "CREATE EXTENSION IF NOT EXISTS {name}", name=sql.Identifier(extension))
        _run(database, _GRANTS, **_identifiers())
    with database.transaction():
        _install_queue(database)


def _make_roles(cluster: psycopg.Connection, data_folder: Path) -> None:
    with cluster.transaction():
        for role in Role:
            _make_role(cluster, role, "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION")
            secret = password(data_folder, role)
            if secret is None:
                secret = secrets.token_urlsafe(32)
                write_password(data_folder, role, secret)
            # The verifier is computed here, so the server's log never holds the password.
            verifier = cluster.pgconn.encrypt_password(secret.encode(), role.encode(), b"scram-sha-256")
            _run(
                cluster,
                "ALTER ROLE {role} PASSWORD {verifier}",
                role=sql.Identifier(role),
                verifier=sql.Literal(verifier.decode()),
            )
        _make_role(
            cluster, SYSTEM_ROLE, "NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS NOREPLICATION"
        )
        # The owner hands functions over to the system role, and must be able to replace them later.
        _run(cluster, "GRANT {system} TO {owner}", **_identifiers())


def _make_role(cluster: psycopg.Connection, name: str, attributes: str) -> None:
    known = cluster.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if known else "CREATE"
    _run(cluster, f"{verb} ROLE {{role}} {attributes}", role=sql.Identifier(name))


def _install_queue(database: psycopg.Connection) -> None:
    """PGMQ as plain SQL, owned by the queue's role, in a schema of its own.

    Source: pgmq 1.1, `get_embedded_install_sql`: no extension is needed, but the script cannot be repeated.
    """
    if database.execute("SELECT to_regprocedure('pgmq.create(text)')").fetchone() != (None,):
        return
    name = database.info.dbname
    rights = {"database": sql.Identifier(name), "queue": sql.Identifier(Role.QUEUE)}
    _run(database, "GRANT CREATE ON DATABASE {database} TO {queue}", **rights)
    _run(database, "SET LOCAL ROLE {queue}", queue=sql.Identifier(Role.QUEUE))
    # The script is part of the pinned package.
    database.execute(get_embedded_install_sql().encode())
    database.execute("RESET ROLE")
    _run(database, "REVOKE CREATE ON DATABASE {database} FROM {queue}", **rights)


@contextmanager
def _administrator(server: Server, data_folder: Path, database: str) -> Iterator[psycopg.Connection]:
    url = conninfo(server, server.administrator, data_folder, database=database)
    try:
        connection = psycopg.connect(url, connect_timeout=5, autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(
            f"PostgreSQL at {server.place} does not let the user {server.administrator} in: "
            f"{_first_line(error)}. Check DATABASE_URL and that the server runs."
        ) from error
    with connection:
        yield connection


def _identifiers() -> dict[str, sql.Composable]:
    return {
        "owner": sql.Identifier(Role.OWNER),
        "app": sql.Identifier(Role.APP),
        "log": sql.Identifier(Role.LOG),
        "queue": sql.Identifier(Role.QUEUE),
        "system": sql.Identifier(SYSTEM_ROLE),
    }


def _run(connection: psycopg.Connection, statement: str, **names: sql.Composable) -> None:
    connection.execute(sql.SQL(statement).format(**names))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
