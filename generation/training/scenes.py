"""What the sketchbook knows: a place at a time of day, one subject, weather, and one move.

A `Scene` is one drawable combination with its sizes; `sample_scene` draws it from a seeded
generator. A tenth of all combinations of backdrop, subject, colour and move is held out.
"""

import itertools
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

FRAMES = 33
HEIGHT = 128
WIDTH = 224
FPS = 8
LAST = FRAMES - 1
MIDDLE = (WIDTH / 2, HEIGHT / 2)

HELD_OUT_SEED = 20_261_130
HELD_OUT_SHARE = 0.1
SUN_RADIUS = 13.0


class Place(StrEnum):
    """What lies under the sky."""

    SEA = "sea"
    MEADOW = "meadow"
    DESERT = "desert"
    MOUNTAINS = "mountains"
    CITY = "city"


class Time(StrEnum):
    """The light: sun in the sky by day and at sunset, a moon at night."""

    DAY = "day"
    SUNSET = "sunset"
    NIGHT = "night"


class Weather(StrEnum):
    """What falls."""

    CLEAR = "clear"
    RAIN = "rain"
    SNOW = "snow"


class Subject(StrEnum):
    """What the shot is of."""

    BALL = "ball"
    STAR = "star"
    HEART = "heart"
    BOAT = "boat"
    BALLOON = "balloon"
    CAR = "car"
    HOUSE = "house"
    TREE = "tree"
    FIGURE = "figure"


class Colour(StrEnum):
    """The fill of the subject."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    WHITE = "white"


class Move(StrEnum):
    """Where the subject goes, or what the camera does: then everything in the picture moves."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    CLOSER = "closer"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    ZOOM_IN = "zoom in"


@dataclass(frozen=True, slots=True)
class Concepts:
    """The choices that a caption may name."""

    place: Place
    time: Time
    subject: Subject
    colour: Colour
    move: Move
    weather: Weather = Weather.CLEAR


@dataclass(frozen=True, slots=True)
class Scene:
    """One drawable clip: its concepts and the numbers that a caption does not name, in pixels.

    `start` and `end` are the subject's centre (x, y) in the world in the first and last frame,
    `start_radius` and `end_radius` its size. `camera` is how far the camera has moved (x, y) in
    the last frame and `zoom` how many times larger everything is then. `land_phase` is
    where the land's period begins.
    """

    concepts: Concepts
    start: tuple[float, float]
    end: tuple[float, float]
    start_radius: float
    end_radius: float
    camera: tuple[float, float]
    zoom: float
    sun: tuple[float, float]
    horizon: float
    land_phase: float


# The weather is drawn apart, so that it does not multiply the combinations.
COMBINATIONS: tuple[Concepts, ...] = tuple(
    Concepts(*choice) for choice in itertools.product(Place, Time, Subject, Colour, Move)
)


def _held_out() -> frozenset[Concepts]:
    order = np.random.default_rng(HELD_OUT_SEED).permutation(len(COMBINATIONS))
    return frozenset(COMBINATIONS[index] for index in order[: round(len(COMBINATIONS) * HELD_OUT_SHARE)])


HELD_OUT: frozenset[Concepts] = _held_out()
TRAINED: tuple[Concepts, ...] = tuple(one for one in COMBINATIONS if one not in HELD_OUT)


def sample_scene(concepts: Concepts, *, rng: np.random.Generator) -> Scene:
    """Place `concepts` in the frame: the whole subject stays inside it for the whole clip."""
    radius = float(rng.uniform(26.0, 31.0))
    start_radius = end_radius = radius
    across, along = float(rng.uniform(62.0, 84.0)), float(rng.uniform(30.0, 38.0))
    middle_x = MIDDLE[0] + float(rng.uniform(-30.0, 30.0))
    middle_y = MIDDLE[1] + float(rng.uniform(-1.0, 1.0)) * (MIDDLE[1] - radius - 6.0)
    start = end = (middle_x, middle_y)
    camera, zoom = (0.0, 0.0), 1.0
    vertical_middle = MIDDLE[1] + float(rng.uniform(-6.0, 6.0))
    match concepts.move:
        case Move.LEFT | Move.RIGHT:
            sign = 1.0 if concepts.move is Move.RIGHT else -1.0
            start, end = (middle_x - sign * across / 2, middle_y), (middle_x + sign * across / 2, middle_y)
        case Move.UP | Move.DOWN:
            sign = 1.0 if concepts.move is Move.DOWN else -1.0
            start = (middle_x, vertical_middle - sign * along / 2)
            end = (middle_x, vertical_middle + sign * along / 2)
        case Move.CLOSER:
            start_radius, end_radius = float(rng.uniform(17.0, 20.0)), float(rng.uniform(36.0, 42.0))
            start = end = (middle_x, MIDDLE[1] + float(rng.uniform(-14.0, 14.0)))
        case Move.PAN_LEFT | Move.PAN_RIGHT:
            sign = 1.0 if concepts.move is Move.PAN_RIGHT else -1.0
            camera = (sign * across, 0.0)
            start = end = (middle_x + sign * across / 2, middle_y)
        case Move.TILT_UP | Move.TILT_DOWN:
            sign = 1.0 if concepts.move is Move.TILT_DOWN else -1.0
            camera = (0.0, sign * along)
            start = end = (middle_x, vertical_middle + sign * along / 2)
        case _:  # the zoom
            zoom = float(rng.uniform(1.6, 1.8))
            start_radius = end_radius = float(rng.uniform(21.0, 24.0))
            start = end = (
                MIDDLE[0] + float(rng.uniform(-20.0, 20.0)),
                MIDDLE[1] + float(rng.uniform(-12.0, 12.0)),
            )
    return Scene(
        concepts=concepts,
        start=start,
        end=end,
        start_radius=start_radius,
        end_radius=end_radius,
        camera=camera,
        zoom=zoom,
        sun=_sun_place(start, end, camera=camera, zoom=zoom, rng=rng),
        horizon=float(rng.uniform(82.0, 90.0)),
        land_phase=float(rng.uniform(0.0, 1.0)),
    )


def _sun_place(
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    camera: tuple[float, float],
    zoom: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Choose a place in the sky that stays in the picture, rather beside the subject than behind it."""
    inset = SUN_RADIUS + 5.0
    # Under a zoom only the middle of the first picture stays to the end.
    keep_x, keep_y = MIDDLE[0] / zoom - inset, MIDDLE[1] / zoom - inset
    low_x, high_x = MIDDLE[0] - keep_x + max(0.0, camera[0]), MIDDLE[0] + keep_x + min(0.0, camera[0])
    top = MIDDLE[1] - keep_y + max(0.0, camera[1])
    places = [(float(rng.uniform(low_x, high_x)), top + float(rng.uniform(0.0, 16.0))) for _ in range(6)]
    subject_x = (start[0] + end[0]) / 2
    if top - min(0.0, camera[1]) + inset > HEIGHT:
        raise ValueError("the sun left the picture")
    return max(places, key=lambda place: abs(place[0] - subject_x))
