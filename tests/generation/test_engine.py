from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.engines.base import AnyFrame, Frame, Progress, Stage
from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.folder import check_folder
from generation.errors import SizeNotPossible, WeightsAltered
from generation.spec import RenderSpec
from tests.factories.generation import spec


class _Enough(Exception):
    """Raised by a watcher to end a render."""


def _frames(engine: DiffusersEngine, wanted: RenderSpec) -> Frame:
    return np.stack(list(engine.render(wanted, on_progress=lambda _: None)))


class TestRender:
    def test_gives_exactly_the_frames_asked_for(self, engine: DiffusersEngine) -> None:
        frames = _frames(engine, spec(num_frames=21, width=112, delivered_width=224))

        assert frames.shape == (21, 64, 112, 3)
        assert frames.dtype == np.uint8

    def test_is_bit_identical_for_one_seed_and_differs_for_another(self, engine: DiffusersEngine) -> None:
        first, again, other = (_frames(engine, spec(seed=seed)) for seed in (7, 7, 8))

        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)

    def test_streamed_pixels_are_those_of_the_pipeline_itself(self, engine: DiffusersEngine) -> None:
        wanted = spec()
        whole = engine._pipeline(
            prompt=wanted.prompt,
            negative_prompt="",
            height=wanted.height,
            width=wanted.width,
            num_frames=wanted.num_frames,
            num_inference_steps=wanted.steps,
            guidance_scale=wanted.guidance_scale,
            generator=torch.Generator("cpu").manual_seed(wanted.seed),
            max_sequence_length=16,
            output_type="np",
        ).frames[0]

        assert np.array_equal(_frames(engine, wanted), (whole * 255).round().astype(np.uint8))

    def test_reports_every_step_and_then_every_latent_frame(self, engine: DiffusersEngine) -> None:
        seen: list[Progress] = []

        list(engine.render(spec(), on_progress=seen.append))

        assert [p.step for p in seen if p.stage is Stage.DENOISE] == [1, 2, 3, 4, 5, 6]
        assert [p.step for p in seen if p.stage is Stage.DECODE] == [1, 2, 3, 4, 5]
        assert {p.steps for p in seen if p.stage is Stage.DECODE} == {5}

    def test_refuses_a_size_it_would_have_to_round(self, engine: DiffusersEngine) -> None:
        with pytest.raises(SizeNotPossible):
            _frames(engine, spec(num_frames=16))

    def test_yields_the_first_frame_before_the_last_is_decoded(self, engine: DiffusersEngine) -> None:
        seen: list[Progress] = []
        frames = engine.render(spec(), on_progress=seen.append)

        next(frames)

        assert seen[-1] == Progress(Stage.DECODE, 1, 5)

    def test_leaves_gradients_switched_on_for_its_caller(self, engine: DiffusersEngine) -> None:
        frames = engine.render(spec(), on_progress=lambda _: None)

        next(frames)

        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()


class TestCancel:
    @pytest.mark.parametrize(
        "last", [Progress(Stage.DENOISE, 3, 6), Progress(Stage.DECODE, 2, 5)], ids=["denoise", "decode"]
    )
    def test_stops_within_one_step_and_leaves_the_engine_as_it_was(
        self, engine: DiffusersEngine, last: Progress
    ) -> None:
        expected = _frames(engine, spec())
        seen: list[Progress] = []

        def watch(progress: Progress) -> None:
            seen.append(progress)
            if progress == last:
                raise _Enough

        with pytest.raises(_Enough):
            list(engine.render(spec(), on_progress=watch))

        assert seen[-1] == last
        assert np.array_equal(_frames(engine, spec()), expected)

    def test_an_abandoned_iterator_leaves_the_engine_as_it_was(self, engine: DiffusersEngine) -> None:
        expected = _frames(engine, spec())
        frames: Iterator[AnyFrame] = engine.render(spec(seed=99), on_progress=lambda _: None)
        next(frames)

        frames.close()  # type: ignore[attr-defined]  # a generator, though only an iterator is promised

        assert np.array_equal(_frames(engine, spec()), expected)


class TestFingerprint:
    def test_names_everything_the_bytes_depend_on(self, engine: DiffusersEngine) -> None:
        fingerprint = engine.fingerprint()

        assert fingerprint["torch"] == torch.__version__
        assert fingerprint["threads"] == torch.get_num_threads()
        assert fingerprint["dtype"] == ("bfloat16" if torch.cuda.is_available() else "float32")
        assert {"diffusers", "device", "attention", "compiled", "batch"} <= fingerprint.keys()


def test_weights_widen_to_float32_without_loss(engine: DiffusersEngine) -> None:
    from safetensors.torch import load_file

    if torch.cuda.is_available():
        pytest.skip("On CUDA the transformer stays in bfloat16.")
    stored = load_file(engine.checked.folder / "transformer" / "diffusion_pytorch_model.safetensors")
    loaded = engine._pipeline.transformer.state_dict()

    assert {tensor.dtype for tensor in stored.values()} == {torch.bfloat16}
    assert all(torch.equal(loaded[name].to(torch.bfloat16), tensor) for name, tensor in stored.items())


def test_the_folder_check_does_not_import_torch() -> None:
    import subprocess

    code = (
        "import sys; sys.path[:0] = ['platform', '.'];"
        "import generation.engines.folder, generation.model_defaults, generation.coverage, generation.encoding;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'diffusers', 'transformers')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_prompt_far_beyond_what_the_model_reads_is_rendered_like_its_beginning(
    engine: DiffusersEngine,
) -> None:
    # At the door a prompt of this length is refused; an engine that met one must not break on it.
    wanted = spec(prompt="a red ball moves left over the sea " * 300, steps=2)

    assert len(wanted.prompt) > 10_000
    beginning = spec(prompt="a red ball moves left over the sea " * 3, steps=2)
    assert np.array_equal(_frames(engine, wanted), _frames(engine, beginning))


def test_weights_that_vanish_meanwhile_change_no_pixel_and_are_missed_by_the_next_take(
    model: Path, engine: DiffusersEngine
) -> None:
    wanted = spec(steps=3)
    held = load(model, threads=2)

    def vanish(progress: Progress) -> None:
        if (progress.stage, progress.step) == (Stage.DENOISE, 1):
            for path in model.rglob("*.safetensors"):
                path.unlink()

    frames = np.stack(list(held.render(wanted, on_progress=vanish)))

    assert np.array_equal(frames, _frames(engine, wanted))
    with pytest.raises(WeightsAltered, match="missing"):
        check_folder(model)
