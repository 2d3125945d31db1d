"""Scenes are drawn the same way every time and hold what they promise."""

import numpy as np
import pytest

from generation.training.renderer import render, row_profile
from generation.training.scenes import (
    ALL_CONCEPTS,
    FRAMES,
    HEIGHT,
    HELD_OUT,
    TRAINED,
    WIDTH,
    Background,
    Colour,
    Concepts,
    Motion,
    Shape,
    sample_scene,
)

RED_BALL = Concepts(Background.SEA, Shape.BALL, Colour.RED, Motion.RIGHT)


def test_the_same_seed_draws_the_same_bytes() -> None:
    first, second = (render(sample_scene(RED_BALL, rng=np.random.default_rng(3))) for _ in range(2))

    assert first.frames.tobytes() == second.frames.tobytes()
    assert first.mask.tobytes() == second.mask.tobytes()


def test_another_seed_draws_another_clip() -> None:
    first, second = (render(sample_scene(RED_BALL, rng=np.random.default_rng(s))) for s in (3, 4))

    assert first.frames.tobytes() != second.frames.tobytes()


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("motion", Motion)
def test_the_object_stays_inside_the_frame_and_is_large(shape: Shape, motion: Motion) -> None:
    concepts = Concepts(Background.NIGHT, shape, Colour.WHITE, motion)

    clip = render(sample_scene(concepts, rng=np.random.default_rng(0)))

    assert clip.frames.shape == (FRAMES, HEIGHT, WIDTH, 3)
    assert clip.frames.dtype == np.uint8
    assert clip.mask.shape == (FRAMES, HEIGHT, WIDTH)
    areas = clip.mask.sum(axis=(1, 2))
    assert areas.min() > 60
    if motion is not Motion.CLOSER:
        assert np.ptp(areas) < 0.08 * areas.mean(), "cut off at an edge"


def test_held_out_combinations_are_never_trained_on_but_cover_every_concept() -> None:
    assert HELD_OUT.isdisjoint(TRAINED)
    assert len(HELD_OUT) + len(TRAINED) == len(ALL_CONCEPTS)
    for kind in (Background, Shape, Colour, Motion):
        name = kind.__name__.lower()
        assert {getattr(concepts, name) for concepts in HELD_OUT} == set(kind)


def test_backgrounds_differ_enough_to_be_told_apart() -> None:
    profiles = [row_profile(background) for background in Background]
    gaps = [np.abs(one - other).mean() for place, one in enumerate(profiles) for other in profiles[:place]]

    assert min(gaps) > 20
