"""The pages of what is owed, as people use them."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.values import Role
from licensing.owed_queries import obligation_card
from licensing.rate_queries import rate_cards
from tests.factories.documents import a_colleague, an_authority
from tests.factories.licensing import DOCUMENT_SHA256
from tests.factories.owed import Payroll, a_new_rate, a_payroll, every_rate, everything_owed, opened
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def payroll(committed_db: None) -> Payroll:
    return a_payroll()


def _text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def test_every_page_of_a_furnished_desk_is_shown(payroll: Payroll) -> None:
    things = everything_owed(payroll.legal, payroll.production, payroll.performer)
    browser = a_browser(payroll.legal)
    statement = f"/owed/statements/{things['pay_statement_id']}"

    assert "Pay performer" in _text(browser, "/owed")
    assert "Record a payment" in _text(browser, f"/owed/{things['obligation_id']}")
    assert "You entered it: somebody else confirms it." in _text(browser, "/owed/rates")
    assert "Thanksgiving Day" in _text(browser, "/owed/calendars")
    assert "Double entry" in _text(browser, "/owed/ledger")
    assert payroll.performer.professional_name in _text(browser, "/owed/statements")
    assert "Check it yourself" in _text(browser, statement)
    assert '"v":1' in _text(browser, f"{statement}/json")
    assert "ebdr_same_picture" in _text(browser, f"{statement}/csv")
    assert "Still due, plan included" in _text(browser, f"/performers/{payroll.performer.id}/pay")
    assert "TVT-13: Bargain" in _text(browser, "/owed/new")


def test_an_unknown_amount_says_what_is_missing_and_invents_nothing(payroll: Payroll) -> None:
    card = opened(payroll)

    page = _text(a_browser(payroll.legal), f"/owed/{card.id}")

    assert "to be entered from the rate sheet" in page
    assert "2 days" in page
    assert "USD" not in page


def test_a_rate_is_entered_by_one_person_and_confirmed_by_another(payroll: Payroll) -> None:
    first, second = a_browser(payroll.legal), a_browser(payroll.second)
    entered = {
        "agreement": "sag_tvt_2026",
        "category": "principal",
        "kind": "day_minimum",
        "amount": "1000.01",
        "currency": "USD",
        "valid_from": "2026-07-01",
        "source": "Invented sheet",
        "grade": "B",
        "document_sha256": DOCUMENT_SHA256,
    }

    assert first.post("/owed/rates", entered).status_code == 302
    assert first.post("/owed/rates", entered).status_code == 400
    (rate,) = rate_cards(payroll.legal)
    assert rate.amount == 100_001
    assert first.post(f"/owed/rates/{rate.id}/confirm").status_code == 403
    assert second.post(f"/owed/rates/{rate.id}/confirm").status_code == 302
    assert rate_cards(payroll.legal)[0].counts


def test_a_payment_above_what_is_due_is_told_beside_what_was_entered(payroll: Payroll) -> None:
    every_rate(payroll)
    card = opened(payroll)
    paid = {"performer": "3000.67", "plan": "0", "paid_on": "2026-11-20", "payroll_reference": "PR-1"}

    answer = a_browser(payroll.legal).post(f"/owed/{card.id}/pay", paid)

    assert answer.status_code == 400
    assert "more than is still due" in answer.content.decode()
    assert (
        a_browser(payroll.legal).post(f"/owed/{card.id}/pay", paid | {"performer": "3000.66"}).status_code
        == 302
    )
    assert obligation_card(card.id, actor=payroll.legal).paid_minor == 300_066


def test_a_performer_reads_their_own_page_and_no_ledger(payroll: Payroll) -> None:
    opened(payroll)
    performer = a_colleague(payroll.legal, Role.PERFORMER)
    browser = a_browser(performer)
    own = f"/performers/{payroll.performer.id}/pay"

    assert browser.get(own).status_code == 403
    an_authority(payroll.legal, payroll.performer, performer)
    assert "2 days" in _text(browser, own)
    for path in (
        "/owed/rates",
        "/owed/ledger",
        "/owed/statements",
        "/v1/rates",
        "/v1/ledger",
        "/v1/statements",
    ):
        assert browser.get(path).status_code in {401, 403}, path


def test_a_rate_of_a_sheet_overlaps_no_other(payroll: Payroll) -> None:
    from licensing.operations.rates import enter_rate, withdraw_rate
    from licensing.owed.errors import RateOverlaps

    first = enter_rate(a_new_rate(), actor=payroll.legal)

    with pytest.raises(RateOverlaps):
        enter_rate(a_new_rate(amount=7), actor=payroll.legal)
    withdraw_rate(first.id, actor=payroll.legal)
    assert enter_rate(a_new_rate(amount=7), actor=payroll.legal).amount == 7
