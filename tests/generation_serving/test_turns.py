"""Which take comes next, and on which worker."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now

from accounts.values import Actor, Role
from audit.queries import entries_about
from core.clock import now
from core.tenancy import tenant
from generation import claims
from generation.models import Take, Worker
from generation.operations.queue import (
    drain_worker,
    pause_every_queue,
    pause_queue,
    resume_every_queue,
    resume_queue,
)
from generation.serving import presence
from generation.serving.queries import queue_page, waiting_of, worker_cards
from generation.serving.scheduling import claim_next
from generation.serving.values import Priority, WorkerState
from generation.values import FailureCode, TakeState
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import NOON, a_model_release, a_take, expire_lease, reread

HIGH, LOW = {"priority": Priority.HIGH.rank}, {"priority": Priority.LOW.rank}


def _takes(actor: Actor, *columns: dict[str, Any]) -> list[Take]:
    """Takes of one production, the first asked for first."""
    shot = a_shot(actor, a_sequence(actor, a_production(actor)))
    model = a_model_release(actor)
    return [
        a_take(
            actor,
            **{
                "shot_id": shot.id,
                "model": model,
                "number": number,
                "requested_at": NOON + timedelta(minutes=number),
                **one,
            },
        )
        for number, one in enumerate(columns, start=1)
    ]


def _next(worker: str = "w") -> UUID | None:
    claimed = claim_next(worker)
    return claimed.take_id if claimed else None


def _ids(takes: Iterable[Take]) -> list[UUID]:
    return [one.id for one in takes]


def _worker(
    name: str,
    *,
    model: str = "",
    state: WorkerState = WorkerState.IDLE,
    since_s: float = 0,
    **columns: Any,  # noqa: ANN401 - any column
) -> None:
    presence.arrive(name)
    facts = {
        "model_sha256": model,
        "state": state,
        "state_since": now() - timedelta(seconds=since_s),
        **columns,
    }
    Worker.objects.filter(name=name).update(**facts)


@pytest.mark.django_db
class TestOrder:
    def test_is_priority_then_the_production_served_longest_ago_then_age(self) -> None:
        mine, yours = a_member(), a_member()
        urgent, *first = _takes(mine, HIGH | {"requested_at": NOON + timedelta(days=1)}, {}, {}, LOW)
        second = _takes(
            yours, {"requested_at": NOON + timedelta(hours=1)}, {"requested_at": NOON + timedelta(hours=2)}
        )

        places = [waiting_of(one.organisation_id, one.id) for one in (urgent, *first, *second)]
        served = [_next() for _ in range(7)]

        # The one that was served for its urgency has had its turn.
        assert served == [urgent.id, second[0].id, first[0].id, second[1].id, first[1].id, first[2].id, None]
        assert [one and one.place for one in places] == [1, 2, 4, 6, 3, 5]
        assert waiting_of(mine.organisation_id, urgent.id) is None

    def test_what_a_worker_left_behind_comes_first_and_what_rests_comes_later(self) -> None:
        left, resting, fresh = _takes(a_member(), {}, {}, {})
        claims.claim(left.id, left.organisation_id, worker="gone")
        expire_lease(left)
        with tenant(resting.organisation_id):
            Take.objects.filter(id=resting.id).update(not_before=now() + timedelta(minutes=1))

        assert [_next(), _next(), _next()] == [left.id, fresh.id, None]
        told = waiting_of(resting.organisation_id, resting.id)
        assert told is not None
        assert told.place is None

    def test_closes_what_was_cancelled_or_ended_too_many_workers_and_goes_on(self) -> None:
        cancelled, hopeless, fresh = _takes(
            a_member(),
            {"cancel_requested_at": NOON},
            {"attempt": 5},
            {"requested_at": NOON + timedelta(hours=1)},
        )

        assert _next() == fresh.id
        assert reread(cancelled).state == TakeState.CANCELLED
        assert reread(hopeless).failure_code == FailureCode.TOO_MANY_ATTEMPTS


@pytest.mark.django_db
class TestPlacement:
    def test_an_idle_worker_that_holds_the_model_is_waited_for_until_it_seems_to_hang(self) -> None:
        (take,) = _takes(a_member(), {})
        _worker("cold")
        _worker("warm", model=take.model.lock_sha256)

        assert _next("cold") is None
        Worker.objects.filter(name="cold").update(state_since=now() - timedelta(seconds=11))
        assert _next("cold") == take.id

    @pytest.mark.parametrize("gone", [{"seen_at": NOON}, {"drain_asked_at": NOON}])
    def test_a_worker_that_is_gone_or_drained_is_not_waited_for(self, gone: dict[str, Any]) -> None:
        (take,) = _takes(a_member(), {})
        _worker("cold")
        _worker("warm", model=take.model.lock_sha256, **gone)

        assert _next("warm") == (take.id if "seen_at" in gone else None)
        assert _next("cold") == (None if "seen_at" in gone else take.id)

    def test_a_model_is_let_go_only_where_no_better_place_is(self) -> None:
        (take,) = _takes(a_member(), {})
        other = "ab" * 32
        _worker("holds-another", model=other, since_s=5)
        _worker("empty")
        assert _next("holds-another") is None

        Worker.objects.filter(name="empty").update(
            state=WorkerState.RUNNING, model_sha256=take.model.lock_sha256
        )
        assert _next("holds-another") is None

        # Nobody holds it any more; of two that hold others, the one idle for longer makes room.
        Worker.objects.filter(name="empty").update(
            state=WorkerState.IDLE, model_sha256=other, state_since=Now()
        )
        assert _next("empty") is None
        assert _next("holds-another") == take.id

    def test_a_device_that_is_too_small_never_gets_it(self) -> None:
        (take,) = _takes(a_member(), {"min_vram_mb": 24_000})
        _worker("small", since_s=60, vram_mb=16_000)

        assert _next("small") is None
        told = waiting_of(take.organisation_id, take.id)
        assert told is not None
        assert told.workers == 0
        _worker("large", vram_mb=24_000)
        assert _next("large") == take.id


@pytest.mark.django_db
class TestStandingStill:
    def test_a_paused_queue_is_not_served_and_only_who_paused_it_resumes_it(self) -> None:
        admin = a_member(Role.ADMIN, Role.PRODUCER)
        (take,) = _takes(admin, {})
        (elsewhere,) = _takes(a_member(), {})
        client, browser = an_api_client(admin), a_browser(admin)

        paused = client.post("/v1/queue/pause", {"reason": "We move house."}, format="json")
        again = client.post("/v1/queue/pause", {"reason": "We move house."}, format="json")
        told = client.get(f"/v1/takes/{take.id}").json()
        page = browser.get(f"/takes/{take.id}").text
        call_command("workers", "pause", "--reason", "New disks.")
        assert _next() is None
        resumed = client.post("/v1/queue/resume").json()
        refused = client.post("/v1/queue/resume")
        listed = browser.get("/queue").text
        assert _next() is None
        call_command("workers", "resume")

        assert {_next(), _next()} == {take.id, elsewhere.id}
        assert (paused.status_code, again.status_code, refused.status_code) == (201, 409, 409)
        assert (told["activity"], told["waiting"]) == (
            "queued",
            {"place": None, "paused": True, "workers": 0},
        )
        assert "queue is paused" in page
        assert [one["by_house"] for one in resumed["pauses"]] == [True]
        assert "New disks." in listed
        assert "Whoever runs" in refused.json()["detail"]

    def test_a_drained_worker_takes_up_nothing_new(self) -> None:
        (take,) = _takes(a_member(), {})
        _worker("one", since_s=60)
        staff = a_member(Role.ADMIN, is_staff=True)
        client = an_api_client(staff)

        drained = client.post("/v1/workers/drain", {"name": "one", "drain": True}, format="json").json()
        assert _next("one") is None
        listed = client.get("/v1/workers").json()
        call_command("workers", "restore", "one")

        assert drained["state"] == "drained"
        assert [one["name"] for one in listed] == ["one"]
        assert [one.word for one in worker_cards()] == ["idle"]
        assert _next("one") == take.id
        assert an_api_client(a_member(Role.ADMIN)).get("/v1/workers").status_code == 403
        unknown = client.post("/v1/workers/drain", {"name": "two", "drain": True}, format="json")
        assert unknown.status_code == 404


@pytest.mark.django_db
class TestUrgency:
    def test_of_a_waiting_take_is_changed_and_logged(self) -> None:
        producer = a_member(Role.PRODUCER)
        first, second = _takes(producer, {}, {})

        answer = an_api_client(producer).post(
            f"/v1/takes/{second.id}/priority", {"priority": "high"}, format="json"
        )
        a_browser(producer).post(f"/takes/{first.id}/priority", {"priority": "low"})
        places = [(one.id, one.priority, one.place) for one in queue_page(producer.organisation_id).takes]
        assert _next() == second.id
        refused = an_api_client(producer).post(
            f"/v1/takes/{second.id}/priority", {"priority": "low"}, format="json"
        )

        assert answer.json()["priority"] == "high"
        assert places == [(second.id, Priority.HIGH, 1), (first.id, Priority.LOW, 2)]
        assert refused.status_code == 409


@pytest.mark.usefixtures("committed_db")
def test_of_many_workers_each_take_goes_to_one_and_productions_take_turns() -> None:
    actor = a_member(Role.ADMIN, Role.PRODUCER)
    films = [_takes(actor, *[{}] * 4) for _ in range(3)]
    of_film = {take.id: film for film, takes in enumerate(films) for take in takes}

    def work(worker: int) -> list[UUID]:
        try:
            got: list[UUID] = []
            while (take_id := _next(f"w{worker}")) is not None:
                got.append(take_id)
            return got
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(work, range(4)))

    claimed = [take_id for one in got for take_id in one]
    assert sorted(claimed) == sorted(of_film)
    with tenant(actor.organisation_id):
        in_order = Take.objects.filter(id__in=claimed).order_by("lease_until").values_list("id", flat=True)
        films_in_order = [of_film[take_id] for take_id in in_order]
    assert [sorted(films_in_order[turn : turn + 3]) for turn in range(0, 12, 3)] == [[0, 1, 2]] * 4


@pytest.mark.usefixtures("committed_db")
def test_pausing_and_draining_stand_in_the_log() -> None:
    admin = a_member(Role.ADMIN)
    a_model_release(admin)
    presence.arrive("worker-7@host")
    (worker,) = [one for one in worker_cards() if one.name == "worker-7@host"]

    pause_queue("We move house.", actor=admin)
    resume_queue(actor=admin)
    counted = pause_every_queue("New disks."), pause_every_queue("New disks."), resume_every_queue()
    an_admin = a_member(Role.ADMIN, organisation=None, is_staff=True)
    an_api_client(an_admin).post("/v1/workers/drain", {"name": worker.name, "drain": True}, format="json")
    for action in ("restore", "drain", "drain"):
        drain_worker(worker.name, drain=action == "drain", actor=None)
    presence.leave("worker-7@host")
    integrate_all()

    queue = entries_about(admin.organisation_id, f"queue:{admin.organisation_id}")
    drained = entries_about(an_admin.organisation_id, f"worker:{worker.id}")
    assert [one.type for one in sorted(queue, key=lambda one: one.index)] == [
        "generation.queue.paused",
        "generation.queue.resumed",
    ] * 2
    assert counted == (1, 0, 1)
    assert [one.type for one in drained] == ["generation.worker.drained"]
    # Whoever runs the installation acts on the takes of all that have a model; saying it twice is nothing new.
    of_house = entries_about(admin.organisation_id, f"worker:{worker.id}")
    assert [(one.type, one.actor) for one in sorted(of_house, key=lambda one: one.index)] == [
        ("generation.worker.restored", "system"),
        ("generation.worker.drained", "system"),
    ]
    assert "house." not in str([one.fields for one in queue])
