"""What one request was, the next one on the same connection is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar
from uuid import UUID

import pytest
from django.db import DataError, connection, connections

from core.tenancy import person, tenant
from tests.factories.accounts import a_member
from tests.factories.productions import a_production

Answer = TypeVar("Answer")

VISIBLE = "SELECT count(*), pg_backend_pid() FROM productions_production"


@pytest.fixture
def one_connection_for_all(committed_db: None) -> Iterator[None]:
    """A pool with a single connection, which all threads take in turn."""
    settings = connections["default"].settings_dict
    before = dict(settings)
    connection.close()
    settings.update(CONN_MAX_AGE=0, OPTIONS={**before["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}})
    yield
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
    settings.update(before)


def _in_a_thread(work: Callable[[], Answer]) -> Answer:
    def whole_request() -> Answer:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(whole_request).result()


def _visible() -> tuple[int, int]:
    """Number of visible productions, and the process of the server that counted them."""
    with connection.cursor() as cursor:
        cursor.execute(VISIBLE)
        count, process = cursor.fetchone()
    return count, process


def _visible_to(organisation_id: UUID) -> tuple[int, int]:
    with tenant(organisation_id):
        return _visible()


def test_a_finished_request_leaves_nothing_on_its_connection(one_connection_for_all: None) -> None:
    actor = _in_a_thread(a_member)
    _in_a_thread(lambda: a_production(actor))

    own, process = _in_a_thread(lambda: _visible_to(actor.organisation_id))
    after, same_process = _in_a_thread(_visible)

    assert process == same_process
    assert (own, after) == (1, 0)


@pytest.mark.parametrize("ends", ["by an error", "by an error of the database", "inside another one"])
def test_a_request_that_ends_badly_leaves_nothing_either(one_connection_for_all: None, ends: str) -> None:
    actor = _in_a_thread(a_member)
    _in_a_thread(lambda: a_production(actor))

    def bad_request() -> None:
        with tenant(actor.organisation_id):
            if ends == "by an error of the database":
                connection.cursor().execute("SELECT 1/0")
            if ends == "inside another one":
                with tenant(a_member().organisation_id), person(UUID(int=0)):
                    raise ConnectionAbortedError
            raise ConnectionAbortedError

    with pytest.raises((ConnectionAbortedError, DataError)):
        _in_a_thread(bad_request)

    assert _in_a_thread(_visible)[0] == 0


def test_the_check_would_see_a_leak(one_connection_for_all: None) -> None:
    actor = _in_a_thread(a_member)
    _in_a_thread(lambda: a_production(actor))

    def leak() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organisation', %s, false)", [str(actor.organisation_id)])

    _in_a_thread(leak)

    assert _in_a_thread(_visible)[0] == 1


def test_requests_at_the_same_time_see_only_their_own(committed_db: None) -> None:
    actors = [a_member() for _ in range(4)]
    for number, actor in enumerate(actors, start=1):
        for _ in range(number):
            a_production(actor)
    together = Barrier(len(actors))

    def look(organisation_id: UUID) -> set[int]:
        together.wait(timeout=30)
        try:
            return {_visible_to(organisation_id)[0] for _ in range(25)}
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actors)) as threads:
        seen = list(threads.map(look, [actor.organisation_id for actor in actors]))

    assert seen == [{1}, {2}, {3}, {4}]
