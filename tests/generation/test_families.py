"""Every family that may be loaded, by folders that its real classes made."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
from PIL import Image

from generation.engines import previews
from generation.engines.base import Frame, Progress, Stage
from generation.engines.clip_decoding import LTX_DECODE_NOISE, LTX_DECODE_TIMESTEP
from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.families import FAMILIES
from generation.engines.given import WORDS_ALONE, Beginning, Given, KnownFrames, ReferencePicture
from generation.errors import SizeNotPossible
from generation.spec import RenderSpec
from tests.factories.generation import spec, tiny_wan_folder
from tests.factories.model_families import tiny_cogvideox_folder, tiny_hunyuan15_folder, tiny_ltx_folder
from tests.factories.picture_families import (
    tiny_cogvideox_from_clip_folder,
    tiny_cogvideox_from_picture_folder,
    tiny_hunyuan15_from_picture_folder,
    tiny_ltx2_condition_folder,
    tiny_ltx2_folder,
    tiny_ltx2_from_picture_folder,
    tiny_ltx_condition_folder,
    tiny_ltx_from_picture_folder,
    tiny_wan_from_picture_folder,
    tiny_wan_small_from_picture_folder,
    tiny_wan_vace_folder,
)

_PICTURES = np.random.default_rng(5).integers(0, 256, (17, 96, 96, 3), dtype=np.uint8)
_WORDS = {"max_sequence_length": 16}
_TIMED = {**_WORDS, "frame_rate": 8.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A folder, what its pipeline is called with beside the spec, and the same as it is given here."""

    make: Callable[[Path], Path]
    beside: Mapping[str, Any]
    given: Given = WORDS_ALONE
    references: tuple[ReferencePicture, ...] = ()
    height: int = 64
    walked: int = 4

    @property
    def given_once(self) -> Given:
        """What it is given, for one render: the contents of reference pictures are overwritten."""
        again = (replace(one, content=bytearray(one.content)) for one in self.references)
        return replace(self.given, references=tuple(again))

    @property
    def wanted(self) -> RenderSpec:
        return spec(steps=4, height=self.height, delivered_height=2 * self.height)


def _from_a_picture(make: Callable[[Path], Path], beside: Mapping[str, object], height: int = 64) -> Made:
    picture = _PICTURES[:1, :height]
    given = Given(known=(KnownFrames(picture, 0, False),))
    return Made(
        make=make, beside={**beside, "image": Image.fromarray(picture[0])}, given=given, height=height
    )


def _to_a_picture(make: Callable[[Path], Path], beside: Mapping[str, object]) -> Made:
    made = _from_a_picture(make, beside)
    last = np.repeat(_PICTURES[-1:, :64], 5, axis=0)
    known = (*made.given.known, KnownFrames(last, 12, True))
    return replace(
        made, beside={**made.beside, "last_image": Image.fromarray(last[0])}, given=Given(known=known)
    )


def _from_a_clip(make: Callable[[Path], Path], beside: Mapping[str, object]) -> Made:
    clip = _PICTURES[:, :64]
    told = {**beside, "video": [Image.fromarray(one) for one in clip], "strength": 0.5}
    return Made(make=make, beside=told, given=Given(beginning=Beginning(clip, 0.5)), walked=2)


def _filled_in(make: Callable[[Path], Path], beside: Mapping[str, object]) -> Made:
    clip = _PICTURES[:5, :64]
    grey, made, kept = (
        Image.new("RGB", (96, 64), (128,) * 3),
        Image.new("L", (96, 64), 255),
        Image.new("L", (96, 64), 0),
    )
    told = {
        **beside,
        "video": [*map(Image.fromarray, clip), *[grey] * 12],
        "mask": [kept] * 5 + [made] * 12,
    }
    return Made(make=make, beside=told, given=Given(known=(KnownFrames(clip, 0, False),)))


