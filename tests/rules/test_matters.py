"""What is owed beside uses: when, by whose list, and that unknown is never cleared there either."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from licensing.fact_reading import BadFacts
from licensing.matters import decide_matter
from licensing.rulebook.examples import examples
from licensing.rules import Verdict

Facts = dict[str, Any]


def matter(rule_id: str, **changes: object) -> Facts:
    """The first example of the rule's kind of matter, with members of its section changed."""
    example = next(one for one in examples() if one.rule_id == rule_id)
    facts: Facts = copy.deepcopy(example.facts)
    (section,) = [name for name in ("access", "meeting", "registration") if name in facts]
    for name, value in changes.items():
        (facts if name in facts else facts[section])[name] = value
    return facts


def due(verdict: Verdict) -> set[str | None]:
    return {duty.due for duty in verdict.duties}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("2026-06-30T10:00:00-07:00", "2026-12-30"),
        ("2026-05-31T10:00:00Z", "2026-11-30"),
        ("2025-08-31T10:00:00Z", "2026-02-28"),
        ("2027-08-31T10:00:00Z", "2026-11-22"),  # lies ahead: none was held
    ],
)
def test_a_meeting_is_due_six_months_after_the_last_one(held: str, expected: str) -> None:
    assert due(decide_matter(matter("TVT-23", last_held_at=held))) == {expected}


def test_a_report_for_the_last_meeting_is_none_for_the_next() -> None:
    verdict = decide_matter(matter("TVT-23", report_ready_at="2026-06-29T10:00:00-07:00"))

    assert {duty.duty.value for duty in verdict.duties} == {"notify_union", "report_usage"}


def test_access_refused_is_kept_on_record_too() -> None:
    verdict = decide_matter(matter("TVT-20", business_need=False, on_access_list=True, logged_at=False))

    assert verdict.decision == "deny"
    assert [duty.duty.value for duty in verdict.duties] == ["record_basis"]


def test_nobody_opens_a_file_on_an_unknown_list_and_the_refusal_is_not_softened_by_it() -> None:
    unknown = decide_matter(matter("TVT-20", on_access_list=None))
    refused = decide_matter(matter("TVT-20", on_access_list=None, copying_prevented=False))

    assert unknown.decision == "escalate"
    assert "access.on_access_list" in {rule.id: rule for rule in unknown.rules}["APP-02"].message
    assert refused.decision == "deny"


def test_of_what_nobody_says_what_it_is_every_rule_asks() -> None:
    facts = matter("US-01")
    del facts["matter"]

    fired = {rule.id for rule in decide_matter(facts).rules}

    assert fired == {"TVT-20", "TVT-23", "US-01", "APP-02"}


def test_a_name_outside_the_vocabulary_is_an_input_error() -> None:
    with pytest.raises(BadFacts, match=r"registration\.mood"):
        decide_matter({**matter("US-01"), "registration": {"mood": True}})
