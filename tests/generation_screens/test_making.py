"""What screens say is on record and shown, and what the house demands of them is kept."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from pytest_django import Settings

from accounts.models import Organisation
from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from config.screen_environment import ScreenSetting
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.queries import deliveries_of_take
from generation.mastering.values import MasterFormat, MasterState
from generation.models import ScreenRow, ScreenRun
from generation.operations.deliveries import try_delivery
from generation.operations.file_reviews import review_file
from generation.operations.screens import attest_reference, state_policy
from generation.operations.takes import request_take, retry_take
from generation.queries import TakeCard, take_files
from generation.screens import recording
from generation.screens.built_in_marks import Protected
from generation.screens.errors import ScreenPolicyNotPossible, ScreensNotClear
from generation.screens.handed_in import screen_new_references
from generation.screens.queries import screens_of
from generation.screens.setup import register_of
from generation.screens.values import Demand, ScreenedKind, ScreenKind, ScreenOutcome, ScreenStep, WhyNot
from generation.screens.weights import write_lock
from generation.values import FailureCode, TakeState
from provenance.updating.definition import ReviewOutcome
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_delivery_order, a_recipient, a_signed_take
from tests.factories.masters import a_master
from tests.factories.references import a_reference
from tests.factories.requests import a_browser, an_api_client
from tests.factories.screens import a_logo, demanding, png_of
from tests.factories.takes import Studio, a_studio, an_order_for, rendered

STAND_INS = "tests.generation_screens.stand_ins"


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model, answers_for_films=True)


@pytest.fixture
def counsel(studio: Studio) -> Actor:
    with tenant(studio.organisation_id):
        organisation = Organisation.objects.get(id=studio.organisation_id)
    return a_member(Role.LEGAL, organisation=organisation)


def _with(settings: Settings, *screens: ScreenSetting) -> None:
    settings.ENVIRONMENT = replace(configured.ENVIRONMENT, screens=screens)


def _asked(studio: Studio, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    order = replace(an_order_for(studio), **fields)
    return rendered(request_take(order, actor=studio.producer, idempotency_key=str(new_id())), studio)


def test_a_likeness_that_nothing_compared_is_delivered_when_legal_answers_for_it(
    studio: Studio, counsel: Actor
) -> None:
    take = a_signed_take(studio, studio.consenting)
    recipient = a_recipient(studio.producer)
    order = a_delivery_order(take.id, recipient.id)

    report = screens_of(studio.organisation_id, ScreenedKind.TAKE, take.id)
    trial = try_delivery(order, actor=studio.producer)
    with pytest.raises(ScreensNotClear, match="Faces: not evaluated") as refusal:
        a_delivery(studio, take, recipient)
    page = a_browser(studio.producer).get(f"/takes/{take.id}").text

    assert [(one.kind.value, one.outcome.value, one.why) for one in report.cards] == [
        ("faces", "not_evaluated", WhyNot.NO_SCREEN),
        ("persons", "not_evaluated", WhyNot.NO_SCREEN),
        ("content", "not_evaluated", WhyNot.NO_SCREEN),
        ("marks", "not_evaluated", WhyNot.NOTHING_TO_COMPARE),
    ]
    assert report.cards[0].in_words == "Faces: not evaluated (no screen is installed)"
    assert "Not evaluated (no screen is installed)" in page
    assert trial.decision.permitted
    assert [one.card.kind for one in trial.screens] == [ScreenKind.FACES]
    assert refusal.value.screens[0]["kind"] == "faces"
    assert deliveries_of_take(studio.organisation_id, take.id) == ()

    review_file(take.id, ReviewOutcome.REFUSED, actor=counsel)
    with pytest.raises(ScreensNotClear):
        a_delivery(studio, take, recipient)
    review_file(take.id, ReviewOutcome.APPROVED, actor=counsel)
    a_delivery(studio, take, recipient)

    with tenant(studio.organisation_id), pytest.raises(DatabaseError), transaction.atomic():
        ScreenRow.objects.update(outcome="clear")
    integrate_all()
    problems = inspect_logs(at=now(), reconcilers=registered()).problems
    assert [(one.kind, one.what) for one in problems] == []


def test_what_is_flagged_is_not_signed_where_the_house_says_so(
    studio: Studio, counsel: Actor, settings: Settings, tmp_path: Path
) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "weights.json").write_text("0.9")
    _with(settings, ScreenSetting("content", f"{STAND_INS}.Reading", str(weights), write_lock(weights)))
    demanding(counsel, Demand.NOT_FLAGGED, kind=ScreenKind.CONTENT, step=ScreenStep.SIGN)

    take = _asked(studio)

    report = screens_of(studio.organisation_id, ScreenedKind.TAKE, take.id)
    assert (take.state, take.failure_code) == (TakeState.FAILED, FailureCode.SCREENS_NOT_CLEAR)
    assert "Sensitive content: flagged (nudity)" in take.failure_message
    assert take.asset_id is None
    assert report.of(ScreenKind.CONTENT).outcome is ScreenOutcome.FLAGGED
    with pytest.raises(ScreenPolicyNotPossible, match="before it is finished"):
        state_policy(ScreenStep.SIGN, ScreenKind.CONTENT, Demand.ATTEST, reason="Ask first.", actor=counsel)

    demanding(counsel, Demand.SHOWN, kind=ScreenKind.CONTENT, step=ScreenStep.SIGN)
    again = rendered(retry_take(take.id, actor=studio.producer), studio)
    demanding(counsel, Demand.NOT_FLAGGED, kind=ScreenKind.CONTENT, step=ScreenStep.SIGN)
    master = a_master(studio, again.id, MasterFormat.H264)
    with pytest.raises(ScreensNotClear, match="flagged"):
        a_delivery(studio, again)
    review_file(again.id, ReviewOutcome.APPROVED_WITH_LIMITS, actor=counsel)

    assert again.state is TakeState.SIGNED
    assert (master.state, "flagged" in master.failure_message) == (MasterState.REFUSED, True)
    assert a_delivery(studio, again).take_id == again.id


def test_a_reference_is_looked_at_when_it_comes_and_again_before_it_is_used(
    studio: Studio, counsel: Actor, settings: Settings, tmp_path: Path
) -> None:
    reference = a_reference(studio.producer, studio.production.id, tmp_path)
    demanding(counsel, Demand.ATTEST, kind=ScreenKind.PERSONS, step=ScreenStep.RENDER)

    looked = screen_new_references()
    first = screens_of(studio.organisation_id, ScreenedKind.REFERENCE, reference.id)
    refused = _asked(studio, references=(reference.id,))
    attest_reference(reference.id, words="A drawing of a harbour; nobody is in it.", actor=counsel)
    used = rendered(retry_take(refused.id, actor=studio.producer), studio)
    _with(settings, ScreenSetting("persons", f"{STAND_INS}.Patches"))
    anew = _asked(studio, references=(reference.id,))
    second = screens_of(studio.organisation_id, ScreenedKind.REFERENCE, reference.id)
    page = a_browser(counsel).get(f"/productions/{studio.production.id}/reference-screens").text
    told = an_api_client(studio.producer).get(f"/v1/takes/{used.id}/screens").json()

    assert (looked, screen_new_references()) == (1, 0)
    assert first.of(ScreenKind.PERSONS).why is WhyNot.NO_SCREEN
    assert (refused.failure_code, "Persons: not evaluated" in refused.failure_message) == (
        FailureCode.SCREENS_NOT_CLEAR,
        True,
    )
    assert used.state is TakeState.SIGNED
    # Another screen, another answer: what somebody answered for before does not cover it.
    assert second.run_id != first.run_id
    assert second.of(ScreenKind.PERSONS).outcome is ScreenOutcome.FLAGGED
    assert anew.failure_code == FailureCode.SCREENS_NOT_CLEAR
    assert "Flagged (person)" in page
    assert told["screens"][0]["words"] == "Faces: not evaluated (no screen is installed)"
    with tenant(studio.organisation_id):
        assert ScreenRun.objects.filter(reference_id=reference.id).count() == 2


def test_counsel_alone_says_what_is_demanded_and_keeps_the_register(studio: Studio, counsel: Actor) -> None:
    artist = a_member(Role.ARTIST, organisation=_organisation(studio))
    browser, client = a_browser(counsel), an_api_client(counsel)
    upload = {"name": "Kestrel", "kind": "logo", "file": SimpleUploadedFile("k.png", png_of(a_logo()))}

    added = browser.post("/legal/screens", {"what": "picture", **upload})
    held = browser.post(
        "/legal/screens",
        {"what": "policy", "step": "sign", "kind": "marks", "demand": "attest", "reason": "Ask."},
    )
    stated = client.post(
        "/v1/screen-policies",
        {"step": "deliver", "kind": "marks", "demand": "clear", "reason": "As agreed."},
    )
    (picture,) = client.get("/v1/protected-pictures").json()
    refused = an_api_client(artist).post("/v1/screen-policies", {})
    page = a_browser(artist).get("/legal/screens").text
    gone = client.post(f"/v1/protected-pictures/{picture['id']}/release", {"reason": "Ours now."})
    twice = client.post(f"/v1/protected-pictures/{picture['id']}/release", {"reason": "Ours now."})

    assert (added.status_code, held.status_code, stated.status_code) == (302, 400, 201)
    assert "before it is finished" in held.text
    assert refused.status_code == 403
    assert "Must be evaluated and clear." in page
    assert "Put a picture on the register" not in page
    assert browser.get(f"/legal/protected-pictures/{picture['id']}").content.startswith(b"\x89PNG")
    assert (gone.status_code, twice.status_code) == (201, 409)


def _organisation(studio: Studio) -> Organisation:
    with tenant(studio.organisation_id):
        return Organisation.objects.get(id=studio.organisation_id)


def test_what_was_finished_before_is_looked_at_again_where_the_answer_could_change(
    studio: Studio, counsel: Actor, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = a_signed_take(studio, studio.consenting)
    master = a_master(studio, take.id, MasterFormat.H264)
    reference = a_reference(studio.producer, studio.production.id, tmp_path)
    screen_new_references()
    another = a_signed_take(studio, studio.consenting)

    def again() -> dict[str, int]:
        said = io.StringIO()
        call_command("screens", "again", "--organisation", str(studio.organisation_id), "--json", stdout=said)
        told: dict[str, int] = json.loads(said.getvalue().splitlines()[-1])
        return told

    registers: list[UUID] = []

    def read(organisation_id: UUID) -> tuple[Protected, ...]:
        registers.append(organisation_id)
        return register_of(organisation_id)

    monkeypatch.setattr(recording, "register_of", read)
    unchanged = again()
    # Once for all of them.
    assert registers == [studio.organisation_id]
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "weights.json").write_text("0.9")
    _with(settings, ScreenSetting("content", f"{STAND_INS}.Reading", str(weights), write_lock(weights)))
    demanding(counsel, Demand.NOT_FLAGGED, kind=ScreenKind.CONTENT, step=ScreenStep.DELIVER)
    Path(take_files(studio.organisation_id, another.id).video).unlink()
    looked, once_more = again(), again()

    assert unchanged == {"looked_at": 0, "unchanged": 4, "not_looked_at": 0, "in_custody": 0}
    assert looked == {"looked_at": 3, "unchanged": 0, "not_looked_at": 1, "in_custody": 0}
    # What could not be looked at stays as it was, and is tried again.
    assert once_more == {"looked_at": 0, "unchanged": 3, "not_looked_at": 1, "in_custody": 0}
    for kind, file_id in (
        (ScreenedKind.TAKE, take.id),
        (ScreenedKind.MASTER, master.id),
        (ScreenedKind.REFERENCE, reference.id),
    ):
        report = screens_of(studio.organisation_id, kind, file_id)
        assert report.of(ScreenKind.CONTENT).outcome is ScreenOutcome.FLAGGED
    left = screens_of(studio.organisation_id, ScreenedKind.TAKE, another.id)
    assert left.of(ScreenKind.CONTENT).outcome is ScreenOutcome.NOT_EVALUATED
    with pytest.raises(ScreensNotClear, match="Sensitive content: flagged"):
        a_delivery(studio, take)
    integrate_all()
    assert inspect_logs(at=now(), reconcilers=registered()).problems == ()
