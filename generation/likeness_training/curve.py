"""The loss of a training as a line for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 480, 160
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 8, 24
# One clip at one level of noise a step: a single loss says little, the mean of some says how it goes.
_SMOOTHED_OVER = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across with its figure: of the loss at `y`, of the step at `x`."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """`points` of every loss and `smoothed` of their running mean, as an SVG's polyline takes them."""

    points: str
    smoothed: str
    levels: tuple[Mark, ...]
    steps: tuple[Mark, ...]
    text: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    floor: int = HEIGHT - _BOTTOM


def loss_curve(losses: Sequence[tuple[int, float]], steps: int) -> Curve | None:
    """The curve of `losses`, pairs of step and loss; None while there are fewer than two."""
    if len(losses) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    most = max(loss for _step, loss in losses) or 1.0

    def x(step: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * step / max(steps, 1), 1)

    def y(loss: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * loss / most, 1)

    means = [
        (step, sum(loss for _s, loss in losses[max(0, at - _SMOOTHED_OVER + 1) : at + 1]))
        for at, (step, _loss) in enumerate(losses)
    ]
    smooth = [(step, total / min(at + 1, _SMOOTHED_OVER)) for at, (step, total) in enumerate(means)]
    first, last = smooth[min(_SMOOTHED_OVER, len(smooth)) - 1][1], smooth[-1][1]
    return Curve(
        points=" ".join(f"{x(step)},{y(loss)}" for step, loss in losses),
        smoothed=" ".join(f"{x(step)},{y(loss)}" for step, loss in smooth),
        levels=tuple(Mark(f"{level:.2f}", _LEFT, y(level)) for level in (0.0, most / 2, most)),
        steps=tuple(Mark(str(step), x(step), HEIGHT - _BOTTOM) for step in (0, steps // 2, steps)),
        text=f"Loss by step: a mean of {first:.3f} over the first steps, {last:.3f} over the latest.",
    )
