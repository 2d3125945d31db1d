"""What an approval lifts, for which use, within which limits and until when."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from core.clock import now
from core.tenancy import tenant
from licensing.errors import DigestMalformed
from licensing.evidence import decision_evidence
from licensing.models.review import ReviewApprovalUse, ReviewCase
from licensing.operations.gate import decide_again, decide_use, redecide
from licensing.operations.review_approvals import approve_case, give_second_key
from licensing.operations.review_cases import refuse_case, withdraw_case
from licensing.queries import consents_stand
from licensing.review.errors import CaseMovedOn, CaseNotOpen, LimitsTooWide, NobodyMayLift
from licensing.review.words import RefusalCode
from tests.factories.licensing import HOUSE_MODEL, an_order, rule_ids
from tests.factories.reviews import (
    Desk,
    an_approved_case,
    approval_of,
    case_of,
    limits,
    on_the_register,
    state_of_case,
)

pytestmark = pytest.mark.usefixtures("committed_db")


class TestACase:
    def test_is_opened_with_the_decision_and_once_for_an_order(self, desk: Desk) -> None:
        first, second = desk.ask(), desk.ask()

        assert first.outcome == "escalate"
        assert case_of(desk.lawyer, first) == case_of(desk.lawyer, second)

    def test_is_opened_for_what_a_fact_would_cure_too(self, desk: Desk) -> None:
        order = desk.to_china(territories=("US",), model=replace(HOUSE_MODEL, on_file=("audit",)))

        card = desk.ask(order)

        assert card.outcome == "deny_until"
        assert state_of_case(desk.lawyer, case_of(desk.lawyer, card)) == "open"

    def test_is_not_opened_by_a_dry_run_nor_for_what_is_allowed(self, desk: Desk) -> None:
        decide_use(desk.to_china(), actor=desk.producer, dry_run=True)
        desk.ask(desk.to_china(territories=("US",)))

        with tenant(desk.organisation.id):
            assert ReviewCase.objects.count() == 0

    def test_that_was_refused_is_asked_for_in_a_new_one(self, desk: Desk) -> None:
        case_id = case_of(desk.lawyer, desk.ask())
        refuse_case(case_id, code=RefusalCode.TOO_WIDE, text="", actor=desk.lawyer)

        assert case_of(desk.lawyer, desk.ask()) != case_id


class TestAnApproval:
    def test_lets_the_same_use_through_and_says_so(self, desk: Desk) -> None:
        case_id = an_approved_case(desk, conditions=("Label every shot.",))

        card = desk.ask()

        assert card.permitted
        (reason,) = [one for one in card.reasons if one.rule_id == "CN-01"]
        assert reason.outcome == "warn"
        assert str(case_id) in reason.message
        assert "Label every shot." in reason.cure

    def test_stands_whole_in_the_evidence_of_what_rests_on_it(self, desk: Desk) -> None:
        case_id = an_approved_case(desk, most_takes=2)
        card = desk.ask()
        assert card.id is not None

        verdict = json.loads(decision_evidence(desk.organisation.id, card.id).verdict)

        (told,) = verdict["approvals"]
        assert told["case"] == str(case_id)
        assert told["lifted"] == ["CN-01"]
        assert told["limits"]["most_takes"] == 2
        assert told["approved_by"] == desk.lawyer.label
        assert told["limits_sha256"] == approval_of(desk.lawyer, case_id).limits_sha256

    @pytest.mark.parametrize(
        "other",
        [
            {"prompt": "A rainy street by day."},
            {"negative_prompt": "rain"},
            {"use": "look_test"},
            {"purpose": "promotion_of_work"},
            {"output_status": "temp"},
            {"scenes": ("43",)},
            {"languages": ("en", "zh")},
            {"photoreal": False},
            {"media": ("theatrical", "svod", "social")},
            {"territories": ("CN", "US")},
            {"model": replace(HOUSE_MODEL, version="1.4.1")},
        ],
    )
    def test_is_for_that_use_alone(self, desk: Desk, other: dict[str, Any]) -> None:
        an_approved_case(desk)

        assert not desk.ask(desk.to_china(**other)).permitted

    def test_covers_less_than_was_asked(self, desk: Desk) -> None:
        an_approved_case(desk, media=("svod",))

        assert not desk.ask().permitted
        assert desk.ask(desk.to_china(media=("svod",))).permitted

    def test_ends_by_itself(self, desk: Desk) -> None:
        # Long enough for a busy machine to ask meanwhile.
        until = now() + timedelta(seconds=10)
        an_approved_case(desk, valid_until=until)
        before = desk.ask()
        assert before.permitted
        assert before.id is not None
        assert consents_stand(desk.organisation.id, before.id)

        while now() < until:
            time.sleep(0.1)

        assert not consents_stand(desk.organisation.id, before.id)
        again = redecide(
            before.id, organisation_id=desk.organisation.id, stage="generate", actor_label="worker:test"
        )
        assert again.outcome == "escalate"
        assert not desk.ask().permitted

    def test_ends_when_it_is_withdrawn(self, desk: Desk) -> None:
        case_id = an_approved_case(desk)
        before = desk.ask()
        assert before.id is not None

        withdraw_case(case_id, text="The buyer backed out.", actor=desk.second_lawyer)

        assert not consents_stand(desk.organisation.id, before.id)
        assert not desk.ask().permitted

    def test_is_for_so_many_takes_and_the_same_take_counts_once(self, desk: Desk) -> None:
        an_approved_case(desk, most_takes=2)
        first = desk.ask()
        assert first.id is not None
        for _ in range(3):
            again = redecide(
                first.id, organisation_id=desk.organisation.id, stage="generate", actor_label="worker:test"
            )
            assert again.permitted

        assert desk.ask().permitted
        assert not desk.ask().permitted

    def test_is_for_so_many_seconds_and_an_unknown_length_is_not_within(self, desk: Desk) -> None:
        an_approved_case(desk, most_ms=5_000)

        assert not desk.ask().permitted
        assert desk.ask(desk.to_china(duration_ms=3_000)).permitted
        assert not desk.ask(desk.to_china(duration_ms=3_000)).permitted
        assert desk.ask(desk.to_china(duration_ms=2_000)).permitted

    def test_beyond_its_limits_is_refused_by_the_database_too(self, desk: Desk) -> None:
        case_id = an_approved_case(desk, most_takes=1)
        desk.ask()
        other = desk.ask()
        approval = approval_of(desk.lawyer, case_id)

        with pytest.raises(IntegrityError, match="used up"), tenant(desk.organisation.id):
            ReviewApprovalUse.objects.create(
                approval=approval, decision_id=other.id, takes=1, ms=0, used_at=now()
            )

    def test_does_not_lift_what_is_not_for_a_person(self, desk: Desk) -> None:
        ana = on_the_register(desk)
        order = an_order(desk.producer, desk.production, ana, territories=("CN",), shot_id=None)
        card = desk.ask(order)
        assert card.id is not None

        with pytest.raises(NobodyMayLift) as refused:
            approve_case(case_of(desk.lawyer, card), limits(), decision_id=card.id, actor=desk.lawyer)

        assert "APP-02" in refused.value.rules

    def test_is_of_the_newest_decision(self, desk: Desk) -> None:
        first = desk.ask()
        desk.ask()
        assert first.id is not None

        with pytest.raises(CaseMovedOn):
            approve_case(case_of(desk.lawyer, first), limits(), decision_id=first.id, actor=desk.lawyer)

    def test_is_given_once(self, desk: Desk) -> None:
        case_id = an_approved_case(desk)

        with pytest.raises(CaseNotOpen):
            approve_case(
                case_id,
                limits(),
                decision_id=approval_of(desk.lawyer, case_id).decision_id,
                actor=desk.lawyer,
            )

    @pytest.mark.parametrize(
        ("wide", "field"),
        [
            ({"media": ("theatrical", "social")}, "media"),
            ({"media": ()}, "media"),
            ({"territories": ("WORLD",)}, "territories"),
            ({"most_takes": 0}, "most_takes"),
            ({"most_ms": 0}, "most_seconds"),
            ({"valid_until": now() - timedelta(days=1)}, "valid_until"),
            ({"valid_until": now() + timedelta(days=400)}, "valid_until"),
        ],
    )
    def test_never_gives_more_than_was_asked(self, desk: Desk, wide: dict[str, Any], field: str) -> None:
        card = desk.ask()
        assert card.id is not None

        with pytest.raises(LimitsTooWide) as refused:
            approve_case(case_of(desk.lawyer, card), limits(**wide), decision_id=card.id, actor=desk.lawyer)

        assert refused.value.field == field

    def test_names_no_paper_that_is_none(self, desk: Desk) -> None:
        card = desk.ask()
        assert card.id is not None

        with pytest.raises(DigestMalformed):
            approve_case(
                case_of(desk.lawyer, card),
                limits(document_sha256="letter.pdf"),
                decision_id=card.id,
                actor=desk.lawyer,
            )


def test_what_waits_in_review_goes_on_when_it_is_asked_again(desk: Desk) -> None:
    card = desk.ask()
    assert card.id is not None
    approve_case(case_of(desk.lawyer, card), limits(), decision_id=card.id, actor=desk.lawyer)

    assert decide_again(card.id, actor=desk.producer).permitted


def test_a_doubtful_name_takes_the_key_of_the_performers_side(desk: Desk) -> None:
    on_the_register(desk)
    order = desk.with_a_doubtful_name()
    card = desk.ask(order)
    assert "GATE-NAME" in rule_ids(card)
    assert card.id is not None
    case_id = case_of(desk.lawyer, card)

    approve_case(case_id, limits(territories=("US",)), decision_id=card.id, actor=desk.lawyer)
    assert state_of_case(desk.lawyer, case_id) == "waiting_for_second_key"
    assert not desk.ask(order).permitted

    give_second_key(case_id, limits_sha256=approval_of(desk.lawyer, case_id).limits_sha256, actor=desk.union)

    assert state_of_case(desk.lawyer, case_id) == "approved"
    assert desk.ask(order).permitted
