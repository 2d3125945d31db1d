from __future__ import annotations

import json
from dataclasses import replace
from itertools import takewhile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.values import Actor, Role
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.errors import (
    FactsUnreadable,
    NoSuchDecision,
    PromptEmpty,
    PromptTooLong,
    PromptUnprintable,
    UnknownPerformer,
)
from licensing.models.decision import Decision
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import decide_use, redecide
from licensing.operations.strikes import begin_strike, end_strike
from licensing.queries import commitments_for, consents_stand, decision_card
from licensing.values import Agreement, CastMember
from productions.errors import NoSuchProduction
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import (
    a_consent,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
    rule_ids,
    unknown_id,
)
from tests.factories.productions import a_production

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def actor(committed_db: None) -> Actor:
    actor = a_member(Role.PRODUCER)
    counsel_confirms(actor)
    return actor


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA")


def test_a_street_at_night_is_allowed(actor: Actor, production: ProductionCard) -> None:
    card = decide_use(an_order(actor, production), actor=actor)

    assert card.outcome == "allow"
    assert card.reasons == ()


def test_a_consented_fall_is_allowed_and_paid(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    consent = a_consent(actor, production, ana)

    card = decide_use(an_order(actor, production, ana), actor=actor)

    assert card.outcome == "allow_with_duties"
    assert card.consent_ids == (consent.id,)
    assert [(duty.duty, duty.to) for duty in card.duties] == [("pay_performer", str(ana.id))]


def test_without_consent_it_is_refused_and_the_refusal_stands_on_record(
    actor: Actor, production: ProductionCard
) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)

    card = decide_use(an_order(actor, production, ana), actor=actor)

    assert card.outcome == "deny_until"
    assert not card.permitted
    assert card.id is not None
    assert decision_card(actor.organisation_id, card.id) == card
    (reason,) = [reason for reason in card.reasons if reason.rule_id == "TVT-01"]
    assert "no consent is on record" in reason.message
    assert reason.cure


def test_the_facts_on_record_are_the_bytes_that_were_hashed(actor: Actor, production: ProductionCard) -> None:
    card = decide_use(an_order(actor, production), actor=actor)

    with tenant(actor.organisation_id):
        row = Decision.objects.get(id=card.id)

    assert sha256_hex(bytes(row.facts)) == card.facts_sha256
    assert json.loads(bytes(row.facts))["subjects"] == []


def test_every_decision_is_logged_yes_or_no(actor: Actor, production: ProductionCard) -> None:
    decide_use(an_order(actor, production), actor=actor)
    decide_use(an_order(actor, production, a_performer(actor)), actor=actor)

    # Only the sequencer may read what is on its way to the log.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM licensing_decision")
        decided = cursor.fetchone()

    assert decided == (0,)  # outside the organisation's transaction nobody sees a row
    with tenant(actor.organisation_id):
        assert Decision.objects.count() == 2


def test_a_dry_run_answers_the_same_and_leaves_no_trace(actor: Actor, production: ProductionCard) -> None:
    card = decide_use(an_order(actor, production, a_performer(actor)), actor=actor, dry_run=True)

    assert card.id is None
    assert card.outcome == decide_use(an_order(actor, production, a_performer(actor)), actor=actor).outcome
    with tenant(actor.organisation_id):
        assert Decision.objects.count() == 1


def test_unknown_facts_are_never_cleared(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    a_consent(actor, production, ana)

    card = decide_use(an_order(actor, production, ana), actor=actor)

    assert card.needs_review
    assert "APP-02" in rule_ids(card)


def test_an_allow_waits_for_counsel_where_nobody_confirmed_the_rules() -> None:
    actor = a_member(Role.PRODUCER)
    production = a_production(actor, governing_law="US-WA")
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana)

    card = decide_use(an_order(actor, production, ana), actor=actor)

    assert card.outcome == "escalate"
    (reason,) = [reason for reason in card.reasons if reason.rule_id == "GATE-COUNSEL"]
    assert "TVT-01" in reason.message
    assert "TVT-05" in reason.message
    assert decide_use(an_order(actor, production), actor=actor).outcome == "allow"


