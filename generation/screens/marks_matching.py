"""Whether a protected picture is in a frame: normalised cross-correlation at every place and many sizes.

No weights and no training: the picture itself is looked for. It is found upright, unoccluded and wholly in the frame,
from a fourteenth of the frame's longer side and a twentieth of the shorter on; turned, bent or partly covered it is
not. A flat mark on a transparent ground is looked for by its outline, whichever way light and dark lie; any other
picture by its light and dark. What `bench/screens.py` measures on drawn films is where the threshold comes from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
import numpy.typing as npt
from PIL import Image

from generation.screens.protocols import Frame

Plane = npt.NDArray[np.float32]
Planes = npt.NDArray[np.float32]
# Left, top, width and height in pixels.
_Box = tuple[float, float, float, float]

# Each level looks for pictures from the smallest size to twice that; the last one for all larger ones.
SEARCH_SIDES = (320, 160, 80)
CLOSE_SIDE = 640
SMALLEST_SIDE = 23
# Less than this is a line or a gap between two shapes, whatever the picture says in it.
SMALLEST_SHORT_SIDE = 10
_STEP = 1.16
# Worth a closer look; below it no refinement brings a picture over the threshold.
_GATE = 0.56
# As much of it at twice the resolution is worth comparing at the highest; the threshold is higher.
_STILL_ALIKE = 0.7
_MOST_ROUNDS = 4
# What a score loses, times the side of a square of as many pixels: of few pixels many things look alike.
_FEWNESS = 3.0
# How often edges are blurred: coding and scaling move them by a pixel or two.
_BLURS = 4
# Standard deviation of light in a window, 0 to 1, below which correlation is of noise.
_FLAT = 0.02


@dataclass(frozen=True, slots=True)
class _Near:
    """Sizes around one that was found, as shares of it, and pixels by which its place is moved, across and down."""

    factors: tuple[float, ...]
    moves: range


# What a coarser look left out, and then so finely that edges can be compared: to a pixel or two.
_ROUGHLY = _Near(tuple(1 + step / 33 for step in range(-3, 4)), range(-3, 4))
_FINELY = _Near(tuple(1 + step / 200 for step in range(-3, 4)), range(-2, 3))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to look for: light float32 (height, width), and how much of it counts at each place, both 0 to 1."""

    light: Plane
    weight: Plane
    either_way: bool

    @property
    def is_whole(self) -> bool:
        """Whether every place of it counts."""
        return bool(self.weight.all())

    @property
    def size(self) -> tuple[int, int]:
        return self.light.shape[1], self.light.shape[0]


@dataclass(frozen=True, slots=True)
class Match:
    """The best place of a picture in a frame. `score` 0 to 1; `box` as shares of the frame."""

    score: float
    box: tuple[float, float, float, float]


def wanted_of(rgba: npt.NDArray[np.uint8]) -> Wanted:
    """What to look for of a picture, uint8 (height, width, 4)."""
    light = light_of(rgba[..., :3])
    alpha = rgba[..., 3].astype(np.float32) / 255
    inside = alpha > 0.5  # noqa: PLR2004 - half
    if inside.all() or not inside.any():
        return Wanted(light, np.ones_like(light), either_way=False)
    if float(light[inside].std()) < 0.08:  # noqa: PLR2004 - a flat mark: nothing but its outline tells it
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        shape = alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return Wanted(np.ascontiguousarray(shape), np.ones_like(shape), either_way=True)
    return Wanted(light, inside.astype(np.float32), either_way=False)


def light_of(frame: Frame) -> Plane:
    """Light of an RGB picture, float32 (height, width), 0 to 1, by BT.709's weights."""
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.asarray(frame.astype(np.float32) @ weights / np.float32(255), np.float32)


