from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.values import Actor, Role
from core.clock import now
from core.tenancy import tenant
from licensing.agreeing.errors import ActNotCovered, EventBackdated, NoticeOnRecord, UnknownMoment
from licensing.agreeing.history import consents_as_known
from licensing.agreeing.queries import offer_card
from licensing.errors import ConsentEnded, NoSuchConsent
from licensing.models.agreement import WithdrawalNotice
from licensing.operations import notices
from licensing.operations.gate import decide_use
from licensing.operations.notices import give_notice, settle_notices
from licensing.operations.strikes import begin_strike, end_strike
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_card, consents_stand
from licensing.values import Agreement
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import a_colleague
from tests.factories.licensing import a_consent, an_engagement, an_order, counsel_confirms
from tests.factories.offers import an_offer, in_force

pytestmark = pytest.mark.usefixtures("committed_db")


def _later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    at = now() + timedelta(days=days)
    monkeypatch.setattr("core.clock.now", lambda: at)


class TestNotice:
    def test_without_an_agreed_time_the_consent_ends_at_once(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = in_force(an_offer(legal, production, ana), performer, legal)
        assert offer.consent_id is not None

        give_notice(offer.consent_id, actor=performer)

        assert consent_card(legal.organisation_id, offer.consent_id).status == "withdrawn"
        assert offer_card(offer.id, actor=legal).standing == "withdrawn"

    def test_with_one_it_holds_until_then_and_ends_by_itself(
        self,
        legal: Actor,
        production: ProductionCard,
        ana: PerformerCard,
        performer: Actor,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        an_engagement(legal, production, ana)
        counsel_confirms(legal)
        offer = in_force(an_offer(legal, production, ana, withdrawal_notice_days=7), performer, legal)
        assert offer.consent_id is not None

        card = give_notice(offer.consent_id, actor=performer)

        assert card.effective_at - card.given_at == timedelta(days=7)
        assert offer_card(offer.id, actor=legal).standing == "notice_given"
        decision = decide_use(an_order(legal, production, ana), actor=legal)
        assert decision.consent_ids == (offer.consent_id,)
        assert consents_stand(legal.organisation_id, decision.id)  # type: ignore[arg-type]

        _later(monkeypatch, 8)
        assert offer_card(offer.id, actor=legal).standing == "withdrawn"
        after = decide_use(an_order(legal, production, ana), actor=legal, dry_run=True)
        assert after.outcome == "deny_until"
        assert settle_notices(legal.organisation_id) == 1
        assert settle_notices(legal.organisation_id) == 0
        assert consent_card(legal.organisation_id, offer.consent_id).status == "withdrawn"

    def test_is_given_once(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = in_force(an_offer(legal, production, ana, withdrawal_notice_days=7), performer, legal)
        assert offer.consent_id is not None
        give_notice(offer.consent_id, actor=performer)

        with pytest.raises(NoticeOnRecord):
            give_notice(offer.consent_id, actor=performer)

    def test_of_a_consent_that_ended_is_refused(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        consent = a_consent(legal, production, ana)
        give_notice(consent.id, actor=performer)

        with pytest.raises(ConsentEnded):
            give_notice(consent.id, actor=performer)

    def test_is_the_performers_to_give(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        consent = a_consent(legal, production, ana)

        with pytest.raises(ActNotCovered):
            give_notice(consent.id, actor=a_colleague(legal, Role.PERFORMER))
        with pytest.raises(NoSuchConsent):
            give_notice(consent.id, actor=a_member(*Role))

    def test_that_legal_enters_later_counts_from_when_it_was_given(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        consent = a_consent(legal, production, ana)
        given = consent.recorded_at + (now() - consent.recorded_at) / 2

        for wrong in (consent.recorded_at - timedelta(days=1), now() + timedelta(days=1)):
            with pytest.raises(EventBackdated):
                give_notice(consent.id, actor=legal, given_at=wrong)
        with pytest.raises(EventBackdated):
            give_notice(consent.id, actor=performer, given_at=given)

        card = give_notice(consent.id, actor=legal, given_at=given)

        assert card.given_at == given < card.recorded_at

    def test_is_settled_once_by_two(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        consent = a_consent(legal, production, ana)
        monkeypatch.setattr(notices, "withdraw_consent", lambda *_, **__: None)
        give_notice(consent.id, actor=legal)
        monkeypatch.undo()

        assert settle_notices(legal.organisation_id) == 1
        with tenant(legal.organisation_id):
            assert WithdrawalNotice.objects.count() == 1


class TestWhatWasKnown:
    def test_tells_what_was_true_from_what_was_known(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        before = now()
        consent = a_consent(legal, production, ana)
        recorded = now()
        given = now()
        known_later = now()
        give_notice(consent.id, actor=legal, given_at=given)

        def state(**moments: object) -> list[str]:
            return [one.state for one in consents_as_known(legal, **moments)]  # type: ignore[arg-type]

        assert state(known_at=before) == []
        assert state(known_at=recorded) == ["active"]
        # On what was known then it was active; on what is known now it had been withdrawn.
        assert state(as_of=known_later, known_at=known_later) == ["active"]
        assert state(as_of=known_later) == ["withdrawn"]
        assert state(as_of=recorded - timedelta(microseconds=1)) == ["active"]

    def test_knows_terms_and_strikes(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana, valid_from="2026-08-20", valid_until="2028-12-31")
        assert production.agreement is not None
        calm = now()
        begin_strike(Agreement(production.agreement), actor=legal)
        struck = now()
        end_strike(Agreement(production.agreement), actor=legal)

        def state(**moments: object) -> list[str]:
            return [one.state for one in consents_as_known(legal, **moments)]  # type: ignore[arg-type]

        assert state(known_at=calm) == ["active"]
        assert state(known_at=struck) == ["suspended"]
        assert state() == ["active"]
        assert state(as_of=now() - timedelta(days=365)) == ["not_begun"]
        assert state(as_of=now() + timedelta(days=365 * 5)) == ["ended"]

    def test_does_not_know_the_future(self, legal: Actor) -> None:
        with pytest.raises(UnknownMoment):
            consents_as_known(legal, known_at=now() + timedelta(hours=1))
        with pytest.raises(UnknownMoment):
            consents_as_known(legal, as_of=now().replace(tzinfo=None))
