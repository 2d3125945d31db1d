"""The built-in screen for marks: the studio's own register of protected pictures, looked for as they are."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from generation.screens.marks_matching import Match, Searched, Wanted, wanted_of
from generation.screens.protocols import Frame
from generation.screens.values import ScreenIdentity

BUILT_IN = "builtin"
NAME = "built-in marks"
VERSION = "2"
# Above every score of drawn films without the picture, see docs/screens.md; below most of those with it.
THRESHOLD = 0.78
LONGEST_SIDE = 512
_DRAWN_SIDE = 320


@dataclass(frozen=True, slots=True)
class Protected:
    """A picture of the register. `png` is RGBA, at most 512 pixels on the longer side."""

    id: str
    png: bytes

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "png": base64.b64encode(self.png).decode("ascii")}

    @classmethod
    def from_json(cls, said: dict[str, str]) -> Protected:
        return cls(said["id"], base64.b64decode(said["png"]))


def identity() -> ScreenIdentity:
    return ScreenIdentity(name=NAME, version=VERSION, weights_sha256="", licence="Apache-2.0")


def best_of(frames: Sequence[Frame], register: Sequence[Protected]) -> list[tuple[str, list[Match]]]:
    """For each protected picture, its best place in each of `frames`, which are all of one size."""
    searched = Searched(list(frames))
    return [(one.id, searched.matches(wanted_of(rgba_of(one.png)))) for one in register]


def rgba_of(png: bytes) -> npt.NDArray[np.uint8]:
    """A picture of the register as uint8 (height, width, 4)."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        return np.asarray(picture.convert("RGBA"), np.uint8)


def found_in_plain_drawings(wanted: Wanted) -> float:
    """The highest score of a picture among discs, bars, rings and horizons: high for one too plain to look for."""
    return max(one.score for one in Searched(_plain_drawings()).matches(wanted))


def _plain_drawings() -> list[Frame]:
    side = _DRAWN_SIDE
    drawn: list[Frame] = []
    for size in (40, 90, 150):
        box = (side // 2 - size // 2, 90 - size // 2, side // 2 + size // 2, 90 + size // 2)
        left, top, right, bottom = box
        middle = (left + right) // 2
        for shape in range(7):
            picture = Image.new("RGB", (side, 180), (200, 205, 210))
            pen = ImageDraw.Draw(picture)
            if shape == 0:
                pen.ellipse(box, fill=(40, 60, 90))
            elif shape == 1:
                pen.rectangle(box, fill=(40, 60, 90))
            elif shape == 2:  # noqa: PLR2004 - which drawing
                pen.polygon([(left, bottom), (right, bottom), (middle, top)], fill=(40, 60, 90))
            elif shape == 3:  # noqa: PLR2004 - which drawing
                pen.ellipse(box, outline=(40, 60, 90), width=size // 6)
            elif shape == 4:  # noqa: PLR2004 - which drawing
                for stripe in range(0, size, max(4, size // 5)):
                    pen.rectangle((left + stripe, top, left + stripe + size // 10, bottom), fill=(40, 60, 90))
            elif shape == 5:  # noqa: PLR2004 - which drawing
                pen.rectangle((0, bottom, side, 180), fill=(60, 90, 60))
            else:
                pen.line((left, top, right, bottom), fill=(40, 60, 90), width=size // 6)
                pen.line((left, bottom, right, top), fill=(40, 60, 90), width=size // 6)
            drawn.append(np.asarray(picture, np.uint8))
    return drawn
