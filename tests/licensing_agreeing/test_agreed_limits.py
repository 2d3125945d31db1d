"""Edits and who may look: signed terms that the gate holds against what is asked, beside the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.values import Actor, Role
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.agreed_limits import EDITS_RULE, SIGHT_RULE
from licensing.decision_cards import DecisionCard
from licensing.delivering import OUTSIDE, DeliveryFacts
from licensing.foresight.events import TimePasses
from licensing.foresight.foreseeing import foresee
from licensing.foresight.questions import questions_of
from licensing.operations.gate import decide_again, decide_use
from licensing.stating import Stated
from licensing.values import UseOrder
from tests.factories.accounts import a_member
from tests.factories.licensing import (
    a_consent,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
    rule_ids,
)
from tests.factories.productions import a_production

pytestmark = pytest.mark.usefixtures("committed_db")


def _order(actor: Actor, agreed: dict[str, Any] | None, **fields: Any) -> UseOrder:  # noqa: ANN401 - any field
    """The fall in scene 42 under a consent with these terms beyond the rules."""
    counsel_confirms(actor)
    production = a_production(actor, governing_law="US-WA")
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana, **({} if agreed is None else {"agreed": agreed}))
    return an_order(actor, production, ana, **fields)


@pytest.fixture
def actor(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER, Role.LEGAL)


class TestEdits:
    @pytest.mark.parametrize(
        ("agreed", "made", "outcome"),
        [
            (None, None, "allow_with_duties"),
            ({}, ("apparent_age",), "allow_with_duties"),
            ({"edits": None}, ("apparent_age",), "allow_with_duties"),
            ({"edits": ["colour_and_light", "timing_and_speed"]}, ("timing_and_speed",), "allow_with_duties"),
            ({"edits": ["timing_and_speed"]}, (), "allow_with_duties"),
            ({"edits": []}, (), "allow_with_duties"),
            ({"edits": ["timing_and_speed"]}, None, "escalate"),
            ({"edits": []}, None, "escalate"),
            ({"edits": ["timing_and_speed"]}, ("timing_and_speed", "words_spoken"), "deny"),
            ({"edits": []}, ("timing_and_speed",), "deny"),
        ],
    )
    def test_are_those_that_were_agreed_to(
        self,
        actor: Actor,
        agreed: dict[str, Any] | None,
        made: tuple[str, ...] | None,
        outcome: str,
    ) -> None:
        stated = None if made is None else Stated(edits=made)
        card = decide_use(_order(actor, agreed, stated=stated), actor=actor)

        assert card.outcome == outcome
        assert (EDITS_RULE in rule_ids(card)) == (outcome in ("escalate", "deny"))

    def test_beyond_it_are_named_with_a_cure(self, actor: Actor) -> None:
        order = _order(actor, {"edits": ["timing_and_speed"]}, stated=Stated(edits=("words_spoken",)))
        (reason,) = _reasons(decide_use(order, actor=actor), EDITS_RULE)

        assert (
            f"{order.cast[0].performer_id} allows timing_and_speed; this makes words_spoken."
            in reason.message
        )
        assert reason.cure == "Leave these edits out, or agree on a new consent with the performer."

    def test_of_a_replica_that_is_only_made_are_not_asked(self, actor: Actor) -> None:
        order = _order(actor, {"edits": []}, use="create_replica")

        assert EDITS_RULE not in rule_ids(decide_use(order, actor=actor))

    def test_are_asked_again_and_foreseen_alike(self, actor: Actor) -> None:
        order = _order(actor, {"edits": []}, stated=Stated(edits=("words_spoken",)))
        card = decide_use(order, actor=actor)
        assert card.id is not None

        assert decide_again(card.id, actor=actor).reasons == card.reasons
        with tenant(actor.organisation_id, user_id=actor.user_id):
            now = clock.now()
            foreseen = foresee(list(questions_of([card.id])), TimePasses(), at=now, now=now)
        (answer,) = foreseen.answers
        assert answer.after.reasons == card.reasons


class TestWhoLooks:
    @pytest.mark.parametrize(
        ("agreed", "seen_by", "refused"),
        [
            (None, "vendors", False),
            ({"visible_to": ["production", "vendors"]}, "vendors", False),
            ({"visible_to": ["production"]}, "vendors", True),
            ({"visible_to": []}, "buyer", True),
            ({"visible_to": ["buyer"]}, OUTSIDE, True),
            # A release is a use: media and territories bound it.
            ({"visible_to": []}, None, False),
        ],
    )
    def test_by_a_delivery_is_somebody_whom_the_consent_names(
        self,
        actor: Actor,
        agreed: dict[str, Any] | None,
        seen_by: str | None,
        refused: bool,  # noqa: FBT001 - a parameter
    ) -> None:
        delivery = DeliveryFacts(
            recipient_id=new_id(),
            marks=("c2pa",),
            marks_stripped=False,
            disclosures_recorded=(),
            ca_covered_provider=False,
            seen_by=seen_by,
        )
        order = replace(_order(actor, agreed), stage="deliver", delivery=delivery)
        card = decide_use(order, actor=actor)

        assert (SIGHT_RULE in rule_ids(card)) is refused
        if refused:
            assert card.outcome == "deny"
            (reason,) = _reasons(card, SIGHT_RULE)
            assert reason.cure.startswith("Deliver it to somebody whom the consent names")


def _reasons(card: DecisionCard, rule: str) -> list[Any]:
    return [one for one in card.reasons if one.rule_id == rule]
