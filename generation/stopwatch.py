"""Seconds by stage."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

STAGES = (
    *("claim", "decide", "log", "load", "read"),
    *("denoise", "decode", "encode", "screen", "sign", "store"),
)
"""In the order in which a take goes through them; some come twice and are told where they begin."""


@dataclass(slots=True)
class Stopwatch:
    """What is measured twice under one name adds up."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - began)

    def add(self, name: str, seconds: float) -> None:
        self.seconds[name] = round(self.seconds.get(name, 0.0) + seconds, 4)


def in_order(seconds: Mapping[str, float]) -> dict[str, float]:
    """`seconds` as they were spent; the database keeps no order. A stage of another version comes last."""
    found = {name: seconds[name] for name in STAGES if name in seconds}
    return found | {name: spent for name, spent in seconds.items() if name not in found}
