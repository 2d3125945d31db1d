# ruff: noqa: ANN401, DTZ001 - terms are plain JSON values; bounds of times have no zone
from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.canonical import canonical_bytes
from licensing.agreed import agreed
from licensing.documents.contradictions import require_consistent
from licensing.documents.errors import OdrlNotUnderstood, TermsContradict
from licensing.documents.odrl import Policy, profile, to_odrl
from licensing.documents.odrl_reading import from_odrl
from licensing.documents.odrl_terms import TERMS
from licensing.fact_reading import Node
from licensing.fact_schema import _consent
from licensing.terms import _SAID_BY_THE_ROW, read_terms
from licensing.values import ReplicaType, Use
from tests.factories.licensing import terms

POLICY = Policy("urn:uuid:1", "urn:uuid:2", "urn:uuid:3", "urn:uuid:4", "ebdr_scan", terms())

_OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
_DAYS = st.dates(date(1900, 1, 1), date(9000, 1, 1)).map(date.isoformat)
_TIMES = st.datetimes(datetime(1900, 1, 2), datetime(9000, 1, 1), timezones=_OFFSETS).map(
    lambda one: one.isoformat(timespec="seconds")
)
_TERRITORIES = st.sampled_from(["WORLD", "EU", "EEA", "US", "US-CA", "DE", "JP"])


class _Recorder(Node):
    """Reads nothing and notes how every name would be read."""

    def __init__(self, found: dict[str, st.SearchStrategy[Any]], path: str = "") -> None:
        super().__init__()
        self._found, self._where = found, path

    def _note(self, name: str, values: st.SearchStrategy[Any]) -> Any:
        self._found[f"{self._where}.{name}" if self._where else name] = values
        return super().text(name)

    def text(self, name: str) -> Any:
        return self._note(name, _TEXTS)

    def boolean(self, name: str) -> Any:
        return self._note(name, st.booleans())

    def day(self, name: str) -> Any:
        return self._note(name, _DAYS)

    def integer(self, name: str) -> Any:
        return self._note(name, st.integers(0, 365))

    def count(self, name: str) -> Any:
        return self._note(name, st.integers(1, 1_000_000_000))

    def event(self, name: str) -> Any:
        return self._note(name, _TIMES | st.just(False))

    def date_or_never(self, name: str) -> Any:
        return self._note(name, _DAYS | st.just(False))

    def one_of(self, name: str, kind: type[StrEnum]) -> Any:
        return self._note(name, st.sampled_from([one.value for one in kind]))

    def some_of(self, name: str, kind: type[StrEnum]) -> Any:
        return self._note(name, st.lists(st.sampled_from([one.value for one in kind]), unique=True))

    def texts(self, name: str) -> Any:
        return self._note(name, st.lists(_TEXTS, unique=True, max_size=4))

    def territories(self, name: str) -> Any:
        return self._note(name, st.lists(_TERRITORIES, unique=True))

    def section(self, name: str, read: Callable[[Any], Any]) -> Any:
        return read(_Recorder(self._found, name))


def _vocabulary() -> dict[str, st.SearchStrategy[Any]]:
    found: dict[str, st.SearchStrategy[Any]] = {}
    _consent(_Recorder(found))
    agreed(_Recorder(found, "agreed"))
    return {path: values for path, values in found.items() if path not in _SAID_BY_THE_ROW}


VOCABULARY = _vocabulary()


@st.composite
def any_terms(draw: st.DrawFn) -> dict[str, Any]:
    """Any terms of the vocabulary: each name absent, null or with a value, and so the section."""
    whole: dict[str, Any] = {}
    inner: dict[str, dict[str, Any]] = {"intended_use": {}, "agreed": {}}
    for path, values in VOCABULARY.items():
        stated = draw(st.sampled_from(["absent", "null", "value", "value", "value"]))
        if stated == "absent":
            continue
        value = None if stated == "null" else draw(values)
        outer, _, name = path.partition(".")
        if name:
            inner[outer][name] = value
        else:
            whole[outer] = value
    for outer, said in inner.items():
        section = draw(st.sampled_from(["absent", "null", "there", "there", "there"]))
        if section != "absent":
            whole[outer] = said if section == "there" else None
    return whole


