"""Which record counts, and how far it reaches."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from licensing.clauses.consent import months_after
from licensing.clauses.synthetics import business_days
from licensing.places import contains, reaches, uncovered
from tests.rules.questions import ask, facts, fired

OTHER = {"person_id": "p-9"}


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({"consents.0.form_kind": "voucher"}, "deny_until"),
        ({"consents.0.form_kind": "verbal"}, "deny_until"),
        ({"consents.0.form_kind": "separately_initialled_clause"}, "allow_with_duties"),
        ({"consents.0.separately_signed_at": False}, "deny_until"),
        ({"consents.0.separately_signed_at": "2026-11-23T18:00:00Z"}, "allow_with_duties"),
        ({"consents.0.separately_signed_at": "2026-11-23T18:00:01Z"}, "deny_until"),
        ({"consents.0.signer_role": "guardian", "consents.0.authority_verified": True}, "deny_until"),
        (
            {"consents.0.signer_role": "agent_with_power", "consents.0.authority_verified": True},
            "allow_with_duties",
        ),
        (
            {"consents.0.signer_role": "agent_with_power", "consents.0.authority_verified": False},
            "deny_until",
        ),
        ({"consents.0.signer_role": "agent_with_power"}, "escalate"),
        (
            {"consents.0.signer_role": "authorised_representative", "consents.0.authority_verified": True},
            "deny_until",
        ),
        ({"subjects.0.state": "minor"}, "deny_until"),
        ({"consents.0.valid_from": "2026-11-23"}, "allow_with_duties"),
        ({"consents.0.valid_from": "2026-11-24"}, "deny_until"),
        ({"consents.0.valid_until": "2026-11-23"}, "allow_with_duties"),
        ({"consents.0.valid_until": "2026-11-22"}, "deny_until"),
        ({"consents.0.valid_until": None}, "escalate"),
        ({"consents.0.withdrawn_at": "2026-11-23T10:00:00-08:00"}, "deny_until"),
        ({"consents.0.withdrawn_at": "2026-11-23T10:00:01-08:00"}, "allow_with_duties"),
        ({"consents.0.project_id": "film-z"}, "deny_until"),
        ({"consents.0.replica_type": "voice_replica"}, "deny_until"),
        ({"consents.0.person_id": "p-9"}, "deny_until"),
        ({"consents": None}, "escalate"),
    ],
)
def test_a_record_counts_only_as_signed(changes: dict[str, Any], decision: str) -> None:
    assert ask("s12", changes).decision.value == decision


@pytest.mark.parametrize(
    ("state", "role", "more", "decision"),
    [
        ("deceased_represented", "estate", {}, "allow_with_duties"),
        ("deceased_represented", "authorised_representative", {}, "allow_with_duties"),
        ("deceased_represented", "union", {}, "deny_until"),
        ("deceased_unlocated", "union", {}, "allow_with_duties"),
        (
            "deceased_with_lifetime_consent",
            "performer",
            {"consents.0.survives_death": True},
            "allow_with_duties",
        ),
        ("deceased_with_lifetime_consent", "performer", {"consents.0.survives_death": False}, "deny_until"),
        ("deceased_with_lifetime_consent", "performer", {}, "escalate"),
        ("deceased_represented", "estate", {"consents.0.authority_verified": False}, "deny_until"),
    ],
)
def test_who_signs_for_the_dead(state: str, role: str, more: dict[str, Any], decision: str) -> None:
    verdict = ask("s07b", {"subjects.0.state": state, "consents.0.signer_role": role, **more})

    assert verdict.decision.value == decision


def test_two_records_are_not_added_together() -> None:
    record = facts("s12")["consents"][0]
    uses_only = {**record, "consent_id": "c-a", "intended_use": {**record["intended_use"], "scenes": []}}
    scenes_only = {**record, "consent_id": "c-b", "intended_use": {**record["intended_use"], "uses": []}}

    assert ask("s12", {"consents": [uses_only, scenes_only]}).decision.value == "deny"
    assert ask("s12", {"consents": [uses_only, scenes_only, record]}).decision.value == "allow_with_duties"


def test_a_later_signature_renews_what_was_withdrawn_and_an_earlier_one_does_not() -> None:
    record = facts("s12")["consents"][0]
    ended = {**record, "consent_id": "c-old", "withdrawn_at": "2026-10-01T09:00:00-07:00"}
    renewed = {**record, "separately_signed_at": "2026-10-02T09:00:00-07:00"}

    assert ask("s12", {"consents": [ended, record]}).decision.value == "deny_until"
    assert ask("s12", {"consents": [ended, renewed]}).decision.value == "allow_with_duties"


@pytest.mark.parametrize("phrase", ["Any and all uses.", "all uses NOW KNOWN or hereafter devised", "  "])
def test_an_attestation_does_not_make_a_blanket_specific(phrase: str) -> None:
    verdict = ask("s12", {"consents.0.intended_use.description": phrase})

    assert fired(verdict)["TVT-04"] == "deny_until"
    assert "TVT-05" not in fired(verdict)


def test_a_gap_and_an_unknown_are_both_told() -> None:
    verdict = ask("s12", {"consents.0.intended_use.scenes": ["41"], "consents.0.intended_use.media": None})

    (rule,) = [rule for rule in verdict.rules if rule.id == "TVT-05"]
    assert "scenes 42" in rule.message
    assert "consents[c-p-1].intended_use.media" in rule.message
    assert verdict.decision.value == "deny"


@pytest.mark.parametrize(
    ("asked", "held", "missing"),
    [
        (["US-NY"], ["US"], ()),
        (["US"], ["US-NY"], ("US",)),
        (["EU"], ["EEA"], ()),
        (["EEA"], ["EU"], ("EEA",)),
        (["FR"], ["EU"], ()),
        (["NO"], ["EU"], ("NO",)),
        (["WORLD"], ["US", "EU"], ("WORLD",)),
        (["JP"], ["WORLD"], ()),
        ([], [], ()),
    ],
)
def test_territories_contain_each_other(asked: list[str], held: list[str], missing: tuple[str, ...]) -> None:
    assert uncovered(asked, held) == missing


def test_a_release_reaches_what_overlaps_it() -> None:
    assert reaches(["US"], "US-NY")
    assert reaches(["WORLD"], "EU")
    assert reaches(["FR"], "EU")
    assert not reaches(["US-CA"], "US-NY")
    assert not reaches(["NO"], "EU")
    assert not contains("US-NY", "US")


def test_months_and_business_days_are_counted_by_the_calendar() -> None:
    assert months_after(date(2026, 3, 2), 24) == date(2028, 3, 2)
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert business_days(date(2026, 8, 3), date(2026, 8, 31)) == 20
    assert business_days(date(2026, 8, 3), date(2026, 8, 30)) == 19
    assert business_days(date(2026, 8, 3), date(2026, 8, 3)) == 0


@pytest.mark.parametrize(("start", "decision"), [("2028-03-02", "allow_with_duties"), ("2028-03-03", "deny")])
def test_a_commercial_carries_over_for_two_years(start: str, decision: str) -> None:
    verdict = ask("s19", {"project.production_start": start})

    assert verdict.decision.value == decision
