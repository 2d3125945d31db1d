"""A sequence is asked for at once and shown shot by shot; each take is decided for itself."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from accounts.values import Role
from core.ids import new_id
from core.tenancy import tenant
from generation.models import Take
from generation.operations.takes import cancel_take
from generation.queries import take_card
from productions.queries import sequence_card
from tests.factories.accounts import a_member
from tests.factories.productions import a_sequence, a_shot
from tests.factories.requests import a_browser
from tests.factories.takes import Studio

pytestmark = pytest.mark.usefixtures("committed_db")


def _panel(shot_id: object, **fields: object) -> dict[str, object]:
    return {
        "shot": str(shot_id),
        "prompt": "a red ball moves left over the sea",
        "use": "generate_new_performance",
        "purpose": "this_production",
        "output_status": "final",
        "media": ["theatrical"],
        "territories": ["US"],
        "languages": ["en"],
        "photoreal": False,
        "sensitive": [],
        "replaces_in_person_work": False,
        **fields,
    }


def test_a_board_is_asked_for_at_once_and_each_shot_has_an_answer_of_its_own(studio: Studio) -> None:
    sequence = sequence_card(studio.organisation_id, studio.shot.sequence_id)
    refused, impossible, later = (
        a_shot(studio.producer, sequence, code=f"S{n}", scene="42") for n in (2, 3, 4)
    )
    elsewhere = a_shot(
        studio.producer, a_sequence(studio.producer, studio.production, code="OTHER"), code="X"
    )
    browser, address = a_browser(studio.producer), f"/v1/sequences/{sequence.id}/storyboard"
    cast = [{"performer": str(studio.other.id), "replica_type": "ebdr_scan"}]
    body = {
        "panels": [
            _panel(studio.shot.id, seed=3),
            _panel(refused.id, cast=cast),
            _panel(impossible.id, width=7),
        ]
    }

    def asked(said: dict[str, Any], key: str) -> tuple[int, list[dict[str, Any]]]:
        answer = browser.post(
            address, json.dumps(said), content_type="application/json", headers={"Idempotency-Key": key}
        )
        return answer.status_code, answer.json().get("panels", answer.json())

    key = str(new_id())
    status, panels = asked(body, key)
    assert status == 202, panels
    first, no, not_possible = panels
    assert [one["shot"] for one in panels] == [str(studio.shot.id), str(refused.id), str(impossible.id)]
    assert first["take"]["state"] == "queued"
    assert first["refusal"] is None
    assert no["take"]["state"] == "refused"
    assert no["refusal"]["reasons"]
    assert not_possible["take"] is None
    assert "width" in str(not_possible["refusal"])
    again = asked(body, key)[1]
    assert [one["take"] and one["take"]["id"] for one in again] == [
        first["take"]["id"],
        no["take"]["id"],
        None,
    ]
    with tenant(studio.organisation_id):
        assert Take.objects.count() == 2
    for wrong in (elsewhere.id, studio.shot.id):
        assert asked({"panels": [_panel(studio.shot.id), _panel(wrong)]}, str(new_id()))[0] in (400, 422)

    board = browser.get(address).json()["panels"]
    assert [one["shot"] for one in board] == [
        str(one.id) for one in (studio.shot, refused, impossible, later)
    ]
    assert board[0]["take"]["id"] == first["take"]["id"]
    assert board[3]["take"] is None
    page = browser.get(f"/sequences/{sequence.id}/storyboard").text
    assert page.index(studio.shot.code) < page.index("S2") < page.index("S4")
    assert "No take yet" in page
    assert f"/sequences/{sequence.id}/storyboard" in browser.get(f"/productions/{studio.production.id}").text
    stranger = a_browser(a_member())
    assert stranger.get(f"/sequences/{sequence.id}/storyboard").status_code == 404

    _watched_to_its_end(studio, str(first["take"]["id"]))


def _watched_to_its_end(studio: Studio, take_id: str) -> None:
    who = ["--organisation", str(studio.organisation_id), "--as", str(studio.producer.user_id)]
    output = io.StringIO()
    call_command("takes", "watch", take_id, *who, "--longest", "0", stdout=output)
    assert output.getvalue() == "queued\n"
    with tenant(studio.organisation_id):
        row = Take.objects.get(id=take_id)
        assert take_card(studio.organisation_id, row.id).state == "queued"
    cancel_take(row.id, actor=studio.producer)
    with pytest.raises(CommandError, match="cancelled"):
        call_command("takes", "watch", take_id, *who, "--json", stdout=output)
    assert json.loads(output.getvalue().splitlines()[-1])["state"] == "cancelled"


class TestOnThePage:
    def _sent(self, studio: Studio, **words: str) -> dict[str, Any]:
        return {
            "key": str(new_id()),
            "use": "generate_new_performance",
            "purpose": "this_production",
            "output_status": "final",
            "shown_in": ["theatrical"],
            "territories": "US",
            "languages": "en",
            "photoreal": "no",
            "nothing_sensitive": "on",
            "synthetic_role": "none",
            "replaces_in_person_work": "no",
            **words,
        }

    def test_a_take_is_asked_for_of_each_shot_with_words(self, studio: Studio) -> None:
        sequence = sequence_card(studio.organisation_id, studio.shot.sequence_id)
        second, third = (a_shot(studio.producer, sequence, code=f"S{n}", scene="42") for n in (2, 3))
        browser, address = a_browser(studio.producer), f"/sequences/{sequence.id}/storyboard/new"
        words = {
            f"words-{studio.shot.id}": "a red ball moves left over the sea",
            f"words-{third.id}": "a green ball moves right over the sea",
            f"performer-{third.id}": str(studio.other.id),
        }

        shown = browser.get(address).text
        no_kind = browser.post(address, self._sent(studio, **words))
        nothing = browser.post(address, self._sent(studio))
        sent = self._sent(studio, replica_type="ebdr_scan", **words)
        made = browser.post(address, sent)
        twice = browser.post(address, sent)

        assert [shown.index(f"words-{one}") for one in (studio.shot.id, second.id, third.id)]
        assert "Say what is made of the performers" in no_kind.text
        assert "Write what at least one shot shows." in nothing.text
        assert (no_kind.status_code, nothing.status_code) == (400, 400)
        assert made.status_code == twice.status_code == 302
        assert made.headers["Location"] == f"/sequences/{sequence.id}/storyboard"
        board = browser.get(made.headers["Location"]).text
        assert "Asked for 2 takes." in board
        assert "The rules refused 1 of them" in board
        with tenant(studio.organisation_id):
            takes = {row.shot_id: row for row in Take.objects.all()}
        assert set(takes) == {studio.shot.id, third.id}
        assert takes[studio.shot.id].state == "queued"
        assert takes[studio.shot.id].request["cast"] == []
        assert takes[third.id].state == "refused"

    def test_what_cannot_be_asked_for_stays_on_the_form_with_its_reason(self, studio: Studio) -> None:
        sequence = sequence_card(studio.organisation_id, studio.shot.sequence_id)
        second = a_shot(studio.producer, sequence, code="S2", scene="42")
        browser, address = a_browser(studio.producer), f"/sequences/{sequence.id}/storyboard/new"
        too_long = "a red ball " * 1000

        answer = browser.post(
            address,
            self._sent(
                studio,
                **{f"words-{studio.shot.id}": "a red ball moves left", f"words-{second.id}": too_long},
            ),
        )

        assert answer.status_code == 400
        assert "Asked for 1 take." in answer.text
        assert too_long.strip() in answer.text
        assert "a red ball moves left<" not in answer.text
        with tenant(studio.organisation_id):
            assert [row.shot_id for row in Take.objects.all()] == [studio.shot.id]

    def test_only_whoever_makes_takes_is_asked(self, studio: Studio) -> None:
        sequence = studio.shot.sequence_id
        with tenant(studio.organisation_id):
            organisation = Organisation.objects.get(id=studio.organisation_id)
        reader = a_member(Role.UNION_REP, organisation=organisation)
        address = f"/sequences/{sequence}/storyboard/new"
        assert a_browser(reader).get(address).status_code == 403
        assert a_browser(a_member()).get(address).status_code == 404
