"""Scan sessions: notice, reason, biometrics (TVT-02, TVT-03, TVT-19, BIO-01)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from licensing.clauses.case import SCANNED, VOICES, Case, met, require
from licensing.clauses.consent import best_standing
from licensing.clauses.findings import Duty, Finding
from licensing.facts import Capture, ConsentRecord, FactsUnknown, Subject
from licensing.values import Agreement, Biometric, DutyKind, Outcome, Use

_PRINTS = frozenset({Biometric.FINGERPRINT, Biometric.PALM_PRINT, Biometric.IRIS})


def scan_notice(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-02."""
    if _scanned_under_tv_theatrical(case, subject):
        yield from notice_findings(case, subject, "TVT-02")


def notice_findings(case: Case, subject: Subject, rule_id: str) -> Iterator[Finding]:
    """Whether notice stood the rule's hours before the services, or at engagement when that came later.

    Without any record there is no appointment to measure from; the consent rule speaks then.
    """
    standing = best_standing(case, subject)
    if standing is None:
        return
    record = standing.record
    hours = case.rule(rule_id).whole_number("notice_hours")
    if _in_time(case, subject, record, timedelta(hours=hours)):
        yield Finding(Outcome.PASS, f"{subject.label}: notice stood in time.")
        return
    if record.notice_waived_in_writing.known():
        text = f"{subject.label}: notice came late and the performer waived it in writing; a person decides."
        yield Finding(Outcome.ESCALATE, text)
        return
    given = case.happened(record.notice_given_at)
    when = "was not given" if given is None else f"was given at {given.isoformat()}"
    services = record.services_at.known()
    measured = "no services are scheduled" if services is False else f"services are at {services.isoformat()}"
    yield Finding(
        Outcome.DENY_UNTIL, f"{subject.label}: notice {when}; {measured}, {hours} hours are needed."
    )


def _in_time(case: Case, subject: Subject, record: ConsentRecord, ahead: timedelta) -> bool:
    require(record.notice_given_at, record.services_at)
    given = case.happened(record.notice_given_at)
    services = record.services_at.known()
    if given is None or services is False:
        return False
    if given <= services - ahead:
        return True
    engaged = case.happened(subject.engaged_at)
    return engaged is not None and services - engaged < ahead and given <= engaged


def business_reason(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-03."""
    if not met(
        lambda: _scanned_under_tv_theatrical(case, subject), lambda: case.of_edition(Agreement.SAG_TVT_2026)
    ):
        return
    standing = best_standing(case, subject)
    if standing is None:
        return
    record = standing.record
    require(record.business_reason, record.business_reason_at, record.requested_at)
    recorded = case.happened(record.business_reason_at)
    requested = case.happened(record.requested_at)
    if not record.business_reason.known().strip() or recorded is None:
        yield Finding(Outcome.DENY_UNTIL, f"{subject.label}: no business reason for the scan is recorded.")
    elif requested is not None and recorded > requested:
        text = (
            f"{subject.label}: the business reason was recorded at {recorded.isoformat()}, "
            f"after the request of {requested.isoformat()}."
        )
        yield Finding(Outcome.DENY_UNTIL, text)
    else:
        yield Finding(Outcome.PASS, f"{subject.label}: the business reason was recorded before the request.")


def _scanned_under_tv_theatrical(case: Case, subject: Subject) -> bool:
    return met(
        lambda: case.use == Use.CREATE_REPLICA,
        lambda: subject.replica_type.known() in SCANNED,
        case.under_tv_theatrical,
        subject.union_covered.known,
    )


def prints_for_the_picture_only(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-19."""
    if not met(
        lambda: case.use == Use.CREATE_REPLICA,
        lambda: subject.replica_type.known() in SCANNED | VOICES,
        case.under_tv_theatrical,
        subject.union_covered.known,
    ):
        return
    for capture in _captures_of(case, subject):
        if _misused(capture):
            text = f"{subject.label}: finger, palm or iris prints would serve something unrelated to the picture."
            yield Finding(Outcome.DENY, text)


def _misused(capture: Capture) -> bool:
    return met(
        lambda: bool(_PRINTS.intersection(capture.biometrics.known())),
        capture.unrelated_use.known,
        lambda: not capture.set_security_only.known(),
    )


def biometric_release(case: Case, subject: Subject) -> Iterator[Finding]:
    """BIO-01."""
    if not met(
        lambda: case.use == Use.CREATE_REPLICA, lambda: subject.replica_type.known() in SCANNED | VOICES
    ):
        return
    for capture in _captures_of(case, subject):
        if capture.biometrics.known():
            yield from _release_findings(case, subject, capture)


def _captures_of(case: Case, subject: Subject) -> tuple[Capture, ...]:
    """The sessions that capture this person; an empty list of captures is known to hold none."""
    person_id = subject.person_id.known()
    return tuple(one for one in case.facts.captures.known() if one.person_id.known() == person_id)


def _release_findings(case: Case, subject: Subject, capture: Capture) -> Iterator[Finding]:
    years = case.rule("BIO-01").whole_number("destroy_after_years")
    kinds = [kind.value for kind in capture.biometrics.known()]
    delete = Duty(DutyKind.DELETE, subject.label, {"biometrics": kinds, "after_years_at_most": years})
    text = f"{subject.label}: {', '.join(kinds)} are destroyed once their purpose is met, in {years} years at most."
    yield Finding(
        Outcome.DUTY, text, cure="Destroy the data in time and keep the attestation.", duties=(delete,)
    )
    missing = [fact.path for fact in (capture.session_at, capture.retention_policy_public) if fact.is_unknown]
    session = capture.session_at.value
    for name, event in (
        ("written notice", capture.written_notice_at),
        ("written release", capture.written_release_at),
    ):
        if event.is_unknown:
            missing.append(event.path)
            continue
        when = case.happened(event)
        if when is None or (session is not None and when > session):
            yield Finding(Outcome.DENY_UNTIL, f"{subject.label}: no {name} stands before the session.")
    if capture.retention_policy_public.value is False:
        yield Finding(Outcome.DENY_UNTIL, f"{subject.label}: no retention policy is public.")
    if missing:
        raise FactsUnknown(missing)
