"""What a screen is. Named by its dotted path in the environment, and made in the child process that looks.

A plug-in is a callable that takes the operator's folder, already checked against its lock, and gives an object of one
of these shapes. It is called in a process of its own that has no network promised, no database, no key and no
setting of ours; it must read nothing but that folder. What it raises means *not evaluated*.

Frames are uint8 (height, width, 3), RGB, sRGB, full range, rows from the top, at most 1280 pixels on the longer side.
Boxes are (left, top, width, height) in pixels of the frame. Scores are 0 to 1, the higher the surer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from generation.screens.values import ScreenIdentity

Frame = npt.NDArray[np.uint8]
Vector = npt.NDArray[np.float32]
PixelBox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """Something at a place in one frame. `landmarks`: pairs of x and y in pixels, as its own `embed` wants them."""

    box: PixelBox
    score: float
    landmarks: tuple[float, ...] = ()


class Screen(Protocol):
    """What every screen says of itself."""

    def identity(self) -> ScreenIdentity:
        """Name, version and licence; `weights_sha256` is filled in by the product from the folder's lock."""
        ...

    @property
    def threshold(self) -> float:
        """From which score on something counts as found."""
        ...


class FaceScreen(Screen, Protocol):
    """Finds faces and tells how alike two are."""

    def detect(self, frame: Frame) -> Sequence[Seen]:
        """Every face in `frame`."""
        ...

    def embed(self, frame: Frame, face: Seen) -> Vector:
        """What is compared of one face that `detect` found in `frame`: float32 (n,), n always the same.

        It measures a person: it never leaves the process, and only likenesses are told.
        """
        ...

    def likeness(self, one: Vector, other: Vector) -> float:
        """How alike two faces are, 0 to 1; `threshold` is on this scale."""
        ...


class PersonScreen(Screen, Protocol):
    """Finds people, whoever they are."""

    def detect(self, frame: Frame) -> Sequence[Seen]: ...


class ContentScreen(Screen, Protocol):
    """Tells classes of sensitive content. Names of classes are lower-case words joined by underscores."""

    def scores(self, frame: Frame) -> Mapping[str, float]: ...


class MarksScreen(Screen, Protocol):
    """Finds logos and pictures of others; `what` is the name of a class, as for content."""

    def detect(self, frame: Frame) -> Sequence[tuple[str, Seen]]: ...