def _contradicts(stated: dict[str, Any]) -> bool:
    try:
        require_consistent(stated)
    except TermsContradict:
        return True
    return False


class TestRoundTrip:
    def test_every_term_of_the_vocabulary_has_its_place(self) -> None:
        assert {one.path for one in TERMS} == set(VOCABULARY)

    def test_a_policy_from_before_the_limits_states_none(self) -> None:
        document = to_odrl(POLICY)
        constraints = document["permission"][0]["constraint"]
        document["permission"][0]["constraint"] = [
            one for one in constraints if one["leftOperand"] not in ("count", "cs:takeCount", "elapsedTime")
        ]

        assert len(document["permission"][0]["constraint"]) == len(constraints) - 3
        assert from_odrl(document).terms == POLICY.terms

    @pytest.mark.parametrize("duration", ["PT0S", "PT020S", "PT1M", "P1D", "20", "PT1.5S"])
    def test_seconds_have_one_spelling(self, duration: str) -> None:
        document = to_odrl(replace(POLICY, terms={**POLICY.terms, "most_seconds": 20}))
        (limit,) = [
            one for one in document["permission"][0]["constraint"] if one["leftOperand"] == "elapsedTime"
        ]
        assert limit["rightOperand"] == {"@value": "PT20S", "@type": "xsd:duration"}
        limit["rightOperand"]["@value"] = duration

        with pytest.raises(OdrlNotUnderstood):
            from_odrl(document)

    def test_every_use_is_an_action_of_the_profile(self) -> None:
        actions = profile()["actions"]

        assert {f"cs:{one.value}" for one in Use} <= set(actions)
        assert all(entry["includedIn"] in {"odrl:use", *actions} for entry in actions.values())
        assert {one.operand for one in TERMS if one.operand.startswith("cs:")} < set(
            profile()["leftOperands"]
        )

    @settings(max_examples=400)
    @given(any_terms().filter(lambda one: not _contradicts(one)), st.sampled_from(ReplicaType))
    def test_nothing_is_lost(self, stated: dict[str, Any], replica_type: ReplicaType) -> None:
        read_terms(replica_type, stated)
        policy = replace(POLICY, terms=stated, replica_type=replica_type.value)

        back = from_odrl(json.loads(json.dumps(to_odrl(policy))))

        assert canonical_bytes(back.terms) == canonical_bytes(stated)
        assert back == replace(policy, terms=back.terms)

    def test_what_nobody_stated_satisfies_no_constraint(self) -> None:
        document = to_odrl(replace(POLICY, terms={}))

        constraints = document["permission"][0]["constraint"]
        assert {json.dumps(one["rightOperand"]) for one in constraints} == {'{"@id": "cs:notStated"}'}

    def test_training_that_is_not_permitted_is_prohibited(self) -> None:
        document = to_odrl(POLICY)

        assert [one["action"] for one in document["prohibition"]] == [
            "cs:train_project_model",
            "cs:train_general_model",
            "cs:license_for_training",
        ]


def _changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    document = copy.deepcopy(to_odrl(POLICY))
    change(document)
    return document


def _add_constraint(operand: str) -> Callable[[dict[str, Any]], None]:
    constraint = {"leftOperand": operand, "operator": "eq", "rightOperand": "x"}
    return lambda document: document["permission"][0]["constraint"].append(constraint)


