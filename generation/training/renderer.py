"""Draws a `Scene` with signed distance functions: the only source of the training clips.

Everything is computed; no picture, font or recording made by others is read.
Coordinates are pixels, x to the right, y downwards.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.training.scenes import (
    FRAMES,
    HEIGHT,
    WIDTH,
    Background,
    Colour,
    Scene,
    Shape,
)

Floats = NDArray[np.float32]
Rgb = tuple[int, int, int]

OUTLINE_PX = 1.8
OUTLINE_RGB: Rgb = (28, 24, 34)
SHADING = 0.16

PALETTE: Mapping[Colour, Rgb] = {
    Colour.RED: (225, 35, 45),
    Colour.ORANGE: (250, 130, 10),
    Colour.YELLOW: (255, 222, 30),
    Colour.GREEN: (20, 140, 70),
    Colour.BLUE: (40, 80, 230),
    Colour.PURPLE: (150, 50, 200),
    Colour.WHITE: (250, 250, 250),
}

# Stops (row, colour) of the vertical gradient; two stops one row apart make the horizon.
GRADIENTS: Mapping[Background, tuple[tuple[int, Rgb], ...]] = {
    Background.SEA: (
        (0, (150, 205, 240)),
        (25, (212, 236, 246)),
        (26, (30, 135, 160)),
        (63, (8, 66, 105)),
    ),
    Background.MEADOW: (
        (0, (120, 185, 250)),
        (29, (225, 243, 250)),
        (30, (170, 205, 95)),
        (63, (105, 165, 45)),
    ),
    Background.DESERT: (
        (0, (235, 205, 165)),
        (33, (250, 236, 208)),
        (34, (222, 178, 116)),
        (63, (186, 134, 78)),
    ),
    Background.SNOW: (
        (0, (118, 140, 172)),
        (35, (172, 188, 210)),
        (36, (206, 218, 236)),
        (63, (182, 200, 226)),
    ),
    Background.NIGHT: (
        (0, (8, 10, 36)),
        (49, (32, 38, 86)),
        (50, (14, 20, 30)),
        (63, (8, 10, 18)),
    ),
    Background.SUNSET: (
        (0, (72, 42, 112)),
        (22, (190, 78, 122)),
        (43, (252, 174, 122)),
        (44, (82, 36, 56)),
        (63, (44, 20, 42)),
    ),
}


@dataclass(frozen=True, slots=True)
class Clip:
    """`frames` uint8 (T, H, W, 3), RGB; `mask` bool (T, H, W), true on the object."""

    frames: NDArray[np.uint8]
    mask: NDArray[np.bool_]


def row_profile(background: Background) -> Floats:
    """Give the background's gradient without its moving detail, float32 (H, 3), 0..255."""
    stops = GRADIENTS[background]
    rows = [row for row, _ in stops]
    channels = [
        np.interp(np.arange(HEIGHT), rows, [rgb[channel] for _, rgb in stops]) for channel in range(3)
    ]
    return np.stack(channels, axis=-1).astype(np.float32)


def render(scene: Scene) -> Clip:
    """Draw the scene; the same scene always gives the same bytes."""
    canvas = row_profile(scene.concepts.background)[None, :, None, :] + _detail(scene)[..., None]
    canvas = np.broadcast_to(canvas, (FRAMES, HEIGHT, WIDTH, 3))
    distance, light = _object(scene)
    cover = np.clip(0.5 - distance, 0.0, 1.0)[..., None]
    # The outline keeps a blue ball on the sea and a white star on snow apart from what is
    # behind them.
    inside = np.clip(-distance - OUTLINE_PX + 0.5, 0.0, 1.0)[..., None]
    fill = np.asarray(PALETTE[scene.concepts.colour], dtype=np.float32) * light[..., None]
    body = np.asarray(OUTLINE_RGB, dtype=np.float32) * (1.0 - inside) + fill * inside
    picture = canvas * (1.0 - cover) + body * cover
    frames = np.clip(np.rint(picture), 0.0, 255.0).astype(np.uint8)
    return Clip(frames=frames, mask=distance <= 0.0)


