"""What protects everybody, under any agreement and none (TVT-17, TVT-18, INT-01, NF-01, TN-01)."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.clauses.case import TV_THEATRICAL, WITHOUT_MODEL, Case, either, met
from licensing.clauses.consent import best_standing, best_standing_of, missing_consent, months_after
from licensing.clauses.consent_need import (
    asks_consent,
    consent_rule,
    needs_consent,
    recognisable_names,
    replicated,
)
from licensing.clauses.findings import BEFORE_USE, Duty, Finding
from licensing.facts import FactsUnknown, Subject
from licensing.values import Agreement, DutyKind, Outcome, ReplicaType, SubjectState

_MONTHS_PER_YEAR = 12
_NAMES_PROTECTED = TV_THEATRICAL | {Agreement.SAG_TV_ANIMATION_2024}


def strike(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-17; games have their own clause."""
    if met(
        lambda: case.agreement not in (Agreement.NONE, Agreement.SAG_IMA_2025),
        lambda: case.agreement in case.facts.project.strike_active.known(),
        lambda: needs_consent(case, subject),
    ):
        text = f"{subject.label}: {case.agreement} is under strike; consent on record is suspended while it lasts."
        yield Finding(Outcome.DENY, text)


def strike_for_the_named(case: Case) -> Iterator[Finding]:
    """TVT-17, for people a prompt names without being subjects: their consent would be needed too."""
    if not met(
        case.under_tv_theatrical,
        lambda: case.use not in WITHOUT_MODEL,
        lambda: bool(recognisable_names(case)),
        lambda: case.agreement in case.facts.project.strike_active.known(),
    ):
        return
    for person in recognisable_names(case):
        text = f"{person.person_id.known()}: {case.agreement} is under strike; nobody named is replicated meanwhile."
        yield Finding(Outcome.DENY, text)


def no_minor(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-18. Nothing cures it."""
    if met(
        lambda: bool(case.facts.use.sensitive.known()),
        lambda: either(
            lambda: subject.state.known() == SubjectState.MINOR,
            subject.portrayed_as_minor.known,
        ),
    ):
        text = f"{subject.label}: a minor, or a person portrayed as one, in nudity or simulated sex."
        yield Finding(Outcome.DENY, text)


def intimate_output(case: Case, subject: Subject) -> Iterator[Finding]:
    """INT-01."""
    asked = case.facts.use.sensitive.known()
    if not asked:
        return
    kinds = ", ".join(asked)
    standing = best_standing(case, subject)
    if standing is None or standing.flaws:
        yield Finding(Outcome.DENY, f"{subject.label}: no consent to {kinds} counts.")
        return
    if standing.vague:
        yield Finding(
            Outcome.DENY, f"{subject.label}: consent {standing.record.label} is vague about {kinds}."
        )
    missing = list(standing.unknown)
    granted = standing.record.intended_use.sensitive
    if granted.value is None:
        missing.append(granted.path)
    elif not set(asked) <= set(granted.value):
        yield Finding(
            Outcome.DENY, f"{subject.label}: consent {standing.record.label} does not name {kinds}."
        )
    elif not missing and not standing.vague:
        yield Finding(Outcome.PASS, f"{subject.label}: consent {standing.record.label} names {kinds}.")
    if missing:
        raise FactsUnknown(missing)


def long_licence(case: Case, subject: Subject) -> Iterator[Finding]:
    """NF-01: a bill, so it warns and never refuses."""
    if not met(lambda: not case.dead(subject), lambda: consent_rule(case, subject) is not None):
        return
    standing = best_standing(case, subject)
    if standing is None or not standing.counts:
        return
    begin, end = standing.record.valid_from.known(), standing.record.valid_until.known()
    years = case.rule("NF-01").whole_number("years")
    if end is False:
        yield Finding(Outcome.WARN, f"{subject.label}: consent {standing.record.label} has no end.")
    elif end > months_after(begin, years * _MONTHS_PER_YEAR):
        text = f"{subject.label}: consent {standing.record.label} runs longer than {years} years."
        yield Finding(Outcome.WARN, text)


def authorisation(case: Case, subject: Subject) -> Iterator[Finding]:
    """TN-01: in Tennessee beside every other rule, elsewhere for whom no other consent rule protects."""
    if either(
        lambda: asks_consent(case, subject, "TN-01"),
        lambda: met(
            lambda: case.law_of(subject, "US-TN"),
            lambda: case.in_force("TN-01"),
            lambda: replicated(case, subject),
        ),
    ):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY)


def authorisation_of_the_named(case: Case) -> Iterator[Finding]:
    """TN-01, for people a prompt makes recognisable without anybody calling them subjects."""
    if not met(lambda: case.agreement not in _NAMES_PROTECTED, lambda: case.use not in WITHOUT_MODEL):
        return
    subjects = {subject.person_id.value for subject in case.facts.subjects.value or ()}
    for person in recognisable_names(case):
        person_id = person.person_id.known()
        if person_id in subjects:
            continue
        standing = best_standing_of(case, person_id, ReplicaType.ICDR, state=None)
        if standing is None or standing.flaws or standing.vague or standing.gaps:
            text = f"{person_id} is named in the prompt, stays recognisable, and nothing authorises it."
            duty = Duty(DutyKind.OBTAIN_CONSENT, person_id, {}, BEFORE_USE)
            yield Finding(Outcome.DENY, text, duties=(duty,))
        elif standing.unknown:
            raise FactsUnknown(standing.unknown)
