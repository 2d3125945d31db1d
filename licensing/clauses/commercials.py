"""SAG-AFTRA Commercials (COM-01 to COM-03)."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.clauses.case import Case, met
from licensing.clauses.consent import best_standing, carries_over, missing_consent
from licensing.clauses.consent_need import asks_consent
from licensing.clauses.findings import Duty, Finding
from licensing.clauses.scans import notice_findings
from licensing.facts import Subject
from licensing.values import DutyKind, Outcome


def rider_and_notice(case: Case, subject: Subject) -> Iterator[Finding]:
    """COM-01, at each use."""
    if met(case.under_commercials, lambda: asks_consent(case, subject, "COM-01")):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY_UNTIL)
        yield from notice_findings(case, subject, "COM-01")


def further_commercial(case: Case, subject: Subject) -> Iterator[Finding]:
    """COM-02: a record of another commercial is relied on, and does not reach this one."""
    if not met(case.under_commercials, lambda: asks_consent(case, subject, "COM-01")):
        return
    mine = [
        record
        for record in case.facts.consents.known()
        if record.person_id.known() == subject.person_id.known()
        and record.replica_type.known() == subject.replica_type.known()
    ]
    elsewhere = [record for record in mine if record.project_id.known() != case.project_id]
    if not elsewhere or len(elsewhere) < len(mine):
        return
    if not any(carries_over(case, record) for record in elsewhere):
        text = (
            f"{subject.label}: consent {elsewhere[0].label} is for another commercial, and advertiser, product line "
            "or time do not carry it here."
        )
        yield Finding(Outcome.DENY, text)


def generated_performance(case: Case, subject: Subject) -> Iterator[Finding]:
    """COM-03."""
    if met(case.under_commercials, case.makes_output, lambda: asks_consent(case, subject, "COM-01")):
        rule = case.rule("COM-03")
        inputs = {
            "session_fee_factor": rule.text("session_fee_factor"),
            "plan_contribution_percent": rule.text("plan_contribution_percent"),
            "session_fee": None,
            "holding_fee": None,
            "use_fee": None,
        }
        duty = Duty(DutyKind.PAY_PERFORMER, subject.label, inputs)
        yield Finding(Outcome.DUTY, f"{subject.label}: the generated performance is paid.", duties=(duty,))