def test_a_refusal_does_not_wait_for_counsel() -> None:
    actor = a_member(Role.PRODUCER)
    production = a_production(actor, governing_law="US-WA")
    ana = a_performer(actor)
    an_engagement(actor, production, ana)

    card = decide_use(an_order(actor, production, ana), actor=actor)

    assert card.outcome == "deny_until"
    assert "GATE-COUNSEL" not in rule_ids(card)


def test_withdrawal_ends_what_was_permitted(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    consent = a_consent(actor, production, ana)
    before = decide_use(an_order(actor, production, ana), actor=actor)
    assert before.id is not None

    withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)
    after = redecide(
        before.id, organisation_id=actor.organisation_id, stage="generate", actor_label="worker:one"
    )

    assert before.permitted
    assert after.outcome == "deny_until"
    assert after.id != before.id
    assert not consents_stand(actor.organisation_id, before.id)


def test_a_strike_suspends_consent_and_its_end_restores_it(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana)
    order = an_order(actor, production, ana)
    before = decide_use(order, actor=actor)
    assert before.id is not None

    begin_strike(Agreement.SAG_TVT_2026, actor=actor)
    during = decide_use(order, actor=actor)
    stood = consents_stand(actor.organisation_id, before.id)
    end_strike(Agreement.SAG_TVT_2026, actor=actor)

    assert during.outcome == "deny"
    assert "TVT-17" in rule_ids(during)
    assert not stood
    assert decide_use(order, actor=actor).outcome == "allow_with_duties"
    assert consents_stand(actor.organisation_id, before.id)


def test_a_named_performer_outside_the_cast_is_refused_like_any_replica(
    actor: Actor, production: ProductionCard
) -> None:
    star = a_performer(actor, "Crickett Jovansson")

    card = decide_use(
        an_order(actor, production, prompt="C r i c k e t t J0vanss0n in the rain"), actor=actor
    )

    assert not card.permitted
    assert str(star.id) in " ".join(reason.message for reason in card.reasons)


def test_a_name_that_may_mean_somebody_goes_to_review(actor: Actor, production: ProductionCard) -> None:
    will = a_performer(actor, "Will Pilot")

    card = decide_use(an_order(actor, production, prompt="a man will pilot the iron ship"), actor=actor)

    assert card.outcome == "escalate"
    (reason,) = card.reasons
    assert reason.rule_id == "GATE-NAME"
    assert "will pilot" in reason.message
    assert str(will.id) in reason.message


def test_a_name_in_the_negative_prompt_goes_to_review(actor: Actor, production: ProductionCard) -> None:
    a_performer(actor, "Crickett Jovansson")

    card = decide_use(an_order(actor, production, negative_prompt="not Crickett Jovansson"), actor=actor)

    assert rule_ids(card) == {"GATE-NAME"}


def test_another_organisations_performers_are_strangers(actor: Actor, production: ProductionCard) -> None:
    star = a_performer(a_member(Role.PRODUCER), "Crickett Jovansson")

    card = decide_use(an_order(actor, production, prompt="Crickett Jovansson in the rain"), actor=actor)

    assert card.outcome == "allow"
    with pytest.raises(UnknownPerformer) as raised:
        decide_use(an_order(actor, production, star), actor=actor)
    assert raised.value.performer_id == star.id


def test_a_cast_member_named_with_a_feature_needs_bargaining(
    actor: Actor, production: ProductionCard
) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana, bargained=False)

    card = decide_use(
        an_order(actor, production, ana, prompt="The eyes of Ana Ruiz Calder, wide open."), actor=actor
    )

    assert "TVT-12" in rule_ids(card)
    assert card.outcome == "deny_until"


def test_netflix_answers_nobody_gave_are_unknown(actor: Actor) -> None:
    production = a_production(actor, buyer="netflix")

    card = decide_use(an_order(actor, production), actor=actor)

    assert card.needs_review
    assert {"NFX-01", "NFX-02", "NFX-04", "APP-02"} <= rule_ids(card)


