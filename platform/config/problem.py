"""What an expected refusal is told as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    slug: str
    status: int
    title: str
