"""No sequence of approvals makes the gate allow what a prohibition, a withdrawal, a strike or an unknown forbids."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from licensing.decision_cards import Reason
from licensing.gate_rules import decision_of
from licensing.models.review import ReviewCase, ReviewCaseDecision
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.review_approvals import approve_case, give_second_key
from licensing.operations.strikes import begin_strike, end_strike
from licensing.review.errors import NobodyMayLift
from licensing.review.lifting import Standing, relieved
from licensing.review.limits import Limits
from licensing.review.powers import Lifted, lifted_of, power_over, powers
from licensing.rulebook.book import rule_book
from licensing.values import Agreement, Outcome
from tests.factories.licensing import a_consent, an_engagement, an_order
from tests.factories.reviews import Desk, approval_of, case_of, limits, on_the_register

RULES = (*rule_book().entries, "GATE-NAME", "GATE-COUNSEL", "GATE-LOG", "APP-02")
reasons_of_any_kind = st.lists(
    st.builds(
        Reason,
        rule_id=st.sampled_from(RULES),
        outcome=st.sampled_from([outcome.value for outcome in Outcome]),
        message=st.sampled_from(["Behind TVT-01, CA-01.", "Unknown: use.photoreal.", "A fact failed."]),
        cure=st.just(""),
        grade=st.just("A"),
        # Counsel's reason always names the rules that it is about; see below for one that would not.
    ).filter(lambda reason: reason.rule_id != "GATE-COUNSEL" or reason.message.startswith("Behind")),
    max_size=6,
)


def _approval_of_all(reasons: list[Reason]) -> Standing:
    """One that names every reason, as no operation would give it."""
    bound = Limits(valid_until=now(), media=("svod",), territories=("US",))
    lifted: tuple[Lifted, ...] = tuple(lifted_of(reason) for reason in reasons)
    return Standing(new_id(), new_id(), lifted, bound, frozenset(), {}, counts=True)


@given(reasons_of_any_kind, st.integers(1, 4))
def test_whatever_approvals_name_only_what_a_person_may_lift_is_lifted(
    reasons: list[Reason], approvals: int
) -> None:
    relief = relieved(reasons, [_approval_of_all(reasons)] * approvals)

    left = [reason for reason in reasons if reason.outcome in ("escalate", "deny_until", "deny")]
    stands = [reason for reason in left if power_over(reason) is None]
    assert decision_of(relief.reasons).permitted is not bool(stands)
    assert all(reason in relief.reasons for reason in stands)


def test_counsels_reason_that_names_no_rule_is_lifted_by_no_approval() -> None:
    reason = Reason("GATE-COUNSEL", Outcome.ESCALATE.value, "Unknown: use.photoreal.", "", "A")

    assert relieved([reason], [_approval_of_all([reason])]).reasons == (reason,)


def test_nobody_has_power_over_a_prohibition_a_consent_or_an_unknown() -> None:
    for rule_id, outcome in product(RULES, Outcome):
        reason = Reason(rule_id, outcome.value, "", "", "A")
        if outcome in (Outcome.DENY, Outcome.PASS, Outcome.DUTY, Outcome.WARN):
            assert power_over(reason) is None, rule_id
    consent_and_labour = {
        "APP-02", "GATE-LOG", "TVT-01", "TVT-04", "TVT-05", "TVT-07", "TVT-08", "TVT-09", "TVT-10", "TVT-11",
        "TVT-12", "TVT-13", "TVT-15", "TVT-16", "TVT-17", "TVT-18", "TVT-21", "TVT-22", "COM-01", "IMA-01", "IMA-02",
        "AUD-01", "SND-01", "ANI-01", "ACT-01", "TN-01", "CA-02", "NY-02", "BIO-01", "INT-01", "NFX-03", "EU-01",
        "EU-02", "NY-03", "WGA-02",
    }  # fmt: skip
    assert not consent_and_labour & powers().keys()
    assert all(power.keys in (1, 2) for power in powers().values())


@pytest.mark.usefixtures("committed_db")
class TestAtTheGate:
    def test_a_missing_consent_is_not_approved_away(self, desk: Desk) -> None:
        ana = on_the_register(desk)
        an_engagement(desk.lawyer, desk.production, ana)
        card = desk.ask(an_order(desk.producer, desk.production, ana, shot_id=None))
        assert card.outcome == "deny_until"
        assert card.id is not None

        with pytest.raises(NobodyMayLift) as refused:
            approve_case(
                case_of(desk.lawyer, card),
                limits(territories=("US",)),
                decision_id=card.id,
                actor=desk.lawyer,
            )

        assert "TVT-01" in refused.value.rules or "TVT-08" in refused.value.rules

    def _approved_with_ana(self, desk: Desk) -> tuple[object, object]:
        ana = on_the_register(desk)
        an_engagement(desk.lawyer, desk.production, ana)
        consent = a_consent(desk.lawyer, desk.production, ana, territories=["WORLD"])
        order = an_order(desk.producer, desk.production, ana, territories=("CN",), shot_id=None)
        card = desk.ask(order)
        assert card.outcome == "escalate", card.reasons
        assert card.id is not None
        approve_case(case_of(desk.lawyer, card), limits(), decision_id=card.id, actor=desk.lawyer)
        assert desk.ask(order).permitted
        return order, consent

    def test_a_withdrawal_ends_what_was_approved(self, desk: Desk) -> None:
        order, consent = self._approved_with_ana(desk)

        withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=desk.lawyer)  # type: ignore[attr-defined]

        card = desk.ask(order)  # type: ignore[arg-type]
        assert not card.permitted
        assert card.id is not None
        with pytest.raises(NobodyMayLift):
            approve_case(case_of(desk.lawyer, card), limits(), decision_id=card.id, actor=desk.lawyer)

    def test_a_strike_suspends_what_was_approved_and_its_end_restores_it(self, desk: Desk) -> None:
        order, _ = self._approved_with_ana(desk)

        begin_strike(Agreement(str(desk.production.agreement)), actor=desk.lawyer)
        struck = desk.ask(order)  # type: ignore[arg-type]
        with tenant(desk.organisation.id):
            opened = ReviewCaseDecision.objects.filter(decision_id=struck.id).exists()
        end_strike(Agreement(str(desk.production.agreement)), actor=desk.lawyer)

        assert struck.outcome == "deny"
        assert not opened
        assert desk.ask(order).permitted  # type: ignore[arg-type]

    def test_a_name_that_may_be_somebodys_who_withdrew_is_not_cleared_by_an_approval(
        self, desk: Desk
    ) -> None:
        ana = on_the_register(desk)
        an_engagement(desk.lawyer, desk.production, ana)
        consent = a_consent(desk.lawyer, desk.production, ana)
        order = desk.with_a_doubtful_name()
        card = desk.ask(order)
        assert card.id is not None
        case_id = case_of(desk.lawyer, card)
        approve_case(case_id, limits(territories=("US",)), decision_id=card.id, actor=desk.lawyer)
        give_second_key(
            case_id, limits_sha256=approval_of(desk.lawyer, case_id).limits_sha256, actor=desk.union
        )
        assert desk.ask(order).permitted

        withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=desk.lawyer)

        assert not desk.ask(order).permitted

    def test_what_is_refused_for_good_comes_to_no_desk(self, desk: Desk) -> None:
        ana = on_the_register(desk)
        an_engagement(desk.lawyer, desk.production, ana, portrayed_as_minor=True)
        a_consent(desk.lawyer, desk.production, ana, sensitive=["sexual"])

        card = desk.ask(an_order(desk.producer, desk.production, ana, sensitive=("sexual",), shot_id=None))

        assert card.outcome == "deny"
        with tenant(desk.organisation.id):
            assert ReviewCase.objects.count() == 0
