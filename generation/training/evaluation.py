"""Scores a finished folder on prompts whose combinations were held out of training."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from diffusers import DiffusionPipeline, WanPipeline
from numpy.typing import NDArray
from PIL import Image

from generation.training.captions import caption
from generation.training.renderer import render
from generation.training.scenes import HELD_OUT, Concepts, sample_scene
from generation.training.scoring import read_clip, score

PROMPT_SEED = 99
BATCH = 4
SHEET_CLIPS = 24
SHEET_FRAMES = (0, 4, 8, 12, 16)


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
    """Draw prompts that name all four concepts of a combination never trained on."""
    rng = np.random.default_rng(seed)
    combinations = sorted(HELD_OUT, key=str)
    trials = []
    for number in range(prompts):
        concepts = combinations[int(rng.integers(len(combinations)))]
        trials.append(Trial(concepts=concepts, prompt=caption(concepts, rng=rng, plain=True), seed=number))
    return trials


def folder_settings(folder: Path) -> Settings:
    """Read the sampling settings out of `defaults.json`."""
    entry = json.loads((folder / "defaults.json").read_text())
    return Settings(**{name: entry[name] for name in Settings.__dataclass_fields__})


def load(folder: Path) -> WanPipeline:
    """Load the folder as the engine does, without a progress bar."""
    pipeline = DiffusionPipeline.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def generate(
    pipeline: WanPipeline, *, trials: list[Trial], settings: Settings
) -> Iterator[NDArray[np.uint8]]:
    """Make one clip, uint8 (T, H, W, 3), for each trial, in order."""
    for first in range(0, len(trials), BATCH):
        batch = trials[first : first + BATCH]
        frames = pipeline(
            prompt=[trial.prompt for trial in batch],
            height=settings.height,
            width=settings.width,
            num_frames=settings.num_frames,
            num_inference_steps=settings.steps,
            guidance_scale=settings.guidance_scale,
            max_sequence_length=settings.max_sequence_length,
            generator=[torch.Generator().manual_seed(trial.seed) for trial in batch],
            output_type="np",
        ).frames
        yield from np.rint(np.asarray(frames) * 255.0).astype(np.uint8)


def generate_in_parallel(folder: Path, *, trials: list[Trial], workers: int) -> list[NDArray[np.uint8]]:
    """Make one clip for each trial in single-threaded processes; order is kept.

    On shared cores this takes a fraction of the time that threads take.
    """
    batches = [trials[first : first + BATCH] for first in range(0, len(trials), BATCH)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as crew:
        made = crew.map(_generate_batch, [folder] * len(batches), batches)
        return [clip for batch in made for clip in batch]


def _generate_batch(folder: Path, trials: list[Trial]) -> list[NDArray[np.uint8]]:
    torch.set_num_threads(1)
    return list(generate(_loaded(folder), trials=trials, settings=folder_settings(folder)))


@cache
def _loaded(folder: Path) -> WanPipeline:
    return load(folder)


def evaluate(folder: Path, *, prompts: int, workers: int, sheet: Path | None = None) -> str:
    """Score the folder, write `scores.json` into it and give the same as one line of JSON.

    The same measurement on drawn clips of the same combinations stands beside it: what it
    misses there is the measurement's fault, not the model's.
    """
    trials = held_out_trials(prompts=prompts)
    settings = folder_settings(folder)
    wanted = [trial.concepts for trial in trials]
    started = time.monotonic()
    clips = generate_in_parallel(folder, trials=trials, workers=workers)
    seconds = time.monotonic() - started
    if sheet is not None:
        write_sheet(sheet, clips=clips[:SHEET_CLIPS])
    rng = np.random.default_rng(PROMPT_SEED)
    drawn = [read_clip(render(sample_scene(concepts, rng=rng)).frames) for concepts in wanted]
    entry = {
        "prompts": prompts,
        "prompt_seed": PROMPT_SEED,
        "held_out_combinations": len(HELD_OUT),
        "settings": asdict(settings),
        "generated": asdict(score([read_clip(clip) for clip in clips], wanted=wanted)),
        "drawn": asdict(score(drawn, wanted=wanted)),
        "seconds": round(seconds),
    }
    (folder / "scores.json").write_text(json.dumps(entry, indent=1, sort_keys=True) + "\n")
    return json.dumps(entry, sort_keys=True)


def write_sheet(path: Path, *, clips: list[NDArray[np.uint8]]) -> None:
    """Write five frames of every clip as one picture, one clip a row."""
    rows = [np.concatenate([clip[time] for time in SHEET_FRAMES], axis=1) for clip in clips]
    Image.fromarray(np.concatenate(rows)).save(path)
