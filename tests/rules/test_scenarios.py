from __future__ import annotations

from typing import Any

import pytest

from licensing.rules import decide
from tests.rules.questions import fired, owed, scenarios


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario["id"])
def test_the_rulebook_answers_as_written_down(scenario: dict[str, Any]) -> None:
    expected = scenario["expect"]
    accepted = expected["decision"] if isinstance(expected["decision"], list) else [expected["decision"]]

    verdict = decide(scenario["facts"])

    assert verdict.decision.value in accepted
    assert set(expected.get("rules_include", ())) <= set(fired(verdict))
    assert not set(expected.get("rules_exclude", ())) & set(fired(verdict))
    assert set(expected.get("duties_include", ())) <= owed(verdict)


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario["id"])
def test_every_refusal_names_clause_fact_and_cure(scenario: dict[str, Any]) -> None:
    for rule in decide(scenario["facts"]).rules:
        assert len(rule.message) > 20
        assert ": " in rule.message
        assert rule.cure
