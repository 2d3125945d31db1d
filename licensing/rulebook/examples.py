"""Worked examples: of every rule at least one question that makes it speak and one beside it that does not.

Read by people beside the rule, run by tests and before a pack of rules is staged. They are no part of the rules: the
digest of a pack does not change with them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from licensing.rulebook.book import FOLDER


@dataclass(frozen=True, slots=True)
class Example:
    """One question to one rule.

    Attributes:
        facts: what is asked; of a matter where `is_matter`, else of a use.
        outcome: what the rule says; None: it does not fire.
    """

    rule_id: str
    facts: dict[str, Any]
    outcome: str | None
    is_matter: bool


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """All of them, in the order of their file."""
    content = json.loads((FOLDER / "examples.json").read_text(encoding="utf-8"))
    return tuple(_examples(content))


def example_facts(of: str, put: dict[str, Any], gone: list[str]) -> dict[str, Any]:
    """The facts of one of the book's questions, with values put at dotted paths and others left out.

    Raises:
        KeyError, IndexError, TypeError: there is no such question or no such place in it.
    """
    content = json.loads((FOLDER / "examples.json").read_text(encoding="utf-8"))
    return _changed(content["questions"][of], put, gone)


def _examples(content: dict[str, Any]) -> Iterator[Example]:
    for rule_id, rows in content["examples"].items():
        for row in rows:
            is_matter = row["of"] in content["matters"]
            asked = content["matters" if is_matter else "questions"][row["of"]]
            facts = _changed(asked, row.get("set", {}), row.get("without", []))
            yield Example(rule_id, facts, row["outcome"], is_matter)


def _changed(asked: dict[str, Any], put: dict[str, Any], gone: list[str]) -> dict[str, Any]:
    found = copy.deepcopy(asked)
    for path, value in put.items():
        node, last = _place(found, path)
        node[last] = copy.deepcopy(value)
    for path in gone:
        node, last = _place(found, path)
        del node[last]
    return found


def _place(facts: dict[str, Any], path: str) -> tuple[Any, Any]:
    """The object that holds what stands at a dotted path, and its key there; objects on the way are made."""
    *way, last = path.split(".")
    node: Any = facts
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    return node, int(last) if isinstance(node, list) else last
