"""Whom only legal may see is told to nobody else, whichever way a decision is read."""

from __future__ import annotations

import pytest

from accounts.values import Actor, Role
from licensing.names import Visibility
from licensing.operations.gate import decide_use
from productions.queries import ProductionCard
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.licensing import a_performer, an_engagement, an_order, rule_ids
from tests.factories.productions import a_production
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def actor(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER)


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA")


@pytest.mark.parametrize(
    "prompts",
    [
        {"prompt": "Crickett Jovansson in the rain"},
        {"prompt": "Krickett Yovansson in the rain"},
        {"negative_prompt": "not Crickett Jovansson"},
    ],
)
def test_a_hit_tells_no_name(prompts: dict[str, str], actor: Actor, production: ProductionCard) -> None:
    star = a_performer(actor, "Crickett Jovansson", visibility=Visibility.LEGAL_ONLY)

    card = decide_use(an_order(actor, production, **prompts), actor=actor)

    said = " ".join(f"{reason.message} {reason.cure}" for reason in card.reasons).casefold()
    assert "GATE-NAME" in rule_ids(card)
    assert str(star.id) in said
    assert "rickett" not in said
    assert "ovansson" not in said


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.AUDITOR, Role.LEGAL])
def test_a_decision_names_them_to_legal_alone(role: Role, actor: Actor, production: ProductionCard) -> None:
    hidden = a_performer(actor, aliases=("La Calder",), visibility=Visibility.LEGAL_ONLY)
    an_engagement(actor, production, hidden)
    cast = decide_use(an_order(actor, production, hidden), actor=actor)
    named = decide_use(an_order(actor, production, prompt="La Calder in the rain"), actor=actor)
    asked_after = decide_use(an_order(actor, production, negative_prompt="La Calder"), actor=actor)
    browser = a_browser(a_membership(a_user(), actor.organisation_id, role))

    for decision in (cast, named, asked_after):
        text = browser.get(f"/decisions/{decision.id}").content.decode()

        assert ("Calder" in text) is (role is Role.LEGAL)
        assert ("a performer known to legal" in text) is (role is not Role.LEGAL)
        assert str(hidden.id) not in text
