"""Rules that are not asked would have said nothing, and records that are not read would have changed nothing."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing import rules
from licensing.fact_reading import BadFacts
from licensing.facts_weighed import weighed
from licensing.rules import CASE_CHECKS, SUBJECT_CHECKS, Verdict, decide
from licensing.triggers import _TRIGGERS
from licensing.values import ReplicaType
from tests.rules.questions import GONE, Facts, facts, scenarios
from tests.rules.test_laws import _leaves

_WRITTEN_DOWN = scenarios()


def _values_by_name() -> dict[str, list[Any]]:
    """Every value that stands under a name somewhere: what another question says is a likely thing to say."""
    found: dict[str, list[Any]] = {}
    for scenario in _WRITTEN_DOWN:
        for path in _leaves(scenario["facts"]):
            found.setdefault(path.rpartition(".")[2], []).append(_at(scenario["facts"], path))
    return found


def _at(node: Any, path: str) -> Any:  # noqa: ANN401 - any JSON value
    for step in path.split("."):
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


_VALUES = _values_by_name()


@st.composite
def _questions(draw: st.DrawFn) -> Facts:
    """A written question, of which some facts were forgotten, left out or said as in another one."""
    # One seed: a choice of hypothesis for every leaf of twenty questions would take it minutes.
    source = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - a repeatable choice
    found: Facts = copy.deepcopy(source.choice(_WRITTEN_DOWN)["facts"])
    for _ in range(source.randint(0, 5)):
        path = source.choice(sorted(_leaves(found)))
        *way, last = path.split(".")
        node = _at(found, ".".join(way)) if way else found
        said = source.choice([None, GONE, *source.choices(_VALUES[last], k=2)])
        if said is GONE:
            del node[last]
        else:
            node[last] = copy.deepcopy(said)
    _people_and_records(found, source)
    return found


def _people_and_records(found: Facts, source: random.Random) -> None:
    """More people in question, and more records of them, for this production and another one."""
    subjects, consents, use = found.get("subjects"), found.get("consents"), found.get("use")
    kinds = [kind.value for kind in ReplicaType]
    if isinstance(subjects, list) and subjects and source.random() < 0.3:
        changed = {"person_id": source.choice(["p-1", "p-2"]), "replica_type": source.choice(kinds)}
        subjects.append({**source.choice(subjects), **changed, "domicile": source.choice(["US-CA", "US-IL"])})
    if isinstance(use, dict) and source.random() < 0.3:
        who = source.choice(["p-1", "p-2", "p-star"])
        use["prompt"] = {
            "named_people": [{"person_id": who, "features": ["eyes"], "stays_recognisable": True}]
        }
    if isinstance(consents, list) and consents:
        for number in range(source.randint(0, 4)):
            record: dict[str, Any] = {
                "consent_id": f"c-{number}",
                "person_id": source.choice(["p-1", "p-2", "p-star"]),
                "replica_type": source.choice(kinds),
                "withdrawn_at": source.choice([False, "2026-10-01T00:00:00Z"]),
            }
            if source.random() < 0.3:
                record["project_id"] = "another"
            consents.append({**source.choice(consents), **record})


def _said(question: Facts, **options: Any) -> Verdict | str:  # noqa: ANN401 - those of `decide`
    try:
        return decide(question, **options)
    except BadFacts as error:
        return str(error)


@settings(max_examples=1_500)
@given(_questions())
def test_asking_every_rule_gives_the_same_answer(question: Facts) -> None:
    answer = _said(question)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "those_that_may_speak", lambda _, checks: checks)
        assert _said(question) == answer


@settings(max_examples=1_500)
@given(_questions())
def test_the_records_no_rule_weighs_change_nothing(question: Facts) -> None:
    assert _said(question, from_register=True) == _said(question)


def test_what_keeps_a_rule_from_speaking_stands_for_rules_that_there_are() -> None:
    asked = {check for _, check in (*CASE_CHECKS, *SUBJECT_CHECKS)}

    assert set(_TRIGGERS) <= asked


def test_most_records_are_left_unread() -> None:
    question = facts("s12")
    others = [
        {**question["consents"][0], "consent_id": f"c-{kind.value}", "replica_type": kind.value}
        for kind in ReplicaType
        if kind.value != question["subjects"][0]["replica_type"]
    ]
    question["consents"] += others

    assert weighed(question)["consents"] == question["consents"][: -len(others)]
    assert "consents" in weighed({**question, "subjects": None})
    assert weighed({**question, "subjects": None})["consents"] == question["consents"]
