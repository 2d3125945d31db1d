from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from core.ids import new_id
from core.tenancy import tenant
from generation import claims
from generation.claimed_take import Claim, worker_label
from generation.claims import CancelAsked, ClaimLost
from generation.models import Take, TakeEvent
from generation.values import MOST_ATTEMPTS, FailureCode, Shown, TakeState
from tests.factories.accounts import a_member
from tests.factories.takes import a_take, expire_lease, reread


def _claim(take: Take, worker: str = "worker-1@host") -> Claim:
    claimed = claims.claim(take.id, take.organisation_id, worker=worker)
    assert claimed is not None
    return claimed


def _states(take: Take) -> list[str]:
    with tenant(take.organisation_id):
        return list(TakeEvent.objects.filter(take=take, kind="state").values_list("state", flat=True))


@pytest.mark.django_db
class TestClaim:
    def test_gives_a_queued_take_with_all_a_worker_needs(self) -> None:
        take = a_take(a_member())

        claimed = _claim(take)

        row = reread(take)
        assert (claimed.attempt, claimed.fence, claimed.spec.seed) == (1, 1, 7)
        assert (row.state, row.worker) == (TakeState.RENDERING, "worker-1@host")
        assert row.lease_until is not None

    def test_is_refused_while_another_lease_runs(self) -> None:
        take = a_take(a_member())
        _claim(take)

        assert claims.claim(take.id, take.organisation_id, worker="worker-2@host") is None

    def test_succeeds_once_the_lease_has_run_out_and_raises_the_fence(self) -> None:
        take = a_take(a_member())
        _claim(take)
        expire_lease(take)

        again = _claim(take, "worker-2@host")

        assert (again.attempt, again.fence) == (2, 2)

    @pytest.mark.parametrize(
        "columns",
        [
            {"state": TakeState.REFUSED},
            {"state": TakeState.AWAITING_REVIEW},
            {"state": TakeState.CANCELLED},
            {"state": TakeState.FAILED, "failure_code": "disk_full"},
            {"state": TakeState.SIGNED, "asset_id": new_id(), "video_key": "aa/bb.mp4"},
        ],
        ids=lambda columns: str(columns["state"]),
    )
    def test_leaves_takes_alone_that_do_not_wait(self, columns: dict[str, Any]) -> None:
        take = a_take(a_member(), **columns)

        assert claims.claim(take.id, take.organisation_id, worker="w") is None

    def test_of_another_organisation_finds_nothing(self) -> None:
        take = a_take(a_member())

        assert claims.claim(take.id, a_member().organisation_id, worker="w") is None
        assert reread(take).state == TakeState.QUEUED

    def test_closes_a_take_whose_cancellation_was_asked_for_meanwhile(self) -> None:
        take = a_take(a_member())
        _claim(take)
        with tenant(take.organisation_id):
            Take.objects.filter(id=take.id).update(cancel_requested_at=take.requested_at)
        expire_lease(take)

        assert claims.claim(take.id, take.organisation_id, worker="w") is None
        assert reread(take).state == TakeState.CANCELLED

    def test_gives_up_on_a_take_that_ended_too_many_workers(self) -> None:
        take = a_take(a_member(), attempt=MOST_ATTEMPTS)

        assert claims.claim(take.id, take.organisation_id, worker="w") is None
        row = reread(take)
        assert (row.state, row.failure_code) == (TakeState.FAILED, FailureCode.TOO_MANY_ATTEMPTS)


