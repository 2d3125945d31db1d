"""What is owed for replicas under TV/Theatrical (PAY-01 to PAY-04). Unknown figures never hold a use up."""

from __future__ import annotations

from collections.abc import Iterator

from core.canonical import Canonical
from licensing.clauses.case import EMPLOYMENT_BASED, Case, met
from licensing.clauses.findings import Duty, Finding
from licensing.facts import Subject
from licensing.values import DutyKind, Outcome, ReplicaType, Use


def scan_session(case: Case, subject: Subject) -> Iterator[Finding]:
    """PAY-01."""
    if _covered(case, subject, EMPLOYMENT_BASED) and case.use == Use.CREATE_REPLICA:
        factors = case.rule("PAY-01").figures["day_factor"]
        session = subject.session.value
        factor = factors.get(session.value) if session is not None and isinstance(factors, dict) else None
        yield _owed(
            subject,
            f"{subject.label}: the creation session is paid.",
            {"session": session.value if session else None, "day_factor": factor, "rate": None},
        )


def employment_based_use(case: Case, subject: Subject) -> Iterator[Finding]:
    """PAY-02. In another picture too, where TVT-06 names what was bargained and its floor."""
    if not met(lambda: _covered(case, subject, EMPLOYMENT_BASED), lambda: _shown(case)):
        return
    inputs: dict[str, Canonical] = {
        "estimated_days": subject.estimated_days.value,
        "rate": None,
        "residuals": "as in person",
    }
    if subject.replica_from.value not in (None, case.facts.project.project_id.value):
        inputs |= {"bargained_amount": None, "floor": case.rule("TVT-06").text("floor")}
    yield _owed(
        subject, f"{subject.label}: the days of work in person that the replica stands for are paid.", inputs
    )


def independently_created_use(case: Case, subject: Subject) -> Iterator[Finding]:
    """PAY-03."""
    if met(lambda: _covered(case, subject, frozenset({ReplicaType.ICDR})), lambda: _shown(case)):
        yield _owed(
            subject,
            f"{subject.label}: the independently created replica is paid as bargained, not below its floor.",
            {"bargained_amount": None, "estimated_days": subject.estimated_days.value, "day_minimum": None},
        )


def background(case: Case, subject: Subject) -> Iterator[Finding]:
    """PAY-04: the scan, or use as a principal; silent where a use as one is known not to be."""
    if not _covered(case, subject, frozenset({ReplicaType.BACKGROUND_REPLICA})):
        return
    if case.use == Use.CREATE_REPLICA:
        session = subject.session.value
        yield _owed(
            subject,
            f"{subject.label}: the scan is work time on a day of work, and alone a full day's pay.",
            {"session": session.value if session else None, "rate": None},
        )
    if _shown(case) and subject.used_as_principal.value is not False:
        yield _owed(
            subject,
            f"{subject.label}: a background replica used as a principal is paid as one.",
            {
                "used_as_principal": subject.used_as_principal.value,
                "estimated_days": subject.estimated_days.value,
                "principal_rate": None,
            },
        )


def _covered(case: Case, subject: Subject, kinds: frozenset[ReplicaType]) -> bool:
    return met(
        lambda: subject.replica_type.known() in kinds, case.under_tv_theatrical, subject.union_covered.known
    )


def _shown(case: Case) -> bool:
    """Whether a performance comes of it; a dub is consented to and not paid by these clauses."""
    return case.makes_output() and case.use != Use.DUB_LANGUAGE


def _owed(subject: Subject, text: str, inputs: dict[str, Canonical]) -> Finding:
    duty = Duty(DutyKind.PAY_PERFORMER, subject.label, inputs)
    return Finding(Outcome.DUTY, text, duties=(duty,))
