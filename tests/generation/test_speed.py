"""Settings for speed and memory: what is lossless changes no bit, what is lossy says so and outlives no render."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generation.engines.base import Frame, Progress
from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.folder import check_folder, write_lock
from generation.engines.speed_settings import PLAIN, speed_settings
from generation.errors import MissingCapability, UnexpectedModelFile, WeightsAltered
from generation.spec import RenderSpec
from tests.factories.generation import spec
from tests.factories.model_families import tiny_ltx_folder

WANTED = spec(steps=8)
CACHES: Mapping[str, dict[str, Any]] = {
    "first block": {"kind": "first_block", "threshold": 1.0},
    "taylorseer": {"kind": "taylorseer", "cache_interval": 2, "disable_cache_before_step": 1},
    "sea": {"kind": "sea", "threshold": 4.0, "max_consecutive_cached": 2},
    "mag": {"kind": "mag", "threshold": 1.0, "max_skip_steps": 2, "ratios": [1.0] * 6},
}


class _Enough(Exception):
    """Raised by a watcher to end a render."""


def _frames(engine: DiffusersEngine, wanted: RenderSpec = WANTED) -> Frame:
    return np.stack(list(engine.render(wanted, on_progress=lambda _: None)))


def _with(pristine: Path, folder: Path, **settings: Any) -> Path:  # noqa: ANN401 - any setting
    """A copy of the folder with these settings, each of an effect that nobody measured."""
    shutil.copytree(pristine, folder)
    effects = dict.fromkeys(settings, "not measured")
    (folder / "speed.json").write_text(json.dumps({**settings, "effects": effects}))
    write_lock(folder)
    return folder


class TestLossless:
    def test_the_same_words_are_encoded_once_and_no_bit_changes(
        self, engine: DiffusersEngine, pristine_model: Path
    ) -> None:
        fresh, encoded = load(pristine_model, threads=2), 0

        def count(*_: object) -> None:
            nonlocal encoded
            encoded += 1

        fresh._pipeline.text_encoder.register_forward_hook(count)
        first = _frames(fresh)
        once = encoded
        again, known = _frames(fresh), encoded
        other_words = _frames(fresh, spec(steps=8, prompt="the sea"))

        assert np.array_equal(first, again)
        assert not np.array_equal(first, other_words)
        assert (known, encoded) == (once, 2 * once)
        assert np.array_equal(first, _frames(engine))

    def test_another_way_to_compute_attention_is_named_and_of_its_model_alone(
        self, pristine_model: Path, tmp_path: Path
    ) -> None:
        from diffusers.models.attention_dispatch import _AttentionBackendRegistry

        plain = _frames(load(pristine_model, threads=2))
        engine = load(_with(pristine_model, tmp_path / "model", attention="_native_math"), threads=2)

        assert engine.fingerprint()["attention"] == "_native_math"
        assert engine.fingerprint()["lossy"] == "nothing"
        assert _frames(engine).std() > 1
        # What diffusers takes for the usual way now is this model's; the next model has its own all the same.
        assert _AttentionBackendRegistry.get_active_backend()[0] == "_native_math"
        bare = load(pristine_model, threads=2)
        processors = [
            part.processor._attention_backend
            for part in bare._pipeline.transformer.modules()
            if hasattr(part, "processor")
        ]
        assert set(processors) == {"native"}
        assert np.array_equal(_frames(bare), plain)

    # Of torch's own compiler.
    @pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
    def test_blocks_that_repeat_are_compiled(
        self, pristine_model: Path, tmp_path: Path, engine: DiffusersEngine
    ) -> None:
        compiled = load(_with(pristine_model, tmp_path / "model", compile=True), threads=2)

        blocks = compiled._pipeline.transformer.blocks
        assert all(block._compiled_call_impl is not None for block in blocks)
        assert compiled.fingerprint()["compiled"] == "repeated blocks"
        assert engine.fingerprint()["compiled"] == "no"


class TestLossy:
    @pytest.mark.parametrize("name", CACHES)
    def test_a_step_cache_guesses_says_so_and_remembers_nothing(
        self, pristine_model: Path, tmp_path: Path, engine: DiffusersEngine, name: str
    ) -> None:
        folder = _with(pristine_model, tmp_path / "model", cache=CACHES[name])
        cached = load(folder, threads=2)
        first = _frames(cached)

        assert not np.array_equal(first, _frames(engine))
        assert str(CACHES[name]["kind"]) in str(cached.fingerprint()["lossy"])
        assert speed_settings(folder).lossy == (cached.fingerprint()["lossy"],)
        # Cancelled in the middle of what it remembers, and other words and seeds in between.
        seen: list[Progress] = []

        def stop(progress: Progress) -> None:
            seen.append(progress)
            if progress.step == 4:
                raise _Enough

        with pytest.raises(_Enough):
            list(cached.render(spec(steps=8, seed=9, prompt="the sea"), on_progress=stop))
        assert not cached._pipeline.transformer.is_cache_enabled
        assert np.array_equal(first, _frames(cached))

    def test_decoding_in_tiles_is_told_and_reported(
        self, pristine_model: Path, tmp_path: Path, engine: DiffusersEngine
    ) -> None:
        tiled = load(_with(pristine_model, tmp_path / "model", tile_decoding=True), threads=2)
        whole = _frames(engine)
        # One tile is the whole picture.
        assert np.abs(_frames(tiled).astype(int) - whole).max() <= 1
        vae = tiled._pipeline.vae
        vae.tile_sample_min_height = vae.tile_sample_min_width = 64
        vae.tile_sample_stride_height = vae.tile_sample_stride_width = 48
        seen: list[Progress] = []
        frames = np.stack(list(tiled.render(WANTED, on_progress=seen.append)))

        assert frames.shape == whole.shape
        assert not np.array_equal(frames, whole)
        decoded = [one for one in seen if one.stage == "decode"]
        assert (decoded[-1].step, decoded[-1].steps) == (len(decoded), len(decoded))
        assert tiled.fingerprint()["lossy"] == "decoded in tiles"


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "told"),
        [
            ({"fp8": True}, "fp8: the device"),
            ({"offload": "leaf"}, "offload: weights can wait"),
            ({"attention": "_flash_3"}, "attention: _flash_3 cannot be used here"),
        ],
    )
    def test_what_this_machine_or_class_cannot_do_is_refused_with_why(
        self, pristine_model: Path, tmp_path: Path, settings: dict[str, Any], told: str
    ) -> None:
        with pytest.raises(MissingCapability, match=told):
            load(_with(pristine_model, tmp_path / "model", **settings), threads=2)

    def test_a_family_that_cannot_says_so(self, tmp_path: Path) -> None:
        tiny_ltx_folder(tmp_path / "ltx")
        with pytest.raises(MissingCapability, match="takes no sea cache"):
            load(_with(tmp_path / "ltx", tmp_path / "cached", cache={"kind": "sea"}))
        with pytest.raises(MissingCapability, match="LTXPipeline is not decoded in tiles"):
            load(_with(tmp_path / "ltx", tmp_path / "model", tile_decoding=True))

    @pytest.mark.parametrize(
        "content",
        [
            "[]",
            {"turbo": True},
            {"attention": "flash_hub", "effects": {"attention": "not measured"}},
            {"compile": True},
            {"effects": {"compile": "twice as fast"}},
            {"cache": {"kind": "tea"}, "effects": {"cache": "not measured"}},
            {"cache": {"kind": "mag"}, "effects": {"cache": "not measured"}},
            {"cache": {"kind": "first_block", "ratios": [1.0]}, "effects": {"cache": "not measured"}},
            {"cache": {"kind": "taylorseer", "cache_interval": 2.5}, "effects": {"cache": "not measured"}},
            {"cache": {"kind": "first_block", "threshold": True}, "effects": {"cache": "not measured"}},
        ],
    )
    def test_settings_that_say_nothing_usable_cannot_be_locked(
        self, model: Path, content: str | dict[str, Any]
    ) -> None:
        (model / "speed.json").write_text(content if isinstance(content, str) else json.dumps(content))

        with pytest.raises(UnexpectedModelFile, match=r"speed\.json"):
            write_lock(model)

    def test_settings_are_part_of_what_was_approved(self, pristine_model: Path, tmp_path: Path) -> None:
        folder = _with(pristine_model, tmp_path / "model", tile_decoding=True)

        assert check_folder(folder).lock_sha256 != check_folder(pristine_model).lock_sha256
        assert speed_settings(folder).effects == {"tile_decoding": "not measured"}
        assert speed_settings(pristine_model) == PLAIN
        (folder / "speed.json").write_text("{}")
        with pytest.raises(WeightsAltered):
            check_folder(folder)
