"""Trains the encoder of the autoencoder, which reads codes from pictures."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from torch import Tensor, nn

from generation.training.autoencoder import (
    CODES_LONG,
    VALIDATION_CLIPS,
    VALIDATION_FROM,
    begun_autoencoder,
)
from generation.training.checkpoints import to_unit_range
from generation.training.codes import (
    CLOCK,
    CODE_CHANNELS,
    SUBJECT,
    TEMPORAL_FACTOR,
    clock,
    encode_frames,
)
from generation.training.loop import Course, Task, course_at, train
from generation.training.orthogonal import Rates
from generation.training.painting import Window, paint
from generation.training.parallel import Team
from generation.training.pool import scene_of, statistics_of


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """Everything that shapes the encoder's training; it reads whole pictures."""

    courses: tuple[Course, ...] = (
        Course(until=0.7, length=1, batch=4),
        Course(until=1.0, length=3, batch=1),
    )
    rates: Rates = field(default_factory=lambda: Rates(matrices=6e-3, rest=2e-3))
    # Which of nine subjects it is stands in nine numbers of which eight are nothing: plain differences are least
    # where all nine are, and so no subject was ever read. Squares ask for how likely each is.
    square_weight: float = 1.0
    subject_weight: float = 3.0
    average_decay: float = 0.995


class Reader(nn.Module):
    """The encoder's half: pictures (B, 3, T, H, W) in -1..1 to latents."""

    def __init__(self, vae: AutoencoderKLWan) -> None:
        super().__init__()
        self.encoder, self.quant_conv = vae.encoder, vae.quant_conv
        self._whole = (vae,)

    def forward(self, frames: Tensor) -> Tensor:
        """Give the means of the latents."""
        mean: Tensor = self._whole[0].encode(frames).latent_dist.mean
        return mean


def train_encoder(
    team: Team, workdir: Path, recipe: EncoderRecipe, seconds: float, seed: int, start: Path | None
) -> None:
    """Train until `seconds` are spent in all; goes on from the last `encoder.pt`, else from `start`."""
    torch.manual_seed(seed)
    vae = begun_autoencoder(start)
    spread = torch.tensor(statistics_of(seed=seed).std).view(1, -1, 1, 1, 1)

    def loss_of(model: nn.Module, rng: np.random.Generator, progress: float) -> Tensor:
        codes, frames = encoder_batch(course_at(recipe.courses, progress), rng=rng, seed=seed)
        with torch.autocast("cpu", torch.bfloat16):
            read = model(frames)
        return reading_loss(read.float(), codes=codes, spread=spread, recipe=recipe)

    def check(model: nn.Module) -> dict[str, float]:
        rng = np.random.default_rng(VALIDATION_FROM)
        with torch.no_grad():
            losses = [loss_of(model, rng, 1.0).item() for _ in range(VALIDATION_CLIPS)]
        return {"check_loss": float(np.mean(losses))}

    task = Task(
        stage="encoder",
        rates=recipe.rates,
        plain=("encoder.conv_in", "quant_conv"),
        average_decay=recipe.average_decay,
        loss_of=loss_of,
        check=check,
    )
    train(Reader(vae), task, team=team, workdir=workdir, seconds=seconds, seed=seed)


def encoder_batch(course: Course, *, rng: np.random.Generator, seed: int) -> tuple[Tensor, Tensor]:
    """Draw whole pictures of short clips: codes (B, C, t, H', W') and frames (B, 3, T, H, W)."""
    codes, frames = [], []
    for _ in range(course.batch):
        scene = scene_of(int(rng.integers(VALIDATION_FROM)), seed=seed)
        first = int(rng.integers(CODES_LONG - course.length + 1))
        times = np.arange(first, first + course.length, dtype=np.float32) * TEMPORAL_FACTOR
        piece = encode_frames(scene, frames=times)
        # Whatever is read is a clip that begins there; nothing in it tells what was before.
        piece[CLOCK] = clock(times - times[0])
        codes.append(piece)
        last = (first + course.length - 1) * TEMPORAL_FACTOR + 1
        frames.append(paint(scene, window=Window(frames=(first * TEMPORAL_FACTOR, last))).frames)
    return torch.from_numpy(np.stack(codes)), to_unit_range(torch.from_numpy(np.stack(frames)))


def reading_loss(read: Tensor, *, codes: Tensor, spread: Tensor, recipe: EncoderRecipe) -> Tensor:
    """Differences of latents in units of `spread`, and their squares; those that name the subject weigh more."""
    missed = (read - codes) / spread
    weight = torch.ones(CODE_CHANNELS, device=codes.device)
    weight[SUBJECT] += recipe.subject_weight
    each = missed.abs() + recipe.square_weight * missed.square()
    loss: Tensor = (weight.view(1, -1, 1, 1, 1) * each).mean()
    return loss
