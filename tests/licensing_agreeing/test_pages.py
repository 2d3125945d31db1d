from __future__ import annotations

from typing import Any

import pytest

from accounts.values import Actor, Role
from licensing.agreeing.cards import OfferCard
from licensing.agreeing.queries import offer_card, offer_cards
from licensing.operations.gate import decide_use
from licensing.pages.document_forms import field_name
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_card
from productions.queries import ProductionCard
from tests.factories.documents import a_colleague
from tests.factories.licensing import an_engagement, an_order
from tests.factories.offers import agreed, an_offer, in_force, signed, yes_to_all
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")


def _all_yes(offer: OfferCard) -> dict[str, Any]:
    entered: dict[str, Any] = {f"answer__{field_name(path)}": "yes" for path in yes_to_all(offer)}
    return entered | {"terms_sha256": offer.latest.terms_sha256}


class TestThePerformersPages:
    def test_nothing_is_ticked_and_every_term_must_be_answered(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer, browser = an_offer(legal, production, ana), a_browser(performer)

        page = browser.get(f"/offers/{offer.id}").content.decode()
        assert "Shown in these media: theatrical, SVOD." in page
        assert "checked" not in page

        answer = browser.post(f"/offers/{offer.id}/answer", {"terms_sha256": offer.latest.terms_sha256})
        assert answer.status_code == 400
        assert answer.content.decode().count("Answer this term.") == len(yes_to_all(offer))

    def test_a_counter_says_what_instead(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer, browser = an_offer(legal, production, ana), a_browser(performer)
        entered = _all_yes(offer) | {"answer__intended_use__media": "counter"}

        silent = browser.post(f"/offers/{offer.id}/answer", entered)
        assert "Say what you would agree to instead." in silent.content.decode()

        entered["counter__intended_use__media"] = ["theatrical"]
        said = browser.post(f"/offers/{offer.id}/answer", entered)
        assert said.status_code == 302
        assert "Shown in these media: theatrical." in browser.get(f"/offers/{offer.id}").content.decode()
        assert a_browser(legal).post(f"/offers/{offer.id}/take-their-terms").status_code == 302
        assert offer_card(offer.id, actor=legal).latest.number == 2

    def test_from_yes_to_signed_and_withdrawn(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer, mine, studio = an_offer(legal, production, ana), a_browser(performer), a_browser(legal)

        assert mine.post(f"/offers/{offer.id}/answer", _all_yes(offer)).status_code == 302
        digest = {"terms_sha256": offer.latest.terms_sha256}
        # Reading is the signer's own act.
        mine.post(f"/offers/{offer.id}/sign", digest)
        assert offer_card(offer.id, actor=legal).state == "offered"
        mine.post(f"/offers/{offer.id}/sign", digest | {"read": "on"})
        assert studio.post(f"/offers/{offer.id}/countersign", digest | {"read": "on"}).status_code == 302
        held = offer_card(offer.id, actor=legal)
        assert held.standing == "active"

        page = mine.get("/my").content.decode()
        assert "Withdraw this consent" in page
        mine.post(f"/my/consents/{held.consent_id}/notice")
        assert held.consent_id is not None
        assert consent_card(legal.organisation_id, held.consent_id).status == "withdrawn"

    def test_every_use_is_shown(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        an_engagement(legal, production, ana)
        decision = decide_use(an_order(legal, production, ana), actor=legal)

        assert str(decision.id) in a_browser(performer).get("/my/uses").content.decode()
        listed = a_browser(performer).get("/v1/my/uses").json()
        assert [one["decided"]["decision_id"] for one in listed] == [str(decision.id)]
        assert a_browser(a_colleague(legal, Role.PERFORMER)).get("/v1/my/uses").json() == []


class TestTheStudiosPages:
    def test_an_offer_is_drafted_and_put(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        browser = a_browser(legal)
        entered = {
            "production": str(production.id),
            "performer": str(ana.id),
            "replica_type": "ebdr_scan",
            "intended_use__description": "A fall.",
            "form_kind": "separate_rider",
            "signer_role": "performer",
            "withdrawal_notice_days": "7",
        }

        made = browser.post("/offers/new", entered)
        assert made.status_code == 302
        (draft,) = offer_cards(legal)
        assert browser.post(f"/offers/{draft.id}/send").status_code == 302
        assert offer_card(draft.id, actor=legal).state == "offered"
        wrong = browser.post(
            "/offers/new", entered | {"valid_from": "2027-01-01", "valid_until": "2026-01-01"}
        )
        assert wrong.status_code == 400
        assert "lies before terms.valid_from" in wrong.content.decode()

    def test_other_terms_begin_with_those_on_the_table(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer, browser = an_offer(legal, production, ana), a_browser(legal)
        no = _all_yes(offer) | {"answer__intended_use__uses": "no"}
        a_browser(performer).post(f"/offers/{offer.id}/answer", no)

        form = browser.get(f"/offers/{offer.id}/terms").context["form"]
        entered = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        entered["intended_use__uses"] = ["create_replica"]
        assert browser.post(f"/offers/{offer.id}/terms", entered).status_code == 302

        latest = offer_card(offer.id, actor=legal).latest
        changed = {**offer.latest.terms["intended_use"], "uses": ["create_replica"]}  # type: ignore[dict-item]
        assert latest.terms == {**offer.latest.terms, "intended_use": changed}

    def test_pages_of_moments_and_grants(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        in_force(an_offer(legal, production, ana), performer, legal)
        browser = a_browser(legal)

        assert ana.professional_name in browser.get("/consent-states").content.decode()
        then = browser.get("/consent-states", {"known_at": "2026-03-01 14:03"})
        assert "Nothing was on record then." in then.content.decode()
        other = a_colleague(legal, Role.UNION_REP)
        browser.post("/sight-grants", {"person": str(other.user_id), "performer": str(ana.id)})
        assert str(other.user_id) in browser.get("/sight-grants").content.decode()
        assert browser.get("/granted").status_code == 200


class TestTheApi:
    def test_goes_the_whole_way(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        studio, mine = a_browser(legal), a_browser(performer)
        offer = an_offer(legal, production, ana)
        answers = [{"term": path, "answer": "yes"} for path in yes_to_all(offer)]
        digest = {"terms_sha256": offer.latest.terms_sha256}

        def post(browser: Any, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - Django's client
            return browser.post(f"/v1/offers/{offer.id}/{path}", body, content_type="application/json")

        incomplete = post(mine, "answers", {**digest, "answers": answers[1:]})
        assert (incomplete.status_code, incomplete.json()["missing"]) == (422, ["replica_type"])
        twice = post(mine, "answers", {**digest, "answers": [*answers, answers[0]]})
        assert twice.status_code == 400
        assert post(mine, "answers", {**digest, "answers": answers}).json()["standing"] == "agreed"
        assert post(studio, "performer-signature", digest).json()["type"].endswith("/act-not-covered")
        assert post(mine, "performer-signature", digest).json()["state"] == "signed"
        held = post(studio, "studio-signature", digest).json()
        assert held["standing"] == "active"
        assert [one["id"] for one in mine.get("/v1/my/consents").json()] == [held["consent_id"]]
        notice = f"/v1/consents/{held['consent_id']}/notice"
        backdated = mine.post(notice, {"given_at": "2020-01-01T00:00:00Z"}, content_type="application/json")
        assert backdated.json()["type"].endswith("/event-backdated")
        assert mine.post(notice, {}, content_type="application/json").status_code == 201
        again = mine.post(notice, {}, content_type="application/json")
        assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "consent-ended")

    def test_tells_what_was_known(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        in_force(an_offer(legal, production, ana), performer, legal)
        browser = a_browser(legal)

        assert [one["state"] for one in browser.get("/v1/consent-states").json()] == ["active"]
        assert browser.get("/v1/consent-states?known_at=2026-03-01T14:03:00Z").json() == []
        future = browser.get("/v1/consent-states?known_at=2099-03-01T14:03:00Z")
        assert future.json()["type"].endswith("/moment-unknown")

    def test_of_states_of_an_offer(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = an_offer(legal, production, ana)
        agreed(offer, performer)
        assert a_browser(legal).get(f"/v1/offers/{offer.id}").json()["standing"] == "agreed"
        other = signed(an_offer(legal, production, ana, replica_type="icdr"), performer)
        assert a_browser(legal).get(f"/v1/offers/{other.id}/agreement").status_code == 404
