"""The page and the API: the same acts by either door."""

from __future__ import annotations

import pytest

from licensing.disclosures.queries import disclosures_recorded
from tests.factories.disclosures import PROOF, WORDS, a_due_disclosure, an_approval, placed
from tests.factories.requests import a_browser, an_api_client
from tests.licensing_disclosures.conftest import Film


class TestPage:
    def test_leads_from_what_is_due_to_what_is_recorded(self, film: Film) -> None:
        a_due_disclosure(film.producer, film.id)
        address = f"/productions/{film.id}/disclosures"
        assert "not recorded" in a_browser(film.producer).get(address).text

        answer = a_browser(film.counsel).post(
            address, {"wording": "eu-02-end-credit", "language": "en", "text": WORDS}
        )
        assert answer.status_code == 302
        page = a_browser(film.producer).get(address).text
        assert WORDS in page
        assert "Not placed yet, so it does not count." in page

        approval = an_approval(film.counsel, film.id)
        a_browser(film.producer).post(
            f"/disclosures/{approval.id}/placings",
            {
                "place": "End credits",
                "document_sha256": PROOF,
                "placed_on": "2026-11-20",
            },
        )
        assert disclosures_recorded(film.organisation_id, film.id, territories=["DE"]) == ("end_credit",)

        a_browser(film.counsel).post(f"/disclosures/{approval.id}/withdrawal")
        assert disclosures_recorded(film.organisation_id, film.id, territories=["DE"]) == ()

    def test_is_narrowed_by_territory_and_names_a_wrong_one(self, film: Film) -> None:
        browser = a_browser(film.producer)
        address = f"/productions/{film.id}/disclosures"

        assert "NY-03" not in browser.get(address, {"territories": "eu"}).text
        wrong = browser.get(address, {"territories": "EU, Utopia"})
        assert wrong.status_code == 400
        assert "No such territory: UTOPIA." in wrong.text
        assert "That is no clearance" not in browser.get(address, {"territories": "JP"}).text

    def test_tells_counsel_what_is_missing(self, film: Film) -> None:
        answer = a_browser(film.counsel).post(
            f"/productions/{film.id}/disclosures", {"wording": "eu-02-end-credit", "language": "en"}
        )

        assert answer.status_code == 400
        assert "the words that are approved" in answer.text

    def test_tells_what_is_wrong_with_a_placing(self, film: Film) -> None:
        approval = an_approval(film.counsel, film.id)
        browser = a_browser(film.producer)

        answer = browser.post(
            f"/disclosures/{approval.id}/placings",
            {"place": "Credits", "document_sha256": "ab", "placed_on": "2026-11-20"},
            follow=True,
        )

        assert "64 lower-case hexadecimal digits" in answer.text

    def test_lets_nobody_but_counsel_approve(self, film: Film) -> None:
        browser = a_browser(film.producer)
        address = f"/productions/{film.id}/disclosures"

        assert "Approve as counsel" not in browser.get(address).text
        assert browser.post(address, {"wording": "eu-02-end-credit"}).status_code == 403


class TestApi:
    def test_lists_approves_places_and_takes_back(self, film: Film) -> None:
        a_due_disclosure(film.producer, film.id)
        counsel, producer = an_api_client(film.counsel), an_api_client(film.producer)
        address = f"/v1/productions/{film.id}/disclosures"

        (due,) = producer.get(address, {"territories": "EU"}).json()["due"]
        assert (due["recorded"], due["ways"]) == (False, ["eu-02-end-credit", "eu-02-on-screen"])
        approved = counsel.post(
            address, {"wording": "eu-02-end-credit", "language": "en", "text": WORDS}, format="json"
        )
        assert approved.status_code == 201
        stood = producer.post(
            f"/v1/disclosures/{approved.json()['id']}/placings",
            {"place": "End credits", "document_sha256": PROOF, "placed_on": "2026-11-20"},
            format="json",
        )
        assert stood.json()["recorded"] is True
        assert producer.get(address).json()["due"][0]["recorded"] is True

        back = counsel.post(f"/v1/disclosures/{approved.json()['id']}/withdrawal")
        assert (back.json()["withdrawn"], back.json()["stands"]) == (True, False)

    def test_names_a_territory_that_is_none(self, film: Film) -> None:
        answer = an_api_client(film.producer).get(
            f"/v1/productions/{film.id}/disclosures", {"territories": "EU,Utopia"}
        )

        assert answer.status_code == 400

    @pytest.mark.parametrize("act", ["approve", "withdraw"])
    def test_lets_nobody_but_counsel_decide(self, film: Film, act: str) -> None:
        client = an_api_client(film.producer)
        approval = placed(film.producer, an_approval(film.counsel, film.id))
        address = {
            "approve": f"/v1/productions/{film.id}/disclosures",
            "withdraw": f"/v1/disclosures/{approval.id}/withdrawal",
        }[act]

        assert client.post(address, {"wording": "eu-02-end-credit"}, format="json").status_code == 403
