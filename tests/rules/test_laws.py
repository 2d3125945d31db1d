"""What holds for every question, whatever else is in it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from licensing.rules import decide
from licensing.values import Decision, Sensitive
from tests.rules.questions import ask, facts, fired, scenarios

ASKED = datetime(2026, 11, 23, 18, tzinfo=UTC)
LIKENESS = ("s01", "s06", "s08b", "s12", "s18", "s19", "s21", "s22", "s07b")
ALLOWED = ("s07b", "s09b", "s11", "s12", "s13", "s15", "s18", "s19", "s22", "s24")


def _leaves(node: Any, way: tuple[str, ...] = ()) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for name, value in pairs:
        path = (*way, str(name))
        if isinstance(node, dict):
            yield ".".join(path)
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            yield from _leaves(value, path)


@given(st.sampled_from(LIKENESS), st.integers(-2_000, 2_000))
def test_nothing_is_permitted_after_withdrawal(scenario: str, hours_before: int) -> None:
    withdrawn = ASKED - timedelta(hours=hours_before)
    before = ask(scenario)

    after = ask(scenario, {"consents.0.withdrawn_at": withdrawn.isoformat()})

    if withdrawn <= ASKED:
        assert not after.decision.permitted
    else:
        assert after == before


@given(st.sampled_from(LIKENESS), st.sampled_from(["create_replica", "stunt_safety_double", "dub_language"]))
def test_nothing_that_needs_consent_is_permitted_under_strike(scenario: str, use: str) -> None:
    agreement = facts(scenario)["project"]["agreement"]
    changes = {"project.strike_active": [agreement], "use.use": use}

    verdict = ask(scenario, changes)

    if agreement != "none" and use != "dub_language":
        assert verdict.decision == Decision.DENY


@given(st.sampled_from(LIKENESS), st.sampled_from(list(Sensitive)), st.booleans())
def test_no_consent_cures_a_minor_in_sensitive_content(
    scenario: str,
    kind: Sensitive,
    portrayed: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    minor = {"subjects.0.portrayed_as_minor": True} if portrayed else {"subjects.0.state": "minor"}

    verdict = ask(scenario, {"use.sensitive": [kind], "consents.0.intended_use.sensitive": [kind], **minor})

    assert verdict.decision == Decision.DENY
    assert fired(verdict)["TVT-18"] == "deny"


@given(st.data())
def test_an_unknown_fact_never_makes_an_answer_milder_than_review(data: st.DataObject) -> None:
    scenario = data.draw(st.sampled_from(ALLOWED))
    path = data.draw(st.sampled_from(sorted(_leaves(facts(scenario)))))
    known, unknown = ask(scenario), ask(scenario, {path: None})

    assert unknown.decision.severity >= known.decision.severity or "APP-02" in fired(unknown)
    if "APP-02" in fired(unknown):
        assert unknown.decision.severity >= Decision.ESCALATE.severity


@given(st.data())
def test_a_refusal_is_not_softened_by_forgetting(data: st.DataObject) -> None:
    scenario = data.draw(st.sampled_from(scenarios()))
    path = data.draw(st.sampled_from(sorted(_leaves(scenario["facts"]))))
    changed = copy.deepcopy(scenario["facts"])
    *way, last = path.split(".")
    node: Any = changed
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[last] = None

    if not decide(scenario["facts"]).decision.permitted:
        assert not decide(changed).decision.permitted


@given(st.sampled_from([scenario["id"] for scenario in scenarios()]))
def test_the_decision_is_the_most_severe_outcome(scenario_id: str) -> None:
    verdict = ask(scenario_id.partition("-")[0])
    names = {"duty": "allow_with_duties", "pass": "allow"}

    worst = max(
        (Decision(names.get(rule.outcome.value, rule.outcome.value)) for rule in verdict.rules),
        key=lambda decision: decision.severity,
        default=Decision.ALLOW,
    )

    assert verdict.decision == worst


@given(st.sampled_from([scenario["id"] for scenario in scenarios()]), st.integers(-14, 14))
def test_the_spelling_of_an_instant_changes_nothing(scenario_id: str, hours: int) -> None:
    scenario = scenario_id.partition("-")[0]
    offset = timezone(timedelta(hours=hours))
    spelt = datetime.fromisoformat(facts(scenario)["asked_at"]).astimezone(offset).isoformat()

    assert ask(scenario, {"asked_at": spelt}) == ask(scenario)


@given(
    st.sampled_from(LIKENESS),
    st.sampled_from(["uses", "purposes", "media", "territories", "scenes", "languages"]),
)
def test_a_consent_that_names_nothing_covers_nothing(scenario: str, noun: str) -> None:
    verdict = ask(scenario, {f"consents.0.intended_use.{noun}": []})
    asked = {"uses": "use", "purposes": "purpose"}.get(noun, noun)

    if facts(scenario)["use"][asked]:
        assert verdict.decision == Decision.DENY


def test_the_same_question_has_the_same_answer_and_is_left_as_it_was() -> None:
    for scenario in scenarios():
        untouched = copy.deepcopy(scenario["facts"])

        assert decide(scenario["facts"]) == decide(scenario["facts"])
        assert scenario["facts"] == untouched
