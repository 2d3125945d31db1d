"""Trains the transformer that turns noise into latents, and its text encoder, together.

Flow matching (`generation.training.model`) on latents that are computed and not encoded. What a
picture shows is learnt first from single latents, a ninth of a clip each, then how it moves from
short pieces, then whole clips: most of the work is done at a fraction of the price of whole clips.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from generation.training.captions import caption
from generation.training.codes import ACROSS, CLOCK, CODE_CHANNELS, FALLING, GOING, OWN, SUN, TURN, UP
from generation.training.loop import Course, Task, course_at, train
from generation.training.model import PLAIN, TextToCodes
from generation.training.orthogonal import Rates
from generation.training.parallel import Team
from generation.training.pool import CodePool, normalised, open_code_pool
from generation.training.starting import start_text_to_codes
from generation.training.tokens import encode, open_tokenizer

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TransformerRecipe:
    """Everything that shapes the training of transformer and text encoder.

    `shift` moves the logit-normal noise levels towards one, where colour, shape and direction are
    decided: neighbouring latents say nearly the same, so that much noise hides little. A thousand places
    that say the same are read through all noise but the very last: only there do words decide, and a
    share of `blind` is drawn from levels above `blind_from`.
    """

    courses: tuple[Course, ...] = (
        Course(until=0.1, length=1, batch=64),
        Course(until=0.2, length=3, batch=24),
        Course(until=1.0, length=9, batch=16),
    )
    rates: Rates = field(default_factory=lambda: Rates(matrices=3e-3, rest=1e-3, weight_decay=0.01))
    caption_dropout: float = 0.1
    # Where things are is a quarter of the channels and all of the movement; the rest is learnt early.
    weights: tuple[tuple[slice, float], ...] = (
        (OWN, 6.0),
        (SUN, 2.0),
        (UP, 4.0),
        (TURN, 1.5),
        (CLOCK, 3.0),
        (ACROSS, 3.0),
        (GOING, 2.0),
        (FALLING, 2.0),
    )
    shift: float = 6.0
    blind: float = 0.3
    blind_from: float = 0.96
    average_decay: float = 0.998
    # Two thirds of a step's time, after half a minute; needs a C++ compiler.
    compiled: bool = False


def train_transformer(
    team: Team, workdir: Path, recipe: TransformerRecipe, seconds: float, seed: int, start: Path | None
) -> None:
    """Train until `seconds` are spent in all; goes on from the last `transformer.pt`, else from `start`.

    Every time a clip is seen it has a new caption.
    """
    torch.manual_seed(seed)
    model_to_train = TextToCodes()
    courses = recipe.courses
    if start is not None:
        start_text_to_codes(model_to_train, folder=start)
        # What a picture shows is learnt; what is left to learn is how it moves.
        courses = courses[-1:]
    if recipe.compiled:
        for block in model_to_train.transformer.blocks:
            block.compile()
    pool = open_code_pool(workdir, seed=seed)
    tokenizer = open_tokenizer(workdir / "tokenizer", seed=seed, start=start)
    weights = channel_weights(recipe.weights)

    def loss_of(model: nn.Module, rng: np.random.Generator, progress: float) -> Tensor:
        course = course_at(courses, progress)
        chosen = rng.integers(len(pool.codes), size=course.batch)
        ids, mask = encode(
            tokenizer, captions_of(pool, chosen=chosen, dropout=recipe.caption_dropout, rng=rng)
        )
        return flow_loss(
            model,
            latents=pieces(pool, chosen=chosen, length=course.length, rng=rng),
            ids=ids,
            mask=mask,
            sigma=noise_levels(course.batch, recipe=recipe),
            weights=weights,
        )

    task = Task(
        stage="transformer",
        rates=recipe.rates,
        plain=PLAIN,
        average_decay=recipe.average_decay,
        loss_of=loss_of,
    )
    train(model_to_train, task, team=team, workdir=workdir, seconds=seconds, seed=seed)


def channel_weights(chosen: tuple[tuple[slice, float], ...]) -> Tensor:
    """Give the weight of every channel (C, 1, 1, 1): one, but where `chosen` says otherwise."""
    weights = torch.ones(CODE_CHANNELS, 1, 1, 1)
    for channels, weight in chosen:
        weights[channels] = weight
    return weights


def flow_loss(
    model: nn.Module, *, latents: Tensor, ids: Tensor, mask: Tensor, sigma: Tensor, weights: Tensor
) -> Tensor:
    """The flow-matching loss at the noise level `sigma` (B,) of each clip; `weights` (C, 1, 1, 1)."""
    noise = torch.randn_like(latents)
    spread = sigma.view(-1, 1, 1, 1, 1)
    # The fused attention's backward pass takes a third of the whole step on CPUs; plain products
    # of matrices do not.
    with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
        predicted = model((1.0 - spread) * latents + spread * noise, sigma=sigma, ids=ids, mask=mask)
    loss: Tensor = (weights * (predicted.float() - (noise - latents)).square()).mean()
    return loss


def noise_levels(count: int, *, recipe: TransformerRecipe) -> Tensor:
    """Draw logit-normal noise levels (count,), shifted as the scheduler does, and a share next to pure noise."""
    level = torch.sigmoid(torch.randn(count))
    shifted = recipe.shift * level / (1.0 + (recipe.shift - 1.0) * level)
    # Denser towards one, where the first step of a clip is.
    blind = 1.0 - (1.0 - recipe.blind_from) * torch.rand(count).square()
    return torch.where(torch.rand(count) < recipe.blind, blind, shifted)


def pieces(pool: CodePool, *, chosen: Indices, length: int, rng: np.random.Generator) -> Tensor:
    """Cut `length` latents, from anywhere in each chosen clip: (B, C, length, H', W')."""
    longest = pool.codes.shape[2]
    firsts = rng.integers(longest - length + 1, size=len(chosen))
    cut = [pool.codes[clip, :, first : first + length] for clip, first in zip(chosen, firsts, strict=True)]
    return normalised(np.stack(cut), pool.statistics)


def captions_of(pool: CodePool, *, chosen: Indices, dropout: float, rng: np.random.Generator) -> list[str]:
    """Write new captions; a share of `dropout` are empty."""
    # An empty caption is what the pipeline uses for the unguided half.
    return ["" if rng.random() < dropout else caption(pool.concepts[clip], rng=rng) for clip in chosen]
