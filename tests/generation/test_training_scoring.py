"""The measurement is right about clips whose truth is known."""

import numpy as np

from generation.training.renderer import render, row_profile
from generation.training.scenes import (
    ALL_CONCEPTS,
    FRAMES,
    WIDTH,
    Background,
    Colour,
    Concepts,
    Motion,
    Shape,
    sample_scene,
)
from generation.training.scoring import Reading, read_clip, score


def test_drawn_clips_are_read_without_a_mistake() -> None:
    rng = np.random.default_rng(11)
    wanted = [ALL_CONCEPTS[index] for index in rng.choice(len(ALL_CONCEPTS), size=24, replace=False)]

    readings = [read_clip(render(sample_scene(concepts, rng=rng)).frames) for concepts in wanted]

    assert score(readings, wanted=wanted).all_four == 1.0


def test_an_empty_background_has_no_object() -> None:
    rows = np.rint(row_profile(Background.SNOW)).astype(np.uint8)
    frames = np.broadcast_to(rows[None, :, None, :], (FRAMES, *rows.shape[:1], WIDTH, 3))

    reading = read_clip(np.ascontiguousarray(frames))

    assert reading == Reading(background=Background.SNOW, shape=None, colour=None, motion=None)


def test_a_still_object_has_no_motion() -> None:
    concepts = Concepts(Background.SEA, Shape.STAR, Colour.RED, Motion.LEFT)
    moving = render(sample_scene(concepts, rng=np.random.default_rng(0))).frames
    still = np.repeat(moving[8:9], FRAMES, axis=0)

    reading = read_clip(still)

    assert (reading.shape, reading.colour, reading.motion) == (Shape.STAR, Colour.RED, None)


def test_scores_count_each_kind_by_itself() -> None:
    asked = Concepts(Background.SEA, Shape.STAR, Colour.RED, Motion.LEFT)
    right = Reading(Background.SEA, Shape.STAR, Colour.RED, Motion.LEFT)
    wrong_way = Reading(Background.SEA, Shape.STAR, Colour.RED, Motion.RIGHT)

    scores = score([right, wrong_way], wanted=[asked, asked])

    assert (scores.clips, scores.background, scores.motion, scores.all_four) == (2, 1.0, 0.5, 0.5)
