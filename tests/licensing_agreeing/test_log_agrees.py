"""What the tables say of offers, notices and grants is what the log says."""

from __future__ import annotations

import pytest

from accounts.values import Actor
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.clock import now
from licensing.agreeing.asked import NOTICE_DAYS
from licensing.agreeing.states import Answer
from licensing.operations.answers import TermReply, answer_offer, refuse_offer
from licensing.operations.grants import NewGrant, end_sight, grant_sight
from licensing.operations.notices import give_notice
from licensing.operations.offers import propose_terms, send_offer, take_back_offer, take_their_terms
from licensing.performer_cards import PerformerCard
from productions.queries import ProductionCard
from tests.factories.accounts import an_organisation
from tests.factories.audit import integrate_all
from tests.factories.documents import rider_terms
from tests.factories.offers import a_draft, an_offer, in_force, yes_to_all
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db")


def _problems() -> list[str]:
    integrate_all()
    return [one.kind for one in inspect_logs(at=now(), reconcilers=registered()).problems]


def test_every_act_on_an_offer_has_its_entry(
    legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
) -> None:
    draft = a_draft(legal, production, ana)
    propose_terms(draft.id, rider_terms(scenes=["43"]), withdrawal_notice_days=3, actor=legal)
    offer = send_offer(draft.id, actor=legal)
    replies = yes_to_all(offer) | {NOTICE_DAYS: TermReply(Answer.COUNTER, 7)}
    answer_offer(offer.id, replies, terms_sha256=offer.latest.terms_sha256, actor=performer)
    held = in_force(take_their_terms(offer.id, actor=legal), performer, legal)
    assert held.consent_id is not None
    give_notice(held.consent_id, actor=performer)
    refuse_offer(an_offer(legal, production, ana).id, actor=performer)
    take_back_offer(an_offer(legal, production, ana).id, actor=legal)
    grant = grant_sight(
        NewGrant(grantee_organisation_id=an_organisation().id, performer_id=ana.id), actor=legal
    )
    end_sight(grant.id, actor=legal)

    assert _problems() == []


def test_a_term_changed_behind_the_product_is_found(
    legal: Actor, production: ProductionCard, ana: PerformerCard
) -> None:
    offer = an_offer(legal, production, ana)
    assert _problems() == []

    change = "UPDATE licensing_offerround SET terms = terms || '{\"bargained\": false}'"
    with tampered("licensing_offerround", change):
        assert len(_problems()) > 0
    assert offer.state == "offered"
