"""The process at the device: a real one, stopped, killed and lost for real."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.ids import new_id
from core.tenancy import tenant
from generation import rendering
from generation.engines.base import AnyFrame, Loaded, Progress
from generation.engines.diffusers_engine import load
from generation.engines.given import Given, KnownFrames
from generation.engines.spawned import DEVICE, Device, Patience, SpawnedEngine
from generation.errors import DeviceLost, LockMissing, OutOfDeviceMemory, RenderTooSlow, SizeNotPossible
from generation.models import Take
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_card, take_events
from generation.values import FailureCode, TakeState
from tests.factories.generation import spec
from tests.factories.takes import Studio, a_studio, an_order_for, rendered

# The machine may be slow; nothing here waits for it to be over.
PATIENCE = Patience(render_s=300, grace_s=60)


def _nothing() -> None:
    """Let it go on."""


def _quiet(_: Progress) -> None:
    """Let it go on."""


def _loaded(device: Device, folder: Path, patience: Patience = PATIENCE) -> Loaded:
    return device.load(folder, threads=2, patience=patience, meanwhile=_nothing)


def _frames(loaded: Loaded, **asked: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401 - any argument
    return np.stack(list(loaded.engine.render(spec(), on_progress=_quiet, **asked)))


class Enough(Exception):
    """Whoever wanted the render wants it no more."""


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    device = Device()
    yield device
    device.kill()


class TestProcess:
    def test_gives_the_very_frames_of_an_engine_at_hand_and_knows_no_setting_of_ours(
        self, device: Device, pristine_model: Path
    ) -> None:
        loaded, at_hand = _loaded(device, pristine_model), load(pristine_model, threads=2)
        known = KnownFrames(np.full((1, 64, 96, 3), 120, np.uint8), at_frame=0, first_is_free=False)
        given = Given(known=(known,))

        surroundings = Path(f"/proc/{device.pid}/environ").read_bytes().decode()
        assert [
            name for name in ("COUNTERSIGN_", "DATABASE_URL", "CELERY_", "DJANGO_") if name in surroundings
        ] == []
        for asked in ({}, {"unrounded": True}, {"given": given}, {"savings": ("vae_tiling",)}):
            expected = np.stack(list(at_hand.render(spec(), on_progress=_quiet, **asked)))
            assert np.array_equal(_frames(loaded, **asked), expected)
        assert loaded.savings == ("vae_tiling",)
        assert dict(loaded.engine.fingerprint()) == dict(at_hand.fingerprint())

    def test_stops_within_a_step_and_goes_on_with_the_next_render(
        self, device: Device, pristine_model: Path
    ) -> None:
        loaded, pid = _loaded(device, pristine_model), device.pid
        expected = _frames(loaded)

        def enough(latest: Progress) -> None:
            if latest.step == 2:
                raise Enough

        for asked in (spec(steps=200), spec()):
            with pytest.raises(Enough):
                list(loaded.engine.render(asked, on_progress=enough))
        with pytest.raises(SizeNotPossible):
            list(loaded.engine.render(spec(width=97), on_progress=_quiet))

        assert np.array_equal(_frames(loaded), expected)
        assert device.pid == pid

    def test_that_is_killed_is_a_lost_device_and_the_next_order_has_another(
        self, device: Device, pristine_model: Path
    ) -> None:
        loaded, pid = _loaded(device, pristine_model), device.pid
        assert pid is not None

        def killed(_: Progress) -> None:
            os.kill(pid, signal.SIGKILL)

        with pytest.raises(DeviceLost, match="SIGKILL"):
            list(loaded.engine.render(spec(steps=200), on_progress=killed))

        assert len(_frames(_loaded(device, pristine_model))) == spec().num_frames
        assert device.pid != pid

    def test_ends_a_render_at_its_deadline_and_a_process_that_does_not_end(
        self, device: Device, pristine_model: Path
    ) -> None:
        loaded = _loaded(device, pristine_model, Patience(render_s=0.05, grace_s=60))
        pid = device.pid
        assert pid is not None
        with pytest.raises(RenderTooSlow, match="longer than"):
            list(loaded.engine.render(spec(steps=200), on_progress=_quiet))
        assert device.pid == pid

        hung = _loaded(device, pristine_model, Patience(render_s=0.5, grace_s=0.5))

        def stands_still(_: Progress) -> None:
            os.kill(pid, signal.SIGSTOP)

        with pytest.raises(RenderTooSlow):
            list(hung.engine.render(spec(steps=200), on_progress=stands_still))
        assert device.pid is None

    def test_tells_which_weights_are_gone(self, device: Device, pristine_model: Path, tmp_path: Path) -> None:
        folder = Path(shutil.copytree(pristine_model, tmp_path / "model"))
        loaded = _loaded(device, folder)

        def gone(latest: Progress) -> None:
            if latest.step == 1:
                shutil.rmtree(folder, ignore_errors=True)

        with pytest.raises(Exception, match=r"model\.lock\.json|changed on disk"):
            list(loaded.engine.render(spec(), on_progress=gone))
        with pytest.raises(LockMissing):
            _loaded(device, folder)


@pytest.fixture
def studio(committed_db: None, pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


def _asked(studio: Studio, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    return request_take(an_order_for(studio, **fields), actor=studio.producer, idempotency_key=str(new_id()))


def test_a_take_whose_device_is_lost_is_tried_again_and_one_file_comes_of_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = _asked(studio)
    with monkeypatch.context() as once:
        real = SpawnedEngine.render

        def lost(engine: SpawnedEngine, *args: Any, **asked: Any) -> Iterator[AnyFrame]:  # noqa: ANN401 - passed on
            assert DEVICE.pid is not None
            os.kill(DEVICE.pid, signal.SIGKILL)
            return real(engine, *args, **asked)

        once.setattr(SpawnedEngine, "render", lost)
        rendering.render(card.id, studio.organisation_id, worker="w")
        waiting = take_card(studio.organisation_id, card.id)
        with tenant(studio.organisation_id):
            Take.objects.filter(id=card.id).update(attempt=4)
        rendering.render(card.id, studio.organisation_id, worker="w")
        failed = take_card(studio.organisation_id, card.id)
    with tenant(studio.organisation_id):
        Take.objects.filter(id=card.id).update(
            state=TakeState.QUEUED, failure_code="", attempt=1, finished_at=None
        )
    card = rendered(card, studio)

    history = [(one.state, one.code) for one in take_events(studio.organisation_id, card.id).events]
    assert (waiting.state, waiting.attempt) == (TakeState.QUEUED, 1)
    assert ("queued", "device_lost") in history
    assert (failed.state, failed.failure_code) == (TakeState.FAILED, FailureCode.DEVICE_LOST)
    assert (card.state, card.attempt) == (TakeState.SIGNED, 2)


def test_too_little_memory_costs_savings_on_record_and_never_the_size(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SpawnedEngine.render
    needed = 1

    def small(engine: SpawnedEngine, *args: Any, **asked: Any) -> Iterator[AnyFrame]:  # noqa: ANN401 - passed on
        if len(asked["savings"]) < needed:
            raise OutOfDeviceMemory("The device has too little memory for this size and length.")
        return real(engine, *args, **asked)

    monkeypatch.setattr(SpawnedEngine, "render", small)
    asked, hopeless = _asked(studio), _asked(studio)
    card = rendered(asked, studio)
    needed = 4
    failed = rendered(hopeless, studio)

    history = [(one.kind, one.code) for one in take_events(studio.organisation_id, card.id).events]
    assert (card.state, card.width, card.height) == (TakeState.SIGNED, asked.width, asked.height)
    assert card.fingerprint["memory_savings"] == "vae_tiling"
    assert ("progress", "vae_tiling") in history
    assert (failed.state, failed.failure_code) == (TakeState.FAILED, FailureCode.OUT_OF_MEMORY)
    assert failed.attempt == 1
