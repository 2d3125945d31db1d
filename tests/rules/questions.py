"""Questions to the rulebook: written-down ones, and changes to them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from licensing.rules import Verdict, decide

CASES = Path(__file__).parent / "cases" / "questions.json"

Facts = dict[str, Any]

GONE = object()
"""As a change: the name is absent, which is not the same as false or an empty list."""


def scenarios() -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads(CASES.read_text(encoding="utf-8"))["scenarios"]
    return content


_FACTS = {scenario["id"].partition("-")[0]: scenario["facts"] for scenario in scenarios()}


def facts(short_id: str, changes: dict[str, Any] | None = None) -> Facts:
    """The facts of scenario `s12…` by its first letters, with values put at dotted paths."""
    found: Facts = copy.deepcopy(_FACTS[short_id])
    for path, value in (changes or {}).items():
        *way, last = path.split(".")
        node: Any = found
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
        key: Any = int(last) if isinstance(node, list) else last
        if value is GONE:
            del node[key]
        else:
            node[key] = copy.deepcopy(value)
    return found


def ask(short_id: str, changes: dict[str, Any] | None = None) -> Verdict:
    return decide(facts(short_id, changes))


def fired(verdict: Verdict) -> dict[str, str]:
    return {rule.id: rule.outcome.value for rule in verdict.rules}


def owed(verdict: Verdict) -> set[str]:
    return {duty.duty.value for duty in verdict.duties}
