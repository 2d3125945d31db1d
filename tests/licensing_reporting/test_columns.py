"""The columns of every report are those that the trade's list names, in its order.

The list below is that list in its own words. A word becomes the head of a CSV by one rule: it is in lower case, and
one `_` stands for whatever is no letter or figure. Nothing else is between them.
"""

from __future__ import annotations

import re

import pytest

from licensing.reporting.registry import reports

NAMED = {
    "consent_register": (
        "consent_id, person, ids, agreement+edition, replica_type, project, description, scenes, media, territories, "
        "languages, dates, form_kind, signed_at, signer_role, representation, notice_at, business_reason, status, "
        "doc_hash, supersedes"
    ),
    "replica_custody_log": (
        "asset, person, built_from, created_at, location/region, access list, access events, copies, "
        "retention_until, destroyed_at + attestation"
    ),
    "use_and_pay_ledger": (
        "use_id, scene/shot, replica, consent_id, estimated_days + inputs, rate, gross, residual class, "
        "plan contribution, paid_at, payroll ref"
    ),
    "game_usage_report": "performer, replica, lines/words, days, real-time yes/no, period, amount",
    "synthetic_notice_pack": (
        "role, why human role, value finding + author, notice sent/served, bargaining opened/closed, arbitration, "
        "remuneration, plan payment"
    ),
    "training_licence_notice": (
        "material, licensee, affiliated?, system public/commercial?, compensation?, notice date, meeting, outcome"
    ),
    "semi_annual_gai_report": (
        "uses by type, tools, synthetics, bias mitigation, unauthorised findings, open issues"
    ),
    "ai_usage_register": (
        "tool, version, licence tier, vendor, terms snapshot hash, training-data statement, inputs class, region, "
        "task, shots, human reviewer, indemnity"
    ),
    "shot_disclosure_map": (
        "reel, timecode in/out, shot, contribution, share of frame, tool, performers, consent_id, "
        "C2PA manifest id, digitalSourceType, disclosure"
    ),
    "human_authorship_statement": "element, human author, contribution, AI part disclaimed, evidence refs",
    "clearance_schedule": (
        "likeness, living/deceased, right, holder, grant date, territory, term, media, fee, doc, status, reviewer"
    ),
    "buyer_approval_log": "use case, matrix row, five answers, approver, date, conditions",
    "decision_audit_export": (
        "time, actor, request, rules fired, edition, facts hash, result, override + reason, previous hash, signature"
    ),
    "disclosure_report": "territory, law, duty, wording, placement, evidence, date",
    "disclosure_report_biometrics": "type, notice, release, purpose, retention, destruction",
}
NUMBERS = dict(zip(NAMED, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 14), strict=True))


@pytest.mark.parametrize("code", NAMED)
def test_a_report_has_exactly_the_columns_of_the_list(code: str) -> None:
    headings = NAMED[code].split(", ")
    names = [re.sub(r"[^a-z0-9]+", "_", one.lower()).strip("_") for one in headings]

    assert [column.heading for column in reports()[code].columns] == headings
    assert [column.name for column in reports()[code].columns] == names
    assert reports()[code].number == NUMBERS[code]


def test_no_report_is_left_out() -> None:
    assert reports().keys() == NAMED.keys()
