"""What came closest, beside a refusal: on its card, in the API and on its page."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.values import Actor, Role
from licensing.operations.gate import decide_use
from licensing.queries import decision_card
from tests.factories.accounts import a_member, user_of
from tests.factories.licensing import a_consent, a_performer, an_engagement, an_order, counsel_confirms
from tests.factories.productions import a_production

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def actor(committed_db: None) -> Actor:
    actor = a_member(Role.PRODUCER, Role.LEGAL)
    counsel_confirms(actor)
    return actor


def test_a_refusal_names_the_record_that_lacks_one_thing(actor: Actor, client: Client) -> None:
    production = a_production(actor, governing_law="US-WA")
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    consent = a_consent(actor, production, ana, territories=["US"])

    card = decide_use(an_order(actor, production, ana, territories=("US", "JP")), actor=actor)

    (closest,) = card.closest
    assert (closest.person_id, closest.consent_id) == (str(ana.id), str(consent.id))
    assert closest.is_near_miss
    assert closest.missing[0].words == "territory JP not in it"
    assert card.id is not None
    assert decision_card(actor.organisation_id, card.id) == card
    client.force_login(user_of(actor))
    answer = json.loads(client.get(f"/v1/decisions/{card.id}").content)
    assert answer["closest"][0]["missing"][0]["condition"] == "intended_use.territories"
    page = client.get(f"/decisions/{card.id}").content.decode()
    assert "One thing short: Ana Ruiz Calder" in page
    assert "Territory JP not in it" in page


def test_the_page_asks_the_same_at_another_moment(actor: Actor, client: Client) -> None:
    production = a_production(actor, governing_law="US-WA")
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana)
    card = decide_use(an_order(actor, production, ana), actor=actor)
    client.force_login(user_of(actor))

    empty = client.get(f"/decisions/{card.id}/then")
    later = client.get(f"/decisions/{card.id}/then", {"as_of": "2029-02-01 12:00"})
    future = client.get(
        f"/decisions/{card.id}/then", {"as_of": "2026-10-01 12:00", "known_at": "2999-01-01 12:00"}
    )

    assert (empty.status_code, later.status_code, future.status_code) == (200, 200, 400)
    assert "it ended on 2028-12-31" in later.content.decode().lower()
    assert "lies in the future" in future.content.decode()


def test_what_is_permitted_has_nothing_that_came_close(actor: Actor) -> None:
    card = decide_use(an_order(actor, a_production(actor)), actor=actor)

    assert card.closest == ()
