"""The examination of the sketchbook model."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

import numpy as np

from generation.training.evaluation import PROMPT_SEED, Examination, Frames, Trial
from generation.training.sketch.captions import caption
from generation.training.sketch.painting import paint
from generation.training.sketch.pool import FALLING_SHARE
from generation.training.sketch.scenes import HELD_OUT, Concepts, Weather, sample_scene
from generation.training.sketch.scoring import read_clip, score


def examination(*, prompts: int, seed: int = PROMPT_SEED) -> Examination[Concepts]:
    """Ask for combinations never trained on, the weather among them now and then."""
    return Examination(
        trials=held_out_trials(prompts=prompts, seed=seed),
        held_out_combinations=len(HELD_OUT),
        shares=_shares,
        drawn=lambda concepts, rng: paint(sample_scene(concepts, rng=rng)).frames,
    )


def held_out_trials(*, prompts: int, seed: int = PROMPT_SEED) -> list[Trial[Concepts]]:
    """Draw prompts that name everything."""
    rng = np.random.default_rng(seed)
    combinations = sorted(HELD_OUT, key=str)
    trials = []
    for number in range(prompts):
        concepts = combinations[int(rng.integers(len(combinations)))]
        if rng.random() < FALLING_SHARE:
            concepts = replace(concepts, weather=(Weather.RAIN, Weather.SNOW)[int(rng.integers(2))])
        trials.append(Trial(concepts=concepts, prompt=caption(concepts, rng=rng, plain=True), seed=number))
    return trials


def _shares(clips: Iterator[Frames], wanted: Sequence[Concepts]) -> dict[str, float]:
    return asdict(score([read_clip(clip) for clip in clips], wanted=wanted))