def _of_references(make: Callable[[Path], Path], beside: Mapping[str, object]) -> Made:
    """Two pictures of what is to be in the clip, neither of its size, the second one laid on white."""
    drawn = [Image.fromarray(_PICTURES[0, :80]), Image.fromarray(_PICTURES[1, :48, :33])]
    clear = drawn[1].copy()
    clear.putalpha(Image.new("L", clear.size, 0))
    files = (
        (drawn[0], "image/png", "PNG", drawn[0]),
        (clear, "image/webp", "WEBP", Image.new("RGB", clear.size, (255,) * 3)),
    )
    references = tuple(
        ReferencePicture(f"Reference {number}", content_type, bytearray(_saved(picture, kind)))
        for number, (picture, content_type, kind, _shown) in enumerate(files, 1)
    )
    told = {**beside, "reference_images": [shown for *_, shown in files]}
    return Made(make=make, beside=told, references=references)


def _saved(picture: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, lossless=True)
    return written.getvalue()


def _with_references_and_frames(make: Callable[[Path], Path], beside: Mapping[str, object]) -> Made:
    of, among = _of_references(make, beside), _filled_in(make, beside)
    return replace(of, beside={**of.beside, **among.beside}, given=among.given)


def _conditioned(make: Callable[[Path], Path], beside: Mapping[str, object]) -> Made:
    clip = _PICTURES[:9, :64]
    conditions = [
        LTXVideoCondition(image=Image.fromarray(clip[0])),
        LTXVideoCondition(video=[Image.fromarray(one) for one in clip], frame_index=8),
    ]
    given = Given(known=(KnownFrames(clip[:1], 0, False), KnownFrames(clip, 8, True)))
    return Made(make=make, beside={**beside, "conditions": conditions}, given=given)


def _conditioned_by_step(make: Callable[[Path], Path], beside: Mapping[str, object]) -> Made:
    first, last = _PICTURES[:1, :64], _PICTURES[-1:, :64]
    conditions = [
        LTX2VideoCondition(frames=Image.fromarray(first[0]), index=0),
        LTX2VideoCondition(frames=Image.fromarray(last[0]), index=-1),
    ]
    known = (KnownFrames(first, 0, False), KnownFrames(np.repeat(last, 9, axis=0), 8, True))
    return Made(make=make, beside={**beside, "conditions": conditions}, given=Given(known=known))


MADE: Mapping[str, Made] = {
    "WanPipeline": Made(make=tiny_wan_folder, beside=_WORDS),
    "WanImageToVideoPipeline": _from_a_picture(tiny_wan_from_picture_folder, _WORDS),
    "WanImageToVideoPipeline to a last picture": _to_a_picture(
        partial(tiny_wan_from_picture_folder, looks_at=2), _WORDS
    ),
    "WanImageToVideoPipeline to a last picture unseen": _to_a_picture(
        partial(tiny_wan_from_picture_folder, looks_at=0), _WORDS
    ),
    "WanImageToVideoPipeline of a time for every token": _from_a_picture(
        tiny_wan_small_from_picture_folder, _WORDS
    ),
    "WanVACEPipeline": _filled_in(tiny_wan_vace_folder, _WORDS),
    "WanVACEPipeline of words": Made(make=tiny_wan_vace_folder, beside=_WORDS),
    "WanVACEPipeline of references": _of_references(tiny_wan_vace_folder, _WORDS),
    "WanVACEPipeline of both": _with_references_and_frames(tiny_wan_vace_folder, _WORDS),
    "LTXPipeline": Made(make=tiny_ltx_folder, beside=_TIMED),
    "LTXPipeline that denoises in its decoder": Made(
        make=partial(tiny_ltx_folder, denoising_decoder=True),
        beside={
            **_TIMED,
            "decode_timestep": LTX_DECODE_TIMESTEP,
            "decode_noise_scale": LTX_DECODE_NOISE,
        },
    ),
    "LTXImageToVideoPipeline": _from_a_picture(tiny_ltx_from_picture_folder, _TIMED),
    "LTXConditionPipeline": _conditioned(tiny_ltx_condition_folder, _TIMED),
    "LTXConditionPipeline of words": Made(make=tiny_ltx_condition_folder, beside=_TIMED),
    "LTX2Pipeline": Made(make=tiny_ltx2_folder, beside=_TIMED),
    "LTX2ImageToVideoPipeline": _from_a_picture(tiny_ltx2_from_picture_folder, _TIMED),
    "LTX2ConditionPipeline": _conditioned_by_step(tiny_ltx2_condition_folder, _TIMED),
    "LTX2ConditionPipeline of words": Made(make=tiny_ltx2_condition_folder, beside=_TIMED),
    "CogVideoXPipeline": Made(make=tiny_cogvideox_folder, beside=_WORDS),
    "CogVideoXImageToVideoPipeline": _from_a_picture(tiny_cogvideox_from_picture_folder, _WORDS),
    "CogVideoXVideoToVideoPipeline": _from_a_clip(tiny_cogvideox_from_clip_folder, _WORDS),
    "HunyuanVideo15Pipeline": Made(make=tiny_hunyuan15_folder, beside={}),
    "HunyuanVideo15ImageToVideoPipeline": _from_a_picture(tiny_hunyuan15_from_picture_folder, {}, 96),
}


