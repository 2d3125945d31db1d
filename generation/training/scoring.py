"""Reads background, colour, shape and motion off a clip by measurement, with no learned judge.

The reading is validated on drawn clips first (it must be right there) and then applied to
generated ones. Everything it knows about looks comes from the renderer's own tables.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from generation.training.renderer import PALETTE, row_profile, shape_distance
from generation.training.scenes import Background, Colour, Concepts, Motion, Shape

Frames = NDArray[np.uint8]
Masks = NDArray[np.bool_]

# Far above the moving texture (13), below the least contrast of an object (white on snow).
FOREGROUND_DIFFERENCE = 32.0
MIN_OBJECT_PX = 40
MIN_INTERIOR_PX = 12
MIN_TRAVEL_PX = 7.0
MIN_GROWTH = 2.0
ENDS = 3
MAJORITY_OF_NINE, ALL_OF_NINE = 5, 9
TEMPLATE_SIDE = 24


@dataclass(frozen=True, slots=True)
class Reading:
    """What is seen in a clip; None where no object was found or it does not move."""

    background: Background
    shape: Shape | None
    colour: Colour | None
    motion: Motion | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Share of clips, 0 to 1, whose reading agrees with the prompt, over `clips` clips."""

    clips: int
    background: float
    shape: float
    colour: float
    motion: float
    all_four: float


def read_clip(frames: Frames) -> Reading:
    """Measure one clip, uint8 (T, H, W, 3)."""
    # The object covers less than half of any row over the whole clip.
    profile = np.median(frames, axis=(0, 2))
    background = min(Background, key=lambda name: float(np.abs(profile - row_profile(name)).mean()))
    difference = np.abs(frames.astype(np.float32) - profile[None, :, None, :]).max(axis=-1)
    objects = _largest(_opened(difference > FOREGROUND_DIFFERENCE))
    return Reading(
        background=background,
        shape=_shape(objects),
        colour=_colour(frames, objects=objects),
        motion=_motion(objects),
    )


def score(readings: Sequence[Reading], *, wanted: Sequence[Concepts]) -> Scores:
    """Compare readings with what the prompts asked for."""
    pairs = list(zip(readings, wanted, strict=True))

    def share(*names: str) -> float:
        right = [all(getattr(seen, name) == getattr(asked, name) for name in names) for seen, asked in pairs]
        return sum(right) / len(right)

    return Scores(
        clips=len(pairs),
        background=share("background"),
        shape=share("shape"),
        colour=share("colour"),
        motion=share("motion"),
        all_four=share("background", "shape", "colour", "motion"),
    )


def _shifted(mask: Masks, *, rows: int, columns: int) -> Masks:
    """Move a mask (T, H, W); what comes in from outside is false."""
    padded = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    height, width = mask.shape[1:]
    return padded[:, 1 + rows : 1 + rows + height, 1 + columns : 1 + columns + width]


def _neighbours(mask: Masks) -> NDArray[np.int64]:
    """Count the set pixels in each 3x3 neighbourhood."""
    steps = (-1, 0, 1)
    counts: NDArray[np.int64] = np.sum(
        [_shifted(mask, rows=r, columns=c) for r in steps for c in steps], axis=0
    )
    return counts


def _opened(mask: Masks) -> Masks:
    """Remove specks (stars, flakes) that fill less than half of a neighbourhood."""
    return np.asarray(_neighbours(mask) >= MAJORITY_OF_NINE)


def _eroded(mask: Masks) -> Masks:
    return np.asarray(_neighbours(mask) == ALL_OF_NINE)


def _largest(mask: Masks) -> Masks:
    """Keep the biggest connected region of every frame."""
    kept = np.zeros_like(mask)
    for time, frame in enumerate(mask):
        left = frame.copy()
        best = np.zeros_like(frame)
        while left.sum() > best.sum():
            region = np.zeros_like(frame)
            region[np.unravel_index(int(left.argmax()), left.shape)] = True
            size = 0
            while size != region.sum():
                size = int(region.sum())
                region = (_neighbours(region[None])[0] > 0) & left
            left &= ~region
            if region.sum() > best.sum():
                best = region
        kept[time] = best
    return kept


def _colour(frames: Frames, *, objects: Masks) -> Colour | None:
    """Name the median colour inside the outline."""
    inside = _eroded(_eroded(objects))
    if inside.sum() < MIN_INTERIOR_PX:
        return None
    seen = np.median(frames[inside], axis=0)
    return min(PALETTE, key=lambda name: float(np.linalg.norm(seen - np.asarray(PALETTE[name]))))


def _motion(objects: Masks) -> Motion | None:
    """Name the motion from the area and the centre in the first and last frames."""
    areas = objects.sum(axis=(1, 2))
    present = np.flatnonzero(areas >= MIN_OBJECT_PX)
    if len(present) < 2 * ENDS:
        return None
    first, last = present[:ENDS], present[-ENDS:]
    if areas[last].mean() / areas[first].mean() >= MIN_GROWTH:
        return Motion.CLOSER
    (row_0, column_0), (row_1, column_1) = _centre(objects[first]), _centre(objects[last])
    down, right = row_1 - row_0, column_1 - column_0
    if max(abs(down), abs(right)) < MIN_TRAVEL_PX:
        return None
    if abs(right) > abs(down):
        return Motion.RIGHT if right > 0 else Motion.LEFT
    return Motion.DOWN if down > 0 else Motion.UP


def _centre(objects: Masks) -> tuple[float, float]:
    """Give the mean (row, column) of the set pixels."""
    _, rows, columns = np.nonzero(objects)
    return float(rows.mean()), float(columns.mean())


def _shape(objects: Masks) -> Shape | None:
    """Name the shape that most frames show, each by the template it overlaps best."""
    votes = Counter(_best_template(frame) for frame in objects if frame.sum() >= MIN_OBJECT_PX)
    return votes.most_common(1)[0][0] if votes else None


def _best_template(frame: Masks) -> Shape:
    """Compare one mask (H, W), scaled to its bounding box, with the shapes."""
    seen = _boxed(frame)
    templates = _templates()

    def overlap(shape: Shape) -> float:
        template = templates[shape]
        return float(np.minimum(seen, template).sum() / np.maximum(seen, template).sum())

    return max(Shape, key=overlap)


def _boxed(frame: Masks) -> NDArray[np.float32]:
    """Resample the bounding box of a mask (H, W) to (TEMPLATE_SIDE, TEMPLATE_SIDE)."""
    rows, columns = np.nonzero(frame)
    top, left = rows.min(), columns.min()
    height, width = rows.max() + 1 - top, columns.max() + 1 - left
    centres = (np.arange(TEMPLATE_SIDE) + 0.5) / TEMPLATE_SIDE
    picked_rows = top + (centres * height).astype(int)
    picked_columns = left + (centres * width).astype(int)
    return frame[np.ix_(picked_rows, picked_columns)].astype(np.float32)


@cache
def _templates() -> dict[Shape, NDArray[np.float32]]:
    radius = 40.0
    line = (np.arange(96, dtype=np.float32) - 47.5) / radius
    x, y = np.meshgrid(line, line)
    return {shape: _boxed(shape_distance(shape, x=x, y=y) <= 0.0) for shape in Shape}
