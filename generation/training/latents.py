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
from generation.training.pool import Pool
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
        """Give the chosen clips with mean zero and variance one, float32 (B, C, T', H', W')."""
        chosen = torch.from_numpy(self.latents[clips].astype(np.float32))
        shape = (1, LATENT_CHANNELS, 1, 1, 1)
        mean = torch.tensor(self.statistics.mean).view(shape)
        std = torch.tensor(self.statistics.std).view(shape)
        return (chosen - mean) / std


@torch.no_grad()
def cache_latents(pool: Pool, *, workdir: Path) -> None:
    """Encode the whole pool with the averaged weights in `vae.pt`; goes on where it stopped."""
    state = load_checkpoint(workdir / "vae.pt")
    if state is None:
        raise FileNotFoundError(workdir / "vae.pt")
    vae = build_vae()
    vae.load_state_dict(state["average"])
    clips = len(pool.concepts)
    path, mark = workdir / "latents.npy", workdir / "latents.done"
    done = int(mark.read_text()) if mark.exists() else 0
    latents = np.lib.format.open_memmap(
        path, mode="r+" if done else "w+", dtype=np.float16, shape=(clips, *LATENT_SHAPE)
    )
    for first in range(done, clips, BATCH):
        frames = torch.from_numpy(np.array(pool.frames[first : first + BATCH]))
        with torch.autocast("cpu", torch.bfloat16):
            mean = vae.encode(to_unit_range(frames)).latent_dist.mean
        latents[first : first + BATCH] = mean.float().numpy().astype(np.float16)
        if first % (BATCH * 50) == 0:
            latents.flush()
            mark.write_text(str(first))
    latents.flush()
    values = latents.astype(np.float32)
    statistics = Statistics(
        mean=tuple(float(value) for value in values.mean(axis=(0, 2, 3, 4))),
        std=tuple(float(value) for value in values.std(axis=(0, 2, 3, 4))),
    )
    (workdir / "latents.json").write_text(json.dumps(asdict(statistics)))
    mark.write_text(str(clips))


def open_statistics(workdir: Path) -> Statistics:
    """Read the statistics that `cache_latents` wrote."""
    entry = json.loads((workdir / "latents.json").read_text())
    return Statistics(mean=tuple(entry["mean"]), std=tuple(entry["std"]))


def open_latents(workdir: Path) -> LatentCache:
    """Load a finished cache into memory (15 KB a clip)."""
    return LatentCache(latents=np.load(workdir / "latents.npy"), statistics=open_statistics(workdir))