class _Enough(Exception):
    """Raised by a watcher to end a render."""


@pytest.fixture(scope="module", params=MADE)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DiffusersEngine, Made]:
    made = MADE[request.param]
    return load(made.make(tmp_path_factory.mktemp("family") / "model")), made


@pytest.fixture
def engine(loaded: tuple[DiffusersEngine, Made]) -> DiffusersEngine:
    return loaded[0]


@pytest.fixture
def made(loaded: tuple[DiffusersEngine, Made]) -> Made:
    return loaded[1]


def _longer(made: Made) -> RenderSpec:
    """In eight steps, also where a clip begins from half of another one."""
    return replace(made.wanted, steps=16 if made.given.beginning is not None else 8)


def _seen_on_the_way(engine: DiffusersEngine, made: Made) -> tuple[list[Image.Image], Frame]:
    seen: list[Image.Image] = []

    def look(progress: Progress) -> None:
        if progress.preview_jpeg is not None:
            seen.append(Image.open(io.BytesIO(progress.preview_jpeg)))

    frames: Frame = np.stack(list(engine.render(_longer(made), on_progress=look, given=made.given_once)))
    return seen, frames


def _frames(engine: DiffusersEngine, made: Made, wanted: RenderSpec | None = None) -> Frame:
    frames = engine.render(wanted or made.wanted, on_progress=lambda _: None, given=made.given_once)
    return np.stack(list(frames))


def test_there_is_a_folder_for_every_family_that_may_be_loaded() -> None:
    assert {name.split(" ")[0] for name in MADE} == set(FAMILIES)


