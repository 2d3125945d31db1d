"""Screens look at what a model is shown of a performer, before it is, and the house decides what follows."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
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
from generation import rendering
from generation.engines.given import InMemory
from generation.filming import filmed
from generation.models import ScreenRun
from generation.operations.screens import attest_kept_picture
from generation.operations.takes import request_take, retry_take
from generation.queries import TakeCard
from generation.reference_pictures import releasing
from generation.screens import recording
from generation.screens.hooks import ReleasedPicture
from generation.screens.queries import ScreenReport, screens_of
from generation.screens.values import Demand, ScreenedKind, ScreenKind, ScreenOutcome, ScreenStep, WhyNot
from generation.screens.weights import write_lock
from generation.values import FailureCode, TakeState
from licensing.custody.cards import AssetCard
from licensing.custody.comparing import allow_comparison
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.custody import an_asset
from tests.factories.licensing import a_consent
from tests.factories.reference_pictures import a_kept_picture, a_picture, picture_file
from tests.factories.requests import a_browser, an_api_client
from tests.factories.screens import a_logo, a_protected_picture, demanding, held_in_clear, with_logo
from tests.factories.takes import Studio, a_studio, an_order_for, rendered
from tests.tampered_rows import tampered

STAND_INS = "tests.generation_screens.stand_ins"
MARKS = ScreenSetting("marks", "builtin")


@pytest.fixture
def studio(committed_db: None, vace_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(vace_model)


@pytest.fixture
def counsel(studio: Studio) -> Actor:
    return _member(studio, Role.LEGAL)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ReleasedPicture[InMemory]]]:
    """Every picture that an attempt held in clear; of each it was so when the screens looked."""
    with held_in_clear(monkeypatch, releasing) as seen:
        yield seen


def _member(studio: Studio, *roles: Role) -> Actor:
    with tenant(studio.organisation_id):
        organisation = Organisation.objects.get(id=studio.organisation_id)
    return a_member(*roles, organisation=organisation)


def _with(settings: Settings, *screens: ScreenSetting) -> None:
    settings.ENVIRONMENT = replace(configured.ENVIRONMENT, screens=screens)


def _asked(studio: Studio, *pictures: UUID) -> TakeCard:
    order = an_order_for(studio, studio.consenting, reference_pictures=pictures)
    card = request_take(order, actor=studio.producer, idempotency_key=str(new_id()))
    return rendered(card, studio)


def _said(studio: Studio, asset: AssetCard) -> ScreenReport:
    return screens_of(studio.organisation_id, ScreenedKind.CUSTODY_ASSET, asset.id)


def _looks(studio: Studio) -> int:
    with tenant(studio.organisation_id):
        return ScreenRun.objects.filter(custody_asset__isnull=False).count()


def _marked() -> bytes:
    """A face of noise in front of somebody's mark."""
    ground = np.full((288, 512, 3), (150, 170, 140), np.uint8)
    ground[180:, :200] = np.asarray(a_picture(width=200, height=108))
    return picture_file(Image.fromarray(with_logo(ground, a_logo(), width=130, left=330, top=40)))


def _of_one_colour(colour: tuple[int, int, int]) -> bytes:
    return picture_file(Image.new("RGB", (96, 96), colour))


