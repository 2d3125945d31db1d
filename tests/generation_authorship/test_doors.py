"""The pages and the API: the same acts by either door."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.models.organisation import Organisation
from accounts.values import Role
from core.tenancy import tenant
from generation.authorship.queries import contributions, cut_card, verdicts
from tests.factories.accounts import a_member
from tests.factories.authorship import Film, a_cut, an_element, of_take, selected
from tests.factories.requests import a_browser, an_api_client


def _colleague(film: Film, role: Role) -> Any:  # noqa: ANN401 - an actor of the film's studio
    with tenant(film.organisation_id):
        organisation = Organisation.objects.get(id=film.organisation_id)
    return a_member(role, organisation=organisation)


class TestPages:
    def test_a_take_is_selected_and_rejected_on_the_shot_board(self, film: Film) -> None:
        browser = a_browser(film.producer)
        assert "Select" in browser.get(f"/shots/{film.first.id}").text

        answer = browser.post(f"/takes/{film.take.id}/verdict", {"verdict": "selected", "back": "shot"})
        assert answer["Location"] == f"/shots/{film.first.id}"
        assert "Selected</strong> by Ana Ruiz" in browser.get(f"/shots/{film.first.id}").text

        answer = browser.post(
            f"/takes/{film.take.id}/verdict", {"verdict": "rejected", "reason": "motion", "note": "too fast"}
        )
        assert answer["Location"] == f"/takes/{film.take.id}"
        assert "motion: too fast" in browser.get(f"/takes/{film.take.id}").text
        assert "rejected" in browser.get(f"/productions/{film.production.id}").text

    def test_a_rejection_without_a_reason_says_so(self, film: Film) -> None:
        browser = a_browser(film.producer)

        browser.post(f"/takes/{film.take.id}/verdict", {"verdict": "rejected"})

        assert "a rejection gives one" in browser.get(f"/takes/{film.take.id}").text
        assert verdicts(film.organisation_id, [film.first.id]) == {}

    def test_a_cut_is_made_step_by_step(self, film: Film) -> None:
        browser = a_browser(film.producer)
        address = f"/sequences/{film.sequence.id}/cut"

        def step(number: int, **fields: object) -> None:
            answer = browser.post(address, {"based_on": number, **fields})
            assert answer.status_code == 302, answer.text

        step(0, step="place", source=film.take.id)
        step(1, step="place", source=film.other.id, first=3, last=10)
        step(2, step="up", position=2)
        step(3, step="trim", position=2, first=1, last=8)
        step(4, step="reel", reel="R2", starts_at="00:00:10:00")

        card = cut_card(film.organisation_id, film.sequence.id)
        assert [(one.take_id, one.first_frame, one.end_frame) for one in card.entries] == [
            (film.other.id, 2, 10),
            (film.take.id, 0, 8),
        ]
        assert (card.number, card.reel, card.entries[0].timecode_in) == (5, "R2", "00:00:10:00")
        page = browser.get(address).text
        assert "00:00:10:00" in page
        assert "Machine-made." in page

        step(5, step="remove", position=1)
        answer = browser.post(f"{address}/restore", {"number": 2, "based_on": 6})
        assert answer.status_code == 302
        assert cut_card(film.organisation_id, film.sequence.id).entries[0].take_id == film.take.id

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"step": "place", "source": str(uuid4())}, "Choose what to place."),
            ({"step": "up", "position": 7}, "There is no such place in this cut any more."),
            ({"step": "trim", "position": 1}, "Give the first and the last frame."),
            ({"step": "trim", "position": 1, "first": 1, "last": 90}, "its source has 17 frames, not 90"),
            ({"step": "reel", "starts_at": "noon"}, "no timecode at 8 frames a second"),
            ({"step": "up", "position": 1, "based_on": 9}, "Somebody saved order 1"),
        ],
    )
    def test_a_step_that_cannot_be_says_why(self, film: Film, fields: dict[str, Any], told: str) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take))

        answer = a_browser(film.producer).post(f"/sequences/{film.sequence.id}/cut", {"based_on": 1} | fields)

        assert answer.status_code == 400
        assert told in answer.content.decode().replace("&#x27;", "'")
        assert cut_card(film.organisation_id, film.sequence.id).number == 1

    def test_who_made_what_takes_entries_and_takes_them_back(self, film: Film) -> None:
        browser = a_browser(film.producer)
        address = f"/productions/{film.production.id}/authorship"

        answer = browser.post(
            address,
            {
                "kind": "element_made",
                "title": "Matte painting",
                "num_frames": 40,
                "fps": 8,
                "without_ai": "yes",
            },
        )
        assert answer.status_code == 302
        page = browser.get(address).text
        assert all(word in page for word in ("Matte painting", "Prompt written", "a red ball", "Ana Ruiz"))

        act = contributions(film.organisation_id, film.production.id)[-1]
        browser.post(f"/contributions/{act.id}/take-back")
        assert contributions(film.organisation_id, film.production.id)[-2].counts is False

    def test_a_statement_that_is_not_whole_keeps_what_was_typed(self, film: Film) -> None:
        answer = a_browser(film.producer).post(
            f"/productions/{film.production.id}/authorship",
            {"kind": "element_made", "title": "Matte painting", "num_frames": 40},
        )

        assert answer.status_code == 400
        assert "stated both or neither" in answer.text
        assert 'value="Matte painting"' in answer.text

    def test_who_only_looks_changes_nothing(self, film: Film) -> None:
        browser = a_browser(_colleague(film, Role.AUDITOR))

        for address in (
            f"/sequences/{film.sequence.id}/cut",
            f"/productions/{film.production.id}/authorship",
        ):
            assert "<button" not in browser.get(address).text.split("<main", 1)[1]
            assert browser.post(address, {"step": "place", "based_on": 0}).status_code == 403


class TestApi:
    def test_judges_takes(self, film: Film) -> None:
        client = an_api_client(film.producer)

        answer = client.post(
            f"/v1/takes/{film.take.id}/verdict", {"verdict": "rejected", "reason": "story"}, format="json"
        )

        assert answer.status_code == 200
        assert (answer.json()["kind"], answer.json()["said"]) == ("take_rejected", "story")

    def test_keeps_the_record(self, film: Film) -> None:
        client = an_api_client(film.producer)
        address = f"/v1/productions/{film.production.id}/contributions"

        made = client.post(
            address,
            {"kind": "edit_made", "shot": str(film.first.id), "title": "Rotoscoped the float"},
            format="json",
        )
        assert made.status_code == 201
        back = client.post(
            f"/v1/contributions/{made.json()['id']}/take-back", {"note": "twice"}, format="json"
        )
        assert back.json()["supersedes"] == made.json()["id"]
        listed = client.get(address).json()["results"]
        assert [one["kind"] for one in listed] == [
            "prompt_written",
            "prompt_written",
            "edit_made",
            "taken_back",
        ]

    def test_cuts_and_computes_the_tier(self, film: Film) -> None:
        client = an_api_client(film.producer)
        address = f"/v1/sequences/{film.sequence.id}/cut"
        selected(film.producer, film.take)
        item = {"take": str(film.take.id), "first_frame": 0, "end_frame": 17}

        saved = client.put(address, {"based_on": 0, "items": [item]}, format="json")
        late = client.put(address, {"based_on": 0, "items": []}, format="json")

        assert saved.status_code == 200
        assert client.get(address).json() == saved.json()
        assert (late.status_code, late.json()["number"]) == (409, 1)
        tier = client.get(f"/v1/productions/{film.production.id}/human-provenance").json()
        assert (tier["tier"], tier["facts"]["generated"]) == ("human_directed", 17)
        assert "own scale" in tier["whose"]

    def test_without_a_cut_gives_no_tier(self, film: Film) -> None:
        tier = (
            an_api_client(film.producer).get(f"/v1/productions/{film.production.id}/human-provenance").json()
        )

        assert (tier["tier"], tier["short_of_the_next"]) == (None, [])

    def test_is_closed_to_who_only_looks(self, film: Film) -> None:
        client = an_api_client(_colleague(film, Role.LEGAL))
        act = an_element(film.producer, film.first)

        for method, address in (
            ("post", f"/v1/takes/{film.take.id}/verdict"),
            ("post", f"/v1/productions/{film.production.id}/contributions"),
            ("post", f"/v1/contributions/{act.id}/take-back"),
            ("put", f"/v1/sequences/{film.sequence.id}/cut"),
        ):
            assert getattr(client, method)(address, {}, format="json").status_code == 403
