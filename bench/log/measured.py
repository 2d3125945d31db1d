"""A figure with how it was measured, and the goal that it met or missed."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """At least, or at most, this much."""

    bound: float
    is_least: bool

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.is_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.is_least else '<='} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure.

    Attributes:
        value: what the goal is about: a median, a percentile.
        n: how many measurements it comes from.
        least: of these, or of repetitions of them.
        most: as `least`.
        method: how, in a sentence.
        goal: None for what is told for scale.
    """

    name: str
    value: float
    unit: str
    n: int
    least: float
    most: float
    method: str
    goal: Goal | None = None

    def line(self) -> str:
        verdict = ""
        if self.goal:
            verdict = f"  goal {self.goal}: {'met' if self.goal.is_met(self.value) else 'MISSED'}"
        spread = f"n={self.n}, {self.least:g} to {self.most:g}"
        return f"{self.name}: {self.value:g} {self.unit} ({spread}){verdict}\n    {self.method}"

    def figures(self) -> dict[str, object]:
        """For the line of JSON."""
        told: dict[str, object] = {
            "value": self.value,
            "unit": self.unit,
            "n": self.n,
            "least": self.least,
            "most": self.most,
        }
        if self.goal:
            told |= {"goal": str(self.goal), "met": self.goal.is_met(self.value)}
        return told


def median_of(
    name: str, values: Sequence[float], *, unit: str, method: str, goal: Goal | None = None
) -> Measured:
    """The median of `values`, with their extremes as the spread."""
    return Measured(
        name=name,
        value=rounded(statistics.median(values)),
        unit=unit,
        n=len(values),
        least=rounded(min(values)),
        most=rounded(max(values)),
        method=method,
        goal=goal,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def rounded(value: float) -> float:
    """Three significant digits; more were never measured."""
    return float(f"{value:.3g}")