def test_what_is_flagged_is_not_shown_to_the_model_until_legal_answers_for_it(
    studio: Studio, counsel: Actor, held: list[ReleasedPicture[InMemory]], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_protected_picture(counsel)
    demanding(counsel, Demand.ATTEST_FLAGGED, kind=ScreenKind.MARKS, step=ScreenStep.RENDER)
    picture = a_kept_picture(studio, content=_marked())
    renders: list[int] = []

    def counted(*said: Any) -> Any:  # noqa: ANN401 - passed on as they are
        renders.append(1)
        return filmed(*said)

    monkeypatch.setattr(rendering, "filmed", counted)
    browser, api = a_browser(counsel), an_api_client(counsel)
    address, door = f"/custody/{picture.id}/screens", f"/v1/custody-assets/{picture.id}/screens"

    before = browser.get(address).text
    early = api.post(f"{door}/attestation", {"words": "Nobody else is in it."})
    refused = _asked(studio, picture.id)

    assert "Not evaluated (nothing has looked at this file yet)" in before
    assert "Answer for it" not in before
    assert (early.status_code, "when a take is given it" in early.text) == (422, True)
    assert (refused.state, refused.failure_code) == (TakeState.FAILED, FailureCode.SCREENS_NOT_CLEAR)
    assert "Marks of others: flagged (Kestrel's mark)" in refused.failure_message
    assert (renders, len(held)) == ([], 1)
    report = _said(studio, picture)
    assert report.file_sha256 == picture.plain_sha256
    assert [(one.kind.value, one.outcome.value, one.why) for one in report.cards] == [
        ("faces", "not_evaluated", WhyNot.NO_SCREEN),
        ("persons", "not_evaluated", WhyNot.NO_SCREEN),
        ("content", "not_evaluated", WhyNot.NO_SCREEN),
        ("marks", "flagged", None),
    ]

    assert "What the screens say" in browser.get(f"/custody/{picture.id}").text
    shown = browser.get(address).text
    assert "Flagged (Kestrel&#x27;s mark)" in shown
    assert "Not evaluated (no screen is installed)" in shown
    nothing_said = browser.post(f"/custody/{picture.id}/attest", {"words": " "}, follow=True)
    assert "Say what you saw." in nothing_said.text
    assert rendered(retry_take(refused.id, actor=studio.producer), studio).state is TakeState.FAILED
    answered = browser.post(
        f"/custody/{picture.id}/attest", {"words": "The mark is on her own coat."}, follow=True
    )
    assert "On record." in answered.text

    used = rendered(retry_take(refused.id, actor=studio.producer), studio)
    another = _asked(studio, picture.id)

    assert (used.state, another.state) == (TakeState.SIGNED, TakeState.SIGNED), used.failure_message
    assert (len(renders), len(held)) == (2, 4)
    # The same screens, the same register, the same picture: one look, whatever the take.
    assert _looks(studio) == 1
    a_protected_picture(counsel, "Obelisk's mark", "OBELISK")
    assert _asked(studio, picture.id).failure_code == FailureCode.SCREENS_NOT_CLEAR
    assert _looks(studio) == 2
    told = api.post(f"{door}/attestation", {"words": "The mark is on her own coat."})
    assert told.status_code == 201, told.text
    assert told.json()["screening"] == api.get(door).json()["screening"]


def test_the_performer_whom_it_shows_is_expected_and_no_other(
    studio: Studio, counsel: Actor, settings: Settings, held: list[ReleasedPicture[InMemory]]
) -> None:
    _with(settings, ScreenSetting("faces", f"{STAND_INS}.Patches"))
    demanding(counsel, Demand.NOT_FLAGGED, kind=ScreenKind.FACES, step=ScreenStep.RENDER)
    red, green = _of_one_colour((200, 40, 40)), _of_one_colour((40, 180, 60))
    own = a_kept_picture(studio, content=red)
    both = a_kept_picture(studio, content=green, label="Ana, and somebody behind her")
    of_another = a_consent(studio.producer, studio.production, studio.other)
    stranger = an_asset(studio.producer, of_another.id, content=green)
    for asset in (own, stranger):
        allow_comparison(asset.id, is_allowed=True, document_sha256="c0" * 32, actor=counsel)

    used = _asked(studio, own.id)
    refused = _asked(studio, own.id, both.id)

    assert used.state is TakeState.SIGNED, used.failure_message
    assert _said(studio, own).of(ScreenKind.FACES).outcome is ScreenOutcome.CLEAR
    assert (refused.state, refused.failure_code) == (TakeState.FAILED, FailureCode.SCREENS_NOT_CLEAR)
    (found,) = _said(studio, both).of(ScreenKind.FACES).found
    assert found.performer_id == studio.other.id
    assert len(held) == 3


def test_nothing_of_it_is_on_a_disk_and_record_and_log_agree(
    studio: Studio, counsel: Actor, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, scratch = tmp_path / "weights", tmp_path / "scratch"
    weights.mkdir()
    scratch.mkdir()
    (weights / "weights.json").write_text("0.9")
    monkeypatch.setenv("TMPDIR", str(scratch))
    content = ScreenSetting("content", f"{STAND_INS}.Reading", str(weights), write_lock(weights))
    _with(settings, content, MARKS)
    a_protected_picture(counsel)
    picture = a_kept_picture(studio)

    card = _asked(studio, picture.id)

    assert card.state is TakeState.SIGNED, card.failure_message
    report = _said(studio, picture)
    assert report.of(ScreenKind.CONTENT).outcome is ScreenOutcome.FLAGGED
    assert report.of(ScreenKind.MARKS).outcome is ScreenOutcome.CLEAR
    whole = picture_file()
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    for clear in (whole[200:260], base64.b64encode(whole)[300:360]):
        assert not [one for one in kept if clear in one]

    with tenant(studio.organisation_id):
        (entry,) = entries_about(studio.organisation_id, f"screening:{report.run_id}")
    assert entry.type == EntryType.FILE_SCREENED
    assert entry.fields["custody_asset"] == str(picture.id)
    for private in (picture.plain_sha256, picture.label, studio.consenting.professional_name):
        assert private not in json.dumps(dict(entry.fields))
    attest_kept_picture(picture.id, words="It is noise.", actor=counsel)
    integrate_all()
    assert inspect_logs(at=now(), reconcilers=registered()).problems == ()
    change = (
        "UPDATE generation_screenrun SET file_sha256 = repeat('0', 64) WHERE custody_asset_id IS NOT NULL"
    )
    with tampered("generation_screenrun", change):
        (problem,) = inspect_logs(at=now(), reconcilers=registered()).problems
    assert (problem.kind, str(picture.id) in problem.what) == ("count_differs", True)


def test_it_is_shown_to_whoever_may_see_whom_it_shows_and_to_no_other_studio(
    studio: Studio, counsel: Actor, vace_model: Path
) -> None:
    picture = a_kept_picture(studio)
    take = _asked(studio, picture.id)
    artist, union = _member(studio, Role.ARTIST), _member(studio, Role.UNION_REP)
    stranger = a_studio(vace_model)
    door = f"/v1/custody-assets/{picture.id}/screens"
    of_the_take = "Not evaluated (nothing is on record to compare with)."

    def told(actor: Actor) -> int:
        """How often the take's page says it: of its own film, and of the picture."""
        return a_browser(actor).get(f"/takes/{take.id}").text.count(of_the_take)

    assert (told(artist), told(_member(studio, Role.UNION_REP))) == (2, 1)
    assert a_browser(union).get(f"/custody/{picture.id}/screens").status_code == 200
    assert an_api_client(union).get(door).json()["screens"][0]["outcome"] == "not_evaluated"
    assert an_api_client(artist).get(door).status_code == 403
    assert an_api_client(union).post(f"{door}/attestation", {"words": "It is noise."}).status_code == 403

    other = an_api_client(stranger.producer)
    assert [
        other.get(door).status_code,
        other.post(f"{door}/attestation", {"words": "It is noise."}).status_code,
        a_browser(stranger.producer).get(f"/custody/{picture.id}/screens").status_code,
        a_browser(stranger.producer).post(f"/custody/{picture.id}/attest", {"words": "No."}).status_code,
    ] == [404, 404, 404, 404]
    with tenant(stranger.organisation_id):
        assert not ScreenRun.objects.filter(custody_asset_id=picture.id).exists()
        assert screens_of(stranger.organisation_id, ScreenedKind.CUSTODY_ASSET, picture.id).run_id is None
    with pytest.raises(IntegrityError, match="custody_same_organisation"), transaction.atomic():
        _a_look(stranger, custody_asset_id=picture.id)
    with pytest.raises(IntegrityError, match="of_one_file"), transaction.atomic():
        _a_look(studio, custody_asset_id=picture.id, take_id=take.id)

    changed = "UPDATE licensing_performer SET visibility = 'legal_only'"
    with tampered("licensing_performer", changed):
        assert (told(artist), told(counsel)) == (1, 2)
        assert a_browser(union).get(f"/custody/{picture.id}/screens").status_code == 404


def _a_look(studio: Studio, **of: UUID) -> None:
    with tenant(studio.organisation_id):
        ScreenRun.objects.create(
            file_sha256="0" * 64,
            setup_sha256="0" * 64,
            content={},
            content_sha256="0" * 64,
            screened_at=now(),
            actor="worker:test",
            entry_uid=new_id(),
            **of,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_looking_again_needs_no_picture_in_clear_and_says_so(
    studio: Studio, counsel: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = a_kept_picture(studio)
    _asked(studio, picture.id)
    _with(settings, ScreenSetting("persons", f"{STAND_INS}.Nobody"))
    monkeypatch.delattr(recording, "faces_opened")

    def again(*more: str) -> str:
        said = io.StringIO()
        call_command("screens", "again", "--organisation", str(studio.organisation_id), *more, stdout=said)
        return said.getvalue().splitlines()[-1]

    looked = json.loads(again("--json", "--production", str(studio.production.id)))
    elsewhere = json.loads(again("--json", "--production", str(new_id())))

    assert looked == {"looked_at": 1, "unchanged": 0, "not_looked_at": 0, "in_custody": 1}
    assert elsewhere["in_custody"] == 0
    assert "left out, and looked at when a take or a training is given one: 1." in again()
    assert _looks(studio) == 1
    assert _said(studio, picture).of(ScreenKind.PERSONS).why is WhyNot.NO_SCREEN
