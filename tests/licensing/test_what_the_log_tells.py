"""Registration, engagement, consent and decision stand in the log, and no performer is named there."""

from __future__ import annotations

import pytest

from accounts.values import Actor, Role
from audit.queries import EntryLine, entries_about
from audit.subjects import performers
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import decide_use
from licensing.performer_cards import PerformerCard
from licensing.queries import commitments_for, performers_of
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.licensing import (
    a_consent,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
)
from tests.factories.log_readers import newest_entries
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


def told(actor: Actor, subject: str) -> list[EntryLine]:
    integrate_all()
    return list(entries_about(actor.organisation_id, subject))


def committed(actor: Actor, *people: PerformerCard) -> list[str]:
    return performers(actor.organisation_id, [one.id for one in people])


def test_registration_commits_to_the_performer(actor: Actor) -> None:
    ana = a_performer(actor)

    (line,) = told(actor, f"performer:{ana.id}")

    assert (line.type, line.actor) == ("licensing.performer.registered", actor.label)
    assert [line.fields["performer"]] == committed(actor, ana)
    assert line.subject == f"performer:{line.fields['performer']}"


def test_engagement_is_of_a_production_and_a_performer(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    engagement = an_engagement(actor, production, ana)

    (line,) = told(actor, f"engagement:{engagement.id}")

    assert (line.type, line.production_id) == ("licensing.engagement.recorded", production.id)
    assert line.fields == {"engagement": str(engagement.id), "performer": committed(actor, ana)[0]}


def test_a_consent_is_found_by_its_identifier_and_by_whose_it_is(
    actor: Actor, production: ProductionCard
) -> None:
    ana, ben = a_performer(actor), a_performer(actor, "Ben Okafor")
    an_engagement(actor, production, ana)
    consent = a_consent(actor, production, ana)
    withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)

    lines = told(actor, f"consent:{consent.id}")

    assert [line.type for line in lines] == ["licensing.consent.recorded", "licensing.consent.withdrawn"]
    assert {line.production_id for line in lines} == {production.id}
    of_ana = entries_about(actor.organisation_id, f"consent:{consent.id}", person_id=ana.id)
    assert list(of_ana) == lines
    assert entries_about(actor.organisation_id, f"consent:{consent.id}", person_id=ben.id) == ()


def test_a_decision_names_its_pack_its_production_and_whose_likeness_it_is_about(
    actor: Actor, production: ProductionCard
) -> None:
    ana, ben = a_performer(actor), a_performer(actor, "Ben Okafor")
    an_engagement(actor, production, ana)
    order = an_order(actor, production, ana, prompt="Ben Okafor falls down the stairs")

    card = decide_use(order, actor=actor)

    (line,) = told(actor, f"decision:{card.id}")
    assert card.id is not None
    assert line.production_id == production.id
    digests = commitments_for(actor.organisation_id, card.id)
    assert line.fields["pack_sha256"] == digests.rule_pack_sha256
    assert line.fields["performers"] == committed(actor, ana, ben)
    assert set(performers_of(actor.organisation_id, card.id)) == {ana.id, ben.id}


def test_a_decision_about_nobody_says_so(actor: Actor, production: ProductionCard) -> None:
    card = decide_use(an_order(actor, production), actor=actor)

    (line,) = told(actor, f"decision:{card.id}")

    assert line.fields["performers"] == []


def test_no_entry_holds_a_performer_s_identifier(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    a_consent(actor, production, ana)
    decide_use(an_order(actor, production, ana), actor=actor)
    integrate_all()

    lines = newest_entries(actor.organisation_id).entries

    assert len(lines) >= 4
    assert all(str(ana.id) not in f"{line.subject} {line.fields}" for line in lines)
