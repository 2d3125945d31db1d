"""One statement that is asked very often, prepared on a connection of Django's.

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
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import execute
from psycopg.pq import ExecStatus

from core.digests import sha256_hex

# The server would plan anew for every value.
_PLAN_ONCE = b"SET LOCAL plan_cache_mode = force_generic_plan"


class PreparedQuestion:
    """`text` has `%s` for its values, each of a type that the server can tell, and answers with one row.

    It outlives the transaction it was prepared in, also one that is rolled back. A pooler between us and the server
    must therefore keep a connection for as long as we do.
    """

    def __init__(self, link: psycopg.Connection[Any], text: str) -> None:
        self.text = text
        self._name = f"countersign_{sha256_hex(text.encode())[:16]}".encode()
        numbers = itertools.count(1)
        numbered = re.sub("%s", lambda _: f"${next(numbers)}", text)
        link.pgconn.send_prepare(self._name, numbered.encode())
        _only_result(link)

    def row(self, link: psycopg.Connection[Any], values: Sequence[Any]) -> tuple[Any, ...]:
        """The row for these values, inside a transaction that has begun.

        Raises:
            psycopg.Error: as a cursor of `link` would.
        """
        link.pgconn.send_query(_PLAN_ONCE)
        _only_result(link)
        loader = Transformer(link)
        given = loader.dump_sequence(values, [PyFormat.TEXT] * len(values))
        link.pgconn.send_query_prepared(self._name, given)
        loader.set_pgresult(_only_result(link))
        return loader.load_row(0, tuple)


def _only_result(link: psycopg.Connection[Any]) -> Any:  # noqa: ANN401 - of psycopg's own making, written in C
    (result,) = link.wait(execute(link.pgconn))
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise psycopg.errors.error_from_result(result)
    return result