def shape_distance(shape: Shape, *, x: Floats, y: Floats) -> Floats:
    """Signed distance to the outline of a shape of radius one; negative inside."""
    return _SHAPES[shape](x, y)


def _object(scene: Scene) -> tuple[Floats, Floats]:
    """Give the signed distance in pixels and the light factor, both (T, H, W)."""
    along = np.linspace(0.0, 1.0, FRAMES, dtype=np.float32)[:, None, None]
    radius = scene.start_radius + (scene.end_radius - scene.start_radius) * along
    centre_x = scene.start[0] + (scene.end[0] - scene.start[0]) * along
    centre_y = scene.start[1] + (scene.end[1] - scene.start[1]) * along
    x = (np.arange(WIDTH, dtype=np.float32)[None, None, :] + 0.5 - centre_x) / radius
    y = (np.arange(HEIGHT, dtype=np.float32)[None, :, None] + 0.5 - centre_y) / radius
    distance = shape_distance(scene.concepts.shape, x=x, y=y) * radius
    light = 1.0 - SHADING * np.clip(0.5 * x + 0.7 * y, -1.0, 1.0)
    return distance.astype(np.float32), light.astype(np.float32)


def _ball(x: Floats, y: Floats) -> Floats:
    return np.asarray(np.hypot(x, y) - 1.0)


def _box(x: Floats, y: Floats) -> Floats:
    return np.asarray(np.maximum(np.abs(x), np.abs(y)) - 0.88)


def _triangle(x: Floats, y: Floats) -> Floats:
    tip, base, half_width = -0.95, 0.8, 1.0
    slope = math.hypot(base - tip, half_width)
    sides = ((base - tip) * np.abs(x) - half_width * (y - tip)) / slope
    return np.asarray(np.maximum(sides, y - base))


def _star(x: Floats, y: Floats) -> Floats:
    sector, inner = math.tau / 5, 0.45
    angle = np.abs(np.mod(np.arctan2(x, -y) + sector / 2, sector) - sector / 2)
    reach = np.hypot(x, y)
    valley_x, valley_y = inner * math.cos(sector / 2), inner * math.sin(sector / 2)
    edge = math.hypot(1.0 - valley_x, valley_y)
    # Distance to the line from the tip (1, 0) to the valley, in one folded tenth.
    towards_tip = (reach * np.cos(angle) - 1.0) * valley_y
    towards_valley = reach * np.sin(angle) * (1.0 - valley_x)
    return np.asarray((towards_tip + towards_valley) / edge)


def _heart(x: Floats, y: Floats) -> Floats:
    lobe_x, lobe_y, lobe, tip = 0.46, -0.34, 0.54, 0.95
    side = np.abs(x)
    lobes = np.hypot(side - lobe_x, y - lobe_y) - lobe
    # The straight side is the tangent from the tip to the lobe.
    reach = math.hypot(lobe_x, tip - lobe_y)
    turn = math.asin(lobe / reach) + math.atan2(lobe_x, tip - lobe_y)
    normal_x, normal_y = math.cos(turn), math.sin(turn)
    flank = normal_x * side + normal_y * (y - tip)
    # Positive on the outer side of the line from the lobe's centre to the tangent point.
    arc_side = (side - lobe_x) * normal_y - (y - lobe_y) * normal_x
    wedge = np.maximum(np.maximum(flank, arc_side), lobe_y - y)
    outside = np.minimum(lobes, wedge)
    # Inside, the seams between the parts are no outline: measure to the arc only where a
    # point faces it, else to the flank or to the cleft between the lobes.
    cleft_y = lobe_y - math.sqrt(lobe**2 - lobe_x**2)
    to_cleft = np.hypot(side, y - cleft_y)
    depth = np.minimum(np.where(arc_side > 0.0, -lobes, np.inf), np.minimum(-flank, to_cleft))
    return np.asarray(np.where(outside > 0.0, outside, -depth))


