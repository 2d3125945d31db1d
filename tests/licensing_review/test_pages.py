from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from accounts.values import Actor
from core.clock import now
from tests.factories.accounts import user_of
from tests.factories.reviews import Desk, an_approved_case, case_of, on_the_register, state_of_case

pytestmark = pytest.mark.usefixtures("committed_db")


def _signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def _page(desk: Desk, actor: Actor, path: str) -> str:
    answer = _signed_in(actor).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_desk_lists_what_is_to_be_decided_with_counts(desk: Desk) -> None:
    case_id = case_of(desk.lawyer, desk.ask())

    page = _page(desk, desk.lawyer, "/legal")

    assert f"/legal/cases/{case_id}" in page
    assert "To decide (1)" in page
    assert "CN-01" in page


def test_a_case_shows_clause_beside_rule_and_offers_approval_to_legal_alone(desk: Desk) -> None:
    path = f"/legal/cases/{case_of(desk.lawyer, desk.ask())}"

    assert "Approve within limits" in _page(desk, desk.lawyer, path)
    assert "Machine rule" in _page(desk, desk.lawyer, path)
    assert "Approve within limits" not in _page(desk, desk.producer, path)
    assert " style=" not in _page(desk, desk.lawyer, path)


def test_the_form_approves_and_what_it_refuses_stays_in_it(desk: Desk) -> None:
    card = desk.ask()
    case_id: UUID = case_of(desk.lawyer, card)
    sent = {
        "decision": str(card.id),
        "last_day": f"{now().date()}",
        "shown_in": ["svod"],
        "territories": "WORLD",
        "conditions": "Label it.",
    }
    client = _signed_in(desk.lawyer)

    refused = client.post(f"/legal/cases/{case_id}/approval", sent)
    assert refused.status_code == 400
    assert "Label it." in refused.content.decode()
    client.post(f"/legal/cases/{case_id}/approval", sent | {"territories": "CN"})

    assert state_of_case(desk.lawyer, case_id) == "approved"
    assert "Label it." in _page(desk, desk.producer, f"/legal/cases/{case_id}")


def test_precedents_are_shown_with_their_outcome(desk: Desk) -> None:
    earlier = an_approved_case(desk)
    later = case_of(desk.lawyer, desk.ask(desk.to_china(prompt="A rainy bridge at night.")))

    page = _page(desk, desk.lawyer, f"/legal/cases/{later}")

    assert f"/legal/cases/{earlier}" in page


def test_a_producer_finds_the_case_on_the_decision(desk: Desk) -> None:
    card = desk.ask()

    page = _page(desk, desk.producer, f"/decisions/{card.id}")

    assert f"/legal/cases/{case_of(desk.lawyer, card)}" in page
    assert "On the legal desk" in page


def test_the_second_key_is_offered_to_the_performers_side(desk: Desk) -> None:
    on_the_register(desk)
    card = desk.ask(desk.with_a_doubtful_name())
    case_id = case_of(desk.lawyer, card)
    sent = {
        "decision": str(card.id),
        "last_day": f"{now().date()}",
        "shown_in": ["svod"],
        "territories": "US",
    }
    _signed_in(desk.lawyer).post(f"/legal/cases/{case_id}/approval", sent)

    assert "Confirm the approval" not in _page(desk, desk.lawyer, f"/legal/cases/{case_id}")
    assert "Confirm the approval" in _page(desk, desk.union, f"/legal/cases/{case_id}")
