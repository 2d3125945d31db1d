"""Takes made from pictures with the classes that take them, as a worker makes them; and what those classes cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from diffusers.pipelines.hunyuan_video1_5.image_processor import HunyuanVideo15ImageProcessor

from core.ids import new_id
from generation.engines.diffusers_engine import load
from generation.engines.families import FAMILIES
from generation.engines.folder import family_of, model_digest, size_limits, write_lock
from generation.engines.given import Beginning, Given, KnownFrames
from generation.errors import MissingCapability, UnknownPipeline
from generation.iterating.errors import ModelCannot
from generation.iterating.queries import descents_of
from generation.iterating.values import LineageKind, Origin, Parent
from generation.operations.takes import request_take
from generation.queries import TakeCard
from generation.values import TakeState
from tests.factories.generation import spec
from tests.factories.picture_families import (
    tiny_cogvideox_from_clip_folder,
    tiny_cogvideox_from_picture_folder,
    tiny_hunyuan15_from_picture_folder,
    tiny_ltx2_condition_folder,
    tiny_ltx2_folder,
    tiny_ltx2_from_picture_folder,
    tiny_ltx_condition_folder,
    tiny_wan_from_picture_folder,
    tiny_wan_small_from_picture_folder,
    tiny_wan_vace_folder,
)
from tests.factories.takes import Studio, a_model_release, an_order_for, rendered

# Of diffusers' way to hand levels of noise to numpy, in LTXConditionPipeline.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

_KNOWN = (
    "on_file",
    "terms_changed",
    "talent_enhancement",
    "unowned_training_data",
    "trained_for_project",
    "on_market_since",
    "ca_covered_provider",
)
_PICTURES = np.random.default_rng(6).integers(0, 256, (17, 64, 96, 3), dtype=np.uint8)


def _model(studio: Studio, folder: Path) -> UUID:
    release = a_model_release(
        studio.producer,
        folder=str(folder),
        lock_sha256=model_digest(folder),
        # What the studio knows of its own model, it knows of this one.
        **{one: getattr(studio.model, one) for one in _KNOWN},
    )
    model_id: UUID = release.id
    return model_id


def _asked(studio: Studio, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    order = an_order_for(studio, studio.consenting, **fields)
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


def _signed(studio: Studio, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    card = rendered(_asked(studio, **fields), studio)
    assert card.state is TakeState.SIGNED, card.failure_message
    return card


def _frames(parent: TakeCard, *at: int) -> Origin:
    parents = tuple(Parent(take_id=parent.id, frame=0, at_frame=one) for one in at)
    return Origin(kind=LineageKind.IMAGE_TO_VIDEO, parents=parents)


def _of(kind: LineageKind, parent: TakeCard, **fields: Any) -> Origin:  # noqa: ANN401 - any field
    return Origin(kind=kind, parents=(Parent(take_id=parent.id),), **fields)


MADE: dict[str, tuple[Callable[[Path], Path], Callable[[TakeCard], Origin]]] = {
    "Wan, first picture": (tiny_wan_from_picture_folder, lambda one: _frames(one, 0)),
    "Wan, first and last": (
        partial(tiny_wan_from_picture_folder, looks_at=2),
        lambda one: _frames(one, 0, -1),
    ),
    "Wan VACE": (tiny_wan_vace_folder, lambda one: _of(LineageKind.LOOP, one)),
    "LTX, conditions": (tiny_ltx_condition_folder, lambda one: _frames(one, 0, 8)),
    "LTX, part of the way": (
        tiny_ltx_condition_folder,
        lambda one: _of(LineageKind.REMIX, one, strength=Decimal("0.5")),
    ),
    "LTX-2": (tiny_ltx2_from_picture_folder, lambda one: _frames(one, 0)),
    "LTX-2, conditions": (tiny_ltx2_condition_folder, lambda one: _frames(one, 0, -1)),
    "CogVideoX, picture": (tiny_cogvideox_from_picture_folder, lambda one: _frames(one, 0)),
    "CogVideoX, clip": (
        tiny_cogvideox_from_clip_folder,
        lambda one: _of(LineageKind.REMIX, one, strength=Decimal("0.6")),
    ),
}


@pytest.mark.slow
class TestTakes:
    @pytest.mark.parametrize("name", MADE)
    def test_is_made_from_a_signed_take_and_keeps_its_parent(
        self, studio: Studio, tmp_path: Path, name: str
    ) -> None:
        make, origin = MADE[name]
        parent = _signed(studio)

        child = _signed(studio, model_id=_model(studio, make(tmp_path / "model")), origin=origin(parent))

        assert {one.parent_id for one in descents_of(studio.organisation_id, child.id)} == {parent.id}
        assert (child.width, child.height, child.num_frames) == (96, 64, 17)

    def test_a_picture_says_the_size_where_the_class_reads_it_there(
        self, studio: Studio, tmp_path: Path
    ) -> None:
        parent = _signed(studio, width=96, height=96)
        model = _model(studio, tiny_hunyuan15_from_picture_folder(tmp_path / "model"))

        child = _signed(studio, model_id=model, origin=_frames(parent, 0))

        assert (child.width, child.height) == (96, 96)

    def test_ltx2_makes_a_take_of_words_and_its_sound_is_never_decoded(
        self, studio: Studio, tmp_path: Path
    ) -> None:
        folder = tiny_ltx2_folder(tmp_path / "model")

        card = _signed(studio, model_id=_model(studio, folder))

        assert card.num_frames == 17
        engine, heard = load(folder), 0

        def hear(*_: object) -> None:
            nonlocal heard
            heard += 1

        engine._pipeline.vocoder.register_forward_hook(hear)
        engine._pipeline.audio_vae.decoder.register_forward_hook(hear)
        assert len(list(engine.render(spec(steps=2), on_progress=lambda _: None))) == 17
        assert heard == 0
        assert engine.fingerprint()["sound"] == "made with the pictures and not kept"


class TestRefused:
    @pytest.mark.parametrize(
        ("make", "told"),
        [
            (tiny_cogvideox_from_picture_folder, r"a picture on the first frame \(image_to_video\)"),
            (tiny_cogvideox_from_clip_folder, r"a whole clip \(remix\)"),
            (
                partial(tiny_wan_from_picture_folder, looks_at=2),
                r"a picture on the first frame \(image_to_video\) and one on the last",
            ),
        ],
    )
    def test_words_alone_where_the_class_makes_nothing_of_them(
        self, studio: Studio, tmp_path: Path, make: Callable[[Path], Path], told: str
    ) -> None:
        model = _model(studio, make(tmp_path / "model"))
        with pytest.raises(ModelCannot, match=told):
            _asked(studio, model_id=model)

    def test_a_picture_where_the_class_has_no_place_for_one(self, studio: Studio, tmp_path: Path) -> None:
        parent = _signed(studio)
        small = _model(studio, tiny_wan_small_from_picture_folder(tmp_path / "small"))
        seeing = _model(studio, tiny_wan_from_picture_folder(tmp_path / "seeing"))
        for model in (small, seeing):
            with pytest.raises(ModelCannot, match="a place for one on the first frame alone"):
                _asked(studio, model_id=model, origin=_frames(parent, 0, -1))
        with pytest.raises(ModelCannot, match=r"cannot loop: it can image to video"):
            _asked(studio, model_id=small, origin=_of(LineageKind.LOOP, parent))

    def test_an_engine_refuses_them_as_well(self, tmp_path: Path) -> None:
        engine = load(tiny_cogvideox_from_picture_folder(tmp_path / "model"))
        first = KnownFrames(_PICTURES[:1], 0, False)
        anywhere = KnownFrames(_PICTURES[:5], 8, True)
        for given, told in (
            (Given(), "needs a first frame"),
            (Given(known=(first, anywhere)), "cannot be given known frames: it takes first frame"),
            (Given(known=(first,), beginning=Beginning(_PICTURES, 0.5)), "cannot be given beginning"),
        ):
            with pytest.raises(MissingCapability, match=told):
                list(engine.render(spec(steps=2), on_progress=lambda _: None, given=given))

    @pytest.mark.parametrize(
        ("make", "part", "change", "told"),
        [
            (tiny_wan_vace_folder, "vae", {"patch_size": 2}, "works on patches"),
            (tiny_ltx2_folder, "vae", {"timestep_conditioning": True}, "not decoded here"),
            (tiny_cogvideox_from_clip_folder, "transformer", {"patch_size_t": 2}, "no length"),
        ],
    )
    def test_a_folder_that_the_class_cannot_use_says_why(
        self, tmp_path: Path, make: Callable[[Path], Path], part: str, change: dict[str, Any], told: str
    ) -> None:
        folder = make(tmp_path / "model")
        path = folder / part / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        write_lock(folder)
        with pytest.raises(UnknownPipeline, match=told):
            size_limits(folder)

    def test_what_would_write_the_words_anew_is_no_part_of_ltx2(self, tmp_path: Path) -> None:
        folder = tiny_ltx2_folder(tmp_path / "model")
        path = folder / "model_index.json"
        said = json.loads(path.read_text())
        assert said["prompt_enhancer"] == [None, None]
        path.write_text(
            json.dumps({**said, "prompt_enhancer": ["transformers", "Gemma3ForConditionalGeneration"]})
        )
        with pytest.raises(UnknownPipeline, match="prompt_enhancer may not be"):
            family_of(folder)


@pytest.mark.parametrize(("target", "patch"), [(96, 8), (480, 16), (640, 16), (720, 16), (960, 16)])
def test_the_sizes_of_hunyuan_from_a_picture_are_those_that_its_class_keeps(target: int, patch: int) -> None:
    family = FAMILIES["HunyuanVideo15ImageToVideoPipeline"]
    configs: dict[str, dict[str, object]] = {
        "vae": {"spatial_compression_ratio": patch},
        "transformer": {"target_size": target},
    }
    sizes = family.limits(configs).sizes
    processor = HunyuanVideo15ImageProcessor(vae_scale_factor=patch)

    assert len(sizes) > 10
    assert sizes[0][0] == sizes[0][1]
    for width, height in sizes:
        assert processor.calculate_default_height_width(height, width, target) == (height, width)