def _ring(x: Floats, y: Floats) -> Floats:
    return np.asarray(np.abs(np.hypot(x, y) - 0.71) - 0.29)


_SHAPES: Mapping[Shape, Callable[[Floats, Floats], Floats]] = {
    Shape.BALL: _ball,
    Shape.BOX: _box,
    Shape.TRIANGLE: _triangle,
    Shape.STAR: _star,
    Shape.HEART: _heart,
    Shape.RING: _ring,
}


def _detail(scene: Scene) -> Floats:
    """Give the moving texture as a brightness offset, float32 (T, H, W).

    Amplitudes stay far below the contrast of an object, so that texture is never taken
    for one.
    """
    rng = np.random.default_rng(scene.detail_seed)
    time = np.arange(FRAMES, dtype=np.float32)[:, None, None]
    row = np.arange(HEIGHT, dtype=np.float32)[None, :, None]
    column = np.arange(WIDTH, dtype=np.float32)[None, None, :]
    phase = float(rng.uniform(0.0, math.tau))
    match scene.concepts.background:
        case Background.SEA:
            depth = np.clip((row - 25.0) / 38.0, 0.0, 1.0)
            waves = np.sin(row * 1.1 - time * 0.45 + 1.2 * np.sin(column * 0.13 + phase))
            texture = 13.0 * waves * np.sqrt(depth)
        case Background.MEADOW:
            depth = np.clip((row - 29.0) / 34.0, 0.0, 1.0)
            blades = np.sin(column * 0.8 + row * 0.5 + 1.3 * np.sin(time * 0.4 + phase))
            texture = 12.0 * blades * depth
        case Background.DESERT:
            depth = np.clip((row - 33.0) / 30.0, 0.0, 1.0)
            dunes = np.sin(row * 0.6 + 1.5 * np.sin(column * 0.09 + phase) - time * 0.18)
            texture = 12.0 * dunes * depth
        case Background.SNOW:
            texture = _specks(rng, count=26, fall=1.5, glow=26.0, rows=HEIGHT)
        case Background.NIGHT:
            texture = _specks(rng, count=30, fall=0.0, glow=95.0, rows=46)
        case _:  # the sunset
            sky = np.clip((42.0 - row) / 12.0, 0.0, 1.0)
            clouds = np.sin(row * 0.55 + 0.8 * np.sin(column * 0.07 + phase + time * 0.12))
            texture = 9.0 * clouds * sky
    return np.asarray(np.broadcast_to(texture, (FRAMES, HEIGHT, WIDTH)), dtype=np.float32)


def _specks(rng: np.random.Generator, *, count: int, fall: float, glow: float, rows: int) -> Floats:
    """Draw soft dots: stars twinkle in place (`fall` 0), flakes fall `fall` pixels a frame."""
    texture = np.zeros((FRAMES, HEIGHT, WIDTH), dtype=np.float32)
    starts = rng.uniform((0.0, 0.0), (rows, WIDTH), size=(count, 2))
    phases = rng.uniform(0.0, math.tau, size=count)
    times = np.arange(FRAMES)
    for (row, column), phase in zip(starts, phases, strict=True):
        rows_now = np.mod(row + fall * times, rows).astype(int)
        sway = 1.5 * np.sin(times * 0.5 + phase) if fall else np.zeros(FRAMES)
        columns_now = np.mod(column + sway, WIDTH).astype(int)
        shine = glow * (0.7 + 0.3 * np.sin(times * 0.9 + phase))
        texture[times, rows_now, columns_now] += shine
        texture[times, rows_now, (columns_now + 1) % WIDTH] += shine * 0.4
    return texture
