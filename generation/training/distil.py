"""Teaches a student to do in few steps without guidance what its teacher does in many with it.

Between two neighbours of the few noise levels the teacher takes several guided steps; the student
learns the one step that ends where they end. Half of the work of every step (the unguided half)
and most of the steps fall away.

Source: the idea of Salimans and Ho, "Progressive distillation for fast sampling of diffusion
models" (2022), and of Meng et al., "On distillation of guided diffusion models" (2023), here on
flow matching and in one go.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from generation.training.checkpoints import load_checkpoint
from generation.training.loop import Course, Task, course_at, train
from generation.training.model import PLAIN, TextToCodes
from generation.training.orthogonal import Rates
from generation.training.parallel import Team
from generation.training.pool import open_code_pool
from generation.training.starting import start_text_to_codes
from generation.training.tokens import encode, open_tokenizer
from generation.training.transformer import captions_of, pieces


@dataclass(frozen=True, slots=True)
class DistilRecipe:
    """`steps` are those of the student, `inner` the teacher's for each of them."""

    steps: int = 8
    inner: int = 2
    guidance_scale: float = 2.0
    shift: float = 6.0
    # Whole clips, as the teacher last saw them.
    courses: tuple[Course, ...] = (Course(until=1.0, length=9, batch=6),)
    rates: Rates = field(default_factory=lambda: Rates(matrices=5e-4, rest=2e-4))
    average_decay: float = 0.995


def train_student(
    team: Team, workdir: Path, recipe: DistilRecipe, seconds: float, seed: int, start: Path | None
) -> None:
    """Train until `seconds` are spent in all; goes on from the last `distil.pt`.

    The teacher, from which the student starts, is the average in `transformer.pt`, else that of `start`.

    Raises:
        FileNotFoundError: there is no teacher.
    """
    torch.manual_seed(seed)
    teacher, student = TextToCodes(), TextToCodes()
    state = load_checkpoint(workdir / "transformer.pt")
    if state is not None:
        teacher.load_state_dict(state["average"])
    elif start is not None:
        start_text_to_codes(teacher, folder=start)
    else:
        raise FileNotFoundError(workdir / "transformer.pt")
    teacher.requires_grad_(False)
    student.load_state_dict(teacher.state_dict())
    student.text_encoder.requires_grad_(False)
    pool = open_code_pool(workdir, seed=seed)
    tokenizer = open_tokenizer(workdir / "tokenizer", seed=seed, start=start)
    levels = noise_grid(recipe.steps, shift=recipe.shift)

    def loss_of(model: nn.Module, rng: np.random.Generator, progress: float) -> Tensor:
        course = course_at(recipe.courses, progress)
        chosen = rng.integers(len(pool.codes), size=course.batch)
        ids, mask = encode(tokenizer, captions_of(pool, chosen=chosen, dropout=0.0, rng=rng))
        nothing = encode(tokenizer, [""] * course.batch)
        latents = pieces(pool, chosen=chosen, length=course.length, rng=rng)
        place = torch.from_numpy(rng.integers(recipe.steps, size=course.batch))
        high, low = levels[place], levels[place + 1]
        spread = high.view(-1, 1, 1, 1, 1)
        noisy = (1.0 - spread) * latents + spread * torch.randn_like(latents)
        with torch.autocast("cpu", torch.bfloat16):
            wanted = teacher_step(
                teacher, noisy, high=high, low=low, asked=(ids, mask), nothing=nothing, recipe=recipe
            )
            predicted = model(noisy, sigma=high, ids=ids, mask=mask)
        loss: Tensor = (predicted.float() - wanted).square().mean()
        return loss

    task = Task(
        stage="distil",
        rates=recipe.rates,
        plain=PLAIN,
        average_decay=recipe.average_decay,
        loss_of=loss_of,
    )
    train(student, task, team=team, workdir=workdir, seconds=seconds, seed=seed)


@torch.no_grad()
def teacher_step(
    teacher: nn.Module,
    noisy: Tensor,
    *,
    high: Tensor,
    low: Tensor,
    asked: tuple[Tensor, Tensor],
    nothing: tuple[Tensor, Tensor],
    recipe: DistilRecipe,
) -> Tensor:
    """Go from the levels `high` to `low` (B,) in `inner` guided steps; give the one straight step there."""
    now, width = noisy, (high - low) / recipe.inner
    for number in range(recipe.inner):
        sigma = high - number * width
        guided = teacher(now, sigma=sigma, ids=asked[0], mask=asked[1]).float()
        plain = teacher(now, sigma=sigma, ids=nothing[0], mask=nothing[1]).float()
        direction = plain + recipe.guidance_scale * (guided - plain)
        now = now - width.view(-1, 1, 1, 1, 1) * direction
    return (noisy - now) / (high - low).view(-1, 1, 1, 1, 1)


def noise_grid(steps: int, *, shift: float) -> Tensor:
    """The noise levels (steps + 1,) that the scheduler goes down, from one to zero.

    Source: diffusers 0.42.1, `FlowMatchEulerDiscreteScheduler.set_timesteps` with a shift, whose last
    level before zero is the shifted lowest training level.
    """
    from diffusers import FlowMatchEulerDiscreteScheduler

    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=shift)
    scheduler.set_timesteps(steps)
    return torch.as_tensor(scheduler.sigmas, dtype=torch.float32)
