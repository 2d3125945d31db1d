"""Whether a protected picture is in a frame: normalised cross-correlation at every place and many sizes.

No weights and no training: the picture itself is looked for. It is found upright, unoccluded and wholly in the frame,
from a fourteenth of the frame's longer side on; turned, bent or partly covered it is not. A flat mark on a
transparent ground is looked for by its outline, whichever way light and dark lie; any other picture by its light and
dark. What `bench/screens.py` measures on drawn films is where the threshold comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from generation.screens.protocols import Frame

Plane = npt.NDArray[np.float32]
Planes = npt.NDArray[np.float32]

SEARCH_SIDE = 320
CLOSE_SIDE = 640
SMALLEST_SIDE = 23
_STEP = 1.16
# Worth a closer look; below it no refinement brings a picture over the threshold.
_GATE = 0.56
# Sizes around the one that was found, as shares of it: edges agree only where size and place do.
_NEARBY = tuple(1 + step / 50 for step in range(-5, 6))
# How often edges are blurred: coding and scaling move them by a pixel or two.
_BLURS = 4
# Standard deviation of light in a window, 0 to 1, below which correlation is of noise.
_FLAT = 0.02


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
        size = _fitted(width, height, SEARCH_SIDE)
        planes = np.stack([_resized(plane, size) for plane in self._close])
        self._size = size
        self._waves = np.fft.rfft2(planes)
        self._squares = np.fft.rfft2(planes * planes)
        # Sums of every rectangle that a picture without a transparent ground fills: no wave is needed for those.
        self._areas = [_summed(planes), _summed(planes * planes)]

    def matches(self, wanted: Wanted) -> list[Match]:
        """The best place of a picture in each frame."""
        best = [(0.0, 0, 0, (1, 1))] * len(self._close)
        for size in _sizes(wanted, self._size):
            scores = self._correlated(wanted, size)
            flat = scores.reshape(len(scores), -1)
            places = flat.argmax(axis=1)
            for index, place in enumerate(places):
                score = float(flat[index, place])
                if score > best[index][0]:
                    y, x = divmod(int(place), scores.shape[2])
                    best[index] = (score, x, y, size)
        return [self._closer(index, wanted, *found) for index, found in enumerate(best)]

    def _correlated(self, wanted: Wanted, size: tuple[int, int]) -> Planes:
        """Scores float32 (frames, places down, places across)."""
        light, weight = _resized(wanted.light, size), _resized(wanted.weight, size)
        centred, norm, total = _centred(light, weight)
        width, height = self._size
        shape = (height, width)
        top = np.fft.irfft2(self._waves * np.conj(np.fft.rfft2(centred, shape)), shape)
        rows, columns = height - size[1] + 1, width - size[0] + 1
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

    def _closer(
        self, index: int, wanted: Wanted, score: float, x: int, y: int, size: tuple[int, int]
    ) -> Match:
        plane = self._close[index]
        across, down = plane.shape[1] / self._size[0], plane.shape[0] / self._size[1]
        box = (x * across, y * down, size[0] * across, size[1] * down)
        if score >= _GATE:
            score, box = _refined(plane, wanted, box)
        shares = (
            box[0] / plane.shape[1],
            box[1] / plane.shape[0],
            box[2] / plane.shape[1],
            box[3] / plane.shape[0],
        )
        return Match(min(score, 1.0), shares)


def _refined(
    plane: Plane, wanted: Wanted, box: tuple[float, float, float, float]
) -> tuple[float, tuple[float, float, float, float]]:
    """The score at twice the resolution: the lesser of light and of edges, at the best of nearby sizes and places.

    A round shape in a flat sky is as light and dark as a round logo is; its edges are not.
    """
    best: tuple[float, tuple[float, float, float, float]] = (0.0, box)
    edges = _edges(plane)
    middle_x, middle_y = box[0] + box[2] / 2, box[1] + box[3] / 2
    for factor in _NEARBY:
        width, height = round(box[2] * factor), round(box[3] * factor)
        if not (max(width, height) >= SMALLEST_SIDE and min(width, height) >= 4):  # noqa: PLR2004 - pixels
            continue
        light, weight = _resized(wanted.light, (width, height)), _resized(wanted.weight, (width, height))
        left, top = round(middle_x - width / 2), round(middle_y - height / 2)
        for moved_x in range(-4, 5):
            for moved_y in range(-4, 5):
                x, y = left + moved_x, top + moved_y
                if x < 0 or y < 0 or x + width > plane.shape[1] or y + height > plane.shape[0]:
                    continue
                score = _alike(plane[y : y + height, x : x + width], light, weight)
                score = abs(score) if wanted.either_way else score
                if score > best[0]:
                    best = (score, (float(x), float(y), float(width), float(height)))
    score, place = best
    if not score:
        return best
    x, y, width, height = (int(side) for side in place)
    light, weight = _resized(wanted.light, (width, height)), _resized(wanted.weight, (width, height))
    window = edges[y : y + height, x : x + width]
    return min(score, _alike(window, _edges(light), weight)), place


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


def _sizes(wanted: Wanted, within: tuple[int, int]) -> list[tuple[int, int]]:
    """Sizes to look for it in, from the smallest that tells it to the largest that fits."""
    longest = max(wanted.size)
    sizes = []
    side = float(SMALLEST_SIDE)
    most = min(within[0] * longest / wanted.size[0], within[1] * longest / wanted.size[1])
    while side < most * _STEP:
        fitted = min(side, most)
        size = round(wanted.size[0] * fitted / longest), round(wanted.size[1] * fitted / longest)
        if min(size) >= 4 and size[0] <= within[0] and size[1] <= within[1]:  # noqa: PLR2004 - pixels
            sizes.append(size)
        side *= _STEP
    return sizes


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
