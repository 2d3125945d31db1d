"""Sketchbook scenes are drawn whole, are named by their captions, and are said by their latents."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from generation.training.captions import CAMERA_MOVES, caption, vocabulary
from generation.training.codes import (
    ACROSS,
    CODE_SHAPE,
    GOING,
    OWN,
    OWN_REACH,
    SPATIAL_FACTOR,
    SUBJECT,
    TEMPORAL_FACTOR,
    UP,
    encode_scene,
)
from generation.training.painting import PERIOD, SPEEDS, Window, falling_cover, paint
from generation.training.pool import compute_pool, normalised, open_code_pool, scene_of
from generation.training.scenes import (
    COMBINATIONS,
    FRAMES,
    HEIGHT,
    HELD_OUT,
    SUN_RADIUS,
    TRAINED,
    WIDTH,
    Move,
    Subject,
    Weather,
    sample_scene,
)


def test_a_tenth_of_the_combinations_is_never_trained_on() -> None:
    assert len(HELD_OUT) == round(len(COMBINATIONS) / 10)
    assert not HELD_OUT & set(TRAINED)
    assert {one.subject for one in HELD_OUT} == set(Subject)
    assert {one.move for one in HELD_OUT} == set(Move)
    assert not {scene_of(index, seed=1).concepts for index in range(200)} & HELD_OUT


@pytest.mark.parametrize("move", list(Move))
def test_subject_and_sun_stay_in_the_picture_and_nothing_outruns_a_latent(move: Move) -> None:
    rng = np.random.default_rng(3)
    for concepts in [one for one in COMBINATIONS if one.move is move][::40]:
        scene = sample_scene(concepts, rng=rng)
        for share in (0.0, 1.0):
            zoom = scene.zoom**share
            radius = scene.start_radius + (scene.end_radius - scene.start_radius) * share
            ends = zip(scene.start, scene.end, scene.camera, scene.sun, (WIDTH, HEIGHT), strict=True)
            for start, end, camera, sun, size in ends:
                centre = (start + (end - start) * share - camera * share - size / 2) * zoom + size / 2
                assert radius * zoom <= centre + 1 <= size + 2 - radius * zoom
                shown = (sun - camera * share - size / 2) * zoom + size / 2
                assert SUN_RADIUS * zoom - 6 <= shown <= size
        travel = np.abs(np.subtract(scene.end, scene.start) - scene.camera).max()
        assert travel * TEMPORAL_FACTOR / (FRAMES - 1) < SPATIAL_FACTOR


def test_the_same_scene_is_painted_the_same_whole_or_in_pieces() -> None:
    scene = scene_of(17, seed=1)

    whole = paint(scene, window=Window(frames=(4, 6)))
    piece = paint(scene, window=Window(frames=(5, 6), rows=(32, 80), columns=(16, 64)))

    assert whole.frames.shape == (2, HEIGHT, WIDTH, 3)
    assert np.array_equal(whole.frames[1:, 32:80, 16:64], piece.frames)
    assert np.array_equal(whole.mask[1:, 32:80, 16:64], piece.mask)
    assert 400 < whole.mask[0].sum() < HEIGHT * WIDTH / 3


def test_flakes_fall_and_drops_come_again() -> None:
    rows, columns = np.arange(64, dtype=np.float32), np.arange(96, dtype=np.float32)

    def cover(weather: Weather, frame: float, lower: float = 0.0) -> npt.NDArray[np.float32]:
        times = np.asarray([frame], dtype=np.float32)
        return falling_cover(weather, times=times, rows=rows + np.float32(lower), columns=columns)

    for weather in (Weather.SNOW, Weather.RAIN):
        assert 0.005 < (cover(weather, 0) > 0.3).mean() < 0.15
        assert np.allclose(cover(weather, 0), cover(weather, PERIOD / SPEEDS[weather]), atol=1e-3)
        assert not np.allclose(cover(weather, 0), cover(weather, 1), atol=0.3)
    assert np.allclose(cover(Weather.SNOW, 0), cover(Weather.SNOW, 1, SPEEDS[Weather.SNOW]), atol=1e-3)


def test_latents_say_what_is_seen_and_change_evenly() -> None:
    scene = next(
        one for one in (scene_of(index, seed=1) for index in range(99)) if one.concepts.move is Move.RIGHT
    )

    codes = encode_scene(scene)

    assert codes.shape == CODE_SHAPE
    # What the clip shows is said everywhere.
    assert (codes[SUBJECT] == codes[SUBJECT][:, :1, :1, :1]).all()
    assert list(Subject)[int(codes[SUBJECT][:, 0, 0, 0].argmax())] is scene.concepts.subject
    # The middle of the subject is where its own coordinates are zero, at every fourth frame.
    for number in (0, 8):
        share = number / (CODE_SHAPE[1] - 1)
        across = codes[OWN][0, number, 0]
        near = np.abs(across) < 1.0
        middles = (np.arange(CODE_SHAPE[3]) + 0.5)[near] * SPATIAL_FACTOR
        centre = scene.start[0] + (scene.end[0] - scene.start[0]) * share
        assert np.interp(0.0, across[near], middles) == pytest.approx(centre, abs=0.1)
        ramp = SPATIAL_FACTOR / scene.start_radius / OWN_REACH
        assert np.diff(across[near]) == pytest.approx(ramp, rel=1e-3)
    # Between neighbours the coordinates are ramps, so that what lies between them can be filled in.
    steps = np.diff(codes[UP][0, 0, :, 0])
    assert np.allclose(steps, -SPATIAL_FACTOR / 64.0, atol=1e-4)
    assert codes[OWN].max() <= 1.0


@pytest.mark.parametrize(
    ("move", "subject", "world", "grows"),
    [
        (Move.LEFT, (-1, 0), (0, 0), 0.0),
        (Move.RIGHT, (1, 0), (0, 0), 0.0),
        (Move.UP, (0, -1), (0, 0), 0.0),
        (Move.DOWN, (0, 1), (0, 0), 0.0),
        (Move.CLOSER, (0, 0), (0, 0), 1.0),
        (Move.PAN_LEFT, (1, 0), (1, 0), 0.0),
        (Move.PAN_RIGHT, (-1, 0), (-1, 0), 0.0),
        (Move.TILT_UP, (0, 1), (0, 1), 0.0),
        (Move.TILT_DOWN, (0, -1), (0, -1), 0.0),
        (Move.ZOOM_IN, (0, 0), (0, 0), 1.0),
    ],
)
def test_latents_say_everywhere_what_moves(
    move: Move, subject: tuple[int, int], world: tuple[int, int], grows: float
) -> None:
    concepts = next(one for one in COMBINATIONS if one.move is move)

    codes = encode_scene(sample_scene(concepts, rng=np.random.default_rng(2)))

    going = codes[GOING]
    assert np.ptp(going, axis=(1, 2, 3)).max() == 0.0
    assert going[:, 0, 0, 0] == pytest.approx((*subject, *world, grows), abs=0.3)
    across = codes[ACROSS][0]
    assert np.allclose(across[0, 0], np.linspace(across[0, 0, 0], -across[0, 0, 0], across.shape[-1]))
    assert (across == across[0, 0]).all()


def test_a_pool_holds_the_latents_of_its_scenes(tmp_path: Path) -> None:
    compute_pool(tmp_path, clips=3, seed=5, workers=1)

    pool = open_code_pool(tmp_path, seed=5)

    assert np.allclose(pool.codes[2], encode_scene(scene_of(2, seed=5)), atol=2e-3)
    assert pool.concepts[2] == scene_of(2, seed=5).concepts
    assert normalised(np.array(pool.codes), pool.statistics).abs().max() < 12


def test_plain_captions_name_exactly_what_is_shown() -> None:
    rng = np.random.default_rng(2)
    words = vocabulary()
    for index in range(0, len(COMBINATIONS), 23):
        said = scene_of(index, seed=3).concepts
        text = caption(said, rng=rng, plain=True)
        found: dict[str, set[str]] = {}
        for word in re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower()):
            if word in words:
                found.setdefault(words[word]["kind"], set()).add(words[word]["concept"])

        assert found["shape"] == {said.subject}, text
        assert found["colour"] == {said.colour}, text
        assert found["place"] == {said.place}, text
        assert found["time"] == {said.time}, text
        assert found.get("weather", {"clear"}) == {said.weather}, text
        moved = found.get("motion", set()) | found.get("camera", set()) - {"camera"}
        assert " ".join(sorted(moved, key=("pan", "tilt").__contains__, reverse=True)) == said.move, text
        assert ("camera" in found) == (said.move in CAMERA_MOVES)
