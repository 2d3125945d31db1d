"""The model that comes with the project, through the same door as any other."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from django.conf import settings

from generation.coverage import coverage_of
from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.folder import check_folder
from generation.engines.given import Given, KnownFrames
from generation.engines.wan_given import encoded
from generation.model_defaults import model_defaults
from generation.spec import RenderSpec, delivered_size
from generation.training.codes import SUBJECT
from generation.training.painting import Window, paint
from generation.training.scenes import Colour, Concepts, Move, Place, Subject, Time, sample_scene

FOLDER: Path = settings.PROJECT_FOLDER / "generation" / "builtin_model"
PROMPT = "a red ball moves left over the sea"


@pytest.fixture(scope="module")
def engine() -> DiffusersEngine:
    return load(FOLDER, threads=2)


def _spec(prompt: str = PROMPT) -> RenderSpec:
    usual = model_defaults(FOLDER).render
    width, height = delivered_size(usual.width, usual.height)
    return RenderSpec(
        prompt=prompt,
        negative_prompt="",
        width=usual.width,
        height=usual.height,
        num_frames=usual.num_frames,
        fps=Fraction(usual.fps),
        steps=usual.steps,
        guidance_scale=usual.guidance_scale,
        seed=7,
        delivered_width=width,
        delivered_height=height,
    )


def test_is_locked_as_it_is_and_small_enough_to_come_along() -> None:
    checked = check_folder(FOLDER)

    assert checked.family.pipeline == "WanPipeline"
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < 40 * 2**20


def test_understands_every_word_of_the_demos_prompt() -> None:
    vocabulary = model_defaults(FOLDER).vocabulary

    assert vocabulary is not None
    found = coverage_of(PROMPT, vocabulary)
    assert {word.kind for word in found.understood} == {"colour", "shape", "motion", "place"}
    assert found.ignored == ()


def test_renders_moving_pictures_that_follow_the_prompt(engine: DiffusersEngine) -> None:
    red, blue = (
        np.stack(list(engine.render(_spec(prompt), on_progress=lambda _: None))).astype(float)
        for prompt in (PROMPT, PROMPT.replace("red", "blue"))
    )

    assert red.shape[0] >= 17
    assert min(red.shape[1:3]) >= 64
    # It moves, and a word changes what is seen.
    assert np.abs(red[-1] - red[0]).max() > 40
    assert np.abs(red - blue).max() > 40


def _drawn(subject: Subject) -> npt.NDArray[np.uint8]:
    """One picture, uint8 (1, height, width, 3)."""
    concepts = Concepts(Place.CITY, Time.NIGHT, subject, Colour.BLUE, Move.LEFT)
    scene = sample_scene(concepts, rng=np.random.default_rng(5))
    return paint(scene, window=Window(frames=(0, 1))).frames


def test_reads_which_subject_a_picture_shows(engine: DiffusersEngine) -> None:
    vae = engine._pipeline.vae
    read = [
        list(Subject)[int(encoded(vae, _drawn(subject))[0, SUBJECT].mean(dim=(1, 2, 3)).argmax())]
        for subject in Subject
    ]
    assert read == list(Subject)


def test_goes_on_in_the_place_that_a_given_picture_shows(engine: DiffusersEngine) -> None:
    picture = _drawn(Subject.STAR)
    given = Given(known=(KnownFrames(picture, 0, first_is_free=False),))

    # Nothing is said of the place or the time.
    said = _spec("a blue star moves left")
    frames = np.stack(list(engine.render(said, on_progress=lambda _: None, given=given))).astype(float)

    shown = picture[0].astype(float)
    for rows in (slice(0, 12), slice(-12, None)):
        assert np.abs(frames[:, rows].mean(axis=(1, 2)) - shown[rows].mean(axis=(0, 1))).max() < 25
    assert np.abs(frames[-1] - frames[0]).max() > 40
