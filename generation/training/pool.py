"""A pool of scenes' latents on disk, computed once and read through a memory map.

`codes.npy` is float16 (N, *CODE_SHAPE); scene `index` is always the same for one seed.
"""

import multiprocessing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.training.codes import CODE_CHANNELS, CODE_SHAPE, encode_scene
from generation.training.scenes import TRAINED, Concepts, Scene, Weather, sample_scene

CHUNK = 250
# Half of all clips would be too many to look at a sky through, a tenth too few to learn from.
FALLING_SHARE = 0.3
# A channel that hardly changes would, blown up to one, be as loud in the loss as the picture.
STD_FLOOR = 0.25


@dataclass(frozen=True, slots=True)
class Statistics:
    """Per-channel mean and standard deviation of the latents, C numbers each."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CodePool:
    """Latents float16 (N, *CODE_SHAPE), their scenes' concepts, and their statistics."""

    codes: NDArray[np.float16]
    concepts: tuple[Concepts, ...]
    statistics: Statistics


def scene_of(index: int, *, seed: int) -> Scene:
    """Scene `index` of the pool: every trained combination in turn."""
    rng = np.random.default_rng((seed, index))
    concepts = TRAINED[(index * 4_001) % len(TRAINED)]
    if rng.random() < FALLING_SHARE:
        concepts = replace(concepts, weather=Weather.RAIN if rng.random() < 0.5 else Weather.SNOW)  # noqa: PLR2004
    return sample_scene(concepts, rng=rng)


def compute_pool(workdir: Path, *, clips: int, seed: int, workers: int) -> None:
    """Compute the latents of `clips` scenes; a complete pool of that size is left as it is."""
    path, unfinished = workdir / "codes.npy", workdir / "codes.partial.npy"
    if path.exists() and len(np.load(path, mmap_mode="r")) == clips:
        return
    np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.float16, shape=(clips, *CODE_SHAPE))
    chunks = [(unfinished, first, min(first + CHUNK, clips), seed) for first in range(0, clips, CHUNK)]
    with multiprocessing.get_context("spawn").Pool(workers) as crew:
        crew.starmap(_compute_chunk, chunks, chunksize=1)
    unfinished.rename(path)


def open_code_pool(workdir: Path, *, seed: int) -> CodePool:
    """Open a pool that `compute_pool` has finished."""
    codes = np.load(workdir / "codes.npy", mmap_mode="r")
    return CodePool(
        codes=codes,
        concepts=tuple(scene_of(index, seed=seed).concepts for index in range(len(codes))),
        statistics=statistics_of(seed=seed),
    )


def statistics_of(*, seed: int, scenes: int = 200) -> Statistics:
    """Mean and spread of every channel over the first scenes of the pool."""
    codes = np.stack([encode_scene(scene_of(index, seed=seed)) for index in range(scenes)])
    return Statistics(
        mean=tuple(float(value) for value in codes.mean(axis=(0, 2, 3, 4))),
        std=tuple(max(STD_FLOOR, float(value)) for value in codes.std(axis=(0, 2, 3, 4))),
    )


def normalised(codes: NDArray[np.float16] | NDArray[np.float32], statistics: Statistics) -> Tensor:
    """Bring latents (B, C, T', H', W') to mean zero and variance one or less, float32."""
    shape = (1, CODE_CHANNELS, 1, 1, 1)
    mean, std = torch.tensor(statistics.mean).view(shape), torch.tensor(statistics.std).view(shape)
    return (torch.from_numpy(codes.astype(np.float32)) - mean) / std


def _compute_chunk(path: Path, first: int, last: int, seed: int) -> None:
    codes = np.load(path, mmap_mode="r+")
    for index in range(first, last):
        codes[index] = encode_scene(scene_of(index, seed=seed)).astype(np.float16)
    codes.flush()
