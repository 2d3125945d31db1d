"""Every question of a small world, put to the real `decide`: no yes where there must be none.

The world is stated below: all combinations of its values, nothing sampled. What must hold is written down here a
second time, from the readings and not from the clauses, so that a clause that lapses is noticed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from licensing.rules import Verdict, decide
from licensing.values import Decision
from tests.rules.questions import GONE, Facts, facts, fired
from tests.rules.test_laws import _leaves

# asked_at of the question is 2026-11-22.
PAST, AHEAD = "2026-11-01T09:00:00-07:00", "2027-01-01T09:00:00-08:00"

AGREEMENTS: dict[str, dict[str, Any]] = {
    "sag_tvt_2026": {},
    "sag_tvt_2023": {"project.principal_photography_start": "2026-06-01"},
    "sag_ima_2025": {"project.kind": "game"},
    "sag_sound_2024": {"project.kind": "music_release", "project.production_start": "2026-05-01"},
    "actra_ipa_2025": {"consents.0.union_notified_at": PAST},
    "none": {},
}
WORLD: dict[str, tuple[Any, ...]] = {
    "agreement": tuple(AGREEMENTS),
    "replica_type": ("ebdr_scan", "icdr", "digital_alteration", "voice_replica"),
    "strike": ("none", "this", "another", "unknown"),
    "withdrawn_at": (False, PAST, AHEAD, None, "record missing", "records unknown"),
    "state": ("living_adult", "minor", "deceased_represented", None),
    "sensitive": ((), ("nudity",), None),
    "basis": (None, "unsigned", "signed"),
}
World = dict[str, Any]


def worlds() -> Iterator[World]:
    for values in itertools.product(*WORLD.values()):
        yield dict(zip(WORLD, values, strict=True))


def question(world: World) -> Facts:
    agreement, kind = world["agreement"], world["replica_type"]
    signer = {"minor": "guardian", "deceased_represented": "estate"}.get(world["state"], "performer")
    strikes = {"none": [], "this": [agreement], "another": ["sag_tv_animation_2024"], "unknown": None}
    changes: dict[str, Any] = {
        **AGREEMENTS[agreement],
        "project.agreement": agreement,
        "project.strike_active": [code for code in strikes[world["strike"]] or () if code != "none"]
        if world["strike"] != "unknown"
        else None,
        "subjects.0.replica_type": kind,
        "subjects.0.state": world["state"],
        "subjects.0.portrayed_as_minor": False,
        "consents.0.replica_type": kind,
        "consents.0.signer_role": signer,
        "consents.0.authority_verified": True,
        "consents.0.bargained": True,
        "consents.0.intended_use.sensitive": ["nudity", "sexual"],
        "use.sensitive": None if world["sensitive"] is None else list(world["sensitive"]),
    }
    if world["withdrawn_at"] == "record missing":
        changes["consents"] = []
    elif world["withdrawn_at"] == "records unknown":
        changes["consents"] = None
    else:
        changes["consents.0.withdrawn_at"] = world["withdrawn_at"]
    if world["basis"]:
        basis = "customary_post" if kind == "digital_alteration" else "unrecognisable"
        changes |= {"use.exempt_basis": [basis]}
        changes |= {"use.basis_signed_off_by": "clearance" if world["basis"] == "signed" else False}
    # What replaces the records is put last: paths below them are written before.
    records = changes.pop("consents", GONE)
    found = facts("s12", changes)
    if records is not GONE:
        found["consents"] = records
    return found


def is_exempt(world: World) -> bool:
    """Reading 6: a basis counts when signed off, under TV/Theatrical, for the kinds it is meant for."""
    return (
        world["basis"] == "signed"
        and world["agreement"] in {"sag_tvt_2023", "sag_tvt_2026"}
        and world["replica_type"] in {"ebdr_scan", "digital_alteration"}
    )


def must_not_be_permitted(world: World) -> Iterator[str]:
    """Why, by the readings alone, this world has no yes."""
    if world["sensitive"] != () and world["state"] in {"minor", None}:
        yield "a minor, or perhaps one, in sensitive content, or perhaps so"
    if world["sensitive"] is None:
        yield "whether it is sensitive is unknown"
    if is_exempt(world):
        return
    if world["withdrawn_at"] in {PAST, None, "record missing", "records unknown"}:
        yield "no consent that is known to stand"
    if world["agreement"] != "none" and world["strike"] in {"this", "unknown"}:
        yield "a strike, or perhaps one"
    if world["state"] is None:
        yield "who may sign is unknown"


def must_be_denied(world: World) -> bool:
    if world["state"] == "minor" and world["sensitive"]:
        return True
    return world["agreement"] != "none" and world["strike"] == "this" and not is_exempt(world)


@pytest.fixture(scope="module")
def answers() -> list[tuple[World, Verdict]]:
    return [(world, decide(question(world))) for world in worlds()]


def test_no_yes_under_a_prohibition_a_withdrawal_a_strike_or_an_unknown(
    answers: list[tuple[World, Verdict]],
) -> None:
    wrong = [
        (world, verdict.decision.value, reasons)
        for world, verdict in answers
        if (reasons := list(must_not_be_permitted(world))) and verdict.decision.permitted
    ]

    assert not wrong


def test_what_is_absolute_is_denied_and_not_merely_held_up(answers: list[tuple[World, Verdict]]) -> None:
    wrong = [
        (world, verdict.decision.value)
        for world, verdict in answers
        if must_be_denied(world) and verdict.decision != Decision.DENY
    ]

    assert not wrong


def test_an_unknown_that_was_read_is_named_and_goes_to_a_person(
    answers: list[tuple[World, Verdict]],
) -> None:
    for world, verdict in answers:
        if world["sensitive"] is None and world["state"] in {"minor", None}:
            assert fired(verdict)["TVT-18"] == "escalate", world
        if world["withdrawn_at"] == "records unknown" and not is_exempt(world):
            assert "APP-02" in fired(verdict), world


def test_the_world_has_a_yes_in_it_of_every_kind(answers: list[tuple[World, Verdict]]) -> None:
    """Else the tests above would pass on a rulebook that refuses everything."""
    permitted = [world for world, verdict in answers if verdict.decision.permitted]

    for name, values in WORLD.items():
        there = {world[name] for world in permitted}
        never = {
            "agreement": set[Any](),
            "strike": set[Any](),
            "sensitive": {None},
            "basis": {"unsigned"},
        }.get(name, set())
        assert there >= {value for value in values if value not in never}, (name, there)


@pytest.mark.parametrize("scenario", ["s12", "s13", "s18", "s19", "s11", "s24"])
def test_no_two_unknowns_together_soften_an_answer(scenario: str) -> None:
    """Every pair of facts of an allowed question, forgotten together."""
    known = facts(scenario)
    before = decide(known).decision
    # A list of records that is unknown swallows the facts below it.
    paths = sorted(path for path in _leaves(known) if path != "asked_at")
    for one, other in itertools.combinations(paths, 2):
        if other.startswith(f"{one}.") or one.startswith(f"{other}."):
            continue
        verdict = decide(facts(scenario, {one: None, other: None}))
        if "APP-02" in fired(verdict):
            assert verdict.decision.severity >= Decision.ESCALATE.severity, (one, other)
        else:
            assert verdict.decision.severity >= before.severity, (one, other)
