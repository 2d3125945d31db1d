"""Of every rule: whence, when, how to cure, and worked examples that make it speak and leave it silent."""

from __future__ import annotations

import re
from datetime import date

import pytest

from licensing.matters import EXECUTABLE_MATTERS, decide_matter
from licensing.rulebook.book import RuleEntry, rule_book
from licensing.rulebook.examples import Example, examples
from licensing.rules import EXECUTABLE, RuleOutcome, Verdict, decide

ENTRIES = tuple(rule_book().entries.values())
_GRADES = re.compile(r"[ABCD](/[ABCD])?")
_LAYERS = {"statute", "collective_agreement", "buyer", "house", "industry"}


def answer(example: Example) -> Verdict:
    return (decide_matter if example.is_matter else decide)(example.facts)


def said(example: Example) -> RuleOutcome | None:
    found = [rule for rule in answer(example).rules if rule.id == example.rule_id]
    return found[0] if found else None


@pytest.mark.parametrize(
    "example", examples(), ids=[f"{one.rule_id}-{one.outcome or 'silent'}" for one in examples()]
)
def test_the_rule_says_what_its_example_says(example: Example) -> None:
    rule = said(example)

    assert (rule.outcome.value if rule else None) == example.outcome


def test_the_book_has_65_rules_and_every_one_is_executable() -> None:
    assert len(ENTRIES) == 65
    assert set(rule_book().entries) == EXECUTABLE | EXECUTABLE_MATTERS
    assert not EXECUTABLE & EXECUTABLE_MATTERS
    assert {entry.id for entry in ENTRIES if not entry.decides_uses} == EXECUTABLE_MATTERS


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_rule_is_complete(entry: RuleEntry) -> None:
    book = rule_book()
    own = [example for example in examples() if example.rule_id == entry.id]
    spoken = [rule for example in own if (rule := said(example))]

    assert re.fullmatch(r"[A-Z]{2,4}-\d\d", entry.id)
    assert entry.layer in _LAYERS
    assert entry.edition
    # A bound that is open is stated to be open; where both are given they are in order.
    for day in (entry.valid_from, entry.valid_until):
        assert day is None or isinstance(day, date)
    assert entry.valid_from is None or entry.valid_until is None or entry.valid_from <= entry.valid_until
    assert entry.title
    assert entry.protects
    assert entry.requires
    assert entry.source
    assert all(book.sources[code] for code in entry.source)
    assert _GRADES.fullmatch(entry.grade)
    assert entry.cure
    assert spoken, "no example makes it speak"
    assert any(example.outcome is None for example in own), "no example leaves it silent"
    for rule in spoken:
        assert rule.message.startswith(f"{entry.clause}: ")
        assert len(rule.message) > len(entry.clause) + 2
        assert rule.cure
