"""One question per rule that makes it speak, and one beside it that leaves it silent."""

from __future__ import annotations

from typing import Any

import pytest

from licensing.rulebook.book import rule_book
from licensing.rules import EXECUTABLE
from tests.rules.questions import GONE, ask, fired

SIGNED = {"basis_signed_off_by": "clearance"}
DEAD = {"subjects.0.state": "deceased_represented", "use.use": "posthumous", "consents": []}
NETFLIX = {
    "project.buyer": "netflix",
    "use.key_visual": False,
    "use.unscripted_dialogue": False,
    "use.fabricated_statement": False,
    "buyer_answers": {
        "no_recreation": "yes",
        "no_store_reuse_train": "yes",
        "secured": "yes",
        "temporary_only": "yes",
        "no_talent_work_without_consent": "yes",
        "outside_secured_tools": False,
        "written_approval_at": False,
    },
}
DELIVERY = {
    "use.stage": "deliver",
    "delivery": {
        "marks": ["c2pa", "watermark"],
        "marks_stripped": False,
        "disclosures_recorded": ["end_credit"],
    },
}
ANIMATION = {
    "project.agreement": "sag_tv_animation_2024",
    "project.production_start": "2026-05-01",
    "project.kind": "animation_series",
}
ACTRA = {
    "project.agreement": "actra_ipa_2025",
    "subjects.0.contract_date": "2026-08-03",
    "consents.0.union_notified_at": "2026-09-01T09:00:00-07:00",
}
AUDIO = {
    "project.agreement": "sag_dyn_ai_audio",
    "project.kind": "audio_ad",
    "subjects.0.replica_type": "voice_replica",
    "consents.0.replica_type": "voice_replica",
}
SOUND = {
    "project.agreement": "sag_sound_2024",
    "project.kind": "music_release",
    "project.production_start": "2026-05-01",
    "subjects.0.replica_type": "voice_replica",
}
DUB = {
    "use.use": "dub_language",
    "project.agreement": "sag_tvt_2026",
    "project.principal_photography_start": "2027-08-01",
    "subjects.0.contract_date": "2027-07-15",
    "subjects.0.replica_type": "voice_replica",
}
TRANSFER = {
    "use.use": "transfer_replica",
    "consents.0.intended_use.uses": ["transfer_replica"],
    "use.transfer": {
        "union_asked_at": "2026-10-01T09:00:00-07:00",
        "union_answer": "approved",
        "assumed_in_writing": True,
    },
}
OTHER_PICTURE = {"subjects.0.replica_from": "film-0"}
BACKGROUND = {
    "subjects.0.replica_type": "background_replica",
    "subjects.0.category": "background",
    "consents.0.replica_type": "background_replica",
}
NOTICED = {
    "affiliated": False,
    "for_pay": True,
    "public_commercial": True,
    "union_notice_at": "2026-10-01T09:00:00-07:00",
    "writers_notice_at": "2026-10-01T09:00:00-07:00",
    "meeting_pending": False,
}
CALIFORNIA = {"use.replaces_in_person_work": True, "subjects.0.domicile": "US-CA"}
SYNTHETIC_AGREED = {
    "value_finding": "significant_additional_value",
    "union_notice_at": "2026-08-03T09:00:00-07:00",
    "bargaining_opened_at": "2026-08-10T09:00:00-07:00",
    "agreed_at": "2026-08-17T16:00:00-07:00",
    "arbitration_opened_at": False,
}

Changes = dict[str, Any]

