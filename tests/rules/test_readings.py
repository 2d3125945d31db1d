"""Readings where a careless engine goes wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.questions import GONE, ask, facts, fired, owed


def test_an_engagement_inside_48_hours_has_its_own_clock() -> None:
    changes = {
        "subjects.0.engaged_at": "2026-09-20T09:00:00-07:00",
        "consents.0.notice_given_at": "2026-09-20T09:00:00-07:00",
        "asked_at": "2026-09-20T10:00:00-07:00",
    }

    assert "TVT-02" not in fired(ask("s13", changes))
    late = ask("s13", changes | {"consents.0.notice_given_at": "2026-09-20T09:00:01-07:00"})
    assert fired(late)["TVT-02"] == "deny_until"


def test_a_written_waiver_of_late_notice_goes_to_a_person() -> None:
    assert fired(ask("s14", {"consents.0.notice_waived_in_writing": True}))["TVT-02"] == "escalate"


def test_notice_is_compared_by_instant_not_by_wall_clock() -> None:
    changes = {
        "consents.0.notice_given_at": "2026-09-19T18:00:00+02:00",
        "asked_at": "2026-09-20T10:00:00-07:00",
    }

    assert "TVT-02" not in fired(ask("s13", changes))


def test_the_edition_goes_by_the_date_its_clause_names() -> None:
    assert "APP-01" not in fired(ask("s05b"))
    assert fired(ask("s05b", {"project.principal_photography_start": "2026-07-01"}))["APP-01"] == "escalate"
    assert fired(ask("s18", {"subjects.0.contract_date": "2025-07-08"}))["APP-01"] == "escalate"
    assert fired(ask("s12", {"project.agreement": "sag_netcode"}))["APP-01"] == "escalate"


def test_where_code_and_date_disagree_both_editions_are_heard() -> None:
    verdict = ask("s05b", {"project.principal_photography_start": "2026-08-15"})

    assert {"APP-01", "TVT-13", "TVT-15"} <= set(fired(verdict))


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"synthetic.agreed_at": False}, True),
        (
            {"synthetic.agreed_at": False, "synthetic.arbitration_opened_at": "2026-09-01T09:00:00-07:00"},
            False,
        ),
        (
            {
                "synthetic.agreed_at": False,
                "synthetic.arbitration_opened_at": "2026-11-20T09:00:00-08:00",
                "synthetic.union_notice_at": "2026-10-27T09:00:00-07:00",
            },
            True,
        ),
        (
            {
                "synthetic.agreed_at": False,
                "synthetic.arbitration_opened_at": "2026-11-20T09:00:00-08:00",
                "synthetic.union_notice_at": "2026-10-26T09:00:00-07:00",
            },
            False,
        ),
        ({"synthetic.value_finding": "other"}, True),
        ({"synthetic.union_notice_at": "2026-12-01T09:00:00-08:00"}, True),
    ],
)
def test_a_synthetic_waits_for_agreement_or_for_the_clocks(changes: dict[str, Any], fires: bool) -> None:  # noqa: FBT001
    agreed: dict[str, Any] = {"use.prompt.named_people": [], "subjects": []}

    verdict = ask("s04", agreed | changes)

    assert ("TVT-13" in fired(verdict)) == fires
    assert ("pay_plan" in owed(verdict)) != fires


@pytest.mark.parametrize(
    ("photography", "contract", "outcome"),
    [
        ("2027-06-30", "2027-06-30", None),
        ("2027-07-01", "2027-06-30", "escalate"),
        ("2027-06-30", "2027-07-01", "escalate"),
        ("2027-07-01", "2027-07-01", "deny_until"),
    ],
)
def test_a_dub_needs_consent_by_one_date_or_the_other(
    photography: str, contract: str, outcome: str | None
) -> None:
    changes = {
        "use.use": "dub_language",
        "consents": [],
        "project.principal_photography_start": photography,
        "subjects.0.contract_date": contract,
        "subjects.0.replica_type": "voice_replica",
    }

    verdict = ask("s12", changes)

    assert fired(verdict).get("TVT-16") == outcome
    assert "pay_performer" not in owed(verdict)
    assert "TN-01" not in fired(verdict)


def test_a_dub_that_the_agreement_lets_pass_still_needs_authorisation_in_tennessee() -> None:
    changes = {
        "use.use": "dub_language",
        "consents": [],
        "subjects.0.replica_type": "voice_replica",
        "subjects.0.domicile": "US-TN",
    }

    assert fired(ask("s12", changes))["TN-01"] == "deny"


def test_a_voice_under_tv_theatrical_is_protected_by_the_house() -> None:
    verdict = ask("s12", {"subjects.0.replica_type": "voice_replica", "consents": []})

    assert fired(verdict)["TN-01"] == "deny"
    assert "TVT-01" not in fired(verdict)


@pytest.mark.parametrize("basis", ["substantially_as_scripted", "safety_impossible", "unrecognisable"])
def test_an_exempt_basis_counts_only_signed_off(basis: str) -> None:
    claimed = {"consents": [], "use.exempt_basis": [basis], "use.basis_signed_off_by": "vfx_supervisor"}

    signed = ask("s12", claimed)

    assert fired(signed)["TVT-08"] == "duty"
    assert "TVT-01" not in fired(signed)
    assert "record_basis" in owed(signed)
    assert fired(ask("s12", claimed | {"use.basis_signed_off_by": False}))["TVT-08"] == "deny_until"
    assert fired(ask("s12", claimed | {"use.basis_signed_off_by": None}))["TVT-08"] == "escalate"


def test_an_exempt_alteration_is_no_strike_matter() -> None:
    assert "TVT-17" not in fired(ask("s15", {"project.strike_active": ["sag_tvt_2026"]}))


def test_free_speech_signed_off_is_no_allow() -> None:
    verdict = ask("s07a", {"use.basis_signed_off_by": "clearance"})

    assert verdict.decision.value == "escalate"
    assert {"TVT-10", "TVT-11", "CA-02"} <= set(fired(verdict))


def test_conjunctive_statutes_void_only_when_all_parts_fail() -> None:
    vague = {
        "consents.0.intended_use.reasonably_specific": False,
        "consents.0.intended_use.consistent_with_contract": False,
    }

    assert fired(ask("s08b", vague))["CA-01"] == "deny"
    assert fired(ask("s08b"))["CA-01"] == "escalate"
    backed = {"subjects.0.representation": "counsel_negotiated"}
    assert "CA-01" not in fired(ask("s08b", backed))
    assert fired(ask("s08b", vague | backed))["CA-01"] == "escalate"
    in_keeping = vague | {"consents.0.intended_use.consistent_with_contract": True}
    assert fired(ask("s08b", in_keeping))["CA-01"] == "escalate"


@pytest.mark.parametrize(
    ("asked_at", "since", "marks", "fires"),
    [
        ("2026-12-01T12:00:00Z", "2026-08-01", [], False),
        ("2026-12-02T00:00:00Z", "2026-08-01", [], True),
        ("2026-12-01T12:00:00Z", "2026-08-02", ["c2pa"], True),
        ("2026-12-01T12:00:00Z", "2026-08-02", ["c2pa", "watermark"], False),
        ("2026-08-01T12:00:00Z", "2026-08-01", [], False),
    ],
)
def test_older_systems_have_time_to_mark(asked_at: str, since: str, marks: list[str], fires: bool) -> None:  # noqa: FBT001
    changes = {
        "asked_at": asked_at,
        "model.on_market_since": since,
        "delivery.marks": marks,
        "delivery.marks_stripped": False,
        "consents.0.separately_signed_at": "2026-07-20T15:00:00-07:00",
        "consents.0.valid_from": "2026-07-20",
    }

    assert ("EU-01" in fired(ask("s10", changes))) == fires


def test_nobody_has_time_to_strip() -> None:
    changes = {"model.on_market_since": "2026-03-01", "delivery.marks": ["c2pa", "watermark"]}

    assert fired(ask("s10", changes))["EU-01"] == "deny_until"


def test_a_provider_that_is_not_covered_is_only_warned() -> None:
    delivered = {
        "use.stage": "deliver",
        "model.ca_covered_provider": False,
        "delivery": {"marks": ["watermark"], "marks_stripped": False, "disclosures_recorded": []},
    }

    assert fired(ask("s12", delivered))["CA-03"] == "warn"
    assert "CA-03" not in fired(ask("s12", delivered | {"delivery.marks": ["c2pa"]}))


def test_silence_is_no_approval_of_a_transfer() -> None:
    asked = {
        "use.use": "transfer_replica",
        "consents.0.intended_use.uses": ["transfer_replica"],
        "use.transfer": {
            "union_asked_at": "2026-10-01T09:00:00-07:00",
            "union_answer": "pending",
            "assumed_in_writing": True,
        },
    }

    assert ask("s12", asked).decision.value == "escalate"
    assert ask("s12", asked | {"use.transfer.union_answer": "approved"}).decision.value == "allow"


def test_an_event_in_the_future_has_not_happened() -> None:
    later = "2026-12-24T09:00:00-08:00"

    assert fired(ask("s20", {"use.training.union_notice_at": later}))["TVT-22"] == "escalate"
    assert fired(ask("s24", {"buyer_answers.secured": "no", "buyer_answers.written_approval_at": later}))[
        "NFX-01"
    ]


def test_a_fact_nobody_reads_may_be_absent() -> None:
    for path in (
        "use.photoreal",
        "subjects.0.session",
        "consents.0.notice_given_at",
        "model.on_market_since",
    ):
        assert ask("s12", {path: GONE}).decision.value == "allow_with_duties"


@pytest.mark.parametrize(
    "path", ["subjects", "project.agreement", "use.synthetic_role", "use.territories", "asked_at"]
)
def test_a_fact_that_would_decide_the_trigger_escalates(path: str) -> None:
    verdict = ask("s12", {path: None})

    assert "APP-02" in fired(verdict)
    assert not verdict.decision.permitted


def test_an_unknown_buyer_is_not_another_buyer() -> None:
    assert {"NFX-01", "APP-02"} <= set(fired(ask("s24", {"project.buyer": None})))


def test_every_performer_is_asked() -> None:
    verdict = ask("s21")
    (rule,) = [rule for rule in verdict.rules if rule.id == "TVT-01"]

    assert "p-2" in rule.message
    assert "p-1" not in rule.message
    assert verdict.relied_on == ("c-p-1",)


def test_somebody_named_is_protected_without_an_agreement_too() -> None:
    named = [{"person_id": "p-star", "features": ["eyes"], "stays_recognisable": True}]

    verdict = ask("s11", {"project.agreement": "none", "use.prompt.named_people": named, "consents": []})

    assert fired(verdict)["TN-01"] == "deny"


def test_somebody_named_is_not_replicated_during_a_strike() -> None:
    named = [{"person_id": "p-star", "features": ["eyes"], "stays_recognisable": True}]
    changes = {"use.prompt.named_people": named, "project.strike_active": ["sag_tvt_2026"]}

    assert fired(ask("s11", changes))["TVT-17"] == "deny"


def test_reasons_are_kept_all_and_the_worst_comes_first() -> None:
    verdict = ask(
        "s12", {"project.strike_active": ["sag_tvt_2026"], "model.terms_changed": True, "use.scenes": ["7"]}
    )

    assert [rule.outcome.value for rule in verdict.rules] == ["deny", "deny", "deny_until", "duty"]
    assert {"TVT-17", "TVT-05", "VEN-01", "PAY-02"} == set(fired(verdict))


def test_satisfied_rules_are_named_for_counsel() -> None:
    assert {"APP-01", "TVT-01", "TVT-04", "TVT-05"} <= set(ask("s12").satisfied)
    assert facts("s12")["consents"][0]["consent_id"] in ask("s12").relied_on
