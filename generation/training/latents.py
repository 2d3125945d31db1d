"""Latents of every pool clip, computed once so that the transformer's training reads only these.

`latents.npy` is float16 (N, C, T', H', W') as the encoder gives them; `latents.json` holds
each channel's mean and standard deviation over the pool, which the autoencoder's
configuration carries so that the pipeline can undo the normalisation.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.training.checkpoints import load_checkpoint, to_unit_range
from generation.training.parallel import Team
from generation.training.pool import open_pool
from generation.training.scenes import FRAMES, HEIGHT, WIDTH
from generation.training.vae_training import (
    LATENT_CHANNELS,
    SPATIAL_FACTOR,
    TEMPORAL_FACTOR,
    build_vae,
)

LATENT_SHAPE = (
    LATENT_CHANNELS,
    1 + (FRAMES - 1) // TEMPORAL_FACTOR,
    HEIGHT // SPATIAL_FACTOR,
    WIDTH // SPATIAL_FACTOR,
)
BATCH = 8
SAVE_EVERY = 20
# Channels that the autoencoder left unused have a tiny spread; blown up to one it would be
# as loud in the transformer's loss as the picture itself.
STD_FLOOR = 0.5


@dataclass(frozen=True, slots=True)
class Statistics:
    """Per-channel mean and standard deviation of the latents, C numbers each."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LatentCache:
    """All latents of the pool, unnormalised, and their statistics."""

    latents: NDArray[np.float16]
    statistics: Statistics

    def normalised(self, clips: NDArray[np.int64]) -> Tensor:
        """Give the chosen clips with mean zero and variance one or less, float32 (B, C, T', H', W')."""
        chosen = torch.from_numpy(self.latents[clips].astype(np.float32))
        shape = (1, LATENT_CHANNELS, 1, 1, 1)
        mean = torch.tensor(self.statistics.mean).view(shape)
        std = torch.tensor(self.statistics.std).view(shape)
        return (chosen - mean) / std


@torch.no_grad()
def cache_latents(team: Team, workdir: Path, clips: int) -> None:
    """Encode the first `clips` pool clips with the averaged weights in `vae.pt`.

    Every process of the team takes every so-manieth batch and goes on where it stopped.
    """
    state = load_checkpoint(workdir / "vae.pt")
    if state is None:
        raise FileNotFoundError(workdir / "vae.pt")
    vae = build_vae()
    vae.load_state_dict(state["average"])
    pool = open_pool(workdir / "pool")
    path, mark = workdir / "latents.npy", workdir / f"latents.{team.rank}.done"
    if team.leads and not path.exists():
        np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=(clips, *LATENT_SHAPE))
    team.wait()
    latents = np.load(path, mmap_mode="r+")
    done = int(mark.read_text()) if mark.exists() else 0
    for turn, first in enumerate(range(team.rank * BATCH, clips, team.size * BATCH)):
        if turn < done:
            continue
        last = min(first + BATCH, clips)
        frames = torch.from_numpy(np.array(pool.frames[first:last]))
        with torch.autocast("cpu", torch.bfloat16):
            mean = vae.encode(to_unit_range(frames)).latent_dist.mean
        latents[first:last] = mean.float().numpy().astype(np.float16)
        if turn % SAVE_EVERY == 0:
            latents.flush()
            mark.write_text(str(turn))
    latents.flush()
    team.wait()
    if team.leads:
        _write_statistics(workdir, latents=latents)


def _write_statistics(workdir: Path, *, latents: NDArray[np.float16]) -> None:
    values = latents.astype(np.float32)
    statistics = Statistics(
        mean=tuple(float(value) for value in values.mean(axis=(0, 2, 3, 4))),
        std=tuple(max(STD_FLOOR, float(value)) for value in values.std(axis=(0, 2, 3, 4))),
    )
    (workdir / "latents.json").write_text(json.dumps(asdict(statistics)))


def open_statistics(workdir: Path) -> Statistics:
    """Read the statistics that `cache_latents` wrote."""
    entry = json.loads((workdir / "latents.json").read_text())
    return Statistics(mean=tuple(entry["mean"]), std=tuple(entry["std"]))


def open_latents(workdir: Path) -> LatentCache:
    """Load a finished cache into memory (15 KB a clip)."""
    return LatentCache(latents=np.load(workdir / "latents.npy"), statistics=open_statistics(workdir))