class TestWhatIsNotOurs:
    @pytest.mark.parametrize(
        ("change", "path", "name"),
        [
            (_add_constraint("payAmount"), "$.permission[0].constraint[20].leftOperand", "payAmount"),
            (_add_constraint("cs:moonPhase"), "$.permission[0].constraint[20].leftOperand", "cs:moonPhase"),
            (
                lambda one: one["permission"][0]["constraint"][0].update(operator="isNoneOf"),
                "$.permission[0].constraint[0].operator",
                "isNoneOf",
            ),
            (
                lambda one: one["permission"][0]["action"][0].update({"rdf:value": {"@id": "odrl:sell"}}),
                "$.permission[0].action[0].rdf:value",
                "odrl:sell",
            ),
            (
                lambda one: one["permission"][0]["action"][0]["refinement"][1]["rightOperand"][
                    "@list"
                ].append({"@id": "cs:clone"}),
                "$.permission[0].action[0].refinement[1].rightOperand.@list[3]",
                "cs:clone",
            ),
            (lambda one: one.update(obligation=[]), "$.obligation", "obligation"),
            (lambda one: one.update(profile="urn:other"), "$.profile", "urn:other"),
            (lambda one: one.update(conflict="perm"), "$.conflict", "perm"),
            (
                lambda one: one["permission"][0]["duty"][0].update(action="compensate"),
                "$.permission[0].duty[0].action",
                "compensate",
            ),
            (lambda one: one["permission"][0]["constraint"].pop(1), "$.permission[0].constraint", "media"),
            (lambda one: one["permission"].append(one["permission"][0]), "$.permission", None),
            (
                lambda one: one["prohibition"].append(one["prohibition"][0] | {"action": "cs:fly"}),
                "$.prohibition[3].action",
                "cs:fly",
            ),
            (
                lambda one: one["prohibition"][0].update(constraint=[]),
                "$.prohibition[0].constraint",
                "constraint",
            ),
            (lambda one: one["permission"][0].update(target="not an iri"), "$.permission[0].target", None),
        ],
    )
    def test_it_is_refused_by_name(
        self, change: Callable[[dict[str, Any]], None], path: str, name: str | None
    ) -> None:
        with pytest.raises(OdrlNotUnderstood) as raised:
            from_odrl(_changed(change))

        assert raised.value.path == path
        assert raised.value.name == name

    @pytest.mark.parametrize("document", [None, [], "x", {}, {"@type": "Set"}])
    def test_what_is_no_policy_is_refused(self, document: object) -> None:
        with pytest.raises(OdrlNotUnderstood):
            from_odrl(document)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_nothing_but_a_refusal_ever_comes_of_anything_else(self, document: object) -> None:
        with pytest.raises(OdrlNotUnderstood):
            from_odrl(document)

    @given(st.data())
    def test_a_part_replaced_by_anything_is_read_or_refused(self, data: st.DataObject) -> None:
        document = json.loads(json.dumps(to_odrl(POLICY)))
        place: Any = document
        for _ in range(data.draw(st.integers(1, 6))):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and data.draw(st.booleans()):
                place = place[key]
            else:
                place[key] = data.draw(
                    st.none() | st.booleans() | st.integers() | st.text() | st.just({}) | st.just([])
                )
                break

        try:
            back = from_odrl(document)
        except (OdrlNotUnderstood, TermsContradict):
            return
        read_terms(back.replica_type, back.terms)


class TestContradictions:
    def test_permitted_and_prohibited(self) -> None:
        def change(document: dict[str, Any]) -> None:
            document["prohibition"][0]["action"] = "cs:create_replica"

        with pytest.raises(TermsContradict, match="permitted and prohibited"):
            from_odrl(_changed(change))

    def test_a_constraint_said_twice(self) -> None:
        def change(document: dict[str, Any]) -> None:
            constraints = document["permission"][0]["constraint"]
            constraints.append(constraints[0])

        with pytest.raises(TermsContradict, match="stated twice"):
            from_odrl(_changed(change))

    def test_a_section_that_is_not_there_and_yet_says_something(self) -> None:
        with pytest.raises(TermsContradict):
            from_odrl(_changed(lambda one: one["cs:intendedUse"].update({"@id": "cs:notStated"})))

    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"valid_from": "2027-01-01", "valid_until": "2026-01-01"}, "terms.valid_until"),
            ({"business_reason_at": False}, "terms.business_reason_at"),
            ({"separately_signed_at": "2026-08-01T00:00:00Z"}, "terms.separately_signed_at"),
            ({"description": None}, "terms.intended_use.reasonably_specific"),
            ({"media": ["svod", "svod"]}, "terms.intended_use.media"),
            ({"scenes": ["*", "42"]}, "terms.intended_use.scenes"),
        ],
    )
    def test_terms_that_quarrel(self, changes: dict[str, Any], path: str) -> None:
        with pytest.raises(TermsContradict) as raised:
            require_consistent(terms(**changes))

        assert raised.value.path == path
