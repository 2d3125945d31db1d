"""Pictures in latents: by the real pipeline with random weights, which prove the way through and never a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from diffusers import UniPCMultistepScheduler

from generation.engines import decoding
from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.given import WORDS_ALONE, Beginning, Given, KnownFrames
from generation.engines.wan_given import GivenLatents, encoded
from generation.errors import MissingCapability
from generation.spec import RenderSpec
from tests.factories.generation import spec
from tests.factories.model_families import tiny_cogvideox_folder, tiny_hunyuan15_folder, tiny_ltx_folder

Frames = npt.NDArray[np.uint8]


def _rendered(engine: DiffusersEngine, made: RenderSpec, given: Given = WORDS_ALONE) -> Frames:
    return np.stack(list(engine.render(made, on_progress=lambda _: None, given=given)))


def _pictures(count: int) -> Frames:
    return np.random.default_rng(5).integers(0, 256, (count, 64, 96, 3), dtype=np.uint8)


@pytest.fixture
def ended_with(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """The latents that each render ends with; they are decoded all the same."""
    found: list[torch.Tensor] = []
    decoded = decoding.decoded

    def kept(pipeline: object, latents: torch.Tensor, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 - as it is
        found.append(latents.clone())
        return decoded(pipeline, latents, *rest, **options)

    monkeypatch.setattr(decoding, "decoded", kept)
    return found


def test_known_frames_are_in_the_clip_as_they_were_encoded(
    engine: DiffusersEngine, ended_with: list[torch.Tensor]
) -> None:
    begin, end = _pictures(9), _pictures(5)
    given = Given(known=(KnownFrames(begin, 0, False), KnownFrames(end, 12, True)))

    _rendered(engine, spec(), given)

    (latents,) = ended_with
    vae = engine._pipeline.vae
    assert torch.equal(latents[:, :, :3], encoded(vae, begin))
    assert torch.equal(latents[:, :, 4:], encoded(vae, end)[:, :, 1:])
    assert not torch.equal(latents[:, :, 3:4], encoded(vae, end)[:, :, :1])


def test_the_same_pictures_and_seed_give_the_same_clip_and_leave_the_engine_as_it_was(
    engine: DiffusersEngine,
) -> None:
    given = Given(known=(KnownFrames(_pictures(5), 0, False),))
    before = _rendered(engine, spec())

    first, second = _rendered(engine, spec(), given), _rendered(engine, spec(), given)

    assert np.array_equal(first, second)
    assert not np.array_equal(first, before)
    assert np.array_equal(_rendered(engine, spec()), before)


def test_a_strength_of_one_leaves_nothing_of_the_beginning(engine: DiffusersEngine) -> None:
    all_of_it = Given(beginning=Beginning(_pictures(17), 1.0))
    assert np.abs(_rendered(engine, spec(), all_of_it).astype(int) - _rendered(engine, spec())).max() <= 1


def test_less_strength_walks_fewer_steps(engine: DiffusersEngine) -> None:
    seen: list[tuple[int, int]] = []
    given = Given(beginning=Beginning(_pictures(17), 0.5))

    frames = list(engine.render(spec(), on_progress=lambda p: seen.append((p.step, p.steps)), given=given))

    assert len(frames) == 17
    assert seen[:3] == [(1, 3), (2, 3), (3, 3)]


def test_a_small_strength_stays_near_the_beginning(engine: DiffusersEngine) -> None:
    begun, made = _pictures(17), spec(steps=20)
    generator = torch.Generator("cpu").manual_seed(made.seed)
    pipeline = engine._pipeline
    latents = GivenLatents(pipeline, made, Given(beginning=Beginning(begun, 0.05)), generator)

    with latents.scheduled() as first:
        sigma = latents.walked[0][0]
        clean = encoded(pipeline.vae, begun)
        assert latents.steps == 1
        assert torch.linalg.norm(first - (1 - sigma) * clean) < torch.linalg.norm(first)


def test_what_is_not_known_begins_as_what_is_known_standing_still(engine: DiffusersEngine) -> None:
    pipeline, begin, end = engine._pipeline, _pictures(1), _pictures(5)
    both = Given(known=(KnownFrames(begin, 0, False), KnownFrames(end, 12, True)))
    first, last = encoded(pipeline.vae, begin), encoded(pipeline.vae, end)[:, :, 1:]

    def begun(given: Given) -> tuple[torch.Tensor, torch.Tensor, float]:
        alone = GivenLatents(pipeline, spec(), given, torch.Generator().manual_seed(3))
        noise = alone._noise.clone()
        with alone.scheduled() as beginning:
            return beginning, noise, alone.walked[0][0]

    beginning, noise, sigma = begun(both)
    held, held_noise, _ = begun(Given(known=both.known[:1]))

    assert 0.5 < sigma < 1
    for index, still in enumerate((first, 0.75 * first + 0.25 * last, 0.5 * first + 0.5 * last)):
        expected = (1 - sigma) * still[:, :, 0] + sigma * noise[:, :, index]
        assert torch.allclose(beginning[:, :, index], expected, atol=1e-5)
    assert torch.allclose(
        held[:, :, -1], (1 - sigma) * first[:, :, 0] + sigma * held_noise[:, :, -1], atol=1e-5
    )


def test_a_model_that_looks_back_at_earlier_steps_does_not_here(model: Path) -> None:
    engine = load(model, threads=2)
    pipeline = engine._pipeline
    pipeline.scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )
    known = _pictures(5)

    frames = _rendered(engine, spec(), Given(known=(KnownFrames(known, 0, False),)))

    assert frames.shape == (17, 64, 96, 3)
    assert isinstance(pipeline.scheduler, UniPCMultistepScheduler)


def test_ends_within_a_step_when_told_to(engine: DiffusersEngine) -> None:
    class Enough(Exception):
        pass

    def stop(_: object) -> None:
        raise Enough

    own = engine._pipeline.scheduler
    given = Given(known=(KnownFrames(_pictures(5), 0, False),))
    with pytest.raises(Enough):
        list(engine.render(spec(), on_progress=stop, given=given))
    assert engine._pipeline.scheduler is own


def test_previews_come_with_the_steps_and_change_nothing(engine: DiffusersEngine) -> None:
    seen: list[bytes] = []
    made = spec(steps=10)

    def look(progress: Any) -> None:  # noqa: ANN401 - a progress
        if progress.preview_jpeg is not None:
            seen.append(progress.preview_jpeg)

    watched = np.stack(list(engine.render(made, on_progress=look)))

    assert len(seen) == 4
    assert all(one.startswith(b"\xff\xd8") for one in seen)
    assert np.array_equal(watched, _rendered(engine, made))


@pytest.mark.parametrize("make", [tiny_cogvideox_folder, tiny_hunyuan15_folder, tiny_ltx_folder])
def test_other_families_take_words_alone(make: Callable[[Path], Path], tmp_path: Path) -> None:
    engine = load(make(tmp_path / "model"), threads=2)
    with pytest.raises(MissingCapability, match="words alone"):
        _rendered(engine, spec(), Given(beginning=Beginning(_pictures(17), 0.5)))
