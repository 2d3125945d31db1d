"""Screens whose answers a test knows. Imported by the process that looks, by their dotted paths."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from generation.screens.protocols import Frame, Seen, Vector
from generation.screens.values import ScreenIdentity


class _StandIn:
    threshold = 0.6

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def identity(self) -> ScreenIdentity:
        return ScreenIdentity(name="stand-in", version="7", weights_sha256="", licence="MIT")


class Patches(_StandIn):
    """Takes the middle half of a frame for a face, and its mean colour for what measures it."""

    def detect(self, frame: Frame) -> Sequence[Seen]:
        height, width = frame.shape[:2]
        return [Seen((width / 4, height / 4, width / 2, height / 2), 0.9)]

    def embed(self, frame: Frame, face: Seen) -> Vector:
        left, top, width, height = (int(side) for side in face.box)
        inside = frame[top : top + height, left : left + width]
        return np.asarray(inside.reshape(-1, 3).mean(axis=0), np.float32)

    def likeness(self, one: Vector, other: Vector) -> float:
        return max(0.0, 1 - float(np.abs(one - other).max()) / 64)


class Nobody(_StandIn):
    def detect(self, frame: Frame) -> Sequence[Seen]:
        return []


class Reading(_StandIn):
    """Tells what its weights say, so that whoever alters them would alter the answer."""

    def scores(self, frame: Frame) -> Mapping[str, float]:
        return {"nudity": float((self.folder / "weights.json").read_text())}


class Ends(_StandIn):
    def scores(self, frame: Frame) -> Mapping[str, float]:
        os._exit(139)


class Raises(_StandIn):
    def scores(self, frame: Frame) -> Mapping[str, float]:
        raise RuntimeError("no such tensor")


class Overflows(_StandIn):
    def scores(self, frame: Frame) -> Mapping[str, float]:
        return {"nudity": float("nan")}


class Sleeps(_StandIn):
    def scores(self, frame: Frame) -> Mapping[str, float]:
        time.sleep(60)
        return {}


class Hoards(_StandIn):
    def scores(self, frame: Frame) -> Mapping[str, float]:
        return {"size": float(np.ones(2**30, np.float64).sum())}
