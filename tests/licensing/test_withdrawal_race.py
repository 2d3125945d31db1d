"""A withdrawal and a decision that meet: whoever comes second sees the first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from accounts.values import Actor, Role
from core.tenancy import tenant
from licensing.models.decision import Decision
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import decide_use
from licensing.values import UseOrder
from tests.factories.accounts import a_member
from tests.factories.licensing import a_consent, a_performer, an_engagement, an_order, counsel_confirms
from tests.factories.productions import a_production


def _ask_often(order: UseOrder, actor: Actor) -> None:
    try:
        for _ in range(6):
            decide_use(order, actor=actor)
    finally:
        connections.close_all()


def test_no_decision_after_the_withdrawal_relies_on_the_consent(committed_db: None) -> None:
    actor = a_member(Role.PRODUCER)
    counsel_confirms(actor)
    production = a_production(actor, governing_law="US-WA")
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    consent = a_consent(actor, production, ana)
    order = an_order(actor, production, ana)

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(_ask_often, order, actor) for _ in range(3)]
        decide_use(order, actor=actor)
        ended = withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)
        for one in asking:
            one.result(timeout=60)

    with tenant(actor.organisation_id):
        decisions = list(Decision.objects.values_list("outcome", "decided_at", "consent_ids"))
    assert ended.withdrawn_at is not None
    late = [outcome for outcome, at, consents in decisions if consents and at >= ended.withdrawn_at]
    assert late == []
    assert {outcome for outcome, at, _ in decisions if at >= ended.withdrawn_at} <= {"deny_until"}
    assert {outcome for outcome, at, _ in decisions if at < ended.withdrawn_at} == {"allow_with_duties"}


def test_a_refusal_survives_what_its_caller_does_next(committed_db: None) -> None:
    actor = a_member(Role.PRODUCER)
    production = a_production(actor, governing_law="US-WA")
    card = decide_use(an_order(actor, production, a_performer(actor)), actor=actor)

    connection.close()

    with tenant(actor.organisation_id):
        assert Decision.objects.get().id == card.id


def test_the_gate_refuses_to_be_part_of_somebody_elses_transaction(committed_db: None) -> None:
    actor = a_member(Role.PRODUCER)
    production = a_production(actor)
    order = an_order(actor, production)

    with tenant(actor.organisation_id), pytest.raises(RuntimeError, match="durable"):
        decide_use(order, actor=actor)
