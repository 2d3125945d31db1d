"""Which productions may use a model, as legal said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.values import Role
from audit.queries import entries_about
from core.ids import new_id
from core.tenancy import tenant
from generation.clearances import clearances_of
from generation.errors import ClearanceNotPossible, ModelNotCleared, NoSuchModel
from generation.model_queries import approved_models
from generation.models import ModelRelease, Take
from generation.operations.model_clearances import clear_model, record_clearance
from generation.operations.takes import request_take, try_take
from generation.queries import TakeCard
from generation.values import FailureCode, TakeState
from productions.errors import NoSuchProduction
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.productions import a_production
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_model_release, a_studio, an_order_for, model_facts, rendered

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio(model: Path) -> Studio:
    return a_studio(model, cleared=False)


def _say(studio: Studio, *, is_cleared: bool = True, everywhere: bool = False) -> None:
    record_clearance(
        studio.model.id,
        production_id=None if everywhere else studio.production.id,
        is_cleared=is_cleared,
        reason="Terms read by counsel.",
        actor=studio.producer,
    )


def _asked(studio: Studio) -> TakeCard:
    return request_take(an_order_for(studio), actor=studio.producer, idempotency_key=str(new_id()))


class TestATake:
    def test_is_made_with_no_model_that_legal_has_not_cleared(self, studio: Studio) -> None:
        for model_id in (None, studio.model.id):
            with pytest.raises(ModelNotCleared, match="Legal has not cleared"):
                try_take(an_order_for(studio, model_id=model_id), actor=studio.producer)

        with pytest.raises(ModelNotCleared):
            _asked(studio)
        with tenant(studio.organisation_id):
            assert not Take.objects.exists()

        _say(studio)
        assert _asked(studio).state is TakeState.QUEUED

    def test_is_told_what_nobody_stated_of_the_model(self, studio: Studio) -> None:
        with tenant(studio.organisation_id):
            ModelRelease.objects.filter(id=studio.model.id).update(licence="", unowned_training_data=None)

        with pytest.raises(
            ModelNotCleared, match=r"To be stated first: licence, whether it was trained"
        ) as refused:
            _asked(studio)

        assert refused.value.extensions() == {"lacking": ["licence", "unowned_training_data"]}

    def test_goes_by_what_was_said_of_its_production_before_what_was_said_of_all(
        self, studio: Studio
    ) -> None:
        _say(studio, everywhere=True)
        assert _asked(studio).state is TakeState.QUEUED

        _say(studio, is_cleared=False)
        with pytest.raises(ModelNotCleared, match=r"took back .* for this production: Terms read by counsel"):
            _asked(studio)

        _say(studio, everywhere=True)
        with pytest.raises(ModelNotCleared):
            _asked(studio)
        _say(studio)
        assert _asked(studio).state is TakeState.QUEUED

    def test_goes_by_nothing_that_was_said_of_another_production(self, studio: Studio) -> None:
        other = a_production(studio.producer)
        record_clearance(
            studio.model.id, production_id=other.id, is_cleared=True, reason="Read.", actor=studio.producer
        )

        with pytest.raises(ModelNotCleared):
            _asked(studio)
        offered = {
            one.id: len(approved_models(studio.organisation_id, production_id=one.id))
            for one in (other, studio.production)
        }
        assert offered == {other.id: 1, studio.production.id: 0}

    def test_takes_of_the_models_that_may_be_used_the_latest(self, studio: Studio, model: Path) -> None:
        _say(studio)
        a_model_release(studio.producer, cleared=False, folder=str(model))

        card = _asked(studio)

        assert card.model_name == studio.model.name

    def test_that_waits_is_not_rendered_once_legal_takes_the_model_back(self, studio: Studio) -> None:
        _say(studio)
        card = _asked(studio)
        _say(studio, is_cleared=False)

        card = rendered(card, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.MODEL_REFUSED)
        assert card.stage == ""
        assert "may be used for this production" in card.failure_message


class TestLegal:
    def test_is_logged_with_the_digest_of_what_was_said(self, studio: Studio) -> None:
        _say(studio)
        integrate_all()

        lines = entries_about(studio.organisation_id, f"model:{studio.model.id}")
        (line,) = [one for one in lines if one.type == "generation.model.cleared"]
        (said,) = clearances_of(studio.organisation_id, studio.model.id)
        assert line.fields["state"] == "cleared"
        assert line.fields["production"] == str(studio.production.id)
        assert line.fields["clearance"] == str(said.id)
        assert said.counts

    @pytest.mark.parametrize("missing", ["on_file", "terms_changed", "trained_for_project"])
    def test_clears_no_model_of_which_something_is_not_stated(self, studio: Studio, missing: str) -> None:
        with tenant(studio.organisation_id):
            ModelRelease.objects.filter(id=studio.model.id).update(**{missing: None})

        with pytest.raises(ClearanceNotPossible) as refused:
            _say(studio)
        assert refused.value.path == missing
        _say(studio, is_cleared=False)

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "a\x00b"])
    def test_says_why(self, studio: Studio, reason: str) -> None:
        with pytest.raises(ClearanceNotPossible, match="reason"):
            clear_model(
                studio.model.id, production_id=None, is_cleared=True, reason=reason, actor=studio.producer
            )

    def test_of_another_studio_finds_neither_model_nor_production(self, studio: Studio) -> None:
        stranger = a_member(Role.LEGAL)
        own = a_model_release(stranger)

        with pytest.raises(NoSuchModel):
            record_clearance(
                studio.model.id, production_id=None, is_cleared=False, reason="Mine.", actor=stranger
            )
        with pytest.raises(NoSuchProduction):
            record_clearance(
                own.id, production_id=studio.production.id, is_cleared=False, reason="Mine.", actor=stranger
            )

    @pytest.mark.parametrize("act", ["UPDATE {} SET is_cleared = true", "DELETE FROM {}"])
    def test_changes_nothing_that_was_said(self, studio: Studio, act: str) -> None:
        _say(studio, is_cleared=False)

        with (
            tenant(studio.organisation_id),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format("generation_modelclearance"))


class TestDoors:
    def test_legal_clears_on_the_models_page(self, studio: Studio) -> None:
        browser, address = a_browser(studio.producer), f"/models/{studio.model.id}"
        assert "Legal has not cleared it for any production" in browser.get(address).text

        wrong = browser.post(
            f"{address}/clearances", {"production": str(studio.production.id), "reason": "R"}
        )
        assert wrong.status_code == 400
        sent = browser.post(
            f"{address}/clearances",
            {"production": str(studio.production.id), "is_cleared": "yes", "reason": "Indemnity on file."},
        )

        assert sent.status_code == 302, sent.text
        assert "Indemnity on file." in browser.get(address).text
        assert _asked(studio).state is TakeState.QUEUED

    def test_legal_clears_by_the_api_and_a_refusal_tells_what_lacks(self, studio: Studio) -> None:
        client = an_api_client(studio.producer)
        body: dict[str, Any] = {"production_id": None, "is_cleared": True, "reason": "Read."}

        answer = client.post(f"/v1/models/{studio.model.id}/clearances", body, format="json")

        assert answer.status_code == 201, answer.content
        (said,) = answer.json()["clearances"]
        assert (said["is_cleared"], said["production_id"], said["counts"]) == (True, None, True)
        del body["is_cleared"]
        assert client.post(f"/v1/models/{studio.model.id}/clearances", body, format="json").status_code == 400

    def test_nobody_else_clears(self, studio: Studio) -> None:
        artist = a_member(Role.ADMIN)
        body = {"production_id": None, "is_cleared": True, "reason": "Read."}

        answer = an_api_client(artist).post(f"/v1/models/{studio.model.id}/clearances", body, format="json")

        assert answer.status_code == 403
        assert a_browser(artist).post(f"/models/{studio.model.id}/clearances").status_code == 403


def _models(*arguments: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    call_command("models", *arguments, "--json")
    told: dict[str, str] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return told


class TestTheCommand:
    def test_brings_a_folder_in_and_clears_it(
        self, studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = studio.model.folder
        facts = tmp_path / "facts.json"
        facts.write_text(
            json.dumps(model_facts(on_file=["audit"], on_market_since="2026-11-23"), default=str)
        )
        who = ("--organisation", str(studio.organisation_id), "--as", str(studio.producer.user_id))
        assert _models("check", folder, capsys=capsys)["lock_sha256"] == studio.model.lock_sha256

        added = _models(
            "add",
            folder,
            *who,
            "--name",
            "wan",
            "--model-version",
            "2.1",
            "--facts",
            str(facts),
            capsys=capsys,
        )
        cleared = _models(
            "approve", folder, *who, "--production", "all", "--reason", "Terms read.", capsys=capsys
        )
        barred = _models(
            *(
                "approve",
                folder,
                *who,
                "--production",
                str(studio.production.id),
                "--reason",
                "No indemnity.",
            ),
            "--take-back",
            capsys=capsys,
        )

        assert cleared["model"] == barred["model"] == added["model"]
        told = [
            (one.production, one.is_cleared)
            for one in clearances_of(studio.organisation_id, UUID(added["model"]))
        ]
        assert told == [(studio.production.title, False), ("", True)]

    def test_says_what_it_needs(self, studio: Studio) -> None:
        with pytest.raises(CommandError, match="--production and --reason"):
            call_command("models", "approve", studio.model.folder)
        with pytest.raises(CommandError, match=r"--organisation"):
            call_command("models", "add", studio.model.folder)
        with pytest.raises(CommandError, match="is not a folder"):
            call_command("models", "check", "/nowhere/at/all")
