"""Scores a finished folder on prompts whose combinations were held out of training.

How a clip is read is `generation.training.scoring`.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline, WanPipeline
from numpy.typing import NDArray
from PIL import Image

from generation.training.captions import caption
from generation.training.painting import paint
from generation.training.pool import FALLING_SHARE
from generation.training.scenes import HELD_OUT, Concepts, Weather, sample_scene
from generation.training.scoring import read_clip, score

PROMPT_SEED = 99
BATCH = 4
SHEET_CLIPS = 24
SHEET_FRAMES = 5

Frames = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Trial:
    """One held-out prompt: what it asks for, in words and as concepts, and the noise's seed."""

    concepts: Concepts
    prompt: str
    seed: int


@dataclass(frozen=True, slots=True)
class Settings:
    """How clips are sampled: the folder's `defaults.json`, or a trial of other values."""

    height: int
    width: int
    num_frames: int
    steps: int
    guidance_scale: float
    max_sequence_length: int


def held_out_trials(*, prompts: int, seed: int = PROMPT_SEED) -> list[Trial]:
    """Draw prompts that name everything, of combinations never trained on; now and then the weather too."""
    rng = np.random.default_rng(seed)
    combinations = sorted(HELD_OUT, key=str)
    trials = []
    for number in range(prompts):
        concepts = combinations[int(rng.integers(len(combinations)))]
        if rng.random() < FALLING_SHARE:
            concepts = replace(concepts, weather=(Weather.RAIN, Weather.SNOW)[int(rng.integers(2))])
        trials.append(Trial(concepts=concepts, prompt=caption(concepts, rng=rng, plain=True), seed=number))
    return trials


def shares(clips: Iterable[Frames], *, trials: Sequence[Trial]) -> dict[str, float]:
    """Read clips and give the share that is right for each name, and how many they were."""
    return asdict(score([read_clip(clip) for clip in clips], wanted=[trial.concepts for trial in trials]))


def folder_settings(folder: Path) -> Settings:
    """Read the sampling settings out of `defaults.json`."""
    entry = json.loads((folder / "defaults.json").read_text())
    return Settings(**{name: entry[name] for name in Settings.__dataclass_fields__})


def load(folder: Path) -> WanPipeline:
    """Load the folder as the engine does, without a progress bar."""
    pipeline = DiffusionPipeline.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def generate(pipeline: WanPipeline, *, trials: Sequence[Trial], settings: Settings) -> Iterator[Frames]:
    """Make one clip, uint8 (T, H, W, 3), for each trial, in order."""
    for first in range(0, len(trials), BATCH):
        batch = trials[first : first + BATCH]
        frames = _called(pipeline, trials=batch, settings=settings, output_type="np")
        yield from np.rint(np.asarray(frames) * 255.0).astype(np.uint8)


def denoise(pipeline: WanPipeline, *, trials: Sequence[Trial], settings: Settings) -> torch.Tensor:
    """Make normalised latents (B, C, T', H', W') for trials, and no pictures."""
    return torch.as_tensor(_called(pipeline, trials=trials, settings=settings, output_type="latent"))


def _called(
    pipeline: WanPipeline, *, trials: Sequence[Trial], settings: Settings, output_type: str
) -> NDArray[np.float32] | torch.Tensor:
    frames: NDArray[np.float32] | torch.Tensor = pipeline(
        prompt=[trial.prompt for trial in trials],
        height=settings.height,
        width=settings.width,
        num_frames=settings.num_frames,
        num_inference_steps=settings.steps,
        guidance_scale=settings.guidance_scale,
        max_sequence_length=settings.max_sequence_length,
        generator=[torch.Generator().manual_seed(trial.seed) for trial in trials],
        output_type=output_type,
    ).frames
    return frames


def generate_in_parallel(folder: Path, *, trials: Sequence[Trial], workers: int) -> Iterator[Frames]:
    """Make one clip for each trial in single-threaded processes; order is kept.

    On shared cores this takes a fraction of the time that threads take.
    """
    batches = [trials[first : first + BATCH] for first in range(0, len(trials), BATCH)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as crew:
        for batch in crew.map(_generate_batch, [folder] * len(batches), batches):
            yield from batch


def _generate_batch(folder: Path, trials: Sequence[Trial]) -> list[Frames]:
    torch.set_num_threads(1)
    return list(generate(_loaded(folder), trials=trials, settings=folder_settings(folder)))


@cache
def _loaded(folder: Path) -> WanPipeline:
    return load(folder)


def evaluate(folder: Path, *, prompts: int, workers: int, sheet: Path | None = None) -> dict[str, Any]:
    """Examine the folder and give what `scores.json` holds; `sheet` names a picture to look at.

    The same measurement on drawn clips of the same combinations stands beside it: what it
    misses there is the measurement's fault, not the model's.
    """
    settings, trials = folder_settings(folder), held_out_trials(prompts=prompts)
    started = time.monotonic()
    shown: list[Frames] = []

    def kept(clips: Iterator[Frames]) -> Iterator[Frames]:
        for clip in clips:
            if len(shown) < SHEET_CLIPS:
                shown.append(clip)
            yield clip

    generated = shares(kept(generate_in_parallel(folder, trials=trials, workers=workers)), trials=trials)
    seconds = time.monotonic() - started
    if sheet is not None:
        write_sheet(sheet, clips=shown)
    rng = np.random.default_rng(PROMPT_SEED)
    drawn = (paint(sample_scene(trial.concepts, rng=rng)).frames for trial in trials)
    return {
        "prompts": prompts,
        "prompt_seed": PROMPT_SEED,
        "held_out_combinations": len(HELD_OUT),
        "settings": asdict(settings),
        "generated": generated,
        "drawn": shares(drawn, trials=trials),
        "seconds": round(seconds),
    }


def write_scores(folder: Path, *, entry: Mapping[str, Any]) -> None:
    """Put what `evaluate` gave into the folder."""
    (folder / "scores.json").write_text(json.dumps(entry, indent=1, sort_keys=True) + "\n")


def write_sheet(path: Path, *, clips: Sequence[Frames]) -> None:
    """Write five frames of every clip as one picture, one clip a row."""
    rows = []
    for clip in clips:
        times = np.linspace(0, len(clip) - 1, SHEET_FRAMES).round().astype(int)
        rows.append(np.concatenate([clip[time] for time in times], axis=1))
    Image.fromarray(np.concatenate(rows)).save(path)
