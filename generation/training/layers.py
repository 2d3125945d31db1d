"""The layers of a scene at any points and times: distances and colours, before they become pixels.

The painter asks for them at every pixel, the latents at every fourth or sixteenth. Points are
screen coordinates in pixels; layers have the shape (T, H, W) or (T, H, W, 3).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.training.outlines import outlines
from generation.training.scenes import LAST, MIDDLE, SUN_RADIUS, Colour, Place, Scene, Time

Floats = NDArray[np.float32]
Rgb = tuple[int, int, int]

DARK: Rgb = (14, 12, 16)
PALETTE: Mapping[Colour, Rgb] = {
    Colour.RED: (225, 35, 45),
    Colour.ORANGE: (250, 130, 10),
    Colour.YELLOW: (255, 222, 30),
    Colour.GREEN: (20, 150, 70),
    Colour.BLUE: (40, 70, 235),
    Colour.PURPLE: (150, 50, 200),
    Colour.WHITE: (252, 252, 252),
}
# Top of the sky, and the sky at the horizon.
SKIES: Mapping[Time, tuple[Rgb, Rgb]] = {
    Time.DAY: ((96, 170, 235), (205, 230, 245)),
    Time.SUNSET: ((92, 60, 130), (250, 170, 110)),
    Time.NIGHT: ((24, 32, 84), (58, 66, 130)),
}
SUNS: Mapping[Time, Rgb] = {
    Time.DAY: (255, 240, 170),
    Time.SUNSET: (255, 205, 130),
    Time.NIGHT: (200, 205, 225),
}
LANDS: Mapping[Place, Rgb] = {
    Place.SEA: (40, 120, 170),
    Place.MEADOW: (120, 175, 80),
    Place.DESERT: (225, 190, 125),
    Place.MOUNTAINS: (190, 208, 230),
    Place.CITY: (120, 122, 134),
}
# What the light leaves of a land's colour, and what it adds.
LIGHTS: Mapping[Time, tuple[tuple[float, float, float], Rgb]] = {
    Time.DAY: ((1.0, 1.0, 1.0), (0, 0, 0)),
    Time.SUNSET: ((0.75, 0.55, 0.6), (0, 0, 0)),
    Time.NIGHT: ((0.32, 0.36, 0.5), (6, 8, 14)),
}
DEPTH_SHADE = 0.3
SKY_HEIGHT, LAND_HEIGHT = 86.0, 42.0
BODY_SHADE = 0.12
# The land repeats itself after so many pixels of the world.
LAND_PERIOD = 128.0
ROOFS = (30.0, 13.0, 44.0, 21.0, 37.0)
# Neighbouring buildings overlap, or the sky would shine through between them.
SEAM_PX = 1.0


@dataclass(frozen=True, slots=True)
class Layers:
    """Distances in screen pixels, negative inside; colours 0..255, everywhere defined.

    `turn` is the place in the land's period, a whole number a period.
    """

    body: Floats
    details: Floats
    land: Floats
    sun: Floats
    turn: Floats
    fill: Floats
    sky_rgb: Floats
    land_rgb: Floats


@dataclass(frozen=True, slots=True)
class Frame:
    """Where points of the screen are: in the world (pixels) and to the subject (radii), each (T, H, W)."""

    world_x: Floats
    world_y: Floats
    own_x: Floats
    own_y: Floats
    scale: Floats
    zoom: Floats


def frame_at(scene: Scene, *, x: Floats, y: Floats, frames: Floats) -> Frame:
    """Place the columns `x` (W,) and rows `y` (H,) at the frame numbers `frames` (T,).

    `scale` is a radius of the subject in pixels of the screen, (T, 1, 1).
    """
    share = (frames / LAST)[:, None, None]
    zoom = scene.zoom**share
    world_x = (x[None, None, :] - MIDDLE[0]) / zoom + MIDDLE[0] + scene.camera[0] * share
    world_y = (y[None, :, None] - MIDDLE[1]) / zoom + MIDDLE[1] + scene.camera[1] * share
    world_x, world_y = np.broadcast_arrays(world_x, world_y)
    radius = scene.start_radius + (scene.end_radius - scene.start_radius) * share
    return Frame(
        world_x=_f32(world_x),
        world_y=_f32(world_y),
        own_x=_f32((world_x - (scene.start[0] + (scene.end[0] - scene.start[0]) * share)) / radius),
        own_y=_f32((world_y - (scene.start[1] + (scene.end[1] - scene.start[1]) * share)) / radius),
        scale=_f32(radius * zoom),
        zoom=_f32(zoom),
    )


def layers_at(scene: Scene, *, x: Floats, y: Floats, frames: Floats) -> Layers:
    """Compute all layers at the columns `x` (W,), rows `y` (H,) and frame numbers `frames` (T,)."""
    at = frame_at(scene, x=x, y=y, frames=frames)
    body, details = outlines(scene.concepts.subject, x=at.own_x, y=at.own_y)
    light = 1.0 - BODY_SHADE * np.clip(0.5 * at.own_x + 0.7 * at.own_y, -1.0, 1.0)
    sun = np.hypot(at.world_x - scene.sun[0], at.world_y - scene.sun[1]) - SUN_RADIUS
    turn = at.world_x / LAND_PERIOD + scene.land_phase
    return Layers(
        body=_f32(body * at.scale),
        details=_f32(details * at.scale),
        land=_f32(_land(scene.concepts.place, turn=turn, up=scene.horizon - at.world_y) * at.zoom),
        sun=_f32(sun * at.zoom),
        turn=_f32(turn),
        fill=_f32(np.clip(_rgb(PALETTE[scene.concepts.colour]) * light[..., None], 0.0, 255.0)),
        sky_rgb=_sky(scene.concepts.time, above=(scene.horizon - at.world_y) / SKY_HEIGHT),
        land_rgb=_land_rgb(scene, below=(at.world_y - scene.horizon) / LAND_HEIGHT),
    )


def sky_colours(time: Time, *, above: float) -> Floats:
    """The sky's colour (3,) at a height: 0 at the horizon, 1 at the top."""
    return _f32(_sky(time, above=np.full((1, 1, 1), above, dtype=np.float32))[0, 0, 0])


