"""One question that is asked very often, prepared on a connection of Django's.

With the policies of every table in it the question of the gate takes longer to plan than to run, and Django's
connections prepare nothing, whatever a cursor is told. So it goes past both cursors, which together cost more than
the answer, to the connection beneath them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.generators import execute
from psycopg.pq import ExecStatus

from core.digests import sha256_hex

# The server would plan anew for every value.
_PLAN_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan"


class PreparedQuestion:
    """Statements that are always asked one after the other; the last one answers with one row.

    They go to the server in one message, and still each sees what was committed when its own turn came. `texts` have
    `%s` for their values, each of a type that the server can tell.

    It outlives the transaction it was prepared in, also one that is rolled back. A pooler between us and the server
    must therefore keep a connection for as long as we do.
    """

    def __init__(self, link: psycopg.Connection[Any], *texts: str) -> None:
        self.texts = texts
        message = _PLAN_ONCE
        for text in texts:
            name = f"countersign_{sha256_hex(text.encode())[:16]}"
            numbers = itertools.count(1)
            numbered = re.sub("%s", lambda _: f"${next(numbers)}", text)  # noqa: B023 - called at once
            link.pgconn.send_prepare(name.encode(), numbered.encode())
            _results(link)
            given = ", ".join(["%s"] * text.count("%s"))
            message += f"; EXECUTE {name}" + (f" ({given})" if given else "")
        self._message = message.encode()

    def row(self, link: psycopg.Connection[Any], values: Sequence[Any]) -> tuple[Any, ...]:
        """The last statement's row for these values, those of all statements in their order, inside a transaction.

        Raises:
            psycopg.Error: as a cursor of `link` would.
        """
        loader = Transformer(link)
        literals = tuple(loader.as_literal(value) for value in values)
        link.pgconn.send_query(self._message % literals)
        loader.set_pgresult(_results(link)[-1])
        return loader.load_row(0, tuple)


def _results(link: psycopg.Connection[Any]) -> list[Any]:
    """Of psycopg's own making, written in C; what failed is the last one there is."""
    results: list[Any] = link.wait(execute(link.pgconn))
    if results[-1].status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise psycopg.errors.error_from_result(results[-1])
    return results
