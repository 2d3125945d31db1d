"""Captions for sketchbook scenes, and the closed vocabulary that decides which words are understood.

Every concept has several surface forms; captions mix them with different word orders, filler
words, unknown words, missing parts and a few typing errors, so that the model learns to follow
the words it knows and to pass over the rest.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from generation.training.scenes import Colour, Concepts, Move, Place, Subject, Time, Weather
from generation.training.wording import decorated, one_of, unmarked

# Prompts often leave something out; then any value of the left-out concept is right.
OMISSION_SHARE = 0.2
HORIZON_SHARE = 0.1
HORIZON = "on the [horizon]"

SUBJECT_WORDS: Mapping[Subject, tuple[str, ...]] = {
    Subject.BALL: ("[ball]", "[sphere]", "[circle]"),
    Subject.STAR: ("[star]",),
    Subject.HEART: ("[heart]",),
    Subject.BOAT: ("[boat]", "[ship]", "[sailboat]"),
    Subject.BALLOON: ("[balloon]", "hot air [balloon]"),
    Subject.CAR: ("[car]", "[taxi]", "[automobile]"),
    Subject.HOUSE: ("[house]", "[cottage]", "[hut]"),
    Subject.TREE: ("[tree]", "[oak]"),
    Subject.FIGURE: ("[figure]", "[balloon-headed] [figure]", "[puppet]", "[doll]"),
}
COLOUR_WORDS: Mapping[Colour, tuple[str, ...]] = {
    Colour.RED: ("[red]", "[scarlet]", "[crimson]"),
    Colour.ORANGE: ("[orange]", "[amber]"),
    Colour.YELLOW: ("[yellow]", "[golden]"),
    Colour.GREEN: ("[green]", "[emerald]"),
    Colour.BLUE: ("[blue]", "[azure]"),
    Colour.PURPLE: ("[purple]", "[violet]"),
    Colour.WHITE: ("[white]", "[ivory]"),
}
# The word that carries the meaning stands in brackets; the rest is only grammar.
PLACE_PHRASES: Mapping[Place, tuple[str, ...]] = {
    Place.SEA: ("over the [sea]", "by the [ocean]", "above the [waves]", "at the [sea]", "on the [water]"),
    Place.MEADOW: ("in a [meadow]", "over the [grass]", "on a [field]", "before the [hills]"),
    Place.DESERT: ("in the [desert]", "over the [dunes]", "above the [sand]", "across the [desert]"),
    Place.MOUNTAINS: ("in the [mountains]", "before a [mountain]", "by the [peaks]", "over the [mountains]"),
    Place.CITY: ("in the [city]", "over the [town]", "before a [skyline]", "in a [city] street"),
}
TIME_PHRASES: Mapping[Time, tuple[str, ...]] = {
    Time.DAY: ("by [day]", "in the [daylight]", "under the [sun]", "on a [sunny] morning"),
    Time.SUNSET: ("at [sunset]", "in the [evening]", "at [dusk]", "against a [sunset] sky"),
    Time.NIGHT: ("at [night]", "in the [night]", "at [midnight]", "under the [moon]", "in the [moonlight]"),
}
WEATHER_PHRASES: Mapping[Weather, tuple[str, ...]] = {
    Weather.RAIN: ("in the [rain]", "while it [rains]", "in [rainy] weather", "in a [shower]"),
    Weather.SNOW: ("in the [snow]", "while it [snows]", "in a [snowfall]", "in a [snowstorm]"),
}
MOVE_PHRASES: Mapping[Move, tuple[str, ...]] = {
    Move.LEFT: (
        "moves [left]",
        "moving [left]",
        "slides to the [left]",
        "drifting [left]",
        "goes [leftwards]",
    ),
    Move.RIGHT: (
        "moves [right]",
        "moving [right]",
        "slides to the [right]",
        "drifting [right]",
        "goes [rightwards]",
    ),
    Move.UP: ("moves [up]", "[rises]", "[rising]", "floats [upwards]", "[climbs]", "goes [up]"),
    Move.DOWN: ("moves [down]", "[falls]", "[falling]", "drifts [downwards]", "[drops]", "[sinks]"),
    Move.CLOSER: ("comes [closer]", "[approaches]", "[approaching]", "[grows]", "gets [bigger]"),
    Move.PAN_LEFT: ("the [camera] [pans] to the [left]", "[pan] [left]", "[panning] [left]"),
    Move.PAN_RIGHT: ("the [camera] [pans] to the [right]", "[pan] [right]", "[panning] [right]"),
    Move.TILT_UP: ("the [camera] [tilts] [up]", "[tilt] [up]", "[tilting] [upwards]"),
    Move.TILT_DOWN: ("the [camera] [tilts] [down]", "[tilt] [down]", "[tilting] [downwards]"),
    Move.ZOOM_IN: ("the [camera] [zooms] in", "[zoom] in", "[zooming] in", "a slow [zoom] in"),
}
# Words of a move that mean nothing by themselves, or that say that the camera does it.
CAMERA_WORDS: Mapping[str, str] = {
    "camera": "camera",
    **dict.fromkeys(("pan", "pans", "panning"), "pan"),
    **dict.fromkeys(("tilt", "tilts", "tilting"), "tilt"),
    **dict.fromkeys(("zoom", "zooms", "zooming"), "zoom in"),
}
SUBJECT_TEMPLATES: tuple[str, ...] = (
    "a {colour} {subject} {move} {place} {time} {weather}",
    "a {colour} {subject} {move} {place} {time} {weather}",
    "the {colour} {subject} {move} {time} {place} {weather}",
    "{place} {time} a {colour} {subject} {move} {weather}",
    "{colour} {subject}, {place}, {time}, {weather}, {move}",
    "{time}, {weather}, a {colour} {subject} {move} {place}",
    "a {subject}, {colour}, {move} {place} {weather} {time}",
    "we see a {colour} {subject} {place} {time}; it {move} {weather}",
)
CAMERA_TEMPLATES: tuple[str, ...] = (
    "{move}: a {colour} {subject} {place} {time} {weather}",
    "a {colour} {subject} {place} {time} {weather}, {move}",
    "{place} {time} a {colour} {subject} {weather}; {move}",
    "{colour} {subject}, {place}, {time}, {weather}, {move}",
    "{move} past a {colour} {subject} {time} {place} {weather}",
)
CAMERA_MOVES = frozenset({Move.PAN_LEFT, Move.PAN_RIGHT, Move.TILT_UP, Move.TILT_DOWN, Move.ZOOM_IN})


def vocabulary() -> dict[str, dict[str, str]]:
    """Map every understood word to its kind and concept: `{"red": {"kind": "colour", ...}}`."""
    words: dict[str, dict[str, str]] = {"horizon": {"kind": "view", "concept": "horizon"}}
    tables: tuple[tuple[str, Mapping[Any, tuple[str, ...]]], ...] = (
        ("place", PLACE_PHRASES),
        ("time", TIME_PHRASES),
        ("weather", WEATHER_PHRASES),
        ("shape", SUBJECT_WORDS),
        ("colour", COLOUR_WORDS),
        ("motion", {move: forms for move, forms in MOVE_PHRASES.items() if move not in CAMERA_MOVES}),
    )
    for kind, table in tables:
        for concept, forms in table.items():
            for word in (word for form in forms for word in meanings(form)):
                words[word] = {"kind": kind, "concept": str(concept)}
    words |= {word: {"kind": "camera", "concept": concept} for word, concept in CAMERA_WORDS.items()}
    return words


def camera_moves() -> dict[str, str]:
    """What the camera can do, each with the words that say it: `{"pan_left": "the camera pans to the left"}`."""
    return {
        move.value.replace(" ", "_"): unmarked(MOVE_PHRASES[move][0]) for move in Move if move in CAMERA_MOVES
    }


def caption(concepts: Concepts, *, rng: np.random.Generator, plain: bool = False) -> str:
    """Write one caption; `plain` ones name everything and have no typos or fillers."""
    parts = {
        "colour": one_of(COLOUR_WORDS[concepts.colour], rng=rng),
        "subject": one_of(SUBJECT_WORDS[concepts.subject], rng=rng),
        "place": one_of(PLACE_PHRASES[concepts.place], rng=rng),
        "time": one_of(TIME_PHRASES[concepts.time], rng=rng),
        "move": one_of(MOVE_PHRASES[concepts.move], rng=rng),
        "weather": one_of(WEATHER_PHRASES.get(concepts.weather, ("",)), rng=rng),
    }
    if not plain and rng.random() < OMISSION_SHARE:
        left_out = one_of(tuple(parts), rng=rng)
        parts[left_out] = "thing" if left_out == "subject" else ""
    if not plain and rng.random() < HORIZON_SHARE:
        parts["place"] += f" {HORIZON}"
    templates = CAMERA_TEMPLATES if concepts.move in CAMERA_MOVES else SUBJECT_TEMPLATES
    text = unmarked(one_of(templates, rng=rng).format(**parts))
    if not plain:
        text = decorated(text, rng=rng)
    text = " ".join(text.split()).replace(" ,", ",").replace(" ;", ";")
    while ",," in text or ", ," in text:
        text = text.replace(", ,", ",").replace(",,", ",")
    return text.strip(" ,;:")


def meanings(phrase: str) -> tuple[str, ...]:
    """The words in brackets."""
    return tuple(part.partition("]")[0] for part in phrase.split("[")[1:])
