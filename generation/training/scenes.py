"""What the built-in model knows: backgrounds, shapes, colours and motions of one object.

A `Scene` is one drawable combination with its sizes; `sample_scene` draws it from a seeded
generator. A tenth of all combinations is held out of training for the scores.
"""

import itertools
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

FRAMES = 17
HEIGHT = 64
WIDTH = 96
FPS = 8

HELD_OUT_SEED = 20_261_123
HELD_OUT_SHARE = 0.1


class Background(StrEnum):
    """Where the object is."""

    SEA = "sea"
    MEADOW = "meadow"
    DESERT = "desert"
    SNOW = "snow"
    NIGHT = "night"
    SUNSET = "sunset"


class Shape(StrEnum):
    """What the object is."""

    BALL = "ball"
    BOX = "box"
    TRIANGLE = "triangle"
    STAR = "star"
    HEART = "heart"
    RING = "ring"


class Colour(StrEnum):
    """The fill of the object."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    WHITE = "white"


class Motion(StrEnum):
    """Where the object goes during the clip; `CLOSER` grows in place."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    CLOSER = "closer"


@dataclass(frozen=True, slots=True)
class Concepts:
    """The four choices a caption names."""

    background: Background
    shape: Shape
    colour: Colour
    motion: Motion


@dataclass(frozen=True, slots=True)
class Scene:
    """One drawable clip: its concepts and the numbers that a caption does not name.

    `start` and `end` are the object's centre (x, y) in pixels in the first and last frame,
    `start_radius` and `end_radius` its size in pixels. `detail_seed` places waves, stars
    and flakes.
    """

    concepts: Concepts
    start: tuple[float, float]
    end: tuple[float, float]
    start_radius: float
    end_radius: float
    detail_seed: int


ALL_CONCEPTS: tuple[Concepts, ...] = tuple(
    Concepts(*choice) for choice in itertools.product(Background, Shape, Colour, Motion)
)


def _held_out() -> frozenset[Concepts]:
    order = np.random.default_rng(HELD_OUT_SEED).permutation(len(ALL_CONCEPTS))
    count = round(len(ALL_CONCEPTS) * HELD_OUT_SHARE)
    return frozenset(ALL_CONCEPTS[index] for index in order[:count])


HELD_OUT: frozenset[Concepts] = _held_out()
TRAINED: tuple[Concepts, ...] = tuple(c for c in ALL_CONCEPTS if c not in HELD_OUT)


def sample_scene(concepts: Concepts, *, rng: np.random.Generator) -> Scene:
    """Place `concepts` in the frame: the whole object stays inside it for the whole clip."""
    margin = 2.0
    middle = (WIDTH / 2, HEIGHT / 2)
    if concepts.motion is Motion.CLOSER:
        start_radius = rng.uniform(9.0, 11.0)
        end_radius = rng.uniform(22.0, 26.0)
        centre = (
            middle[0] + rng.uniform(-16.0, 16.0),
            middle[1] + rng.uniform(-4.0, 4.0),
        )
        start = end = centre
    elif concepts.motion in {Motion.LEFT, Motion.RIGHT}:
        start_radius = end_radius = rng.uniform(14.0, 20.0)
        near = end_radius + margin + rng.uniform(0.0, 4.0)
        far = WIDTH - end_radius - margin - rng.uniform(0.0, 4.0)
        reach = HEIGHT / 2 - end_radius - margin
        row = middle[1] + rng.uniform(-reach, reach)
        start, end = (near, row), (far, row)
        if concepts.motion is Motion.LEFT:
            start, end = end, start
    else:
        start_radius = end_radius = rng.uniform(13.0, 16.0)
        top = end_radius + margin + rng.uniform(0.0, 1.5)
        bottom = HEIGHT - end_radius - margin - rng.uniform(0.0, 1.5)
        column = middle[0] + rng.uniform(-26.0, 26.0)
        start, end = (column, top), (column, bottom)
        if concepts.motion is Motion.UP:
            start, end = end, start
    return Scene(
        concepts=concepts,
        start=start,
        end=end,
        start_radius=start_radius,
        end_radius=end_radius,
        detail_seed=int(rng.integers(2**31)),
    )