@pytest.mark.django_db
class TestFence:
    """A worker that comes back after its lease changes nothing."""

    @pytest.mark.parametrize(
        "late_write",
        [
            lambda old: claims.renewed(old, Shown(stage="denoise", step=1, of=6), noted=True),
            lambda old: claims.moved_on(old, TakeState.ENCODING),
            lambda old: claims.started(old, old.decision_id),
            lambda old: claims.failed(old, FailureCode.DISK_FULL, "late"),
            claims.cancelled,
            lambda old: claims.refused(old, old.decision_id, needs_review=False),
            lambda old: claims.signed(
                old,
                claims.Finished(
                    asset_id=new_id(),
                    video_key="a",
                    poster_key="b",
                    contact_sheet_key="c",
                    decision_id=old.decision_id,
                ),
            ),
            claims.guard,
        ],
        ids=["renewed", "moved_on", "started", "failed", "cancelled", "refused", "signed", "guard"],
    )
    def test_refuses_every_write_of_an_earlier_claim(self, late_write: object) -> None:
        take = a_take(a_member())
        old = _claim(take)
        expire_lease(take)
        new = _claim(take, "worker-2@host")
        claims.moved_on(new, TakeState.SIGNING)
        before = (reread(take).__dict__, _states(take))

        with tenant(take.organisation_id), pytest.raises(ClaimLost):
            late_write(old)  # type: ignore[operator]  # every one takes a claim

        after = (reread(take).__dict__, _states(take))
        for row, _events in (before, after):
            row.pop("_state")
        assert before == after

    def test_refuses_writes_after_the_take_was_closed(self) -> None:
        take = a_take(a_member())
        claimed = _claim(take)
        claims.failed(claimed, FailureCode.OUT_OF_MEMORY, "too big")

        with pytest.raises(ClaimLost):
            claims.moved_on(claimed, TakeState.ENCODING)


@pytest.mark.django_db
class TestProgress:
    def test_is_shown_and_renews_the_lease(self) -> None:
        take = a_take(a_member())
        claimed = _claim(take)
        expire_lease(take)

        claims.renewed(claimed, Shown(stage="denoise", step=3, of=6), noted=True)

        row = reread(take)
        assert (row.stage, row.step, row.stage_steps) == ("denoise", 3, 6)
        assert claims.claim(take.id, take.organisation_id, worker="w") is None

    def test_brings_news_of_a_cancellation(self) -> None:
        take = a_take(a_member())
        claimed = _claim(take)
        with tenant(take.organisation_id):
            Take.objects.filter(id=take.id).update(cancel_requested_at=take.requested_at)

        with pytest.raises(CancelAsked):
            claims.renewed(claimed, Shown(stage="", step=0, of=0), noted=False)


@pytest.mark.django_db
class TestHistory:
    def test_tells_every_state_in_order(self) -> None:
        take = a_take(a_member())
        claimed = _claim(take)
        claims.moved_on(claimed, TakeState.ENCODING)
        claims.failed(claimed, FailureCode.DISK_FULL, "full")

        assert _states(take) == ["rendering", "encoding", "failed"]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE generation_takeevent SET code = 'x'",
            "DELETE FROM generation_takeevent",
            "DELETE FROM generation_take",
        ],
    )
    def test_cannot_be_changed_by_the_application(self, statement: str) -> None:
        take = a_take(a_member())
        _claim(take)

        with (
            tenant(take.organisation_id),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


class TestRace:
    @pytest.mark.usefixtures("committed_db")
    def test_of_many_workers_one_gets_the_take(self) -> None:
        take = a_take(a_member())
        together = threading.Barrier(6)

        def try_it(number: int) -> bool:
            try:
                together.wait()
                return claims.claim(take.id, take.organisation_id, worker=f"worker-{number}") is not None
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            won = list(pool.map(try_it, range(6)))

        assert won.count(True) == 1
        assert reread(take).attempt == 1


@pytest.mark.parametrize(
    ("worker", "label"),
    [
        ("Worker-12@anas-laptop.local", "worker:worker-12"),
        ("", "worker:render"),
        ("@@", "worker:render"),
        ("x" * 200, "worker:" + "x" * 60),
    ],
)
def test_the_name_in_the_log_fits_the_log_and_names_no_machine(worker: str, label: str) -> None:
    assert worker_label(worker) == label
