"""Every fact has a door: it is on record, or whoever asks can state it; and what is stated arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import canonical_bytes
from licensing.fact_reading import BadFacts
from licensing.fact_schema import read_facts
from licensing.facts import Fact
from licensing.gate_facts import facts_of
from licensing.gathering import Person
from licensing.order_json import order_from_json, order_to_json
from licensing.review.limits import order_sha256, use_sha256
from licensing.rules import decide
from licensing.stating import (
    BuyerStatement,
    CaptureStatement,
    PayStatement,
    Stated,
    TrainingStatement,
    TransferStatement,
    WorkplaceStatement,
    stated_of,
)
from licensing.values import Answer, UseOrder
from tests.licensing.order_from_facts import around_of, asked_at_the_gate, identified, order_of, why_not_asked
from tests.rules.questions import fired, scenarios
from tests.rules.test_written_cases import FILES, asked, cases

ANA = UUID(int=7)
# Recorded beside the order and read by nobody from it; each with where it comes from.
ON_RECORD = {
    "use.prompt.named_people[0].person_id": "the register's names that the prompt holds",
    "use.prompt.named_people[0].features": "the prompt",
    "use.prompt.named_people[0].stays_recognisable": "taken for granted of everybody named",
    "consents": "the consent records, whose terms are read by this same vocabulary",
    "synthetic": "the case files of Synthetics",
}


def _paths(node: object) -> Iterator[str]:
    """The path of every fact in the vocabulary, with one record in each list."""
    if isinstance(node, Fact):
        if isinstance(node.value, tuple) and node.value and is_dataclass(node.value[0]):
            for one in node.value:
                yield from _paths(one)
        else:
            yield node.path
    elif is_dataclass(node):
        for field in fields(node):
            yield from _paths(getattr(node, field.name))


def _vocabulary() -> set[str]:
    one_of_each: dict[str, object] = {name: [{}] for name in ("subjects", "consents", "captures")}
    one_of_each["use"] = {"prompt": {"named_people": [{}]}}
    return set(_paths(read_facts(one_of_each)))


def _told(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _told(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from _told(value[0], f"{path}[0]")
    else:
        yield path


EVERYTHING = Stated(
    exempt_basis=("customary_post",),
    edits=("timing_and_speed",),
    key_visual=False,
    unscripted_dialogue=False,
    fabricated_statement=False,
    archive_like=False,
    advertiser="Northwind",
    product_line="Boots",
    reuse_consents_all=True,
    ca_covered_provider=False,
    buyer_answers=BuyerStatement(
        no_recreation="yes",
        no_store_reuse_train="yes",
        secured="yes",
        temporary_only="unsure",
        no_talent_work_without_consent="no",
        outside_secured_tools=False,
    ),
    training=TrainingStatement(
        affiliated=False,
        for_pay=True,
        public_commercial=True,
        union_notice_at=datetime(2026, 9, 1, 8, tzinfo=UTC),
        writers_notice_at=False,
        meeting_pending=False,
    ),
    transfer=TransferStatement(union_asked_at=False, union_answer="pending", assumed_in_writing=False),
    captures=(
        CaptureStatement(
            person_id=ANA,
            session_at=datetime(2026, 9, 2, 8, tzinfo=UTC),
            place="US-IL",
            biometrics=("iris",),
            written_notice_at=False,
            written_release_at=False,
            retention_policy_public=True,
            unrelated_use=False,
            set_security_only=False,
        ),
    ),
    workplace=WorkplaceStatement(
        ai_material_given_to_writer=False,
        disclosed_to_writer=False,
        ai_required_of_writer=False,
        crew_prompting_displaces=False,
        director_consulted=True,
    ),
    pay=(PayStatement(person_id=ANA, session="own_day", used_as_principal=False),),
)


def _question() -> dict[str, Any]:
    """A delivered use with one person, whose every fact is asked for."""
    found: dict[str, Any] = identified(next(one["facts"] for one in scenarios() if one["facts"]["subjects"]))
    return found


def _order_of(stated: Stated | None) -> UseOrder:
    return replace(order_of(_question()), stated=stated)


def test_every_fact_of_the_vocabulary_is_on_record_or_can_be_stated() -> None:
    question = _question() | {"delivery": {"marks": [], "marks_stripped": False, "disclosures_recorded": []}}
    question["use"]["stage"] = "deliver"
    order, around = order_of(question), around_of(question)
    who = order.cast[0].performer_id
    nobody_knows = dict.fromkeys(Person.__slots__)
    around = replace(around, people={who: Person(**{**nobody_knows, "id": who})})  # type: ignore[arg-type]
    stated = replace(EVERYTHING, pay=(replace(EVERYTHING.pay[0], person_id=who),))  # type: ignore[index]
    facts = facts_of(replace(order, stated=stated), around, asked_at=order.requested_at)
    doors = set(_told(facts))

    missing = {
        path
        for path in _vocabulary() - doors
        if not any(path == known or path.startswith((f"{known}.", f"{known}[")) for known in ON_RECORD)
    }

    assert missing == set()


def test_what_is_stated_says_everything_there_is_to_state() -> None:
    """Else the test above would not see a door that is shut."""
    for one in fields(EVERYTHING):
        assert getattr(EVERYTHING, one.name) is not None
    for section in (EVERYTHING.buyer_answers, EVERYTHING.training, EVERYTHING.transfer, EVERYTHING.workplace):
        assert all(getattr(section, field.name) is not None for field in fields(section))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "scenario",
    [one for one in scenarios() if why_not_asked(one["facts"]) is None],
    ids=lambda scenario: scenario["id"],
)
def test_asked_at_the_gate_a_question_has_the_answer_of_the_rulebook(scenario: dict[str, Any]) -> None:
    facts = identified(scenario["facts"])

    at_the_gate, pure = decide(asked_at_the_gate(facts), from_register=True), decide(facts)

    assert at_the_gate.decision == pure.decision
    assert fired(at_the_gate) == fired(pure)
    assert at_the_gate.duties == pure.duties


def test_most_written_questions_can_be_asked_at_the_gate() -> None:
    found = [one["id"] for one in scenarios() if why_not_asked(one["facts"]) is None]

    assert len(found) >= 18


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_so_have_the_questions_beside_each_reading(path: Path) -> None:
    """Those that somebody can ask: not where a fact is left out that the gate always knows, or is misspelled."""
    different = []
    for case in cases(path):
        facts = identified(asked(case))
        try:
            pure = decide(facts)
            is_asked = why_not_asked(facts) is None
        except (BadFacts, TypeError, AttributeError, KeyError):
            continue
        if is_asked and fired(decide(asked_at_the_gate(facts), from_register=True)) != fired(pure):
            different.append(case["id"])

    assert different == []


_MAYBE = st.none() | st.booleans()
_WHEN = st.none() | st.just(False) | st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1))  # noqa: DTZ001 - hypothesis adds the zone
_STATED = st.builds(
    Stated,
    exempt_basis=st.none() | st.just(("customary_post", "translation_only")),
    edits=st.none() | st.just(()) | st.just(("colour_and_light", "words_spoken")),
    key_visual=_MAYBE,
    archive_like=_MAYBE,
    advertiser=st.none() | st.text("abc ", min_size=1, max_size=5),
    buyer_answers=st.builds(
        BuyerStatement,
        no_recreation=st.none() | st.sampled_from([one.value for one in Answer]),
        outside_secured_tools=st.booleans(),
    ),
    training=st.builds(TrainingStatement, for_pay=st.booleans(), union_notice_at=_WHEN),
    captures=st.none()
    | st.lists(
        st.builds(
            CaptureStatement,
            person_id=st.just(ANA),
            biometrics=st.none() | st.just(("iris",)) | st.just(()),
            written_notice_at=_WHEN,
        ),
        max_size=2,
    ).map(tuple),
)


@given(_STATED)
def test_what_is_stated_is_read_back_from_a_stored_order(stated: Stated) -> None:
    stored = json.loads(canonical_bytes(order_to_json(_order_of(stated))))

    again = order_from_json(stored, stage=_order_of(stated).stage)

    assert order_to_json(again) == stored
    assert use_sha256(order_to_json(again)) == use_sha256(stored)
    assert again.stated is not None
    assert (again.stated.captures, again.stated.edits) == (stated.captures, stated.edits)
    assert again.stated.buyer_answers == stated.buyer_answers


def test_an_order_of_old_states_nothing_and_stays_the_same_use() -> None:
    now = order_to_json(_order_of(None))
    of_old = {name: value for name, value in now.items() if name != "stated"}

    assert order_from_json(of_old, stage="generate").stated is None
    assert use_sha256(of_old) == use_sha256(now)
    assert order_sha256(of_old) == order_sha256(now)


@pytest.mark.parametrize(
    "stated",
    [
        Stated(key_visual=False),
        Stated(edits=()),
        Stated(exempt_basis=("customary_post",)),
        Stated(buyer_answers=BuyerStatement(secured="yes")),
    ],
)
def test_what_is_stated_makes_another_use_of_it(stated: Stated) -> None:
    assert use_sha256(order_to_json(_order_of(stated))) != use_sha256(order_to_json(_order_of(None)))


def test_nothing_stated_is_no_statement() -> None:
    empty: dict[str, Any] = {
        "exempt_basis": [],
        "buyer_answers": {},
        "training": None,
        "advertiser": "",
        "key_visual": None,
    }

    assert stated_of(empty) is None


def test_a_claimed_basis_is_signed_off_by_nobody() -> None:
    facts = asked_at_the_gate(
        _question() | {"use": {**_question()["use"], "exempt_basis": ["customary_post"]}}
    )

    assert facts["use"]["basis_signed_off_by"] is False  # type: ignore[index,call-overload]
