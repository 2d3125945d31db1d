"""What is on file about a model: stated whole by each door, kept with its history, and read by what is asked."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from core.tenancy import tenant
from generation.errors import ModelFactUnusable, NoSuchModel
from generation.model_queries import approved_models, model_page
from generation.model_statements import statement_of
from generation.models import ModelRelease
from tests.factories.accounts import a_member
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import a_model_release, a_model_statement, model_facts


def _json(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any fact
    facts = model_facts(**changes)
    return facts | {
        "on_file": None if facts["on_file"] is None else list(facts["on_file"]),
        "on_market_since": facts["on_market_since"].isoformat(),
    }


def _beside(actor: Actor, role: Role) -> Actor:
    with tenant(actor.organisation_id):
        organisation = Organisation.objects.get(id=actor.organisation_id)
    return a_member(role, organisation=organisation)


@pytest.mark.django_db
class TestTheRecord:
    def test_keeps_what_was_said_before_and_names_what_changed(self) -> None:
        legal = a_member(Role.LEGAL)
        model = a_model_release(legal)
        a_model_statement(legal, model.id, ca_covered_provider=None)
        a_model_statement(legal, model.id, ca_covered_provider=True, region="US")

        page = model_page(legal.organisation_id, model.id)

        assert (page.card.ca_covered_provider, page.card.region) == (True, "US")
        assert [one.content["ca_covered_provider"] for one in page.records] == [True, None]
        assert set(page.records[0].changed) == {"ca_covered_provider", "region"}
        with tenant(legal.organisation_id):
            assert statement_of(ModelRelease.objects.get(id=model.id)).trained_for_project is False

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"terms_sha256": "ab"}, "terms_sha256"),
            ({"vendor": "x" * 201}, "vendor"),
            ({"on_file": ("a smile",)}, "on_file"),
            ({"trained_for_project": True}, "trained_for_project"),
        ],
    )
    def test_names_what_cannot_be_said(self, changed: dict[str, Any], field: str) -> None:
        legal = a_member(Role.LEGAL)
        with pytest.raises(ModelFactUnusable) as refused:
            a_model_statement(legal, a_model_release(legal).id, **changed)
        assert refused.value.field == field

    def test_of_another_studio_finds_nothing(self) -> None:
        model = a_model_release(a_member(Role.LEGAL))
        with pytest.raises(NoSuchModel):
            a_model_statement(a_member(Role.LEGAL), model.id)

    @pytest.mark.parametrize("act", ["UPDATE {} SET content_sha256 = ''", "DELETE FROM {}"])
    def test_only_grows(self, act: str) -> None:
        legal = a_member(Role.LEGAL)
        a_model_statement(legal, a_model_release(legal).id)

        with (
            tenant(legal.organisation_id),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format("generation_modelrecord"))


@pytest.mark.usefixtures("committed_db")
class TestDoors:
    def test_the_page_states_and_shows_the_history(self) -> None:
        legal = a_member(Role.LEGAL)
        model = a_model_release(legal)
        browser, address = a_browser(legal), f"/models/{model.id}"
        assert "not stated" in browser.get("/models").text

        sent = browser.post(
            address,
            {
                "licence": "Apache-2.0",
                "vendor": "Quillpath Motion Works",
                "ca_covered_provider": "no",
                "asked_for_papers": "yes",
                "on_file": ["audit"],
                "trained_for": "none",
            },
        )

        assert sent.status_code == 302, sent.text
        assert "Quillpath Motion Works" in browser.get(address).text
        (card,) = approved_models(legal.organisation_id)
        assert (card.ca_covered_provider, card.on_file, card.terms_changed) == (False, ("audit",), None)
        wrong = browser.post(address, {"on_file": ["audit"], "trained_for": "one"})
        assert wrong.status_code == 400
        assert "Say which project." in wrong.text

    def test_the_api_states_and_shows_the_history(self) -> None:
        legal = a_member(Role.LEGAL)
        model = a_model_release(legal)
        client = an_api_client(legal)

        stated = client.post(f"/v1/models/{model.id}/statements", _json(), format="json")
        assert stated.status_code == 201, stated.content
        assert stated.json()["model"]["trained_for_project"] is False
        assert client.get(f"/v1/models/{model.id}").json() == stated.json()
        unsaid = {name: value for name, value in _json().items() if name != "ca_covered_provider"}
        assert client.post(f"/v1/models/{model.id}/statements", unsaid, format="json").status_code == 400

    def test_nobody_but_legal_and_administration_states(self) -> None:
        legal = a_member(Role.LEGAL)
        model = a_model_release(legal)
        producer = _beside(legal, Role.PRODUCER)

        assert a_browser(producer).post(f"/models/{model.id}", {}).status_code == 403
        answer = an_api_client(producer).post(f"/v1/models/{model.id}/statements", _json(), format="json")
        assert answer.status_code == 403
        assert "Put it on file" not in a_browser(producer).get(f"/models/{model.id}").text

    def test_the_command_approves_a_folder_with_what_is_on_file(self, tmp_path: Path) -> None:
        admin = a_member(Role.ADMIN)
        facts = tmp_path / "facts.json"
        facts.write_text(json.dumps(_json(ca_covered_provider=True)), encoding="utf-8")
        told = StringIO()

        def approve(person: object) -> None:
            call_command(
                "models",
                "add",
                "generation/builtin_model",
                "--json",
                f"--organisation={admin.organisation_id}",
                f"--as={person}",
                "--name=Built-in",
                "--model-version=1",
                f"--facts={facts}",
                stdout=told,
            )

        approve(admin.user_id)
        (card,) = approved_models(admin.organisation_id)
        assert json.loads(told.getvalue())["model"] == str(card.id)
        assert (card.ca_covered_provider, card.vendor) == (True, "Quillpath Motion Works")
        with pytest.raises(CommandError, match="no member"):
            approve(uuid4())
        with pytest.raises(CommandError):
            approve(_beside(admin, Role.ARTIST).user_id)