class Searched:
    """Frames of one size, ready to be searched for any number of pictures."""

    def __init__(self, frames: list[Frame]) -> None:
        height, width = frames[0].shape[:2]
        self._close = [_resized(light_of(frame), _fitted(width, height, CLOSE_SIDE)) for frame in frames]
        self._edges = [_edges(plane) for plane in self._close]
        self._levels = [_Level(self._close, side) for side in SEARCH_SIDES]

    def matches(self, wanted: Wanted) -> list[Match]:
        """The best place of a picture in each frame."""
        found = [level.found(wanted) for level in self._levels]
        return [
            self._best(index, wanted, [of_level[index] for of_level in found])
            for index in range(len(self._close))
        ]

    def _best(self, index: int, wanted: Wanted, found: Sequence[tuple[float, _Box]]) -> Match:
        height, width = self._close[index].shape
        looked_at = [
            self._refined(index, wanted, place, box)
            for place, (score, box) in enumerate(found)
            if score >= _GATE
        ]
        score, (left, top, across, down) = max(looked_at or found, key=itemgetter(0))
        return Match(min(score, 1.0), (left / width, top / height, across / width, down / height))

    def _refined(self, index: int, wanted: Wanted, place: int, box: _Box) -> tuple[float, _Box]:
        """The score of what a level found: at twice its resolution, and if it is still alike, at the highest.

        So large pictures are compared roughly first: that is cheap, and what is only a little alike goes no further.
        """
        close = self._close[index]
        finer = close if not place else self._levels[place - 1].planes[index]
        scale = close.shape[1] / finer.shape[1]
        score, found = _climbed(finer, wanted, _times(box, 1 / scale), _ROUGHLY)
        found = _times(found, scale)
        if score < _STILL_ALIKE:
            return score, found
        step = max(1, round(scale / 2))
        score, found = _climbed(
            close, wanted, found, replace(_FINELY, moves=range(-2 * step, 2 * step + 1, step))
        )
        if step > 1:
            score, found = _climbed(close, wanted, found, _FINELY)
        # A sail over a hull is a frame with nothing in it where both are small enough.
        fewness = _FEWNESS / math.sqrt(found[2] * found[3])
        return max(min(score, self._edges_alike(index, wanted, found)) - fewness, 0.0), found

    def _edges_alike(self, index: int, wanted: Wanted, box: _Box) -> float:
        """A round shape in a flat sky is as light and dark as a round logo is; its edges are not."""
        x, y, width, height = (int(side) for side in box)
        light, weight = _resized(wanted.light, (width, height)), _resized(wanted.weight, (width, height))
        # Where a picture with a ground of its own ends, the frame has an edge that the picture knows nothing of.
        rim = min(_BLURS + 1, min(width, height) // 8) if wanted.is_whole and not wanted.either_way else 0
        inner = slice(rim, height - rim), slice(rim, width - rim)
        window = self._edges[index][y : y + height, x : x + width]
        return _alike(window[inner], _edges(light)[inner], weight[inner])


class _Level:
    """All frames at one resolution, searched for pictures of one range of sizes.

    Thin lines of a large picture are found where they are less than a pixel wide: there a size that is a little too
    large or too small still covers them.
    """

    def __init__(self, close: Sequence[Plane], side: int) -> None:
        height, width = close[0].shape
        self.width, self.height = _fitted(width, height, side)
        self._scale = width / self.width, height / self.height
        self._first, self._last = side == SEARCH_SIDES[0], side == SEARCH_SIDES[-1]
        self.planes = np.stack([_resized(plane, (self.width, self.height)) for plane in close])
        self._waves = np.fft.rfft2(self.planes)
        self._squares = np.fft.rfft2(self.planes * self.planes)
        # Sums of every rectangle that a picture without a transparent ground fills: no wave is needed for those.
        self._areas = [_summed(self.planes), _summed(self.planes * self.planes)]

    def found(self, wanted: Wanted) -> list[tuple[float, _Box]]:
        """The best score and place in each frame, in pixels of the highest resolution."""
        best: list[tuple[float, _Box]] = [(0.0, (0.0, 0.0, 1.0, 1.0))] * len(self.planes)
        across, down = self._scale
        for size in self._sizes(wanted):
            scores = self._correlated(wanted, size)
            flat = scores.reshape(len(scores), -1)
            for index, place in enumerate(flat.argmax(axis=1)):
                score = float(flat[index, place])
                if score > best[index][0]:
                    y, x = divmod(int(place), scores.shape[2])
                    best[index] = (score, (x * across, y * down, size[0] * across, size[1] * down))
        return best

    def _correlated(self, wanted: Wanted, size: tuple[int, int]) -> Planes:
        """Scores float32 (frames, places down, places across)."""
        light, weight = _resized(wanted.light, size), _resized(wanted.weight, size)
        centred, norm, total = _centred(light, weight)
        shape = (self.height, self.width)
        top = np.fft.irfft2(self._waves * np.conj(np.fft.rfft2(centred, shape)), shape)
        rows, columns = self.height - size[1] + 1, self.width - size[0] + 1
        top = top[:, :rows, :columns]
        if wanted.is_whole:
            sums, squares = (_within(area, size) for area in self._areas)
        else:
            window = np.conj(np.fft.rfft2(weight, shape))
            sums, squares = (
                np.fft.irfft2(waves * window, shape)[:, :rows, :columns]
                for waves in (self._waves, self._squares)
            )
        spread = squares - sums * sums / total
        seen = spread > total * _FLAT**2
        scores = np.where(seen, top / (norm * np.sqrt(np.maximum(spread, 1e-6))), 0)
        return (np.abs(scores) if wanted.either_way else scores).astype(np.float32)

    def _sizes(self, wanted: Wanted) -> list[tuple[int, int]]:
        """Sizes to look for it in here: from the smallest that tells it to where the next level begins."""
        longest, shortest = max(wanted.size), SMALLEST_SHORT_SIDE if self._first else 4
        sizes = []
        side = float(SMALLEST_SIDE)
        most = min(self.width * longest / wanted.size[0], self.height * longest / wanted.size[1])
        beyond = most * _STEP if self._last else 2 * SMALLEST_SIDE
        while side < beyond:
            fitted = min(side, most)
            size = round(wanted.size[0] * fitted / longest), round(wanted.size[1] * fitted / longest)
            if min(size) >= shortest and size[0] <= self.width and size[1] <= self.height:
                sizes.append(size)
            side *= _STEP
        return list(dict.fromkeys(sizes))


def _climbed(plane: Plane, wanted: Wanted, box: _Box, near: _Near) -> tuple[float, _Box]:
    """The best score by light from `box` on: at the rim of what was looked at there may be a better one beyond."""
    best: tuple[float, _Box] = (0.0, box)
    for _ in range(_MOST_ROUNDS):
        found = _best_near(plane, wanted, best[1], near)
        if found[0] <= best[0]:
            break
        best = found
    return best


def _best_near(plane: Plane, wanted: Wanted, box: _Box, near: _Near) -> tuple[float, _Box]:
    """The best score by light around `box`: of its sizes times each factor, moved by so many pixels."""
    best: tuple[float, _Box] = (0.0, box)
    middle_x, middle_y = box[0] + box[2] / 2, box[1] + box[3] / 2
    # Of the picture's own proportions: those that were found are of whole pixels of a smaller frame.
    across, down = box[2], box[2] * wanted.size[1] / wanted.size[0]
    for width, height in dict.fromkeys((round(across * one), round(down * one)) for one in near.factors):
        lefts = _places(round(middle_x - width / 2), near.moves, plane.shape[1] - width)
        tops = _places(round(middle_y - height / 2), near.moves, plane.shape[0] - height)
        if not lefts or not tops or min(width, height) < SMALLEST_SHORT_SIDE:
            continue
        region = plane[tops[0] : tops[-1] + height, lefts[0] : lefts[-1] + width]
        scores = _scores(region, wanted, (width, height), near.moves.step)
        row, column = np.unravel_index(int(scores.argmax()), scores.shape)
        if scores[row, column] > best[0]:
            place = (float(lefts[int(column)]), float(tops[int(row)]), float(width), float(height))
            best = (float(scores[row, column]), place)
    return best


def _places(first: int, moves: range, most: int) -> list[int]:
    return [first + move for move in moves if 0 <= first + move <= most]


def _scores(region: Plane, wanted: Wanted, size: tuple[int, int], step: int) -> Plane:
    """Scores of a picture in `size` (width, height) at every `step`th place in a piece of a frame."""
    light, weight = _resized(wanted.light, size), _resized(wanted.weight, size)
    centred, norm, total = _centred(light, weight)
    # Scores do not change with it, and sums of squares lose fewer digits.
    region = region - region.mean()
    at_each = np.lib.stride_tricks.sliding_window_view
    windows = at_each(region, light.shape)[::step, ::step]
    top = np.einsum("abhw,hw->ab", windows, centred)
    if wanted.is_whole:
        areas = (_summed(one[None]) for one in (region, region * region))
        sums, squares = (_within(area, size)[0, ::step, ::step] for area in areas)
    else:
        sums = np.einsum("abhw,hw->ab", windows, weight)
        squares = np.einsum("abhw,hw->ab", at_each(region * region, light.shape)[::step, ::step], weight)
    spread = squares - sums * sums / total
    seen = spread > total * _FLAT**2 / 4
    scores = np.where(seen, top / (norm * np.sqrt(np.maximum(spread, 1e-6))), 0)
    return (np.abs(scores) if wanted.either_way else scores).astype(np.float32)


def _times(box: _Box, factor: float) -> _Box:
    left, top, width, height = box
    return (left * factor, top * factor, width * factor, height * factor)


def _alike(window: Plane, light: Plane, weight: Plane) -> float:
    centred, norm, total = _centred(light, weight)
    mean = float((window * weight).sum() / total)
    spread = float((weight * (window - mean) ** 2).sum())
    if spread <= total * _FLAT**2 / 4:
        return 0.0
    return float((centred * window).sum() / (norm * np.sqrt(spread)))


def _centred(light: Plane, weight: Plane) -> tuple[Plane, float, float]:
    total = float(weight.sum())
    mean = float((light * weight).sum() / total)
    centred = weight * (light - mean)
    return centred, max(float(np.sqrt((weight * (light - mean) ** 2).sum())), 1e-6), total


def _edges(plane: Plane) -> Plane:
    """How steep light is, blurred."""
    down, across = np.gradient(plane)
    steep: Plane = np.hypot(down, across).astype(np.float32)
    for _ in range(_BLURS):
        padded = np.pad(steep, 1, mode="edge")
        rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
        steep = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16
    return steep


def _summed(planes: Planes) -> npt.NDArray[np.float64]:
    """Of each plane, the sum of everything above and left of each corner."""
    areas = np.zeros((len(planes), planes.shape[1] + 1, planes.shape[2] + 1))
    areas[:, 1:, 1:] = planes.cumsum(axis=1, dtype=np.float64).cumsum(axis=2)
    return areas


def _within(areas: npt.NDArray[np.float64], size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """The sum in the rectangle of `size` at every place."""
    width, height = size
    whole: npt.NDArray[np.float64] = (
        areas[:, height:, width:]
        - areas[:, :-height, width:]
        - areas[:, height:, :-width]
        + areas[:, :-height, :-width]
    )
    return whole


def _fitted(width: int, height: int, side: int) -> tuple[int, int]:
    factor = side / max(width, height)
    return max(16, round(width * factor)), max(16, round(height * factor))


def _resized(plane: Plane, size: tuple[int, int]) -> Plane:
    if (plane.shape[1], plane.shape[0]) == size:
        return plane
    smaller = size[0] < plane.shape[1]
    how = Image.Resampling.BOX if smaller else Image.Resampling.BICUBIC
    picture = Image.fromarray(plane).resize(size, how)
    return np.asarray(picture, np.float32)
