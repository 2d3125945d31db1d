"""What a database administrator could do: change rows past every right, trigger and policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from psycopg import sql

from tests.database import administrator


@contextmanager
def tampered(table: str, statement: str) -> Iterator[None]:
    """`table` as `statement` leaves it, which must touch a row; afterwards every row is what it was."""
    named = sql.Identifier(table)
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(sql.SQL("CREATE TEMP TABLE kept AS TABLE {}").format(named))
        # A column that the database makes itself is made again, and nobody may write it.
        (written,) = superuser.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table],
        ).fetchone() or ("",)
        touched = superuser.execute(statement.encode()).rowcount
        try:
            assert touched > 0, f"nothing to tamper with: {statement}"
            yield
        finally:
            superuser.execute(sql.SQL("DELETE FROM {}").format(named))
            superuser.execute(
                sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM kept").format(named, sql.SQL(written))
            )
