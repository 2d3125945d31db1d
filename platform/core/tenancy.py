"""Which organisation the present transaction acts for.

Isolation is a promise of the database: row-level security policies read two transaction-local settings,
`app.organisation` and `app.user`; a third one, `app.sight`, opens what was granted. This module is their only writer.
A session-level setting on a pooled connection was seen to leak rows into other threads' requests, so nothing here
outlives its transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg.generators import execute
from psycopg.pq import Escaping, ExecStatus

from core.errors import StudioError

_organisation: ContextVar[UUID | None] = ContextVar("organisation", default=None)


class NoOrganisation(StudioError):
    """Rows of an organisation were asked for without saying which."""


def current_organisation_id() -> UUID:
    """The organisation of the enclosing `tenant` block.

    Raises:
        NoOrganisation: outside every block.
    """
    organisation_id = _organisation.get()
    if organisation_id is None:
        raise NoOrganisation("No organisation is set: open `core.tenancy.tenant` around this query.")
    return organisation_id


def organisation_is_set() -> bool:
    return _organisation.get() is not None


@contextmanager
def tenant(organisation_id: UUID, *, user_id: UUID | None = None, durable: bool = False) -> Iterator[None]:
    """A transaction that sees and writes the rows of one organisation.

    Args:
        organisation_id: the organisation acted for.
        user_id: the signed-in person; opens their own memberships in other organisations, nothing else.
        durable: refuse to be nested, so that what is written survives an exception raised later by the caller.

    The former settings come back when the block ends, also inside an outer transaction (a savepoint would keep
    them). Nested blocks may name another organisation; each sees only its own.
    """
    token = _organisation.set(organisation_id)
    try:
        with _settings(str(organisation_id), str(user_id) if user_id else "", durable=durable):
            yield
    finally:
        _organisation.reset(token)


@contextmanager
def person(user_id: UUID) -> Iterator[None]:
    """A transaction that sees only what belongs to one person across organisations: their memberships."""
    with _settings("", str(user_id)):
        yield


@contextmanager
def granted_sight(organisation_id: UUID, *, user_id: UUID | None) -> Iterator[None]:
    """As `tenant`, and sees what other organisations granted the organisation or the person to see; reading alone.

    Only here do the policies of grants open anything, so ordinary queries never meet rows of another organisation.
    """
    with tenant(organisation_id, user_id=user_id):
        _open_sight("granted")
        try:
            yield
        finally:
            if connection.is_usable() and not connection.needs_rollback:
                _open_sight("")


def _open_sight(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.sight', %s, true)", [word])


@contextmanager
def _settings(organisation_id: str, user_id: str, *, durable: bool = False) -> Iterator[None]:
    # An outermost transaction begins with empty settings, and its end empties them again.
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(durable=durable):
        if is_outermost:
            _begin(organisation_id, user_id)
            yield
            return
        before = _read()
        _write(organisation_id, user_id)
        yield
        _write(*before)


def _begin(organisation_id: str, user_id: str) -> None:
    """Begin the transaction and tell whom it acts for in one message.

    Past the cursors, which would send three and take longer than the database. The connection sees that a transaction
    has begun, and goes on in it.
    """
    link: psycopg.Connection[Any] = connection.connection
    quoted = Escaping(link.pgconn).escape_literal
    with connection.wrap_database_errors:
        link.pgconn.send_query(
            b'BEGIN; SET LOCAL app.organisation = %s; SET LOCAL app."user" = %s'
            % (quoted(organisation_id.encode()), quoted(user_id.encode()))
        )
        for result in link.wait(execute(link.pgconn)):
            if result.status != ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(result)


def _read() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation', true), current_setting('app.user', true)")
        organisation_id, user_id = cursor.fetchone()
    return organisation_id or "", user_id or ""


def _write(organisation_id: str, user_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.organisation', %s, true), set_config('app.user', %s, true)",
            [organisation_id, user_id],
        )
