"""Which record came closest: what it lacks is exactly what has to be mended for the rules to let it pass."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.near_miss import ClosestRecord, closest_records, mended, refusals_of
from tests.rules.questions import Facts, facts, scenarios

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)


def _closest(changes: dict[str, Any], of: str = "s12") -> ClosestRecord:
    (found,) = closest_records(facts(of, changes))
    return found


@pytest.mark.parametrize(
    ("changes", "condition", "words"),
    [
        ({"consents.0.separately_signed_at": False}, "signature", "one signature short"),
        (
            {"use.territories": ["JP"], "consents.0.intended_use.territories": ["US"]},
            "intended_use.territories",
            "JP not in it",
        ),
        ({"consents.0.valid_until": "2026-11-22"}, "valid_until", "it ended on 2026-11-22"),
        ({"consents.0.valid_from": "2026-11-24"}, "valid_from", "it begins only on 2026-11-24"),
        ({"consents.0.form_kind": "verbal"}, "form", "its form, verbal, binds nobody"),
        ({"consents.0.project_id": "film-z"}, "project", "it is for another production"),
        ({"consents.0.replica_type": "voice_replica"}, "replica_type", "it is for voice_replica, not"),
        ({"consents.0.intended_use.reasonably_specific": False}, "description", "not reasonably specific"),
        (
            {"consents.0.withdrawn_at": "2026-11-23T10:00:00-08:00"},
            "withdrawn",
            "it was withdrawn on 2026-11-23",
        ),
        (
            {"consents.0.signer_role": "agent_with_power", "consents.0.authority_verified": False},
            "authority",
            "the authority of the agent_with_power",
        ),
        ({"subjects.0.state": "minor"}, "signer", "does not bind here"),
        ({"consents.0.valid_until": None}, "valid_until", "its last day is not stated"),
    ],
)
def test_one_thing_missing_is_named_exactly(changes: dict[str, Any], condition: str, words: str) -> None:
    found = _closest(changes)

    assert found.is_near_miss, found.missing
    assert found.missing[0].condition == condition
    assert words in found.missing[0].words
    assert found.missing[0].cure


def test_notice_that_came_late_says_by_how_much() -> None:
    session = NOW + timedelta(days=4)
    given = session - timedelta(hours=45)
    changes = {
        "asked_at": (session - timedelta(hours=1)).isoformat(),
        "use.use": "create_replica",
        "subjects.0.replica_type": "ebdr_scan",
        "consents.0.replica_type": "ebdr_scan",
        "consents.0.services_at": session.isoformat(),
        "consents.0.notice_given_at": given.isoformat(),
        "consents.0.notice_waived_in_writing": False,
        "consents.0.valid_until": False,
        "captures": [],
    }
    question = facts("s12", changes)
    question["consents"][0]["intended_use"]["uses"] = ["create_replica"]
    for name, value in (
        ("business_reason", "The fall is too high."),
        ("business_reason_at", "2026-08-01T09:00:00Z"),
        ("requested_at", "2026-08-02T09:00:00Z"),
    ):
        question["consents"][0][name] = value

    (found,) = closest_records(question)

    assert [one.words for one in found.missing] == ["notice 3 hours late"]
    assert found.rules == ("TVT-02",)


def test_of_several_records_the_one_that_lacks_least_is_named() -> None:
    question = facts("s12")
    good = question["consents"][0]
    worse = {**good, "consent_id": "c-worse", "form_kind": "verbal", "separately_signed_at": False}
    better = {**good, "consent_id": "c-better", "separately_signed_at": False}
    question["consents"] = [worse, better]

    (found,) = closest_records(question)

    assert (found.consent_id, [one.condition for one in found.missing]) == ("c-better", ["signature"])


def test_two_things_missing_are_no_near_miss() -> None:
    found = _closest({"consents.0.separately_signed_at": False, "consents.0.valid_until": "2026-11-22"})

    assert not found.is_near_miss
    assert {one.condition for one in found.missing} == {"signature", "valid_until"}


def test_a_use_that_passes_has_none_and_nobody_without_a_record_has_one() -> None:
    assert closest_records(facts("s12")) == ()
    assert closest_records(facts("s12", {"consents": []})) == ()


def test_what_no_record_could_cure_is_not_asked_of_one() -> None:
    struck = facts("s12", {"project.strike_active": ["sag_tvt_2026"]})

    assert closest_records(struck) == ()


def _records_of(question: Facts) -> bool:
    return bool(question.get("consents")) and bool(question.get("subjects"))


_QUESTIONS = [one["facts"] for one in scenarios() if _records_of(one["facts"])]
_DAMAGE: dict[str, st.SearchStrategy[Any]] = {
    "separately_signed_at": st.sampled_from([False, None, "2031-01-01T00:00:00Z"]),
    "form_kind": st.sampled_from(["voucher", "verbal", None]),
    "signer_role": st.sampled_from(["guardian", "estate", "union", "agent_with_power", "performer", None]),
    "authority_verified": st.sampled_from([True, False, None]),
    "valid_from": st.sampled_from(["2030-01-01", "2026-01-01", None]),
    "valid_until": st.sampled_from(["2020-01-01", "2026-01-01", False, None]),
    "withdrawn_at": st.sampled_from([False, "2026-01-01T00:00:00Z", None]),
    "bargained": st.sampled_from([True, False, None]),
    "survives_death": st.sampled_from([True, False, None]),
    "project_id": st.just("elsewhere"),
    "notice_given_at": st.sampled_from([False, "2031-01-01T00:00:00Z", None]),
    "intended_use.territories": st.sampled_from([[], ["FR"], None]),
    "intended_use.media": st.sampled_from([[], None]),
    "intended_use.uses": st.sampled_from([[], None]),
    "intended_use.scenes": st.sampled_from([[], ["*"], None]),
    "intended_use.reasonably_specific": st.sampled_from([False, None]),
}


@st.composite
def _damaged(draw: st.DrawFn) -> Facts:
    """A written-down question whose records lack a few things."""
    question: Facts = deepcopy(draw(st.sampled_from(_QUESTIONS)))
    for record in question["consents"]:
        for path in draw(st.lists(st.sampled_from(sorted(_DAMAGE)), max_size=3, unique=True)):
            outer, _, inner = path.partition(".")
            value = draw(_DAMAGE[path])
            if inner:
                record[outer] = {**(record.get(outer) or {}), inner: value}
            else:
                record[outer] = value
    return question


@given(_damaged())
def test_mended_as_it_says_a_record_passes_the_rules_it_names(question: Facts) -> None:
    for closest in closest_records(question):
        before = refusals_of(question, closest.person_id)
        after = refusals_of(mended(question, closest), closest.person_id)

        assert set(closest.rules) <= before
        assert not set(closest.rules) & after
        assert after <= before


@given(_damaged())
def test_nothing_is_named_that_need_not_be_mended(question: Facts) -> None:
    for closest in closest_records(question):
        for one in closest.missing:
            rest = tuple(other for other in closest.missing if other is not one)
            partly = ClosestRecord(
                closest.person_id, closest.consent_id, closest.signed_on, closest.rules, rest
            )
            left = refusals_of(mended(question, partly), closest.person_id)
            assert left - refusals_of(mended(question, closest), closest.person_id)
