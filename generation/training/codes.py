"""The latents of a scene, computed and not learnt: every number has a meaning.

One latent covers 16x16 pixels and four frames. It says what the clip shows (subject, colour, place,
time, weather: the same everywhere in the picture), where its own middle is (seen from the subject,
from the sun, from the horizon), where in the picture it is, how much of the clip is over, and what
moves how far in the whole clip. Such numbers change evenly from
place to place and from time to time, so a small transformer can make them and a small decoder can
fill in the pixels between them sharply. Because latents are known beforehand, decoder, encoder and
transformer learn at the same time.

The decoder's upsampling repeats values and mixes neighbours, so nothing finer than a latent may be
packed side by side into its channels: what is even over a neighbourhood stays even.

Latent i belongs to frame 4i: the decoder sees latents i-2 to i when it paints frames 4i-3 to 4i.
"""

import math

import numpy as np
from numpy.typing import NDArray

from generation.training.layers import LAND_PERIOD, PALETTE, frame_at, land_colour
from generation.training.painting import falling_phases
from generation.training.scenes import (
    FRAMES,
    HEIGHT,
    LAST,
    WIDTH,
    Place,
    Scene,
    Subject,
    Time,
    Weather,
)

Floats = NDArray[np.float32]

SPATIAL_FACTOR = 16
TEMPORAL_FACTOR = 4
SUBJECT = slice(0, 9)
PLACE = slice(9, 14)
TIME = slice(14, 17)
FILL = slice(17, 20)
LAND_RGB = slice(20, 23)
WEATHER = slice(23, 25)
OWN = slice(25, 27)
SUN = slice(27, 29)
UP = slice(29, 30)
TURN = slice(30, 32)
FALLING = slice(32, 36)
CLOCK = slice(36, 37)
ACROSS = slice(37, 38)
GOING = slice(38, 43)
CODE_CHANNELS = 43
CODE_SHAPE = (
    CODE_CHANNELS,
    1 + (FRAMES - 1) // TEMPORAL_FACTOR,
    HEIGHT // SPATIAL_FACTOR,
    WIDTH // SPATIAL_FACTOR,
)

# Coordinates are cut off here: in radii of the subject, in pixels from the sun.
OWN_REACH = 2.4
SUN_REACH = 48.0
UP_UNIT = 64.0
# A usual movement in the whole clip is about one: pixels sideways, pixels up or down, times larger.
GOING_UNITS = (73.0, 34.0)
GROWTH_UNIT = 2.0


def encode_scene(scene: Scene) -> Floats:
    """Give the scene's latents, float32 `CODE_SHAPE`, each within -1..1 or little more."""
    return encode_frames(scene, frames=np.arange(0, FRAMES, TEMPORAL_FACTOR, dtype=np.float32))


def encode_frames(scene: Scene, *, frames: Floats) -> Floats:
    """Give the latents (C, T', H', W') that belong to the frame numbers `frames` (T',)."""
    x = np.arange(SPATIAL_FACTOR / 2, WIDTH, SPATIAL_FACTOR, dtype=np.float32)
    y = np.arange(SPATIAL_FACTOR / 2, HEIGHT, SPATIAL_FACTOR, dtype=np.float32)
    at = frame_at(scene, x=x, y=y, frames=frames)
    codes = np.zeros((CODE_CHANNELS, *at.world_x.shape), dtype=np.float32)
    said = scene.concepts
    codes[SUBJECT][list(Subject).index(said.subject)] = 1.0
    codes[PLACE][list(Place).index(said.place)] = 1.0
    codes[TIME][list(Time).index(said.time)] = 1.0
    codes[FILL] = _unit(np.asarray(PALETTE[said.colour]))
    codes[LAND_RGB] = _unit(land_colour(said.place, said.time))
    codes[OWN] = np.clip(np.stack((at.own_x, at.own_y)) / OWN_REACH, -1.0, 1.0)
    from_sun = np.stack((at.world_x - scene.sun[0], at.world_y - scene.sun[1])) * at.zoom
    codes[SUN] = np.clip(from_sun / SUN_REACH, -1.0, 1.0)
    codes[UP] = (scene.horizon - at.world_y) / UP_UNIT
    # A transformer with rotary positions is told where a token is by nothing but what it holds.
    codes[CLOCK] = clock(frames)
    codes[ACROSS] = np.broadcast_to(2.0 * x / WIDTH - 1.0, at.world_x.shape)
    codes[GOING] = _going(scene)[:, None, None, None]
    turn = math.tau * (at.world_x / LAND_PERIOD + scene.land_phase)
    codes[TURN] = np.stack((np.sin(turn), np.cos(turn)))
    if said.weather is not Weather.CLEAR:
        codes[WEATHER][0 if said.weather is Weather.RAIN else 1] = 1.0
        first, second = falling_phases(said.weather, x=x, y=y, times=frames)
        codes[FALLING] = np.stack((np.sin(first), np.cos(first), np.sin(second), np.cos(second)))
    return codes


def clock(frames: Floats) -> Floats:
    """How much of a clip is over at the frame numbers `frames` (T',), -1 to 1, as (T', 1, 1)."""
    return np.asarray(2.0 * frames[:, None, None] / LAST - 1.0, dtype=np.float32)


def _going(scene: Scene) -> Floats:
    """How far subject and world move on the screen in the whole clip, and how much the subject grows: (5,).

    Said everywhere in the clip, so that the choice of a movement is as loud as that of a colour: as a
    difference between latents alone it is a hundredth of the loss, and was learnt last or not at all.
    """
    world = [-moved / unit for moved, unit in zip(scene.camera, GOING_UNITS, strict=True)]
    subject = [
        (end - begin) / unit + shift
        for begin, end, unit, shift in zip(scene.start, scene.end, GOING_UNITS, world, strict=True)
    ]
    growth = math.log(scene.zoom * scene.end_radius / scene.start_radius) / math.log(GROWTH_UNIT)
    return np.asarray((*subject, *world, growth), dtype=np.float32)


def _unit(rgb: NDArray[np.floating]) -> Floats:
    """Bring a colour (3,) to -1..1, as (3, 1, 1, 1)."""
    return np.asarray(rgb / 127.5 - 1.0, dtype=np.float32)[:, None, None, None]