# rule, scenario, what makes it speak, its outcome, what beside that (or instead, if it starts with "=") silences it
SPEAKING: list[tuple[str, str, Changes, str, Changes]] = [
    (
        "APP-01",
        "s12",
        {"project.agreement": "sag_tvt_2023"},
        "escalate",
        {"project.agreement": "sag_tvt_2026"},
    ),
    ("APP-02", "s12", {"project.strike_active": None}, "escalate", {"project.strike_active": []}),
    (
        "TVT-01",
        "s12",
        {"consents": []},
        "deny_until",
        {"use.exempt_basis": ["safety_impossible"], "use.basis_signed_off_by": "clearance"},
    ),
    (
        "TVT-02",
        "s13",
        {"consents.0.notice_given_at": "2026-09-19T09:00:01-07:00", "asked_at": "2026-09-20T09:00:00-07:00"},
        "deny_until",
        {"consents.0.notice_given_at": "2026-09-19T09:00:00-07:00"},
    ),
    (
        "TVT-03",
        "s13",
        {"consents.0.business_reason_at": "2026-08-13T09:00:00-07:00"},
        "deny_until",
        {"consents.0.business_reason_at": "2026-08-12T09:00:00-07:00"},
    ),
    (
        "TVT-04",
        "s12",
        {"consents.0.intended_use.reasonably_specific": False},
        "deny_until",
        {"consents.0.intended_use.reasonably_specific": True},
    ),
    ("TVT-05", "s12", {"use.scenes": ["43"]}, "deny", {"use.scenes": ["42"]}),
    (
        "TVT-06",
        "s12",
        {**OTHER_PICTURE, "consents.0.bargained": False},
        "deny_until",
        {"subjects.0.replica_from": "film-a"},
    ),
    ("TVT-07", "s15", {"use.exempt_basis": GONE}, "deny_until", {"project.agreement": "none"}),
    (
        "TVT-08",
        "s12",
        {
            "consents": [],
            "use.exempt_basis": ["unrecognisable"],
            **{f"use.{k}": v for k, v in SIGNED.items()},
        },
        "duty",
        {"use.exempt_basis": ["customary_post"]},
    ),
    ("TVT-09", "s04", {"synthetic": SYNTHETIC_AGREED}, "deny_until", {"project.agreement": "none"}),
    ("TVT-10", "s07a", {}, "escalate", {"use.exempt_basis": GONE}),
    ("TVT-11", "s07b", {"consents": []}, "deny_until", {"subjects.0.union_covered": False}),
    ("TVT-12", "s04", {}, "deny_until", {"use.prompt.named_people.0.stays_recognisable": False}),
    ("TVT-13", "s05a", {}, "deny_until", {"synthetic": SYNTHETIC_AGREED}),
    ("TVT-14", "s05a", {"synthetic": SYNTHETIC_AGREED}, "duty", {"use.synthetic_role": "non_human"}),
    ("TVT-15", "s05b", {}, "escalate", {"use.synthetic_role": "non_human"}),
    (
        "TVT-16",
        "s12",
        {**DUB, "consents": []},
        "deny_until",
        {"project.principal_photography_start": "2027-06-30", "subjects.0.contract_date": "2027-06-30"},
    ),
    (
        "TVT-17",
        "s12",
        {"project.strike_active": ["sag_tvt_2026"]},
        "deny",
        {"project.strike_active": ["sag_ima_2025"]},
    ),
    (
        "TVT-18",
        "s12",
        {"subjects.0.state": "minor", "use.sensitive": ["nudity"]},
        "deny",
        {"use.sensitive": []},
    ),
    (
        "TVT-19",
        "s13",
        {"captures.0.biometrics": ["iris"], "captures.0.unrelated_use": True},
        "deny",
        {"captures.0.set_security_only": True},
    ),
    (
        "TVT-21",
        "s12",
        {**TRANSFER, "use.transfer.union_answer": "pending"},
        "escalate",
        {"use.transfer.union_answer": "approved"},
    ),
    ("TVT-22", "s20", {}, "escalate", {"use.training": NOTICED}),
    (
        "TVT-24",
        "s12",
        {**BACKGROUND, **OTHER_PICTURE, "consents.0.bargained": False},
        "deny_until",
        {"consents.0.bargained": True},
    ),
    ("PAY-01", "s13", {}, "duty", {"subjects.0.replica_type": "icdr"}),
    ("PAY-02", "s12", {"subjects.0.estimated_days": None}, "duty", {"subjects.0.union_covered": False}),
    ("PAY-03", "s07b", {}, "duty", {"project.agreement": "none"}),
    (
        "PAY-04",
        "s12",
        {**BACKGROUND, "subjects.0.used_as_principal": True},
        "duty",
        {"subjects.0.used_as_principal": False},
    ),
    (
        "COM-01",
        "s19",
        {"consents.0.notice_given_at": "2026-11-29T09:00:00-08:00", "asked_at": "2026-11-29T10:00:00-08:00"},
        "deny_until",
        {"consents.0.notice_given_at": "2026-11-28T09:00:00-08:00"},
    ),
    ("COM-02", "s19", {"consents.0.product_line": "EV-4"}, "deny", {"consents.0.product_line": "EV-3"}),
    ("COM-03", "s19", {}, "duty", {"use.use": "create_replica"}),
    ("IMA-01", "s18", {"consents": []}, "deny_until", {"subjects.0.recognisable": False}),
    ("IMA-02", "s18", {"project.strike_active": ["sag_ima_2025"]}, "deny", {"project.agreement": "none"}),
    (
        "AUD-01",
        "s12",
        {**AUDIO, "consents.0.intended_use.uses": ["stunt_safety_double"]},
        "deny_until",
        {"project.agreement": "narrativ"},
    ),
    ("SND-01", "s12", {**SOUND, "consents": []}, "deny_until", {"project.agreement": "none"}),
    ("ANI-01", "s12", {**ANIMATION, "consents": []}, "deny_until", {"subjects.0.union_covered": False}),
    ("ACT-01", "s12", {**ACTRA, "consents": []}, "deny_until", {"project.agreement": "none"}),
    ("EQ-01", "s13", {"project.agreement": "equity_pact"}, "escalate", {"use.use": "stunt_safety_double"}),
    ("WGA-01", "s11", {"workplace": {"ai_required_of_writer": True}}, "deny", {"workplace": {}}),
    ("WGA-02", "s20", {}, "escalate", {"project.writers_guild_covered": False}),
    (
        "CRW-01",
        "s11",
        {"workplace": {"director_consulted": False}},
        "warn",
        {"workplace": {"director_consulted": True}},
    ),
    ("CA-01", "s08a", {}, "deny", {"use.replaces_in_person_work": False}),
    (
        "NY-01",
        "s08a",
        {"subjects.0.domicile": "US-NY"},
        "deny",
        {
            "subjects.0.representation": "counsel_negotiated",
            "consents.0.intended_use.reasonably_specific": True,
            "consents.0.intended_use.description": "The fall.",
        },
    ),
    (
        "IL-01",
        "s12",
        {"subjects.0.domicile": "US-IL", "consents": []},
        "deny",
        {"subjects.0.domicile": "US-WA"},
    ),
    ("CA-02", "s07b", {"consents": []}, "deny_until", {"subjects.0.domicile": "US-WA"}),
    (
        "NY-02",
        "s07b",
        {"consents": [], "subjects.0.domicile": "US-NY", "use.use": "merchandise"},
        "deny_until",
        {"use.use": "posthumous"},
    ),
    ("TN-01", "s23", {}, "deny", {"subjects.0.replica_type": "none"}),
    ("NY-03", "s09b", {}, "duty", {"use.territories": ["US-CA"]}),
    (
        "EU-01",
        "s10",
        {},
        "deny_until",
        {"delivery.marks": ["c2pa", "watermark"], "delivery.marks_stripped": False},
    ),
    ("EU-02", "s10", {}, "deny_until", {"delivery.disclosures_recorded": ["end_credit"]}),
    (
        "CA-03",
        "s12",
        {**DELIVERY, "use.territories": ["US-CA"], "model.ca_covered_provider": True},
        "duty",
        {"model.ca_covered_provider": False},
    ),
    ("BIO-01", "s13", {"captures.0.written_release_at": False}, "deny_until", {"captures.0.biometrics": []}),
    (
        "INT-01",
        "s12",
        {"use.sensitive": ["nudity"], "subjects.0.portrayed_as_minor": False},
        "deny",
        {"consents.0.intended_use.sensitive": ["nudity"]},
    ),
    ("NF-01", "s12", {"consents.0.valid_until": False}, "warn", {"consents.0.valid_until": "2036-08-20"}),
    ("CN-01", "s11", {"use.territories": ["WORLD"]}, "escalate", {"use.territories": ["US"]}),
    (
        "NFX-01",
        "s24",
        {"buyer_answers.secured": "unsure"},
        "escalate",
        {"buyer_answers.written_approval_at": "2026-11-20T09:00:00-08:00"},
    ),
    (
        "NFX-02",
        "s12",
        NETFLIX,
        "escalate",
        {"buyer_answers.written_approval_at": "2026-11-20T09:00:00-08:00"},
    ),
    (
        "NFX-03",
        "s11",
        {
            "model.talent_enhancement": True,
            "model.trained_for_project": "film-0",
            "model.reuse_consents_all": False,
        },
        "deny",
        {"model.trained_for_project": "film-a"},
    ),
    ("NFX-04", "s24", {"use.fabricated_statement": True}, "escalate", {"use.fabricated_statement": False}),
    ("AWD-01", "s12", {"project.award_campaign": True}, "warn", {"use.output_status": "temp"}),
    (
        "DOC-01",
        "s11",
        {"project.kind": "documentary", "use.archive_like": True},
        "escalate",
        {"use.archive_like": False},
    ),
    ("VEN-01", "s11", {"model.terms_changed": True}, "deny_until", {"model.terms_changed": False}),
]


@pytest.mark.parametrize(
    ("rule", "scenario", "changes", "outcome", "_silencing"), SPEAKING, ids=[row[0] for row in SPEAKING]
)
def test_the_rule_speaks(
    rule: str, scenario: str, changes: Changes, outcome: str, _silencing: Changes
) -> None:
    assert fired(ask(scenario, changes)).get(rule) == outcome


@pytest.mark.parametrize(
    ("rule", "scenario", "changes", "_outcome", "silencing"), SPEAKING, ids=[row[0] for row in SPEAKING]
)
def test_the_rule_is_silent_beside_it(
    rule: str, scenario: str, changes: Changes, _outcome: str, silencing: Changes
) -> None:
    assert rule not in fired(ask(scenario, changes | silencing))


def test_every_rule_that_decides_uses_is_asked_here() -> None:
    decides = {entry.id for entry in rule_book().entries.values() if entry.decides_uses}

    assert len(rule_book().entries) == 65
    assert {row[0] for row in SPEAKING} == decides
    assert decides <= EXECUTABLE
