from __future__ import annotations

import pytest
from django.test import Client

from accounts.values import Actor, Role
from licensing.names import WithdrawalReason
from licensing.operations.confirmations import confirm_rule
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import decide_use
from licensing.queries import consent_card
from licensing.values import CastMember
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import (
    DOCUMENT_SHA256,
    a_consent,
    a_performer,
    an_engagement,
    an_order,
    unknown_id,
)
from tests.factories.productions import a_production
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def actor(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER)


@pytest.fixture
def browser(actor: Actor) -> Client:
    return a_browser(actor)


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA")


def _text(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_register_says_what_to_do(browser: Client) -> None:
    assert "Nobody is registered yet" in _text(browser, "/performers")


def test_the_register_counts_what_holds(actor: Actor, browser: Client, production: ProductionCard) -> None:
    a_consent(actor, production, a_performer(actor, aliases=("La Calder",)))

    text = _text(browser, "/performers")

    assert "Ana Ruiz Calder" in text
    assert "La Calder" in text
    assert "1 of 1 on record" in text


def test_a_performer_reads_each_term_in_plain_words(
    actor: Actor, browser: Client, production: ProductionCard
) -> None:
    ana = a_performer(actor)
    consent = a_consent(actor, production, ana, valid_until=False, languages=["*"], sensitive=None)
    withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)

    text = _text(browser, f"/performers/{ana.id}")

    assert "In every language." in text
    assert "Holds from 20 August 2026 without end." in text
    assert "Signed on 20 August 2026 by the performer (separate rider)." in text
    assert "not stated, so nothing is cleared by it" in text
    assert "Withdrawn on" in text
    assert str(consent_card(actor.organisation_id, consent.id).receipt_id) in text


def test_a_refusal_names_clause_fact_and_cure(
    actor: Actor, browser: Client, production: ProductionCard
) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    card = decide_use(an_order(actor, production, ana), actor=actor)

    text = _text(browser, f"/decisions/{card.id}")

    assert "SAG-AFTRA TV/Theatrical, digital replicas: consent" in text
    assert "Ana Ruiz Calder: no consent is on record" in text
    assert "What would cure it:" in text
    assert card.facts_sha256 in text
    assert "to be entered" in text


def test_reasons_say_codes_in_the_words_of_the_forms(
    actor: Actor, browser: Client, production: ProductionCard
) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    without_scan = (CastMember(performer_id=ana.id, replica_type="ebdr_no_scan"),)
    unsigned = decide_use(an_order(actor, production, ana, cast=without_scan), actor=actor)
    a_consent(actor, production, ana, uses=["look_test"], purposes=["archive"], media=["svod"])
    outside = decide_use(an_order(actor, production, ana, media=("avod",)), actor=actor)

    said = _text(browser, f"/decisions/{unsigned.id}"), _text(browser, f"/decisions/{outside.id}")

    assert "on record for project “The Night Ferry” and employment-based replica (no scan)." in said[0]
    assert "use stunt safety double; purpose this production; media AVOD." in said[1]
    assert "ebdr_no_scan" not in said[0]
    assert "stunt_safety_double" not in said[1]
    assert "ebdr_no_scan" in " ".join(reason.message for reason in unsigned.reasons)


def test_what_somebody_wrote_keeps_its_spelling(
    actor: Actor, browser: Client, production: ProductionCard
) -> None:
    a_performer(actor, "Narrativ")  # also the code of an agreement
    card = decide_use(an_order(actor, production, negative_prompt="narrativ"), actor=actor)

    text = _text(browser, f"/decisions/{card.id}")

    assert "“narrativ” may mean Narrativ," in text


def test_an_allow_without_reasons_says_so(actor: Actor, browser: Client, production: ProductionCard) -> None:
    card = decide_use(an_order(actor, production), actor=actor)

    assert "No rule spoke against it" in _text(browser, f"/decisions/{card.id}")


def test_the_rulebook_shows_grade_source_and_counsel(actor: Actor, browser: Client) -> None:
    confirm_rule("TVT-01", counsel="R. Lindqvist", document_sha256=DOCUMENT_SHA256, actor=actor)

    text = _text(browser, "/rulebook")

    assert "R. Lindqvist" in text
    assert "unconfirmed" in text
    assert "California Labor Code 927 (text read)" in text


def test_strangers_are_sent_to_sign_in_and_others_find_nothing(browser: Client) -> None:
    assert Client().get("/performers").status_code == 302
    assert browser.get(f"/performers/{unknown_id()}").status_code == 404
    assert browser.get(f"/decisions/{unknown_id()}").status_code == 404