# Of diffusers' way to hand its levels of noise to numpy.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
class TestEveryFamily:
    def test_gives_exactly_the_frames_asked_for(self, engine: DiffusersEngine, made: Made) -> None:
        frames = _frames(engine, made)

        assert frames.shape == (17, made.height, 96, 3)
        assert frames.dtype == np.uint8
        assert frames.std() > 1

    def test_shows_what_it_makes_on_the_way_and_changes_nothing_by_that(
        self, engine: DiffusersEngine, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pictures, frames = _seen_on_the_way(engine, made)
        monkeypatch.setattr(previews, "_FEWEST_STEPS", 1000)
        unwatched = _frames(engine, made, _longer(made))

        assert np.array_equal(frames, unwatched)
        assert [one.size for one in pictures] == [(320, round(320 * made.height / 96))] * 4

    def test_what_it_has_in_mind_comes_near_to_what_it_makes(
        self, engine: DiffusersEngine, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown: list[torch.Tensor] = []
        begun = previews.Previews.__init__

        def at_every_step(self: previews.Previews, *asked: Any, steps: int) -> None:  # noqa: ANN401 - a pipeline and a spec
            begun(self, *asked, steps=steps)
            self._at = set(range(1, steps + 1))

        monkeypatch.setattr(previews.Previews, "__init__", at_every_step)
        monkeypatch.setattr(previews.Previews, "_show", lambda _self, one: shown.append(one.float().clone()))

        _seen_on_the_way(engine, made)

        # After the last step there is no noise left: it is what was made.
        apart = [float((one - shown[-1]).abs().mean()) for one in shown]
        assert apart[-1] == 0
        assert apart[-3] < 0.2 * float(shown[-1].abs().mean())
        assert apart[-3] <= apart[0]

    def test_a_preview_that_fails_costs_no_take(
        self, engine: DiffusersEngine, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise torch.OutOfMemoryError("no room beside the transformer")

        monkeypatch.setattr(previews.Previews, "_frame", fail)
        wanted = replace(made.wanted, steps=16 if made.given.beginning is not None else 8)
        seen: list[object] = []
        frames = engine.render(
            wanted, on_progress=lambda one: seen.append(one.preview_jpeg), given=made.given_once
        )

        assert next(frames).shape == (made.height, 96, 3)
        frames.close()
        assert set(seen) == {None}

    def test_gives_the_pixels_of_the_pipeline_itself(self, engine: DiffusersEngine, made: Made) -> None:
        pipeline: Any = engine._pipeline
        wanted = made.wanted
        told: dict[str, object] = {
            "height": wanted.height,
            "width": wanted.width,
            "num_frames": wanted.num_frames,
            "guidance_scale": wanted.guidance_scale,
        }
        if hasattr(pipeline, "guider"):
            pipeline.guider = pipeline.guider.new(guidance_scale=wanted.guidance_scale)
        taken = inspect.signature(type(pipeline).__call__).parameters
        whole = pipeline(
            prompt=wanted.prompt,
            negative_prompt="",
            num_inference_steps=wanted.steps,
            generator=torch.Generator("cpu").manual_seed(wanted.seed),
            output_type="np",
            **{name: value for name, value in told.items() if name in taken},
            **made.beside,
        ).frames[0]

        assert np.array_equal(_frames(engine, made), (whole * 255).round().astype(np.uint8))

    def test_heeds_seed_prompt_and_guidance(self, engine: DiffusersEngine, made: Made) -> None:
        first = _frames(engine, made)

        assert np.array_equal(first, _frames(engine, made))
        changes: list[dict[str, Any]] = [{"seed": 8}, {"prompt": "the sea"}, {"guidance_scale": 7.0}]
        for change in changes:
            assert not np.array_equal(first, _frames(engine, made, replace(made.wanted, **change))), change

    def test_reports_every_step_and_decodes_in_steps(self, engine: DiffusersEngine, made: Made) -> None:
        seen: list[Progress] = []

        list(engine.render(made.wanted, on_progress=seen.append, given=made.given_once))

        denoised = [one for one in seen if one.stage is Stage.DENOISE]
        assert [one.step for one in denoised] == list(range(1, made.walked + 1))
        assert {one.steps for one in denoised} == {made.walked}
        decoded = [one for one in seen if one.stage is Stage.DECODE]
        assert len(decoded) > 1
        assert [one.step for one in decoded] == list(range(1, decoded[0].steps + 1))

    @pytest.mark.parametrize("stage", list(Stage))
    def test_stops_within_a_step_and_is_as_it_was(
        self, engine: DiffusersEngine, made: Made, stage: Stage
    ) -> None:
        expected = _frames(engine, made)
        seen: list[Progress] = []

        def watch(progress: Progress) -> None:
            seen.append(progress)
            if progress.stage is stage:
                raise _Enough

        with pytest.raises(_Enough):
            list(engine.render(made.wanted, on_progress=watch, given=made.given_once))

        assert (seen[-1].stage, seen[-1].step) == (stage, 1)
        assert torch.is_grad_enabled()
        assert np.array_equal(_frames(engine, made), expected)

    @pytest.mark.parametrize("change", [{"num_frames": 18}, {"width": 97}, {"height": 4 * 4096}])
    def test_refuses_a_size_it_cannot_make(
        self, engine: DiffusersEngine, made: Made, change: dict[str, Any]
    ) -> None:
        with pytest.raises(SizeNotPossible):
            engine.check(replace(made.wanted, **change))


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
