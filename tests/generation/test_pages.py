from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models.organisation import Organisation
from accounts.values import Role
from core.ids import new_id
from core.tenancy import tenant
from generation.models import Take
from generation.operations.takes import request_take
from generation.values import FailureCode, TakeState
from licensing.names import Visibility
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.licensing import a_performer
from tests.factories.requests import a_browser
from tests.factories.takes import Studio, a_studio, a_take, an_order_for, rendered

SAID: dict[str, Any] = {
    "prompt": "a red ball over the sea",
    "replica_type": "ebdr_scan",
    "use": "generate_new_performance",
    "purpose": "this_production",
    "output_status": "final",
    "shown_in": ["theatrical"],
    "territories": "US",
    "languages": "en",
    "synthetic_role": "none",
    "photoreal": "no",
    "nothing_sensitive": "on",
    "replaces_in_person_work": "no",
}


@pytest.fixture
def studio(pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def _say(client: Client, studio: Studio, **changes: Any) -> Any:  # noqa: ANN401 - the test client's answer
    said = {**SAID, "key": str(new_id()), "model": str(studio.model.id), **changes}
    return client.post(f"/shots/{studio.shot.id}/takes/new", said)


@pytest.mark.usefixtures("committed_db")
class TestForm:
    def test_asks_for_a_take_and_leads_to_its_page(self, studio: Studio) -> None:
        client = a_browser(studio.producer)

        answer = _say(client, studio, performer=str(studio.consenting.id))

        with tenant(studio.organisation_id):
            take = Take.objects.get()
        assert answer["Location"] == f"/takes/{take.id}"
        assert take.state == TakeState.QUEUED
        assert take.request["cast"] == [{"performer": str(studio.consenting.id), "replica_type": "ebdr_scan"}]
        assert take.request["sensitive"] == []

    def test_sent_twice_asks_once(self, studio: Studio) -> None:
        client = a_browser(studio.producer)

        first, second = (_say(client, studio, key="one form", seed="3") for _ in range(2))

        assert first["Location"] == second["Location"]

    def test_changed_and_sent_again_asks_for_another_one(self, studio: Studio) -> None:
        client = a_browser(studio.producer)
        first = _say(client, studio, key="one form")

        again = _say(client, studio, key="one form", prompt="a red ball at night")
        key = re.search(r'name="key" value="([^"]+)"', again.content.decode())
        assert key is not None
        second = _say(client, studio, key=key[1], prompt="a red ball at night")

        assert again.status_code == 400
        assert "Send it again" in again.content.decode()
        assert second.status_code == 302
        assert second["Location"] != first["Location"]

    def test_offers_the_studios_own_performers_and_models_alone(self, studio: Studio) -> None:
        stranger = a_studio(Path(studio.model.folder))

        page = _text(a_browser(studio.producer), f"/shots/{studio.shot.id}/takes/new")

        assert studio.consenting.professional_name in page
        assert str(studio.model.id) in page
        assert str(stranger.consenting.id) not in page
        assert str(stranger.model.id) not in page

    def test_shows_a_refusal_beside_what_was_typed(self, studio: Studio) -> None:
        answer = _say(a_browser(studio.producer), studio, prompt="x" * 5000)

        assert answer.status_code == 400
        assert "5000 characters" in answer.content.decode()

    def test_is_not_for_auditors(self, studio: Studio) -> None:
        with tenant(studio.organisation_id):
            organisation = Organisation.objects.get(id=studio.organisation_id)
        client = a_browser(a_member(Role.AUDITOR, organisation=organisation))

        assert client.get(f"/shots/{studio.shot.id}/takes/new").status_code == 403


@pytest.mark.usefixtures("committed_db")
class TestTakePage:
    def test_of_a_refused_take_names_rule_cure_and_people(self, studio: Studio) -> None:
        client = a_browser(studio.producer)
        location = _say(client, studio, performer=str(studio.other.id))["Location"]

        page = _text(client, location)

        assert "TVT-01" in page
        assert "What would cure it" in page
        assert escape(studio.other.professional_name) in page
        assert "<video" not in page

    @pytest.mark.parametrize(("role", "sees"), [(Role.PRODUCER, False), (Role.LEGAL, True)])
    def test_names_whom_only_legal_sees_to_legal_alone(self, studio: Studio, role: Role, sees: bool) -> None:  # noqa: FBT001 - a case
        hidden = a_performer(studio.producer, "Oreline Druz", visibility=Visibility.LEGAL_ONLY)
        card = request_take(
            an_order_for(studio, hidden), actor=studio.producer, idempotency_key=str(new_id())
        )
        reader = a_membership(a_user(), studio.organisation_id, role)

        page = _text(a_browser(reader), f"/takes/{card.id}")

        assert ("Oreline Druz" in page) is sees
        assert ("a performer known to legal" in page) is not sees

    def test_of_a_waiting_take_asks_for_news_and_can_cancel(self, studio: Studio) -> None:
        client = a_browser(studio.producer)
        location = _say(client, studio)["Location"]

        page, state = _text(client, location), _text(client, f"{location}/state")
        cancelled = client.post(f"{location}/cancel")

        assert f'data-live="{location}/state"' in page
        assert "data-live-done" not in state
        assert cancelled["Location"] == location
        assert "data-live-reload" in _text(client, f"{location}/state")

    def test_of_a_failed_take_says_why_and_can_be_tried_again(self) -> None:
        actor = a_member()
        take = a_take(
            actor,
            state=TakeState.FAILED,
            failure_code=FailureCode.DISK_FULL,
            failure_message="The media volume is full.",
        )
        client = a_browser(actor)

        page = _text(client, f"/takes/{take.id}")
        client.post(f"/takes/{take.id}/retry")

        assert "The media volume is full." in page
        assert "queued" in _text(client, f"/takes/{take.id}")

    def test_says_which_words_were_understood_and_which_passed_over(self, studio: Studio) -> None:
        client = a_browser(studio.producer)
        location = _say(client, studio, prompt="a red ball and a dragon")["Location"]

        page = _text(client, location)

        assert "colour: red" in page
        assert re.search(r"Passed over:</strong>\s*dragon", page)

    def test_holds_no_inline_script_or_style(self, studio: Studio) -> None:
        client = a_browser(studio.producer)
        location = _say(client, studio)["Location"]

        for path in (location, f"/shots/{studio.shot.id}", f"/shots/{studio.shot.id}/takes/new"):
            page = _text(client, path)
            assert not re.search(r"<style|style=|<script(?![^>]*\bsrc=)|\son\w+=", page)

    @pytest.mark.parametrize("what", ["", "/state", "/video", "/poster", "/contact-sheet"])
    def test_is_not_there_for_another_studio(self, what: str) -> None:
        take = a_take(a_member())

        assert a_browser(a_member()).get(f"/takes/{take.id}{what}").status_code == 404


@pytest.mark.usefixtures("committed_db")
def test_a_signed_take_is_shown_with_player_and_credential(studio: Studio) -> None:
    card = request_take(an_order_for(studio, studio.consenting), actor=studio.producer, idempotency_key="k")
    rendered(card, studio)
    client = a_browser(studio.producer)

    page = _text(client, f"/takes/{card.id}")
    video = client.get(f"/takes/{card.id}/video", headers={"Range": "bytes=0-99"})

    assert "<video" in page
    assert "trusted" in page
    assert "urn:c2pa:" in page
    assert "not evaluated" in page
    assert video.status_code == 206
    assert "default-src 'none'" in client.get(f"/takes/{card.id}")["Content-Security-Policy"]
