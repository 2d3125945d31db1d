from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from core.tenancy import tenant
from generation import claims
from generation.models import Take
from generation.sweeping import remove_leftovers, sweep
from generation.values import TakeState
from generation.worker_steps import Sweeper
from tests.factories.accounts import a_member
from tests.factories.takes import a_take, expire_lease

pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Takes a worker was told of; the message itself is the broker's business and tested with the worker."""
    told: list[tuple[str, str]] = []
    from generation.tasks import render_take

    monkeypatch.setattr(render_take, "delay", lambda *ids: told.append(ids))
    return told


def _awaiting() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_id::text FROM generation_takes_awaiting_v1()")
        return {take_id for (take_id,) in cursor.fetchall()}


def test_finds_queued_takes_of_every_organisation() -> None:
    takes = [a_take(a_member()), a_take(a_member())]

    assert {str(take.id) for take in takes} <= _awaiting()


def test_leaves_a_take_alone_that_a_worker_was_just_told_of() -> None:
    take = a_take(a_member())
    with tenant(take.organisation_id):
        Take.objects.filter(id=take.id).update(woken_at=Now())

    assert str(take.id) not in _awaiting()


def test_finds_a_take_whose_worker_has_gone_and_not_one_whose_worker_lives() -> None:
    gone, alive = a_take(a_member()), a_take(a_member())
    for take in (gone, alive):
        claims.claim(take.id, take.organisation_id, worker="w")
    expire_lease(gone)

    assert str(gone.id) in _awaiting()
    assert str(alive.id) not in _awaiting()


@pytest.mark.parametrize("state", [TakeState.REFUSED, TakeState.CANCELLED, TakeState.AWAITING_REVIEW])
def test_leaves_finished_takes_alone(state: TakeState) -> None:
    take = a_take(a_member(), state=state)

    assert str(take.id) not in _awaiting()


def test_wakes_a_worker_once_for_each(woken: list[tuple[str, str]]) -> None:
    take = a_take(a_member())

    first, second = sweep(), sweep()

    assert (first, second) == (1, 0)
    assert woken == [(str(take.id), str(take.organisation_id))]


def test_the_function_tells_nothing_but_identifiers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM generation_takes_awaiting_v1() LIMIT 0")

        assert [column.name for column in cursor.description or ()] == ["organisation_id", "take_id"]


def test_goes_on_sweeping_whatever_goes_wrong(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_disk() -> int:
        raise OSError("no such disk")

    swept = iter([RuntimeError("once"), None])
    waits = iter([False, False, True])

    def sweep_or_fail() -> None:
        if failure := next(swept):
            raise failure

    monkeypatch.setattr("generation.sweeping.remove_leftovers", no_disk)
    monkeypatch.setattr("generation.sweeping.sweep", sweep_or_fail)

    # In a thread of its own, as in a worker: it closes its connection when something went wrong.
    def work() -> None:
        try:
            Sweeper(None).work(lambda _seconds: next(waits))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)

    assert next(swept, "both were tried") == "both were tried"
    assert [record.getMessage()[:15] for record in caplog.records] == ["Leftovers stay:", "Not swept."]


def test_removes_what_killed_workers_left_long_ago(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_FOLDER = tmp_path
    (tmp_path / "tmp").mkdir()
    old, fresh = tmp_path / "tmp" / "old.mp4", tmp_path / "tmp" / "fresh.mp4"
    old.touch()
    fresh.touch()
    os.utime(old, (0, 0))

    assert remove_leftovers() == 1
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == ["fresh.mp4"]
