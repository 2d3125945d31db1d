"""Scenario files: questions to the rulebook written down, one JSON object of facts each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.canonical import Canonical
from licensing.fact_reading import BadFacts
from licensing.rules import decide


class BadScenarioFile(ValueError):
    """A file that holds no questions, or one no rule could read. The message says where."""


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    facts: Mapping[str, object]


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file `{"scenarios": [{"id", "facts", …}]}`.

    Raises:
        BadScenarioFile: unreadable, no JSON, a name given twice, or not of that shape.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError as error:
        raise BadScenarioFile(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadScenarioFile(f"{path}: {error}") from error
    scenarios = content.get("scenarios") if isinstance(content, dict) else None
    if not isinstance(scenarios, list):
        raise BadScenarioFile(f'{path}: must be an object with a list "scenarios"')
    return tuple(_scenario(f"scenarios[{index}]", value) for index, value in enumerate(scenarios))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the name {name!r} is given twice in one object")
    return dict(pairs)


def _scenario(path: str, value: object) -> Scenario:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise BadScenarioFile(f'{path}: must be an object with a string "id"')
    facts = value.get("facts")
    if not isinstance(facts, dict):
        raise BadScenarioFile(f'{path} ({value["id"]}): "facts" must be an object')
    return Scenario(value["id"], facts)


def decide_all(scenarios: tuple[Scenario, ...]) -> Iterator[dict[str, Canonical]]:
    """One answer per scenario, in order.

    Raises:
        BadScenarioFile: facts outside the vocabulary; names the scenario and the path.
    """
    for scenario in scenarios:
        try:
            verdict = decide(scenario.facts)
        except BadFacts as error:
            raise BadScenarioFile(f"scenario {scenario.id}: {error}") from error
        yield {"id": scenario.id, **verdict.as_json()}
