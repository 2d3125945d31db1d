"""Paints scenes into pixels: the only source of what the autoencoder is trained on.

Everything is computed; no picture, font or recording made by others is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.training.sketch.layers import DARK, LAND_PERIOD, SUNS, Layers, Rgb, layers_at
from generation.training.sketch.scenes import FRAMES, HEIGHT, WIDTH, Place, Scene, Weather

Floats = NDArray[np.float32]

OUTLINE_PX = 2.0
# What falls repeats after so many pixels; the speeds are pixels a frame.
PERIOD = 64
SPEEDS: Mapping[Weather, float] = {Weather.RAIN: 8.0, Weather.SNOW: 4.0}
DROPS = ((6.0, 10.0), (20.0, 40.0), (33.0, 2.0), (40.0, 27.0), (54.0, 52.0), (60.0, 18.0), (10.0, 58.0))
FLAKES = ((8.0, 6.0), (26.0, 20.0), (44.0, 10.0), (58.0, 34.0), (14.0, 40.0), (36.0, 48.0), (54.0, 58.0))
FLAKE_RGB = (250, 250, 255)
RAIN_RGB = (190, 210, 235)
WAVE_GAIN = 1.28
# Less of a drop than this is its soft edge.
VISIBLE = 0.3
DASH_ROW = 12.0


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of the clip, (first, past the last) in whole frames and pixels."""

    frames: tuple[int, int] = (0, FRAMES)
    rows: tuple[int, int] = (0, HEIGHT)
    columns: tuple[int, int] = (0, WIDTH)


WHOLE = Window()


@dataclass(frozen=True, slots=True)
class Clip:
    """`frames` uint8 (T, H, W, 3), RGB; the others bool (T, H, W), true on the subject, the sun, rain or snow."""

    frames: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    sun: NDArray[np.bool_]
    falling: NDArray[np.bool_]


def paint(scene: Scene, *, window: Window = WHOLE) -> Clip:
    """Paint the scene, or a piece of it; the same scene always gives the same bytes."""
    times = np.arange(*window.frames, dtype=np.float32)
    rows = np.arange(*window.rows, dtype=np.float32)
    columns = np.arange(*window.columns, dtype=np.float32)
    layers = layers_at(scene, x=columns + 0.5, y=rows + 0.5, frames=times)
    picture = layers.sky_rgb
    picture = _over(picture, SUNS[scene.concepts.time], cover=_cover(layers.sun))
    land = layers.land_rgb
    if scene.concepts.place is Place.SEA:
        dashes = _dashes(layers, up=layers.land)
        land = np.clip(land * (1.0 + (WAVE_GAIN - 1.0) * dashes[..., None]), 0.0, 255.0)
    picture = _over(picture, land, cover=_cover(layers.land))
    body = _over(layers.fill, DARK, cover=_cover(layers.details))
    body = _over(DARK, body, cover=_cover(layers.body + OUTLINE_PX))
    picture = _over(picture, body, cover=_cover(layers.body))
    falling = np.zeros(layers.body.shape, dtype=np.float32)
    if scene.concepts.weather is not Weather.CLEAR:
        falling = falling_cover(scene.concepts.weather, times=times, rows=rows, columns=columns)
        rgb = RAIN_RGB if scene.concepts.weather is Weather.RAIN else FLAKE_RGB
        picture = _over(picture, rgb, cover=falling)
    return Clip(
        frames=np.clip(np.rint(picture), 0.0, 255.0).astype(np.uint8),
        mask=layers.body <= 0.0,
        sun=layers.sun <= 0.0,
        falling=falling > VISIBLE,
    )


def falling_cover(weather: Weather, *, times: Floats, rows: Floats, columns: Floats) -> Floats:
    """How much of each pixel (T, H, W) rain or flakes cover, 0..1."""
    down = rows[None, :, None] - SPEEDS[weather] * times[:, None, None]
    places = DROPS if weather is Weather.RAIN else FLAKES
    near = np.full((len(times), len(rows), len(columns)), float(PERIOD), dtype=np.float32)
    for x, y in places:
        aside, below = _around(columns[None, None, :] - x), _around(down - y)
        if weather is Weather.RAIN:
            drop = np.maximum(np.abs(aside + 0.2 * below) - 0.9, np.abs(below) - 5.0)
        else:
            drop = np.hypot(aside, below) - 2.2
        near = np.minimum(near, drop)
    return np.asarray((0.7 if weather is Weather.RAIN else 0.95) * _cover(near), dtype=np.float32)


def _around(distance: NDArray[np.floating]) -> Floats:
    """Bring a distance in a repeating pattern to its nearest repetition."""
    return np.asarray(np.mod(distance + PERIOD / 2, PERIOD) - PERIOD / 2, dtype=np.float32)


def _dashes(layers: Layers, *, up: Floats) -> Floats:
    """Short bright lines on the sea."""
    along = np.abs(np.mod(layers.turn * 4.0 + np.floor(up / DASH_ROW) * 0.5, 1.0) - 0.5) * LAND_PERIOD / 4.0
    across = np.abs(np.mod(up, DASH_ROW) - DASH_ROW / 2)
    near = np.maximum(along - 6.0, across - 1.0)
    return np.asarray(_cover(near) * (up < -DASH_ROW), dtype=np.float32)


def _cover(distance: Floats) -> Floats:
    return np.asarray(np.clip(0.5 - distance, 0.0, 1.0))


def _over(below: Floats | Rgb, above: Floats | Rgb, *, cover: Floats) -> Floats:
    share = cover[..., None]
    lower, upper = np.asarray(below, dtype=np.float32), np.asarray(above, dtype=np.float32)
    return np.asarray(lower * (1.0 - share) + upper * share, dtype=np.float32)