@pytest.mark.parametrize(
    ("prompt", "error"),
    [
        ("", PromptEmpty),
        (" \n\u200b", PromptEmpty),
        ("a" * 4001, PromptTooLong),
        ("a street\x00", PromptUnprintable),
        ("a street\x1b[2J", PromptUnprintable),
        ("a \u202estreet", PromptUnprintable),
        ("a street \ud800", PromptUnprintable),
    ],
)
def test_a_prompt_nobody_can_read_is_refused(
    prompt: str, error: type[Exception], actor: Actor, production: ProductionCard
) -> None:
    with pytest.raises(error):
        decide_use(an_order(actor, production, prompt=prompt), actor=actor)

    with tenant(actor.organisation_id):
        assert not Decision.objects.exists()


def test_the_longest_prompt_is_taken_and_too_long_ones_say_how_long(
    actor: Actor, production: ProductionCard
) -> None:
    assert decide_use(an_order(actor, production, prompt="a" * 4000), actor=actor).permitted

    with pytest.raises(PromptTooLong) as raised:
        decide_use(an_order(actor, production, prompt="a" * 4001), actor=actor)

    assert raised.value.extensions() == {"length": 4001, "longest": 4000}


def test_a_scan_needs_no_prompt(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana)

    card = decide_use(
        an_order(actor, production, ana, use="create_replica", prompt="", scenes=()), actor=actor
    )

    assert card.needs_review  # nobody has described the session
    assert "BIO-01" in rule_ids(card)


def test_a_word_outside_the_vocabulary_names_its_path(actor: Actor, production: ProductionCard) -> None:
    with pytest.raises(FactsUnreadable) as raised:
        decide_use(an_order(actor, production, media=("vhs",)), actor=actor)

    assert raised.value.path == "use.media[0]"


def test_an_unknown_performer_is_named(actor: Actor, production: ProductionCard) -> None:
    stranger = unknown_id()
    order = replace(
        an_order(actor, production), cast=(CastMember(performer_id=stranger, replica_type="ebdr_scan"),)
    )

    with pytest.raises(UnknownPerformer) as raised:
        decide_use(order, actor=actor)

    assert raised.value.performer_id == stranger


def test_an_unknown_production_and_decision_are_named(actor: Actor, production: ProductionCard) -> None:
    with pytest.raises(NoSuchProduction):
        decide_use(replace(an_order(actor, production), production_id=unknown_id()), actor=actor)
    with pytest.raises(NoSuchDecision):
        redecide(
            unknown_id(), organisation_id=actor.organisation_id, stage="generate", actor_label="worker:one"
        )
    with pytest.raises(NoSuchDecision):
        decision_card(actor.organisation_id, unknown_id())


def test_an_order_is_decided_only_where_it_is_asked(actor: Actor, production: ProductionCard) -> None:
    with pytest.raises(ValueError, match="organisation"):
        decide_use(an_order(actor, production), actor=a_member(Role.PRODUCER))


def test_commitments_tell_nothing_and_differ_by_consent(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana)
    first = decide_use(an_order(actor, production, ana), actor=actor)
    second = decide_use(an_order(actor, production), actor=actor)
    assert first.id is not None
    assert second.id is not None

    of_first = commitments_for(actor.organisation_id, first.id)
    of_second = commitments_for(actor.organisation_id, second.id)

    assert len(of_first.consent_commitments_hex) == 1
    assert of_second.consent_commitments_hex == ()
    assert of_first.decision_commitment_hex != of_second.decision_commitment_hex
    assert len(of_first.rule_pack_sha256) == 64


def test_deciding_takes_few_round_trips(actor: Actor, production: ProductionCard) -> None:
    cast = [a_performer(actor, f"Ana Ruiz {name}") for name in ("Calder", "Moreau", "Okafor")]
    for one in cast:
        an_engagement(actor, production, one)
        a_consent(actor, production, one)
    order = an_order(actor, production, *cast)
    decide_use(order, actor=actor)

    with CaptureQueriesContext(connection) as captured:
        card = decide_use(order, actor=actor)

    # What follows the commit is waiting for the log.
    deciding = list(takewhile(lambda query: query["sql"] != "COMMIT", captured.captured_queries))
    assert card.permitted
    assert 3 < len(deciding) <= 6
