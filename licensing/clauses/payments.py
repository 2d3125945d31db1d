"""What is owed for replicas under TV/Theatrical (PAY-01 to PAY-04). Unknown figures never hold a use up."""

from __future__ import annotations

from collections.abc import Iterator

from core.canonical import Canonical
from licensing.clauses.case import EMPLOYMENT_BASED, Case, met
from licensing.clauses.findings import Duty, Finding
from licensing.facts import Subject
from licensing.values import DutyKind, Outcome, ReplicaType, Session, Use


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


def same_picture_use(case: Case, subject: Subject) -> Iterator[Finding]:
    """PAY-02."""
    if met(
        lambda: _covered(case, subject, EMPLOYMENT_BASED),
        lambda: _shown(case),
        lambda: not case.another_picture(subject),
    ):
        yield _owed(
            subject,
            f"{subject.label}: the days of work in person that the replica stands for are paid.",
            {"estimated_days": subject.estimated_days.value, "rate": None, "residuals": "as in person"},
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
    """PAY-04: a day of scanning alone, or use as a principal; silent where the facts exclude both."""
    if not _covered(case, subject, frozenset({ReplicaType.BACKGROUND_REPLICA})):
        return
    if case.use == Use.CREATE_REPLICA and subject.session.value != Session.SAME_DAY:
        session = subject.session.value
        yield _owed(
            subject,
            f"{subject.label}: a day for the scan alone is a full day's pay.",
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
