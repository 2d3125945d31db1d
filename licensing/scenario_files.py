"""Scenario files: questions to the rulebook written down, one JSON object of facts each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.canonical import Canonical
from licensing.fact_reading import BadFacts, is_text
from licensing.rules import decide

_LONGEST_COMPLAINT = 500
_LONGEST_NUMBER = 18


class BadScenarioFile(ValueError):
    """A file that holds no questions, or one no rule could read. The message says where, in one line.

    What was found may be quoted in it and of any length, so it is cut.
    """

    def __init__(self, complaint: str) -> None:
        line = " ".join(complaint.split())
        super().__init__(line if len(line) <= _LONGEST_COMPLAINT else f"{line[:_LONGEST_COMPLAINT]}…")


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    facts: Mapping[str, object]


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file `{"scenarios": [{"id", "facts", …}]}`.

    Raises:
        BadScenarioFile: unreadable, no JSON, a name or an id given twice, or not of that shape.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text, object_pairs_hook=_once, parse_int=_whole, parse_constant=_no_constant)
    except OSError as error:
        raise BadScenarioFile(f"{path}: {error.strerror}") from error
    except RecursionError as error:
        raise BadScenarioFile(f"{path}: is nested too deeply") from error
    except ValueError as error:
        raise BadScenarioFile(f"{path}: {error}") from error
    scenarios = content.get("scenarios") if isinstance(content, dict) else None
    if not isinstance(scenarios, list):
        raise BadScenarioFile(f'{path}: must be an object with a list "scenarios"')
    found = tuple(_scenario(f"scenarios[{index}]", value) for index, value in enumerate(scenarios))
    seen: set[str] = set()
    for scenario in found:
        if scenario.id in seen:
            raise BadScenarioFile(f"{path}: the scenario {scenario.id} is given twice")
        seen.add(scenario.id)
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {name!r} is given twice in one object")
        found[name] = value
    return found


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"a number of {len(digits)} digits is longer than {_LONGEST_NUMBER}")
    return int(digits)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _scenario(path: str, value: object) -> Scenario:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise BadScenarioFile(f'{path}: must be an object with a string "id"')
    if not is_text(value["id"]):
        raise BadScenarioFile(f'{path}: "id" holds half a character')
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
