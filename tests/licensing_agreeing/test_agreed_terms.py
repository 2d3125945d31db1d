"""Terms that no rule reads and a performer signs all the same: what it does and says, edits, training, who looks."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from accounts.values import Actor
from core.tenancy import tenant
from licensing.agreeing.queries import offer_card
from licensing.agreeing.states import Answer
from licensing.documents.contradictions import require_consistent
from licensing.documents.errors import TermsContradict
from licensing.documents.stated_terms import require_offerable, require_readable
from licensing.errors import FactsUnreadable
from licensing.models.decision import Decision
from licensing.operations.answers import TermReply, answer_offer
from licensing.operations.gate import decide_use
from licensing.operations.notices import give_notice
from licensing.operations.offers import take_their_terms
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_card
from licensing.stating import Stated
from productions.queries import ProductionCard
from tests.factories.documents import rider_terms
from tests.factories.licensing import a_consent, an_engagement, an_order, counsel_confirms, terms
from tests.factories.offers import an_offer, in_force, yes_to_all
from tests.factories.requests import a_browser

AGREED: dict[str, Any] = {
    "does": "Slips on the roof, drops, lands on the mat.",
    "says": "Nothing.",
    "edits": ["timing_and_speed", "colour_and_light"],
    "training": [],
    "visible_to": ["production", "vendors"],
}


class TestVocabulary:
    @pytest.mark.parametrize(
        ("agreed", "path"),
        [
            ({"edits": ["everything"]}, "terms.agreed.edits[0]"),
            ({"training": ["generate_new_performance"]}, "terms.agreed.training[0]"),
            ({"visible_to": "everybody"}, "terms.agreed.visible_to"),
            ({"withdrawal_notice_days": 366}, "terms.agreed.withdrawal_notice_days"),
            ({"withdrawal_notice_days": -1}, "terms.agreed.withdrawal_notice_days"),
            ({"withdrawal_notice_days": True}, "terms.agreed.withdrawal_notice_days"),
            ({"mood": "good"}, "terms.agreed.mood"),
            ("everything", "terms.agreed"),
        ],
    )
    def test_a_word_outside_it_is_refused_by_its_place(self, agreed: Any, path: str) -> None:  # noqa: ANN401 - bad on purpose
        with pytest.raises(FactsUnreadable) as refused:
            require_readable("ebdr_scan", terms() | {"agreed": agreed})

        assert refused.value.path == path

    def test_training_is_permitted_for_itself_and_among_the_uses_or_not_at_all(self) -> None:
        uses = ["generate_new_performance", "train_project_model"]
        for given, agrees in (([], False), (["train_project_model"], True), (["train_general_model"], False)):
            stated = terms(uses=uses) | {"agreed": {"training": given}}
            if agrees:
                require_consistent(stated)
            else:
                with pytest.raises(TermsContradict, match="training"):
                    require_consistent(stated)

    def test_what_an_offer_says_beside_its_terms_is_not_said_in_them(self) -> None:
        for said in ({"withdrawal_notice_days": 3}, {"representation": "none"}):
            with pytest.raises(FactsUnreadable, match="said by the offer"):
                require_offerable("ebdr_scan", rider_terms() | {"agreed": said})


@pytest.mark.usefixtures("committed_db")
class TestSigned:
    def test_each_is_answered_recorded_and_shown_and_no_rule_is_asked_about_it(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        an_engagement(legal, production, ana)
        counsel_confirms(legal)
        offer = an_offer(legal, production, ana, withdrawal_notice_days=7, agreed=AGREED)
        page = a_browser(performer).get(f"/offers/{offer.id}").content.decode()
        assert "Slips on the roof" in page
        assert "Nothing learns from the likeness." in page
        assert "checked" not in page
        assert {f"agreed.{name}" for name in AGREED} <= {term.path for term in offer.latest.asked}
        less = yes_to_all(offer) | {"agreed.visible_to": TermReply(Answer.COUNTER, ["production"])}
        answer_offer(offer.id, less, terms_sha256=offer.latest.terms_sha256, actor=performer)

        held = in_force(take_their_terms(offer.id, actor=legal), performer, legal)

        assert held.consent_id is not None
        record = consent_card(legal.organisation_id, held.consent_id)
        assert record.terms["agreed"] == AGREED | {
            "visible_to": ["production"],
            "withdrawal_notice_days": 7,
        }
        mine = a_browser(performer).get("/my").content.decode()
        assert "May look at it: production." in mine
        assert "the consent then ends after 7 days" in mine
        order = an_order(legal, production, ana, stated=Stated(edits=("colour_and_light",)))
        decision = decide_use(order, actor=legal)
        assert decision.permitted
        with tenant(legal.organisation_id):
            facts = json.loads(bytes(Decision.objects.get(id=decision.id).facts))
        assert "agreed" not in facts["consents"][0]
        assert offer_card(offer.id, actor=legal).standing == "active"

    def test_the_time_of_notice_holds_for_a_record_that_came_of_no_offer(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        consent = a_consent(legal, production, ana, agreed={"withdrawal_notice_days": 10})

        notice = give_notice(consent.id, actor=legal)

        assert notice.effective_at - notice.given_at == timedelta(days=10)
        assert consent_card(legal.organisation_id, consent.id).status == "active"
