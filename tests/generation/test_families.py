"""Every family that may be loaded, by folders that its real classes made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generation.engines.base import Frame, Progress, Stage
from generation.engines.clip_decoding import LTX_DECODE_NOISE, LTX_DECODE_TIMESTEP
from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.families import FAMILIES
from generation.errors import SizeNotPossible
from generation.spec import RenderSpec
from tests.factories.generation import spec, tiny_wan_folder
from tests.factories.model_families import tiny_cogvideox_folder, tiny_hunyuan15_folder, tiny_ltx_folder

_DENOISING: dict[str, float] = {
    "decode_timestep": LTX_DECODE_TIMESTEP,
    "decode_noise_scale": LTX_DECODE_NOISE,
}
MADE: Mapping[str, tuple[Callable[[Path], Path], Mapping[str, float]]] = {
    "WanPipeline": (tiny_wan_folder, {"max_sequence_length": 16}),
    "LTXPipeline": (tiny_ltx_folder, {"max_sequence_length": 16, "frame_rate": 8.0}),
    "LTXPipeline that denoises in its decoder": (
        partial(tiny_ltx_folder, denoising_decoder=True),
        {"max_sequence_length": 16, "frame_rate": 8.0} | _DENOISING,
    ),
    "CogVideoXPipeline": (tiny_cogvideox_folder, {"max_sequence_length": 16}),
    "HunyuanVideo15Pipeline": (tiny_hunyuan15_folder, {}),
}
WANTED = spec(steps=4)


class _Enough(Exception):
    """Raised by a watcher to end a render."""


@pytest.fixture(scope="module", params=MADE)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DiffusersEngine, Mapping[str, float]]:
    make, beside = MADE[request.param]
    return load(make(tmp_path_factory.mktemp("family") / "model")), beside


@pytest.fixture
def engine(loaded: tuple[DiffusersEngine, Mapping[str, float]]) -> DiffusersEngine:
    return loaded[0]


def _frames(engine: DiffusersEngine, wanted: RenderSpec = WANTED) -> Frame:
    return np.stack(list(engine.render(wanted, on_progress=lambda _: None)))


def test_there_is_a_folder_for_every_family_that_may_be_loaded() -> None:
    assert {name.split(" ")[0] for name in MADE} == set(FAMILIES)


class TestEveryFamily:
    def test_gives_exactly_the_frames_asked_for(self, engine: DiffusersEngine) -> None:
        frames = _frames(engine)

        assert frames.shape == (17, 64, 96, 3)
        assert frames.dtype == np.uint8
        assert frames.std() > 1

    def test_gives_the_pixels_of_the_pipeline_itself(
        self, loaded: tuple[DiffusersEngine, Mapping[str, float]]
    ) -> None:
        engine, beside = loaded
        pipeline: Any = engine._pipeline
        guided: dict[str, float] = {"guidance_scale": WANTED.guidance_scale}
        if hasattr(pipeline, "guider"):
            pipeline.guider = pipeline.guider.new(**guided)
            guided = {}
        whole = pipeline(
            prompt=WANTED.prompt,
            negative_prompt="",
            height=WANTED.height,
            width=WANTED.width,
            num_frames=WANTED.num_frames,
            num_inference_steps=WANTED.steps,
            generator=torch.Generator("cpu").manual_seed(WANTED.seed),
            output_type="np",
            **guided,
            **beside,
        ).frames[0]

        assert np.array_equal(_frames(engine), (whole * 255).round().astype(np.uint8))

    def test_heeds_seed_prompt_and_guidance(self, engine: DiffusersEngine) -> None:
        first = _frames(engine)

        assert np.array_equal(first, _frames(engine))
        for change in ({"seed": 8}, {"prompt": "the sea"}, {"guidance_scale": 7.0}):
            assert not np.array_equal(first, _frames(engine, spec(**{"steps": 4} | change))), change

    def test_reports_every_step_and_decodes_in_steps(self, engine: DiffusersEngine) -> None:
        seen: list[Progress] = []

        list(engine.render(WANTED, on_progress=seen.append))

        assert [one.step for one in seen if one.stage is Stage.DENOISE] == [1, 2, 3, 4]
        decoded = [one for one in seen if one.stage is Stage.DECODE]
        assert len(decoded) > 1
        assert [one.step for one in decoded] == list(range(1, decoded[0].steps + 1))

    @pytest.mark.parametrize("stage", list(Stage))
    def test_stops_within_a_step_and_is_as_it_was(self, engine: DiffusersEngine, stage: Stage) -> None:
        expected = _frames(engine)
        seen: list[Progress] = []

        def watch(progress: Progress) -> None:
            seen.append(progress)
            if progress.stage is stage:
                raise _Enough

        with pytest.raises(_Enough):
            list(engine.render(WANTED, on_progress=watch))

        assert (seen[-1].stage, seen[-1].step) == (stage, 1)
        assert torch.is_grad_enabled()
        assert np.array_equal(_frames(engine), expected)

    @pytest.mark.parametrize("change", [{"num_frames": 18}, {"width": 97}, {"height": 4 * 4096}])
    def test_refuses_a_size_it_cannot_make(self, engine: DiffusersEngine, change: dict[str, int]) -> None:
        with pytest.raises(SizeNotPossible):
            engine.check(spec(**change))


def test_a_size_learned_by_heart_is_the_only_one() -> None:
    configs: dict[str, dict[str, object]] = {
        "vae": {"block_out_channels": [8, 8, 8, 8], "temporal_compression_ratio": 4},
        "transformer": {
            "sample_width": 90,
            "sample_height": 60,
            "sample_frames": 49,
            "use_learned_positional_embeddings": True,
        },
    }
    limits = FAMILIES["CogVideoXPipeline"].limits(configs)

    limits.check(spec(width=720, height=480, num_frames=49, delivered_width=720, delivered_height=480))
    with pytest.raises(SizeNotPossible):
        limits.check(spec(width=704, height=480, num_frames=49, delivered_width=704, delivered_height=480))
