"""The reading of sketchbook clips is right about clips the painter drew, and sees what is wrong."""

from dataclasses import replace

import numpy as np

from generation.training.painting import paint
from generation.training.scenes import (
    Colour,
    Concepts,
    Move,
    Place,
    Subject,
    Time,
    Weather,
    sample_scene,
)
from generation.training.scoring import Reading, read_clip, score

DRAWN = (
    Concepts(Place.SEA, Time.DAY, Subject.BOAT, Colour.WHITE, Move.PAN_LEFT),
    Concepts(Place.CITY, Time.NIGHT, Subject.CAR, Colour.YELLOW, Move.RIGHT, Weather.RAIN),
    Concepts(Place.MOUNTAINS, Time.DAY, Subject.FIGURE, Colour.RED, Move.ZOOM_IN, Weather.SNOW),
    Concepts(Place.DESERT, Time.SUNSET, Subject.BALLOON, Colour.PURPLE, Move.TILT_UP),
    Concepts(Place.MEADOW, Time.NIGHT, Subject.TREE, Colour.GREEN, Move.CLOSER),
)


def test_what_the_painter_drew_is_read_off_it() -> None:
    rng = np.random.default_rng(7)
    readings = [read_clip(paint(sample_scene(one, rng=rng)).frames) for one in DRAWN]

    for asked, seen in zip(DRAWN, readings, strict=True):
        assert seen == Reading(asked.place, asked.time, asked.subject, asked.colour, asked.move)
    wrong = [replace(DRAWN[0], time=Time.NIGHT), *DRAWN[1:]]
    assert score(readings, wanted=wrong).background == 0.8
    assert score(readings, wanted=wrong).all_four == 0.8
    assert score(readings, wanted=DRAWN).all_four == 1.0


def test_an_empty_and_a_standing_clip_are_not_taken_for_what_was_asked() -> None:
    clip = paint(sample_scene(DRAWN[0], rng=np.random.default_rng(7))).frames
    standing = np.repeat(clip[:1], len(clip), axis=0)
    empty = np.zeros_like(clip) + clip[:, :1, :1]

    assert read_clip(standing).move is None
    assert read_clip(standing).subject is Subject.BOAT
    nothing = read_clip(empty)
    assert (nothing.subject, nothing.colour, nothing.move) == (None, None, None)
