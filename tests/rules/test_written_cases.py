"""Written-down questions, one file for each reading: what is said, what is left unsaid, what is no question."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from licensing.fact_reading import BadFacts
from licensing.rulebook.book import rule_book
from licensing.rules import EXECUTABLE, Verdict, decide
from tests.rules.questions import GONE, Facts, facts, fired, owed

FILES = sorted(path for path in (Path(__file__).parent / "cases").glob("*.json") if path.stem != "questions")

Case = dict[str, Any]


def cases(path: Path) -> list[Case]:
    found: list[Case] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return found


def asked(case: Case) -> Facts:
    """The facts of a case: the question `from`, changed.

    `repeat` appends to a list a copy of its first member with changes of its own; `set` and
    `without` then change the whole.
    """
    question = facts(case["from"])
    for name, changes in case.get("repeat", {}).items():
        question[name].append(_changed(question[name][0], changes))
    gone = dict.fromkeys(case.get("without", ()), GONE)
    return _changed(question, case.get("set", {}) | gone)


def _changed(question: Facts, changes: dict[str, Any]) -> Facts:
    found = copy.deepcopy(question)
    for path, value in changes.items():
        *way, last = path.split(".")
        node: Any = found
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if value is GONE:
            node.pop(last, None)
        else:
            node[last] = copy.deepcopy(value)
    return found


def complaints(expect: dict[str, Any], verdict: Verdict) -> Iterator[str]:
    """Where a verdict is not what a case expects. Only what it names is compared."""
    decision = verdict.decision.value
    accepted = expect.get("decision", decision)
    if decision not in (accepted if isinstance(accepted, list) else [accepted]):
        yield f"decided {decision}, not {accepted}"
    yield from _about_rules(expect, fired(verdict))
    yield from _about_duties(expect, verdict)
    (unknown,) = [rule.message for rule in verdict.rules if rule.id == "APP-02"] or [""]
    yield from (
        f"{name} is not named: {unknown}" for name in expect.get("unknown", ()) if name not in unknown
    )


def _about_rules(expect: dict[str, Any], said: dict[str, str]) -> Iterator[str]:
    if said != expect.get("fires", said):
        yield f"{said} fired, not {expect['fires']}"
    wanted = expect.get("includes", {}).items()
    yield from (f"{rule} is not {outcome}: {said}" for rule, outcome in wanted if said.get(rule) != outcome)
    yield from (f"{rule} is silent: {said}" for rule in expect.get("includes_any", ()) if rule not in said)
    yield from (f"{rule} gave {said[rule]}" for rule in expect.get("excludes", ()) if rule in said)


def _about_duties(expect: dict[str, Any], verdict: Verdict) -> Iterator[str]:
    yield from (f"{duty} is not owed" for duty in expect.get("duties", ()) if duty not in owed(verdict))
    for duty, people in expect.get("owed_to", {}).items():
        if sorted(one.to for one in verdict.duties if one.duty == duty) != people:
            yield f"{duty} is not owed to {people}"


def mismatches(case: Case) -> list[str]:
    expect = case["expect"]
    try:
        verdict = decide(asked(case))
    except BadFacts as refusal:
        wanted = expect.get("error")
        return [] if wanted is not None and wanted in str(refusal) else [f"refused: {refusal}"]
    if "error" in expect:
        return [f"was answered: {verdict.decision}"]
    return list(complaints(expect, verdict))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_written_case_is_answered_as_it_says(path: Path) -> None:
    wrong = {case["id"]: found for case in cases(path) if (found := mismatches(case))}

    assert not wrong


def test_every_rule_speaks_in_some_case_and_says_which_clause_and_what_cures() -> None:
    answers = [decide(asked(case)) for path in FILES for case in cases(path) if "error" not in case["expect"]]

    rules = [rule for verdict in answers for rule in verdict.rules]

    assert {rule.id for rule in rules} == EXECUTABLE
    for rule in rules:
        assert rule.message.startswith(f"{rule_book()[rule.id].clause}: ")
        assert rule.cure


def test_no_case_is_written_twice() -> None:
    for path in FILES:
        ids = [case["id"] for case in cases(path)]
        assert len(ids) == len(set(ids))
