"""The limits of a consent: nobody overspends them, nothing of them is lost, and a late worker spends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from core.tenancy import tenant
from licensing.errors import FactsUnreadable, QuotaExhausted, QuotaLost
from licensing.models.decision import Decision
from licensing.models.quota import Quota
from licensing.models.review import ReviewCase
from licensing.operations import quotas
from licensing.operations.gate import decide_use
from licensing.operations.quotas import (
    commit_quotas,
    expire_quotas,
    hold_quotas,
    keep_quotas,
    release_quotas,
)
from licensing.quotas import QuotaState, QuotaUnit, delivery_amounts, quota_reasons, take_amounts
from licensing.rules import decide
from tests.factories.licensing import (
    a_consent,
    a_performer,
    an_order,
    terms,
)
from tests.factories.quotas import ONE_TAKE, Ground


@pytest.fixture
def ground(committed_db: None) -> Ground:
    return Ground(most_takes=3)


def test_the_limits_are_those_of_the_terms(committed_db: None) -> None:
    ground = Ground(most_takes=3, most_seconds=20)

    with tenant(ground.organisation_id):
        found = set(Quota.objects.values_list("unit", "most", "used", "reserved"))

    assert found == {("takes", 3, 0, 0), ("seconds", 20_000, 0, 0)}


def test_a_consent_without_limits_has_none(committed_db: None) -> None:
    ground = Ground()

    hold = ground.hold()

    assert hold.quota_ids == ()
    commit_quotas(hold, ONE_TAKE)
    with tenant(ground.organisation_id):
        assert not Quota.objects.exists()


@pytest.mark.parametrize("limit", [0, -1, 1_000_000_001, True, "3", 2.5])
def test_a_limit_that_limits_nothing_sensible_is_no_term(committed_db: None, limit: object) -> None:
    with pytest.raises(FactsUnreadable, match="most_takes"):
        Ground(most_takes=limit)  # type: ignore[arg-type]  # the point of it


def test_what_is_left_is_given_to_as_many_as_it_is_enough_for(ground: Ground) -> None:
    for _ in range(3):
        ground.hold()

    with pytest.raises(QuotaExhausted, match="Of the 3 takes"):
        ground.hold()
    assert ground.quota() == (3, 0, 3)


def test_a_hold_is_of_every_limit_or_of_none(committed_db: None) -> None:
    ground = Ground(most_takes=9, most_seconds=3)
    ground.hold({QuotaUnit.TAKES: 1, QuotaUnit.SECONDS: 2_125})

    with pytest.raises(QuotaExhausted):
        ground.hold({QuotaUnit.TAKES: 1, QuotaUnit.SECONDS: 2_125})

    assert ground.quota() == (9, 0, 1)
    assert ground.quota(QuotaUnit.SECONDS) == (3_000, 0, 2_125)


def test_what_the_work_came_to_is_spent_and_the_rest_comes_back(committed_db: None) -> None:
    ground = Ground(most_seconds=10)
    hold = ground.hold({QuotaUnit.SECONDS: 5_000})

    commit_quotas(hold, {QuotaUnit.SECONDS: 4_250})

    assert ground.quota(QuotaUnit.SECONDS) == (10_000, 4_250, 0)


def test_what_was_not_used_comes_back(ground: Ground) -> None:
    hold = ground.hold()

    release_quotas(ground.organisation_id, hold.job_id)
    release_quotas(ground.organisation_id, hold.job_id)

    assert ground.quota() == (3, 0, 0)


def test_a_retry_goes_on_with_what_the_job_holds(ground: Ground) -> None:
    first = ground.hold({QuotaUnit.TAKES: 2})

    again = ground.hold({QuotaUnit.TAKES: 3}, job=first.job_id)

    assert ground.quota() == (3, 0, 3)
    assert again.fence > first.fence


def test_a_worker_that_comes_late_spends_nothing(ground: Ground) -> None:
    late = ground.hold()
    quick = ground.hold(job=late.job_id)

    with pytest.raises(QuotaLost):
        commit_quotas(late, ONE_TAKE)
    commit_quotas(quick, ONE_TAKE)

    assert ground.quota() == (3, 1, 0)
    with pytest.raises(IntegrityError, match="not held again"):
        ground.hold(job=late.job_id)


def test_what_a_crash_left_held_is_room_for_others_when_its_time_is_over(ground: Ground) -> None:
    """Without any sweep: whoever needs the room takes it, and the fence keeps the dead from coming back."""
    crashed = [ground.hold() for _ in range(3)]
    with pytest.raises(QuotaExhausted):
        ground.hold()
    ground.time_passes(crashed[0])

    alive = ground.hold()

    assert ground.quota() == (3, 0, 3)
    with pytest.raises(QuotaLost):
        keep_quotas(crashed[0])
    with pytest.raises(QuotaLost):
        commit_quotas(crashed[0], ONE_TAKE)
    commit_quotas(alive, ONE_TAKE)
    assert ground.quota() == (3, 1, 2)


def test_time_alone_takes_nothing_from_whom_nobody_followed(ground: Ground) -> None:
    hold = ground.hold()
    ground.time_passes(hold)

    keep_quotas(hold)
    assert expire_quotas() == 0
    commit_quotas(hold, ONE_TAKE)

    assert ground.quota() == (3, 1, 0)


def test_the_sweep_tidies_what_is_held_beyond_its_time(ground: Ground) -> None:
    kept, lapsed = ground.hold(), ground.hold()
    ground.time_passes(lapsed)

    expire_quotas()

    assert ground.quota() == (3, 0, 1)
    keep_quotas(kept)
    with pytest.raises(QuotaLost):
        keep_quotas(lapsed)


def test_another_consent_under_a_later_decision_gives_the_old_hold_back(ground: Ground) -> None:
    hold = ground.hold()
    a_consent(ground.actor, ground.production, ground.ana, supersedes=ground.consent.id, most_takes=8)
    later = decide_use(ground.order, actor=ground.actor)
    assert later.id is not None

    hold_quotas(ground.organisation_id, later.id, job_id=hold.job_id, amounts=ONE_TAKE)

    with tenant(ground.organisation_id):
        left = dict(Quota.objects.values_list("most", "reserved"))
    assert left == {3: 0, 8: 1}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE licensing_quota SET used = 4",
        "UPDATE licensing_quota SET reserved = -1",
        "UPDATE licensing_quota SET used = 0",
        "UPDATE licensing_quota SET most = 400",
        "DELETE FROM licensing_quota",
        "DELETE FROM licensing_quotareservation",
        "UPDATE licensing_quotareservation SET quota_id = quota_id",
    ],
)
def test_the_database_keeps_the_figures(ground: Ground, change: str) -> None:
    commit_quotas(ground.hold(), ONE_TAKE)

    with (
        pytest.raises(DatabaseError, match=r"violates|denied|not given back"),
        tenant(ground.organisation_id),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)

    assert ground.quota() == (3, 1, 0)


def test_the_gate_refuses_what_is_used_up_and_says_by_whom(ground: Ground) -> None:
    commit_quotas(ground.hold({QuotaUnit.TAKES: 2}), {QuotaUnit.TAKES: 2})
    running = ground.hold()

    card = decide_use(ground.order, actor=ground.actor)

    assert card.outcome == "deny_until"
    (reason,) = [one for one in card.reasons if one.rule_id == "GATE-QUOTA"]
    assert f"Terms of consent {ground.consent.id}, most takes" in reason.message
    assert "allows 3 takes, 2 are used and 1 reserved by 1 take still running" in reason.message
    assert str(running.job_id) in reason.message
    assert "new consent" in reason.cure
    assert "wait until" in reason.cure.lower()
    with tenant(ground.organisation_id):
        assert not ReviewCase.objects.exists()
        recorded = Decision.objects.get(id=card.id).reasons
    assert "GATE-QUOTA" in {one["rule_id"] for one in recorded}


def test_what_is_held_beyond_its_time_is_not_in_the_way(ground: Ground) -> None:
    for _ in range(3):
        ground.time_passes(ground.hold())

    assert decide_use(ground.order, actor=ground.actor).permitted


def test_an_unknown_length_is_never_cleared_by_a_limit_of_seconds(committed_db: None) -> None:
    ground = Ground(most_seconds=20)
    unknown = an_order(ground.actor, ground.production, ground.ana)

    assert decide_use(ground.order, actor=ground.actor).permitted
    card = decide_use(unknown, actor=ground.actor)

    assert card.outcome == "deny_until"
    (reason,) = [one for one in card.reasons if one.rule_id == "GATE-QUOTA"]
    assert reason.cure == "State the length of the video."


def test_only_takes_count() -> None:
    state = QuotaState(consent_id="c", unit=QuotaUnit.TAKES, most=1, used=1, reserved=0)

    assert quota_reasons([state], ["c"], take_amounts(1_000), whose={})
    assert not quota_reasons([state], ["another"], take_amounts(1_000), whose={})
    assert not quota_reasons([state], ["c"], {}, whose={})
    assert not quota_reasons([state], ["c"], delivery_amounts(), whose={})


@given(
    most=st.integers(1, 50),
    used=st.integers(0, 50),
    reserved=st.integers(0, 50),
    amount=st.integers(1, 50),
)
def test_the_gate_refuses_exactly_when_there_is_no_room(
    most: int, used: int, reserved: int, amount: int
) -> None:
    state = QuotaState(consent_id="c", unit=QuotaUnit.TAKES, most=most, used=used, reserved=reserved)

    refused = bool(quota_reasons([state], ["c"], {QuotaUnit.TAKES: amount}, whose={}))

    assert refused == (used + reserved + amount > most)


def test_a_limit_beside_what_legal_may_lift_opens_no_case_until_it_is_out_of_the_way(ground: Ground) -> None:
    ground.hold({QuotaUnit.TAKES: 3})
    a_performer(ground.actor, "Berta Ruiz Calder")
    doubtful = replace(ground.order, prompt="Bertha Ruis Calder walks along a pier.")

    used_up = decide_use(doubtful, actor=ground.actor)
    with tenant(ground.organisation_id):
        cases = ReviewCase.objects.count()
    a_consent(ground.actor, ground.production, ground.ana, supersedes=ground.consent.id, most_takes=8)
    agreed_anew = decide_use(doubtful, actor=ground.actor)

    assert (used_up.outcome, cases) == ("deny_until", 0)
    assert agreed_anew.outcome == "escalate"
    with tenant(ground.organisation_id):
        assert ReviewCase.objects.get().rule_ids == ["GATE-NAME"]


def test_limits_change_no_verdict_of_the_rulebook() -> None:
    """They are counted by the gate; the rulebook knows their names and reads none of them."""
    record = terms(most_takes=1) | {"consent_id": "c-1", "person_id": "p-1", "project_id": "x"}
    facts = {"asked_at": "2026-10-01T09:00:00Z", "subjects": [], "consents": [record]}

    assert decide(facts).rules == decide(facts | {"consents": []}).rules


def test_a_hold_lasts_longer_than_a_worker_goes_without_renewing_it() -> None:
    assert timedelta(minutes=10) < quotas.LASTS
