"""Questions that are alike to the rules are decided once, and no others are taken for alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from licensing.foresight.approvals import Approvals
from licensing.foresight.weighing import Scale
from licensing.house_rules.pack_text import book_with, read_pack
from licensing.rulebook.book import rule_book
from tests.rules.test_foresight import _HISTORY, _PLAIN, AT, History, disagreements, question, records_of
from tests.rules.test_house_rules import RULE, text

_SCENES = ((), ("42",), ("43",), ("7",), ("42", "43"), ("43", "42"), ("42", "7"))


@settings(max_examples=50)
@given(history=_HISTORY)
def test_questions_that_differ_in_scenes_are_answered_as_if_each_were_the_only_one(history: History) -> None:
    records = records_of(history)
    together = Scale(records, rule_book(), Approvals(), AT)
    for scenes in _SCENES:
        asked = question({**history["orders"][0], "scenes": scenes})
        assert together.weigh(asked) == Scale(records, rule_book(), Approvals(), AT).weigh(asked)


def test_scenes_that_all_records_hold_are_one_question_unless_a_rule_of_the_house_looks_at_them() -> None:
    records = records_of({**_PLAIN, "consents": [{**_PLAIN["consents"][0], "scenes": ["42", "43"]}]})
    asked = [question({**_PLAIN["orders"][0], "scenes": scenes}) for scenes in _SCENES]
    rule = {
        **RULE,
        "valid_from": "2020-01-01",
        "when": [{"function": "any_of", "fact": "use.scenes", "values": ["43"]}],
        "examples": [
            {"of": "s12", "set": {"use.scenes": ["43"]}, "fires": True},
            {"of": "s12", "fires": False},
        ],
    }
    own = book_with(read_pack(text(rule)))
    plain, house = (Scale(records, book, Approvals(), AT) for book in (rule_book(), own))
    verdicts = [house.weigh(one).verdict for one in asked if plain.weigh(one).verdict.decision.permitted]

    # Held by all: none, 42, 43 and both in either order. Not held: 7, alone or beside 42.
    assert (plain.decided, house.decided) == (2, len(_SCENES) - 2)
    assert [one.decision.permitted for one in verdicts] == [True, True, False, False, False]


def test_a_fault_in_telling_scenes_apart_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    history = {**_PLAIN, "orders": [_PLAIN["orders"][0], {**_PLAIN["orders"][0], "scenes": ("7",)}]}
    assert not disagreements(history)
    monkeypatch.setattr(Scale, "_scenes_that_matter", lambda _self, _question: ())

    assert disagreements(history)
