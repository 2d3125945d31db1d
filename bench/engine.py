"""What the engine costs beside the pipeline it drives, what decoding holds in memory, and what a GPU makes of it.

On the processor, with the built-in model: a clip by the engine (its steps reported, previews made, frames taken one
by one) and by a plain call of the same pipeline, in turns, in one run; wall time and processor time. Then decoding
alone, by the engine and by the autoencoder's own call, of clips of three lengths, each in a process of its own: what
the process held at most, above what it held after the engine had decoded a clip of the shortest length.

Where torch sees a GPU: Wan 2.1's 1.3B shape with random weights (normal, so that it draws power as real ones do),
480x832x81, guided: seconds a step and share of the chip's peak, decoding, memory, our engine against the plain
pipeline, how long a cancelled render takes to end, and how long the device rests between two. Random weights say
nothing about pictures, caches or models of few steps, and nothing is claimed of them.

    python bench/engine.py [--runs N] [--steps N] [--peak-tflops N]

| figure | goal |
|---|---|
| engine, wall time above the plain pipeline | at most 10 % |
| memory of decoding by the engine, 129 frames above 33 | at most a quarter of what the clip takes as floats |
| GPU: seconds a step, plain pipeline against engine | at least 0.97 |
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]

import torch  # noqa: E402 - after the path

from generation.engines.base import Progress, Stage  # noqa: E402
from generation.engines.diffusers_engine import DiffusersEngine, load  # noqa: E402
from generation.model_defaults import model_defaults  # noqa: E402
from generation.spec import RenderSpec, delivered_size  # noqa: E402
from tests.factories.wan_shapes import WAN_1B3, wan_folder  # noqa: E402

BUILTIN = ROOT / "generation" / "builtin_model"
PROMPT = "a red ball moves left over the sea"
LENGTHS = (33, 65, 129)
DECODED = (160, 288)
# Of a Wan 1.3B step at 480x832x81: attention 402 and linear layers 164 TFLOP, guided, each product counted twice.
TFLOP_PER_STEP = 566.0
_MB = 2**20


class _Enough(Exception):
    """Ends a render from within."""


def spec_of(folder: Path, **changes: Any) -> RenderSpec:  # noqa: ANN401 - any field
    usual = model_defaults(folder).render
    facts: dict[str, Any] = {
        "prompt": PROMPT,
        "negative_prompt": "",
        "width": usual.width,
        "height": usual.height,
        "num_frames": usual.num_frames,
        "fps": Fraction(usual.fps),
        "steps": usual.steps,
        "guidance_scale": usual.guidance_scale,
        "seed": 7,
    } | changes
    width, height = delivered_size(facts["width"], facts["height"])
    return RenderSpec(**facts, delivered_width=width, delivered_height=height)


def by_engine(engine: DiffusersEngine, wanted: RenderSpec) -> None:
    for _frame in engine.render(wanted, on_progress=lambda _: None):
        pass


def by_pipeline(engine: DiffusersEngine, wanted: RenderSpec) -> None:
    engine._pipeline(  # noqa: SLF001 - the pipeline that the engine drives
        prompt=wanted.prompt,
        negative_prompt="",
        height=wanted.height,
        width=wanted.width,
        num_frames=wanted.num_frames,
        num_inference_steps=wanted.steps,
        guidance_scale=wanted.guidance_scale,
        generator=torch.Generator("cpu").manual_seed(wanted.seed),
        max_sequence_length=engine._max_sequence_length,  # noqa: SLF001 - as above
        output_type="np",
    )


def overhead(runs: int) -> dict[str, Any]:
    """Both ways in turns; the medians of wall and processor time, and their ratio pair by pair."""
    engine = load(BUILTIN)
    wanted = spec_of(BUILTIN)
    by_engine(engine, wanted)
    by_pipeline(engine, wanted)
    pairs = []
    for run in range(runs):
        ways: list[Callable[[DiffusersEngine, RenderSpec], None]] = [by_engine, by_pipeline]
        found: dict[Any, tuple[float, float]] = {}
        for way in ways if run % 2 else reversed(ways):
            wall, busy = time.perf_counter(), time.process_time()
            way(engine, wanted)
            found[way] = (time.perf_counter() - wall, time.process_time() - busy)
        pairs.append((found[by_engine], found[by_pipeline]))
    walls = [ours[0] / theirs[0] for ours, theirs in pairs]
    busies = [ours[1] / theirs[1] for ours, theirs in pairs]
    return {
        "runs": runs,
        "engine_s": statistics.median(ours[0] for ours, _ in pairs),
        "pipeline_s": statistics.median(theirs[0] for _, theirs in pairs),
        "wall_ratio": statistics.median(walls),
        "wall_ratio_spread": [min(walls), max(walls)],
        "processor_ratio": statistics.median(busies),
    }


def decode_one(frames: int, *, whole: bool) -> float:
    """MB above what a clip of the shortest length needs, at most, while latents of a clip are decoded."""
    from generation.engines.wan_decoding import wan_frames

    torch.set_num_threads(1)
    engine = load(BUILTIN, threads=1)
    vae = engine._pipeline.vae  # noqa: SLF001 - as above
    height, width = (side // vae.config.scale_factor_spatial for side in DECODED)
    latents = torch.randn(1, vae.config.z_dim, (frames - 1) // 4 + 1, height, width)
    first = latents[:, :, : (LENGTHS[0] - 1) // 4 + 1]
    for _frame in wan_frames(vae, first, on_chunk=lambda _done, _of: None):
        pass
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if whole:
        with torch.inference_mode():
            vae.decode(latents)
    else:
        for _frame in wan_frames(vae, latents, on_chunk=lambda _done, _of: None):
            pass
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def memory() -> dict[str, Any]:
    found: dict[str, dict[int, float]] = {"streamed": {}, "whole": {}}
    for way, told in found.items():
        for frames in LENGTHS:
            done = subprocess.run(
                [sys.executable, __file__, "--decode", str(frames), *(["--whole"] if way == "whole" else [])],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            told[frames] = float(done.stdout.split()[-1])
    last = LENGTHS[-1]
    clip_mb = {frames: frames * DECODED[0] * DECODED[1] * 3 * 4 / _MB for frames in LENGTHS}
    return {
        "size": list(DECODED),
        "floats_of_the_clip_mb": clip_mb,
        "above_shortest_mb": found,
        "streamed_share_of_clip": found["streamed"][last] / clip_mb[last],
        "whole_share_of_clip": found["whole"][last] / clip_mb[last],
    }


def on_gpu(steps: int, peak_tflops: float) -> dict[str, Any]:
    """Our engine against the plain pipeline on the first GPU."""
    with tempfile.TemporaryDirectory() as made:
        folder = wan_folder(Path(made) / "wan", WAN_1B3, device="cuda")
        engine = load(folder)
        wanted = spec_of(folder, steps=steps)
        starts: list[float] = []

        def watch(progress: Progress) -> None:
            if progress.stage is Stage.DENOISE:
                torch.cuda.synchronize()
                starts.append(time.perf_counter())

        by_engine(engine, spec_of(folder, steps=3))
        torch.cuda.reset_peak_memory_stats()
        began = time.perf_counter()
        for _frame in engine.render(wanted, on_progress=watch):
            pass
        ended = time.perf_counter()
        taken = [later - earlier for earlier, later in pairwise(starts)]
        step = statistics.median(taken)
        decode = ended - starts[-1]
        held = torch.cuda.max_memory_allocated() / 2**30
        by_pipeline(engine, spec_of(folder, steps=3))
        plain = time.perf_counter()
        by_pipeline(engine, wanted)
        torch.cuda.synchronize()
        plain = time.perf_counter() - plain
        asked = 0.0

        def stop(progress: Progress) -> None:
            nonlocal asked
            if progress.step == 2:
                asked = time.perf_counter()
                raise _Enough

        try:
            for _frame in engine.render(wanted, on_progress=stop):
                pass
        except _Enough:
            torch.cuda.synchronize()
        cancel = time.perf_counter() - asked
        first_step_after = time.perf_counter()
        for _frame in engine.render(spec_of(folder, steps=1), on_progress=lambda _: None):
            first_step_after = time.perf_counter() - first_step_after
            break
        return {
            "device": torch.cuda.get_device_name(0),
            "steps": steps,
            "step_s": step,
            "step_s_spread": [min(taken), max(taken)],
            "flop_utilisation": TFLOP_PER_STEP / step / peak_tflops,
            "decode_s": decode,
            "peak_gb": held,
            "engine_s": ended - began,
            "pipeline_s": plain,
            "engine_against_pipeline": plain / (ended - began),
            # Beyond the step that runs when it is asked for.
            "cancel_s": cancel,
            "from_cancel_to_first_frame_of_the_next_s": first_step_after,
        }


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--runs", type=int, default=7)
    arguments.add_argument("--steps", type=int, default=50, help="on a GPU")
    arguments.add_argument("--peak-tflops", type=float, default=989.5, help="dense bfloat16 of the GPU")
    arguments.add_argument("--decode", type=int, help="frames; used by the script itself")
    arguments.add_argument("--whole", action="store_true", help="likewise")
    chosen = arguments.parse_args()
    if chosen.decode:
        print(decode_one(chosen.decode, whole=chosen.whole))
        return
    print((__doc__ or "").partition("\n\n    python")[0])
    figures: dict[str, Any] = {"overhead": overhead(chosen.runs), "decoding": memory()}
    cost, decoding = figures["overhead"], figures["decoding"]
    print(
        f"\nEngine {cost['engine_s']:.2f} s, plain pipeline {cost['pipeline_s']:.2f} s, n = {cost['runs']}: "
        f"{cost['wall_ratio']:.3f} times by the clock ({cost['wall_ratio_spread'][0]:.3f} to "
        f"{cost['wall_ratio_spread'][1]:.3f}), {cost['processor_ratio']:.3f} times by processor time"
    )
    for way, told in decoding["above_shortest_mb"].items():
        shown = ", ".join(f"{frames} frames {held:.0f} MB" for frames, held in told.items())
        print(f"Decoding {DECODED[1]}x{DECODED[0]}, {way}: {shown}")
    if torch.cuda.is_available():
        figures["gpu"] = on_gpu(chosen.steps, chosen.peak_tflops)
        print(json.dumps(figures["gpu"], indent=1))
    else:
        figures["gpu"] = None
        print("GPU: not measured: no GPU")
    print(json.dumps({"bench": "engine", "figures": figures}))


if __name__ == "__main__":
    main()
