"""Screens look at what a likeness is trained on, before the device gets any of it, and the house decides the rest."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.conf import settings as configured
from django.core.management import call_command
from PIL import Image
from pytest_django import Settings

from accounts.models import Organisation
from accounts.values import Actor, Role
from audit.entry_types import EntryType
from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from config.screen_environment import ScreenSetting
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.engines.given import InMemory, ReferencePicture
from generation.engines.spawned import SpawnedEngine
from generation.engines.training_pictures import training_clips
from generation.errors import SourceUnreadable
from generation.likeness_training import working
from generation.likeness_training.values import TrainingFailure, TrainingState
from generation.models import ScreenRun
from generation.operations.trainings import cancel_training
from generation.screens import hooks
from generation.screens.hooks import ReleasedPicture, screen_released_pictures
from generation.screens.queries import ScreenReport, screens_of
from generation.screens.recording import screen_file
from generation.screens.values import Demand, ScreenedKind, ScreenKind, ScreenOutcome, ScreenStep, WhyNot
from generation.screens.weights import write_lock
from generation.training_spec import TrainingPicture, TrainingSpec
from licensing.custody.cards import AssetCard
from licensing.custody.comparing import allow_comparison
from licensing.custody.reading import asset_cards
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.custody import an_asset
from tests.factories.licensing import a_consent
from tests.factories.reference_pictures import a_picture, picture_file
from tests.factories.requests import a_browser, an_api_client
from tests.factories.screens import a_logo, a_protected_picture, demanding, held_in_clear, with_logo
from tests.factories.trainings import Likeness, a_clip, a_drawing, asked, clip_of, drawn_figure, worked_on

STAND_INS = "tests.generation_screens.stand_ins"
MARKS = ScreenSetting("marks", "builtin")
STEPS = 10


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ReleasedPicture[InMemory]]]:
    """Every source that an attempt held in clear; of each it was so when the screens looked."""
    with held_in_clear(monkeypatch, working) as seen:
        yield seen


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many sources the device was given, each time that it was given any."""
    given: list[int] = []
    train = SpawnedEngine.train

    def counted(engine: Any, spec: Any, pictures: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on as they are
        given.append(len(pictures))
        return train(engine, spec, pictures, **more)

    monkeypatch.setattr(SpawnedEngine, "train", counted)
    return given


@dataclass(frozen=True, slots=True)
class _OfATake:
    """What the screens are told of whoever works at a take."""

    organisation_id: UUID
    production_id: UUID
    label: str
    decision_id: UUID


def _with(settings: Settings, *screens: ScreenSetting) -> None:
    settings.ENVIRONMENT = replace(configured.ENVIRONMENT, screens=screens)


def _said(likeness: Likeness, asset: AssetCard) -> ScreenReport:
    return screens_of(likeness.studio.organisation_id, ScreenedKind.CUSTODY_ASSET, asset.id)


def _looks(likeness: Likeness) -> int:
    with tenant(likeness.studio.organisation_id):
        return ScreenRun.objects.filter(custody_asset__isnull=False).count()


def _member(likeness: Likeness, *roles: Role) -> Actor:
    with tenant(likeness.studio.organisation_id):
        organisation = Organisation.objects.get(id=likeness.studio.organisation_id)
    return a_member(*roles, organisation=organisation)


def _marked(seed: int = 3) -> np.ndarray:
    """Noise in front of somebody's mark."""
    ground = np.full((288, 512, 3), (150, 170, 140), np.uint8)
    ground[180:, :200] = np.asarray(a_picture(seed=seed, width=200, height=108))
    return with_logo(ground, a_logo(), width=130, left=330, top=40)


def _of_one_colour(colour: tuple[int, int, int]) -> bytes:
    return picture_file(Image.new("RGB", (96, 96), colour))


def test_a_flagged_source_is_not_trained_on_until_legal_answers_for_it(
    likeness: Likeness, held: list[ReleasedPicture[InMemory]], trained: list[int]
) -> None:
    studio, producer, plain = likeness.studio, likeness.studio.producer, likeness.sources[0]
    a_protected_picture(producer)
    demanding(producer, Demand.ATTEST_FLAGGED, kind=ScreenKind.MARKS, step=ScreenStep.RENDER)
    marked = a_drawing(studio, likeness.consent, content=picture_file(Image.fromarray(_marked())))
    sources = (plain.id, marked.id)
    claimed = _OfATake(studio.organisation_id, studio.production.id, "worker:render-1", new_id())
    picture = ReferencePicture("Reference 1", "image/png", bytearray(drawn_figure(0)))
    shown = ReleasedPicture(plain.id, plain.performer_id, "Reference 1", plain.plain_sha256, picture)
    screen_released_pictures(claimed, [shown], meanwhile=lambda: None)
    before = _said(likeness, plain)
    browser, api = a_browser(producer), an_api_client(producer)

    waiting = asked(likeness, sources=sources, steps=STEPS)
    assert (
        "Not evaluated (nothing has looked at this file yet)" in browser.get(f"/trainings/{waiting.id}").text
    )
    refused = worked_on(waiting, likeness)

    assert (refused.state, refused.failure_code) == (TrainingState.FAILED, TrainingFailure.SCREENS_NOT_CLEAR)
    assert refused.failure_message.startswith(
        "Source 2 may not be used yet. Marks of others: flagged (Kestrel's mark)"
    )
    assert "answers for it on its page" in refused.failure_message
    assert (trained, len(held), refused.step) == ([], 2, 0)
    assert "adapter" not in {one.kind for one in asset_cards(producer)}
    # A take was looked at it by the same screens.
    assert (before.run_id, _looks(likeness)) == (_said(likeness, plain).run_id, 2)
    assert before.of(ScreenKind.MARKS).outcome is ScreenOutcome.CLEAR
    assert _said(likeness, marked).file_sha256 == marked.plain_sha256
    page = browser.get(f"/trainings/{refused.id}").text
    assert "Source 2 may not be used yet." in page
    assert "Flagged (Kestrel&#x27;s mark)" in page
    assert api.get(f"/v1/trainings/{refused.id}").json()["failure_code"] == "screens_not_clear"
    assert _told_by_command(likeness, refused.id)["failure_code"] == "screens_not_clear"

    assert worked_on(asked(likeness, sources=sources, steps=STEPS), likeness).state is TrainingState.FAILED
    assert trained == []
    answered = browser.post(
        f"/custody/{marked.id}/attest", {"words": "The mark is on her own coat."}, follow=True
    )
    assert "On record." in answered.text
    done = worked_on(asked(likeness, sources=sources, steps=STEPS), likeness)

    assert done.state is TrainingState.DONE, done.failure_message
    assert (trained, len(held), _looks(likeness)) == ([2], 6, 2)


def _told_by_command(likeness: Likeness, training_id: UUID) -> dict[str, object]:
    producer, out = likeness.studio.producer, io.StringIO()
    who = [f"--organisation={producer.organisation_id}", f"--as={producer.user_id}", "--json"]
    call_command("trainings", "show", str(training_id), *who, stdout=out)
    (told,) = json.loads(out.getvalue().splitlines()[-1])["trainings"]
    return dict(told)


def test_the_performer_whose_consent_it_is_is_expected_and_no_other(
    likeness: Likeness, settings: Settings, held: list[ReleasedPicture[InMemory]], trained: list[int]
) -> None:
    studio, producer = likeness.studio, likeness.studio.producer
    _with(settings, ScreenSetting("faces", f"{STAND_INS}.Patches"))
    demanding(producer, Demand.NOT_FLAGGED, kind=ScreenKind.FACES, step=ScreenStep.RENDER)
    red, green = _of_one_colour((200, 40, 40)), _of_one_colour((40, 180, 60))
    own = a_drawing(studio, likeness.consent, content=red)
    both = a_drawing(studio, likeness.consent, content=green, label="Ana, and somebody behind her")
    of_another = a_consent(producer, studio.production, studio.other)
    stranger = an_asset(producer, of_another.id, content=green)
    for asset in (own, stranger):
        allow_comparison(asset.id, is_allowed=True, document_sha256="c0" * 32, actor=producer)

    done = worked_on(asked(likeness, sources=(own.id,), steps=STEPS), likeness)
    refused = worked_on(asked(likeness, sources=(own.id, both.id), steps=STEPS), likeness)

    assert done.state is TrainingState.DONE, done.failure_message
    assert _said(likeness, own).of(ScreenKind.FACES).outcome is ScreenOutcome.CLEAR
    assert refused.failure_code == TrainingFailure.SCREENS_NOT_CLEAR
    (found,) = _said(likeness, both).of(ScreenKind.FACES).found
    assert found.performer_id == studio.other.id
    assert (trained, len(held)) == ([1], 3)


def test_a_clip_is_looked_at_and_nothing_of_it_is_on_a_disk(
    likeness: Likeness,
    settings: Settings,
    held: list[ReleasedPicture[InMemory]],
    trained: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    producer = likeness.studio.producer
    weights, scratch = tmp_path / "weights", tmp_path / "scratch"
    weights.mkdir()
    scratch.mkdir()
    (weights / "weights.json").write_text("0.9")
    monkeypatch.setenv("TMPDIR", str(scratch))
    content = ScreenSetting("content", f"{STAND_INS}.Reading", str(weights), write_lock(weights))
    _with(settings, content, MARKS)
    a_protected_picture(producer)
    whole = clip_of([_marked()] * 16, fps=8)
    clip = a_clip(likeness.studio, likeness.consent, whole)

    done = worked_on(asked(likeness, sources=(clip.id,), steps=STEPS), likeness)

    assert (done.state, trained, len(held)) == (TrainingState.DONE, [1], 1), done.failure_message
    report = _said(likeness, clip)
    assert [(one.kind.value, one.outcome.value, one.frames) for one in report.cards] == [
        ("faces", "not_evaluated", 0),
        ("persons", "not_evaluated", 0),
        ("content", "flagged", 6),
        ("marks", "flagged", 6),
    ]
    assert report.of(ScreenKind.FACES).why is WhyNot.NO_SCREEN
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    middle = len(whole) // 2
    for clear in (whole[middle : middle + 60], base64.b64encode(whole)[middle : middle + 60]):
        assert not [one for one in kept if clear in one]

    browser = a_browser(producer)
    assert "What the screens say" in browser.get(f"/custody/{clip.id}").text
    assert "Flagged (Kestrel&#x27;s mark)" in browser.get(f"/custody/{clip.id}/screens").text
    with tenant(likeness.studio.organisation_id):
        (entry,) = entries_about(likeness.studio.organisation_id, f"screening:{report.run_id}")
    assert (entry.type, entry.fields["custody_asset"]) == (EntryType.FILE_SCREENED, str(clip.id))
    assert clip.plain_sha256 not in json.dumps(dict(entry.fields))
    integrate_all()
    assert inspect_logs(at=now(), reconcilers=registered()).problems == ()
    demanding(producer, Demand.NOT_FLAGGED, kind=ScreenKind.MARKS, step=ScreenStep.RENDER)
    refused = worked_on(asked(likeness, sources=(clip.id,), steps=STEPS), likeness)
    assert (refused.failure_code, trained) == (TrainingFailure.SCREENS_NOT_CLEAR, [1])


def test_it_is_shown_to_whoever_may_be_told_and_counted_where_it_is_left_out(likeness: Likeness) -> None:
    card = worked_on(asked(likeness, steps=STEPS), likeness)

    def told(role: Role) -> int:
        said = "Not evaluated (nothing is on record to compare with)."
        return a_browser(_member(likeness, role)).get(f"/trainings/{card.id}").text.count(said)

    def left_out(*more: str) -> int:
        said = io.StringIO()
        organisation = str(likeness.studio.organisation_id)
        call_command("screens", "again", "--json", "--organisation", organisation, *more, stdout=said)
        counted: int = json.loads(said.getvalue().splitlines()[-1])["in_custody"]
        return counted

    assert [told(role) for role in (Role.AUDITOR, Role.LEGAL, Role.UNION_REP)] == [2, 2, 0]
    assert (left_out(), left_out("--production", str(new_id()))) == (2, 0)


def test_it_is_cancelled_while_the_screens_look(
    likeness: Likeness,
    settings: Settings,
    held: list[ReleasedPicture[InMemory]],
    trained: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _with(settings, ScreenSetting("content", f"{STAND_INS}.Sleeps"))
    card = asked(likeness, steps=STEPS)

    def cancelled(*said: Any, **more: Any) -> ScreenReport:  # noqa: ANN401 - passed on as they are
        cancel_training(card.id, actor=likeness.studio.producer)
        return screen_file(*said, **more)

    monkeypatch.setattr(hooks, "screen_file", cancelled)

    assert worked_on(card, likeness).state is TrainingState.CANCELLED
    assert (trained, len(held), _looks(likeness)) == ([], 2, 0)


def test_a_still_is_trained_on_as_it_is_looked_at() -> None:
    hidden = Image.new("RGBA", (64, 64), (200, 40, 40, 0))
    spec = TrainingSpec(
        trigger="zorp", rank=4, steps=10, learning_rate=0.001, frames=5, width=64, height=64, fps=8, seed=1
    )

    (clip,) = training_clips([TrainingPicture("image/png", bytearray(picture_file(hidden)))], spec)

    assert clip.shape == (5, 64, 64, 3)
    assert (clip == 255).all()
    for content, why in (
        (picture_file(a_picture(width=31, height=64)), "a side has at least 32"),
        (picture_file(Image.new("I;16", (64, 64))), "eight bits a channel"),
    ):
        with pytest.raises(SourceUnreadable, match=why):
            training_clips([TrainingPicture("image/png", bytearray(content))], spec)