def land_colour(place: Place, time: Time) -> Floats:
    """The land's colour (3,) at the horizon."""
    keeps, adds = LIGHTS[time]
    return _f32(np.asarray(LANDS[place]) * np.asarray(keeps) + np.asarray(adds))


def _sky(time: Time, *, above: Floats) -> Floats:
    top, low = (_rgb(colour) for colour in SKIES[time])
    share = np.clip(above, 0.0, 1.0)[..., None]
    return _f32(low * (1.0 - share) + top * share)


def _land_rgb(scene: Scene, *, below: Floats) -> Floats:
    base = land_colour(scene.concepts.place, scene.concepts.time)
    shade = 1.0 - DEPTH_SHADE * np.clip(below, 0.0, 1.0)
    return _f32(base * shade[..., None])


def _land(place: Place, *, turn: Floats, up: Floats) -> Floats:
    """Signed distance to the land, negative inside it, `up` pixels above the horizon."""
    match place:
        case Place.SEA:
            return up
        case Place.MEADOW:
            rise, slope = 8.0 + 8.0 * np.sin(math.tau * turn), 0.39 * np.cos(math.tau * turn)
        case Place.DESERT:
            rise, slope = 18.0 * np.abs(np.sin(math.pi * turn)), 0.44 * np.cos(math.pi * turn)
        case Place.MOUNTAINS:
            rise = 40.0 * np.abs(np.mod(turn, 1.0) - 0.5) * 2.0
            slope = np.full_like(turn, 0.625)
        case _:
            return _skyline(turn=turn, up=up)
    return np.asarray((up - rise) / np.sqrt(1.0 + slope**2))


def _skyline(*, turn: Floats, up: Floats) -> Floats:
    """Distance to a row of buildings of one width and of several heights."""
    wide = LAND_PERIOD / len(ROOFS)
    spot = np.floor(turn * len(ROOFS)).astype(int)
    distance = up
    for step in (-1, 0, 1):
        roof = np.asarray(ROOFS)[np.mod(spot + step, len(ROOFS))]
        aside = np.abs(turn * len(ROOFS) - (spot + step + 0.5)) * wide - wide / 2 - SEAM_PX
        above = up - roof
        outside = np.hypot(np.maximum(aside, 0.0), np.maximum(above, 0.0))
        distance = np.minimum(distance, outside + np.minimum(np.maximum(aside, above), 0.0))
    return np.asarray(distance)


def _rgb(colour: Rgb) -> Floats:
    return np.asarray(colour, dtype=np.float32)


def _f32(values: NDArray[np.floating]) -> Floats:
    return np.asarray(values, dtype=np.float32)
