"""What lets a stage stop at its time budget and go on later: checkpoints, log, averages."""

import json
import math
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

WARMUP_SHARE = 0.01
RATE_FLOOR = 0.02


@dataclass(slots=True)
class Budget:
    """Seconds a stage may take in all, over every time it was started."""

    seconds: float
    spent_before: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> float:
        """Seconds used so far."""
        return self.spent_before + time.monotonic() - self.started

    @property
    def progress(self) -> float:
        """Share of the budget used, 0 to 1."""
        return min(1.0, self.spent / self.seconds)


@dataclass(frozen=True, slots=True)
class LossLog:
    """One JSON object a line, appended; survives restarts."""

    path: Path

    def write(self, **entry: str | float) -> None:
        """Append one entry; numbers are rounded to five decimals."""
        line = {key: round(value, 5) if isinstance(value, float) else value for key, value in entry.items()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


class Average:
    """An exponential moving average of a module's parameters, kept as plain tensors."""

    def __init__(self, module: nn.Module, *, decay: float) -> None:
        self._decay = decay
        self.weights = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module, *, step: int) -> None:
        """Take in the weights after `step` (from 1); early steps count for more."""
        decay = min(self._decay, (1.0 + step) / (10.0 + step))
        current = module.state_dict()
        torch._foreach_lerp_(
            list(self.weights.values()), [current[name] for name in self.weights], 1.0 - decay
        )

    @contextmanager
    def applied_to(self, module: nn.Module) -> Iterator[None]:
        """Lend the averaged weights to `module` and give its own back afterwards."""
        own = {name: value.detach().clone() for name, value in module.state_dict().items()}
        module.load_state_dict(self.weights)
        try:
            yield
        finally:
            module.load_state_dict(own)


def rate_factor(progress: float) -> float:
    """Warm up linearly to 1, then fall along a cosine to `RATE_FLOOR`."""
    if progress < WARMUP_SHARE:
        return progress / WARMUP_SHARE
    fall = (progress - WARMUP_SHARE) / (1.0 - WARMUP_SHARE)
    return RATE_FLOOR + (1.0 - RATE_FLOOR) * 0.5 * (1.0 + math.cos(math.pi * fall))


def save_checkpoint(path: Path, *, state: Mapping[str, Any]) -> None:
    """Write `state` so that a crash leaves either the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    torch.save(dict(state), unfinished)
    os.replace(unfinished, path)  # noqa: PTH105 - os.replace states the atomicity relied upon


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """Read what `save_checkpoint` wrote; None where there is nothing yet."""
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def parameter_count(module: nn.Module) -> int:
    """Count the numbers that training sets."""
    return sum(parameter.numel() for parameter in module.parameters())


def to_unit_range(frames: Tensor) -> Tensor:
    """Turn uint8 (..., T, H, W, 3) into float (..., 3, T, H, W) in -1..1."""
    return frames.movedim(-1, -4).float().div(127.5).sub(1.0)
