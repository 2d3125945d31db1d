"""A real worker process, told by the real broker, killed for real."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from audit.queries import entries_about
from core.ids import new_id
from core.tenancy import tenant
from embedded import services
from embedded.programs import RunningProgram
from generation.operations.takes import cancel_take, request_take
from generation.queries import TakeCard, take_card, take_files
from generation.values import IN_WORK, TakeState
from provenance.models import SignedAsset
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.embedded.watching import eventually
from tests.factories.audit import integrate_all
from tests.factories.takes import Studio, a_studio, an_order_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.usefixtures("committed_db")]

# Nothing here takes long; a machine that is busy with other things may be slow.
_PATIENCE_S = 240.0


@pytest.fixture
def studio(pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


@contextmanager
def _worker() -> Iterator[RunningProgram]:
    running = RunningProgram(services.worker())
    running.start()
    try:
        yield running
    finally:
        running.stop()


def _asked(studio: Studio, **fields: int) -> TakeCard:
    card = request_take(
        an_order_for(studio, studio.consenting, **fields),
        actor=studio.producer,
        idempotency_key=str(new_id()),
    )
    integrate_all()
    return card


def _now(card: TakeCard, studio: Studio) -> TakeCard:
    return take_card(studio.organisation_id, card.id)


def _wait_until(card: TakeCard, studio: Studio, state: TakeState) -> None:
    # Without a pause: signing is over in half a second.
    deadline = time.monotonic() + _PATIENCE_S
    while _now(card, studio).state is not state:
        assert time.monotonic() < deadline, _now(card, studio)


@pytest.mark.parametrize("state", [TakeState.RENDERING, TakeState.ENCODING, TakeState.SIGNING])
def test_a_worker_killed_in_any_state_loses_nothing_and_one_asset_comes_of_it(
    studio: Studio, state: TakeState
) -> None:
    card = _asked(studio, steps=12, num_frames=33)
    with _worker() as first:
        _wait_until(card, studio, state)
        assert first.pid is not None
        os.kill(first.pid, signal.SIGKILL)
    assert not _now(card, studio).is_final

    with _worker():
        finished = eventually(lambda: _now(card, studio).is_settled, within_s=_PATIENCE_S)

    card = _now(card, studio)
    video = take_files(studio.organisation_id, card.id).video
    with tenant(studio.organisation_id):
        assets = list(SignedAsset.objects.filter(take_id=card.id))
    types = [line.type for line in entries_about(studio.organisation_id, f"take:{card.id}")]
    assert finished
    assert (card.state, card.attempt) == (TakeState.SIGNED, 2)
    assert len(assets) == 1
    # The first attempt may have ended before it could say that it began.
    assert types.count("generation.render.started") in (1, 2)
    assert types.count("provenance.asset.signed") == 1
    assert verify_file(video, organisation_id=studio.organisation_id).state is CredentialState.TRUSTED


def test_a_take_asked_for_while_no_worker_ran_is_made_and_a_lost_message_is_no_loss(studio: Studio) -> None:
    from config.celery import app

    card = _asked(studio)
    with app.connection_for_write() as connection:
        # As if the broker had lost everything.
        for queue in app.conf.task_queues:
            queue(connection.default_channel).purge()
    with tenant(studio.organisation_id):
        from generation.models import Take

        Take.objects.filter(id=card.id).update(woken_at=None)

    with _worker():
        finished = eventually(lambda: _now(card, studio).is_final, within_s=_PATIENCE_S)

    assert finished
    assert _now(card, studio).state is TakeState.SIGNED


def test_cancelling_reaches_a_worker_in_another_process(studio: Studio) -> None:
    card = _asked(studio, steps=200)
    with _worker():
        # Not when the first step shows: so small a model may have made them all between two heartbeats.
        assert eventually(lambda: _now(card, studio).state in IN_WORK, within_s=_PATIENCE_S)
        cancel_take(card.id, actor=studio.producer)
        finished = eventually(lambda: _now(card, studio).is_final, within_s=_PATIENCE_S)

    card = _now(card, studio)
    assert finished
    assert card.state is TakeState.CANCELLED
    assert card.step < 200
