"""The loop that all training stages share: a time budget, checkpoints, an average, a log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from generation.training.checkpoints import Average, Budget, LossLog, load_checkpoint, save_checkpoint
from generation.training.orthogonal import Optimisers, Rates
from generation.training.parallel import Team

logger = logging.getLogger(__name__)

LOG_EVERY = 50
SAVE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Course:
    """Up to the share `until` of the budget: pieces of `length` latents, `batch` in each process."""

    until: float
    length: int
    batch: int


def course_at(courses: tuple[Course, ...], progress: float) -> Course:
    """Give the course that is on at `progress` (0 to 1)."""
    return next((one for one in courses if progress < one.until), courses[-1])


@dataclass(frozen=True, slots=True)
class Task:
    """What one stage trains; `loss_of` gets the model, a generator and the progress (0 to 1).

    `check` gives figures for the log, taken with the averaged weights.
    """

    stage: str
    rates: Rates
    plain: tuple[str, ...]
    average_decay: float
    loss_of: Callable[[nn.Module, np.random.Generator, float], Tensor]
    check: Callable[[nn.Module], dict[str, float]] | None = None


def train(model: nn.Module, task: Task, *, team: Team, workdir: Path, seconds: float, seed: int) -> None:
    """Train until `seconds` are spent in all; goes on from `<stage>.pt` in `workdir`.

    The file holds `weights`, `average`, `optimisers`, `step` and `seconds`.
    """
    checkpoint = workdir / f"{task.stage}.pt"
    average = Average(model, decay=task.average_decay)
    state = load_checkpoint(checkpoint)
    budget = Budget(seconds, spent_before=0.0 if state is None else state["seconds"])
    progress, step = min(1.0, budget.spent_before / seconds), 0
    optimisers = Optimisers(model, plain=task.plain, rates=task.rates, progress=progress)
    if state is not None:
        model.load_state_dict(state["weights"])
        average.weights = state["average"]
        optimisers.load_state_dict(state["optimisers"])
        step = state["step"]
    log = LossLog(workdir / "loss_log.jsonl")
    rng = np.random.default_rng((seed, step, team.rank))
    torch.manual_seed(int(rng.integers(2**31)))

    def save() -> None:
        save_checkpoint(
            checkpoint,
            state={
                "weights": model.state_dict(),
                "average": average.weights,
                "optimisers": optimisers.state_dict(),
                "step": step,
                "seconds": budget.spent,
            },
        )

    def report() -> None:
        if task.check is not None:
            with average.applied_to(model):
                figures = task.check(model)
            log.write(stage=task.stage, step=step, seconds=budget.spent, **figures)
            logger.info("%s step %d: %s", task.stage, step, figures)
        save()

    losses: list[float] = []
    saved = budget.spent
    while progress < 1.0:
        loss = task.loss_of(model, rng, progress)
        progress = optimisers.step(loss, progress=budget.progress, team=team)
        step += 1
        average.update(model, step=step)
        losses.append(loss.item())
        if not team.leads:
            continue
        if step % LOG_EVERY == 0:
            log.write(stage=task.stage, step=step, seconds=budget.spent, loss=float(np.mean(losses)))
            losses.clear()
        if budget.spent - saved > SAVE_SECONDS:
            report()
            saved = budget.spent
    if team.leads:
        report()
