"""Paints scenes into pixels: the only source of what the autoencoder is trained on.

Everything is computed; no picture, font or recording made by others is read.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.training.layers import DARK, LAND_PERIOD, SUNS, Layers, Rgb, layers_at
from generation.training.scenes import FRAMES, HEIGHT, WIDTH, Place, Scene, Weather

Floats = NDArray[np.float32]

OUTLINE_PX = 2.0
# What falls repeats after so many pixels; the speeds are pixels a frame.
PERIOD = 64
SPEEDS: Mapping[Weather, float] = {Weather.RAIN: 8.0, Weather.SNOW: 4.0}
FLAKE_PX, DROP_PX = 3.0, 1.3
# Of a drop's line the part where the second sine is larger.
DASH_FROM = 0.6
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


def falling_phases(weather: Weather, *, x: Floats, y: Floats, times: Floats) -> tuple[Floats, Floats]:
    """Two angles (T, H, W) at columns (W,), rows (H,) and frames (T,) whose sines say where something falls.

    Flakes lie where lines of two slanting directions cross, drops along lines that hardly slant: all is
    said by sines that change evenly, and a decoder has to compare each with one number.
    """
    across, down = x[None, None, :], y[None, :, None] - SPEEDS[weather] * times[:, None, None]
    if weather is Weather.SNOW:
        first, second = across + down, across - down
    else:
        first, second = across + y[None, :, None] / 4.0, down - across / 2.0
    first, second = np.broadcast_arrays(first, second)
    return (
        np.asarray(math.tau * first / PERIOD, dtype=np.float32),
        np.asarray(math.tau * second / PERIOD, dtype=np.float32),
    )


def falling_cover(weather: Weather, *, times: Floats, rows: Floats, columns: Floats) -> Floats:
    """How much of each pixel (T, H, W) rain or flakes cover, 0..1."""
    first, second = falling_phases(weather, x=columns, y=rows, times=times)
    # How many pixels away each line is, near it.
    aside = np.abs(np.sin(first)) * PERIOD / math.tau
    if weather is Weather.RAIN:
        beyond = (DASH_FROM - np.sin(second)) * PERIOD / math.tau
        return np.asarray(0.7 * _cover(np.maximum(aside - DROP_PX, beyond)), dtype=np.float32)
    along = np.abs(np.sin(second)) * PERIOD / math.tau
    flake = np.asarray(np.hypot(aside, along) - FLAKE_PX, dtype=np.float32)
    return np.asarray(0.95 * _cover(flake), dtype=np.float32)


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
