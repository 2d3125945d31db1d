"""A training that is stopped, loses its worker or its grounds: nothing of it is kept, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from core.tenancy import tenant
from generation.engines.spawned import DEVICE
from generation.likeness_training import claims, working
from generation.likeness_training.claims import TrainingClaimLost
from generation.likeness_training.errors import NoSuchTraining, TrainingNotCancellable
from generation.likeness_training.queries import TrainingCard, training_card
from generation.likeness_training.values import TrainingFailure, TrainingState
from generation.models import LikenessTraining
from generation.operations.queue import pause_queue, resume_queue
from generation.operations.trainings import cancel_training
from licensing.custody.access import set_access
from licensing.custody.destruction import destroy_asset
from licensing.custody.reading import asset_cards
from licensing.custody.release import release_for_job
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.queries import decision_card
from tests.factories.accounts import a_member
from tests.factories.takes import NOON
from tests.factories.trainings import Likeness, a_drawing, asked, reread, worked_on

pytestmark = pytest.mark.usefixtures("committed_db")

_AT_ONCE = timedelta(0)
_LONG = 20_000
# A busy machine takes minutes to start a process that loads a model.
_PATIENCE_S = 400.0


@contextmanager
def _running(card: TrainingCard, likeness: Likeness) -> Iterator[TrainingCard]:
    """A worker at `card`, which is some steps on; the worker has ended after the block."""

    def work() -> None:
        try:
            working.train_next("worker-1@test", waited=_AT_ONCE)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield _once(card, likeness, lambda now: now.step > 0)
    except BaseException:
        # What trains for an hour is not left to the tests that follow.
        with suppress(TrainingNotCancellable):
            cancel_training(card.id, actor=likeness.studio.producer)
        raise
    finally:
        thread.join(_PATIENCE_S)
        assert not thread.is_alive()


def _once(card: TrainingCard, likeness: Likeness, holds: Callable[[TrainingCard], bool]) -> TrainingCard:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        latest = reread(card, likeness)
        if holds(latest) or latest.is_final:
            return latest
        time.sleep(0.05)
    raise AssertionError(f"It stands where it stood: {reread(card, likeness)}")


def _nothing_was_kept(likeness: Likeness) -> None:
    kinds = {one.kind for one in asset_cards(likeness.studio.producer)}
    assert "adapter" not in kinds
    sealed = {path.stem for path in settings.MEDIA_FOLDER.rglob("*.sealed")}
    assert sealed <= {str(one.id) for one in likeness.sources}


def test_a_consent_that_is_withdrawn_while_it_trains_ends_it(likeness: Likeness) -> None:
    producer = likeness.studio.producer
    card = asked(likeness, steps=_LONG)

    with _running(card, likeness) as begun:
        assert begun.state is TrainingState.TRAINING, begun.failure_message
        withdraw_consent(likeness.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=producer)

    after = reread(card, likeness)
    assert after.state is TrainingState.REFUSED
    assert after.step < _LONG
    assert after.decision_id != begun.decision_id
    assert not decision_card(likeness.studio.organisation_id, after.decision_id).permitted
    _nothing_was_kept(likeness)


def test_a_training_is_cancelled_within_a_step_and_the_device_goes_on(likeness: Likeness) -> None:
    producer = likeness.studio.producer
    card, waiting = asked(likeness, steps=_LONG), asked(likeness)
    with _running(card, likeness) as begun:
        process = DEVICE.pid
        cancel_training(begun.id, actor=producer)
    assert cancel_training(waiting.id, actor=producer).state is TrainingState.CANCELLED

    after = reread(card, likeness)
    assert (after.state, after.adapter_id) == (TrainingState.CANCELLED, None)
    assert DEVICE.pid == process
    _nothing_was_kept(likeness)
    assert worked_on(asked(likeness, steps=10), likeness).state is TrainingState.DONE
    assert cancel_training(card.id, actor=producer).state is TrainingState.CANCELLED
    done = asked(likeness, steps=10)
    assert worked_on(done, likeness).state is TrainingState.DONE
    with pytest.raises(TrainingNotCancellable):
        cancel_training(done.id, actor=producer)


def test_a_training_that_takes_too_long_fails(likeness: Likeness) -> None:
    card = asked(likeness, steps=_LONG)
    hasty = replace(settings.ENVIRONMENT, training_s=1)

    with override_settings(ENVIRONMENT=hasty):
        after = worked_on(card, likeness)

    assert (after.state, after.failure_code) == (TrainingState.FAILED, TrainingFailure.TOO_SLOW)
    _nothing_was_kept(likeness)


def test_a_device_that_dies_costs_one_attempt(likeness: Likeness) -> None:
    card = asked(likeness, steps=_LONG)
    with _running(card, likeness):
        assert DEVICE.pid is not None
        os.kill(DEVICE.pid, signal.SIGKILL)

    again = reread(card, likeness)
    assert (again.state, again.attempt, again.losses) == (TrainingState.QUEUED, 1, ())
    with _running(card, likeness) as second:
        assert second.attempt == 2
        cancel_training(card.id, actor=likeness.studio.producer)
    _nothing_was_kept(likeness)


def test_a_worker_that_comes_back_late_changes_nothing(likeness: Likeness) -> None:
    card = asked(likeness, steps=10)
    first = claims.claim_next("worker-1@test", waited=_AT_ONCE)
    assert first is not None
    assert claims.claim_next("worker-2@test", waited=_AT_ONCE) is None
    _forget(first.id, likeness)

    after = worked_on(card, likeness)

    assert (after.state, after.attempt) == (TrainingState.DONE, 2)
    with pytest.raises(TrainingClaimLost):
        claims.renewed(first, stage="", step=1, seconds_per_step=None, losses=[])
    with pytest.raises(TrainingClaimLost):
        claims.failed(first, TrainingFailure.INTERNAL_ERROR, "late")
    with pytest.raises(TrainingClaimLost):
        release_for_job(likeness.sources[0].id, job=first, decision_id=first.decision_id)
    # It works on all the same, and is told at its first word.
    working.work_on(first)
    assert reread(card, likeness) == after


def test_workers_that_die_one_after_the_other_end_it(likeness: Likeness) -> None:
    card = asked(likeness, steps=10)
    for _ in range(3):
        held = claims.claim_next("worker-1@test", waited=_AT_ONCE)
        assert held is not None
        _forget(held.id, likeness)

    assert claims.claim_next("worker-1@test", waited=_AT_ONCE) is None

    after = reread(card, likeness)
    assert (after.state, after.failure_code) == (TrainingState.FAILED, TrainingFailure.TOO_MANY_ATTEMPTS)


def test_what_let_a_source_be_opened_is_asked_again_before_the_adapter_is_kept(
    likeness: Likeness, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer = likeness.studio.producer
    user_id = producer.user_id
    assert user_id is not None
    taken = a_drawing(likeness.studio, likeness.consent)
    waiting = asked(likeness, steps=10, sources=(taken.id,))
    destroyed = asked(likeness, steps=10)
    keeping = claims.keeping

    def meanwhile(claimed: claims.TrainingClaim) -> None:
        # As if somebody did this while the last steps ran.
        keeping(claimed)
        if claimed.id == waiting.id:
            set_access(taken.id, person_id=user_id, allowed=False, actor=producer)
        else:
            destroy_asset(likeness.sources[0].id, actor=producer)

    monkeypatch.setattr(claims, "keeping", meanwhile)

    for card, why in ((waiting, "access list"), (destroyed, "destroyed")):
        after = worked_on(card, likeness)
        assert after.failure_code == TrainingFailure.LIKENESS_NOT_RELEASED
        assert why in after.failure_message
    assert "adapter" not in {one.kind for one in asset_cards(producer)}


def test_sources_that_cannot_be_read_fail_it_with_their_number(likeness: Likeness) -> None:
    cut = a_drawing(likeness.studio, likeness.consent, content=b"\x89PNG\r\n\x1a\n" + bytes(500))

    card = worked_on(asked(likeness, sources=(likeness.sources[0].id, cut.id)), likeness)

    assert (card.state, card.failure_code) == (TrainingState.FAILED, TrainingFailure.SOURCE_UNFIT)
    assert "Source 2 cannot be read" in card.failure_message
    _nothing_was_kept(replace(likeness, sources=(*likeness.sources, cut)))


def test_a_paused_queue_holds_trainings_too(likeness: Likeness) -> None:
    card = asked(likeness, steps=10)
    pause_queue("The machines are moved.", actor=likeness.studio.producer)
    assert worked_on(card, likeness).state is TrainingState.QUEUED
    resume_queue(actor=likeness.studio.producer)

    assert not working.train_next("worker-1@test", waited=timedelta(minutes=10))
    assert worked_on(card, likeness).state is TrainingState.DONE


def test_another_studio_neither_sees_nor_cancels_it(likeness: Likeness) -> None:
    stranger = a_member()
    card = asked(likeness)

    with pytest.raises(NoSuchTraining):
        training_card(card.id, actor=stranger)
    with pytest.raises(NoSuchTraining):
        cancel_training(card.id, actor=stranger)


def _forget(training_id: UUID, likeness: Likeness) -> None:
    """As if the worker had been silent for longer than a lease."""
    with tenant(likeness.studio.organisation_id):
        LikenessTraining.objects.filter(id=training_id).update(lease_until=NOON)
