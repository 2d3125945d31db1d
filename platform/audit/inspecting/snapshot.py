"""One state of the database, seen by several processes at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import psycopg
from psycopg import sql

Answer_co = TypeVar("Answer_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the database, and which state of it.

    Attributes:
        log: libpq URL of the sequencer's role, which sees every organisation's log.
        app: libpq URL of the application's role, which sees one organisation at a time.
        snapshot: name of an exported snapshot; empty before it is taken.
    """

    log: str
    app: str
    snapshot: str = ""


class Reader:
    """Connections of one process to one snapshot, made when they are first asked for."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._open: dict[str, psycopg.Connection] = {}

    @property
    def log(self) -> psycopg.Connection:
        return self._connection(self._access.log)

    @property
    def app(self) -> psycopg.Connection:
        return self._connection(self._access.app)

    def close(self) -> None:
        """End every connection."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def _connection(self, url: str) -> psycopg.Connection:
        if url not in self._open:
            connection = psycopg.connect(url)
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            # First of all: after a query the transaction has a snapshot of its own.
            connection.execute(
                sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(self._access.snapshot))
            )
            connection.execute("SET LOCAL TimeZone = 'UTC'")
            self._open[url] = connection
        return self._open[url]


class Work(Protocol[Answer_co]):
    """A piece of the check that any process can do from the snapshot alone; it must pickle."""

    def __call__(self, reader: Reader) -> Answer_co: ...


@contextmanager
def taken(access: Access) -> Iterator[Access]:
    """`access` to the present state of the database, which stays readable for the length of the block."""
    with psycopg.connect(access.log) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # noqa: S101 - a function without FROM gives one row
        yield replace(access, snapshot=row[0])


def performed(work: Sequence[Work[Answer_co]], *, access: Access, processes: int) -> Iterator[Answer_co]:
    """The answers to `work` in its order, worked out by `processes` processes; with one, here.

    Each reads for itself what it works on. Rows handed down by a parent made a check in parallel slower than none.
    """
    if processes <= 1 or len(work) <= 1:
        reader = Reader(access)
        try:
            for piece in work:
                yield piece(reader)
        finally:
            reader.close()
        return
    # A fork would share open connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(processes, len(work)), mp_context=context, initializer=_begin, initargs=(access,)
    ) as pool:
        try:
            yield from pool.map(_perform, work)
        finally:
            pool.shutdown(cancel_futures=True)


_reader: Reader | None = None


def _begin(access: Access) -> None:
    global _reader  # noqa: PLW0603 - a pool has no other place for what a process keeps
    _reader = Reader(access)


def _perform(piece: Work[Answer_co]) -> Answer_co:
    if _reader is None:
        raise RuntimeError("This process was started without access to the database.")
    return piece(_reader)
