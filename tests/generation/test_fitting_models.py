"""A take that names no model goes to the newest that can make it; one that names another is told which."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.ids import new_id
from generation.engines.folder import model_digest, size_limits, write_lock
from generation.errors import SizeNotPossible
from generation.iterating.choices import length_choices, size_choices
from generation.iterating.errors import ModelCannot
from generation.model_defaults import model_defaults
from generation.models import ModelRelease
from generation.operations.takes import request_take, try_take
from generation.queries import TakeCard
from generation.spec import RenderSpec
from generation.values import TakeState
from tests.factories.generation import spec, tiny_wan_folder
from tests.factories.picture_families import tiny_wan_from_picture_folder
from tests.factories.requests import a_browser
from tests.factories.takes import NOON, Studio, a_model_release, a_studio, an_order_for

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A model of words; one that makes takes from a picture alone; one whose clips three devices share."""
    root = tmp_path_factory.mktemp("fitting")
    words = tiny_wan_folder(root / "words")
    shared = root / "shared"
    shutil.copytree(words, shared)
    said = {"devices": 3, "effects": {"devices": "not measured"}}
    (shared / "speed.json").write_text(json.dumps(said))
    write_lock(shared)
    return {
        "words": words,
        "pictures": tiny_wan_from_picture_folder(root / "pictures"),
        "shared": shared,
    }


@pytest.fixture
def studio(committed_db: None, folders: dict[str, Path]) -> Studio:
    """Its one cleared model takes words."""
    return a_studio(folders["words"])


def _newer(studio: Studio, folder: Path, *, days: int = 1, cleared: bool = True) -> ModelRelease:
    return a_model_release(
        studio.producer,
        cleared=cleared,
        name=f"Newer {days} {new_id()}",
        folder=str(folder),
        lock_sha256=model_digest(folder),
        approved_at=NOON + timedelta(days=days),
    )


def _ask(studio: Studio, **order: object) -> TakeCard:
    return request_take(an_order_for(studio, **order), actor=studio.producer, idempotency_key=str(new_id()))


def test_words_alone_go_to_the_newest_model_that_makes_takes_of_words(
    studio: Studio, folders: dict[str, Path]
) -> None:
    pictures = _newer(studio, folders["pictures"])

    card = _ask(studio)

    assert card.model_name == studio.model.name
    assert card.state is TakeState.QUEUED
    with pytest.raises(ModelCannot, match="from a picture on the first frame") as refusal:
        _ask(studio, model_id=pictures.id)
    assert f"{studio.model} can: choose that model." in str(refusal.value)
    page = a_browser(studio.producer).get(f"/takes/{card.id}").text
    assert studio.model.name in page


def test_a_size_that_the_newest_refuses_goes_to_the_next_that_makes_it(
    studio: Studio, folders: dict[str, Path]
) -> None:
    shared = _newer(studio, folders["shared"])
    limits = size_limits(folders["shared"])
    odd = next(
        (width, 64)
        for width in range(limits.width_multiple, 400, limits.width_multiple)
        if not limits.shares(width, 64, 5)
    )
    asked = {"width": odd[0], "height": odd[1], "num_frames": 5}

    assert _ask(studio, **asked).model_name.startswith(studio.model.name)
    trial = try_take(an_order_for(studio, **asked), actor=studio.producer)
    assert (trial.spec.width, trial.spec.height) == odd
    with pytest.raises(SizeNotPossible, match="3 devices can share evenly") as refusal:
        _ask(studio, model_id=shared.id, **asked)
    assert f"{studio.model} can make it" in str(refusal.value)


def test_a_model_that_is_not_cleared_is_never_proposed_and_the_newest_says_why_nobody_can(
    studio: Studio, folders: dict[str, Path]
) -> None:
    _newer(studio, folders["words"], days=2, cleared=False)
    newest = _newer(studio, folders["pictures"], days=3)

    with pytest.raises(SizeNotPossible, match="not possible with this model") as refusal:
        _ask(studio, width=50, height=50)
    assert "choose that model" not in str(refusal.value)
    assert _ask(studio).model_name != newest.name


@pytest.mark.parametrize("devices", [1, 2, 3, 4, 5, 8, 16])
@pytest.mark.parametrize("name", ["words", "pictures"])
def test_every_size_that_is_offered_can_be_made_at_every_length_that_is(
    folders: dict[str, Path], name: str, devices: int
) -> None:
    limits = replace(size_limits(folders[name]), devices=devices)
    usual = model_defaults(folders[name]).render

    sizes, lengths = size_choices(limits, usual), length_choices(limits, usual)

    if limits.shares(usual.width, usual.height, usual.num_frames):
        assert len(sizes) > 2
        assert (sizes[0].width, sizes[0].height) == (usual.width, usual.height)
        assert usual.num_frames in {one.num_frames for one in lengths}
    for size in sizes:
        for length in lengths:
            limits.check(_spec(size.width, size.height, length.num_frames))


def _spec(width: int, height: int, num_frames: int) -> RenderSpec:
    return spec(
        width=width, height=height, num_frames=num_frames, delivered_width=width, delivered_height=height
    )
