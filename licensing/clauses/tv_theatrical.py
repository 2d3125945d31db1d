"""SAG-AFTRA TV/Theatrical: consent to replicas and alterations (TVT-01, 04 to 12, 16, 24)."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.clauses.case import EMPLOYMENT_BASED, WITHOUT_MODEL, Case, met, require
from licensing.clauses.consent import Standing, best_standing, best_standing_of, missing_consent
from licensing.clauses.consent_need import (
    alteration_basis,
    asks_consent,
    claims_free_speech,
    consent_rule,
    dub_dates_passed,
    output_basis,
    recognisable_names,
    signed_off,
)
from licensing.clauses.findings import BEFORE_USE, Duty, Finding
from licensing.facts import FactsUnknown, Subject
from licensing.values import DutyKind, ExemptBasis, Outcome, ReplicaType, Use


def own_consent(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-01."""
    if met(case.under_tv_theatrical, lambda: asks_consent(case, subject, "TVT-01")):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY_UNTIL)


def specific_description(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-04, of whatever agreement."""
    standing = _weighed(case, subject)
    if standing is None:
        return
    intended = standing.record.intended_use
    if standing.vague:
        text = f"{subject.label}: consent {standing.record.label} does not describe the use reasonably specifically."
        yield Finding(Outcome.DENY_UNTIL, text)
        require(intended.reasonably_specific)
        return
    require(intended.reasonably_specific, intended.description)
    text = f"{subject.label}: consent {standing.record.label} describes the use reasonably specifically."
    yield Finding(Outcome.PASS, text)


def inside_scope(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-05, of whatever agreement. A vague description has no edge to be inside of; TVT-04 speaks there."""
    standing = _weighed(case, subject)
    if standing is None or standing.vague:
        return
    if standing.gaps:
        text = (
            f"{subject.label}: consent {standing.record.label} does not contain {'; '.join(standing.gaps)}."
        )
        yield Finding(Outcome.DENY, text)
    if standing.gaps_unknown:
        raise FactsUnknown(standing.gaps_unknown)
    if not standing.gaps:
        yield Finding(
            Outcome.PASS, f"{subject.label}: consent {standing.record.label} contains what is asked."
        )


def _weighed(case: Case, subject: Subject) -> Standing | None:
    """The record whose content matters: consent is asked, and one counts or may."""
    if consent_rule(case, subject) is None:
        return None
    standing = best_standing(case, subject)
    return None if standing is None or standing.flaws else standing


def another_picture(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-06. What is owed for it stands with PAY-02."""
    if _used_elsewhere(case, subject, background=False):
        yield from _bargained_here(case, subject)


def another_picture_background(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-24."""
    if _used_elsewhere(case, subject, background=True):
        yield from _bargained_here(case, subject)


def _used_elsewhere(case: Case, subject: Subject, *, background: bool) -> bool:
    """Whether a replica made for one picture serves another one; a model of that picture that learns from it does."""
    kinds = frozenset({ReplicaType.BACKGROUND_REPLICA}) if background else EMPLOYMENT_BASED
    return met(
        lambda: subject.replica_type.known() in kinds,
        case.under_tv_theatrical,
        subject.union_covered.known,
        lambda: case.use not in WITHOUT_MODEL and case.use != Use.DUB_LANGUAGE,
        lambda: case.another_picture(subject),
    )


def _bargained_here(case: Case, subject: Subject) -> Iterator[Finding]:
    standing = best_standing(case, subject)
    counts = all(
        finding.outcome == Outcome.PASS
        for finding in missing_consent(case, subject, standing, Outcome.DENY_UNTIL)
    )
    origin = subject.replica_from.known()
    if not counts:
        text = f"{subject.label}: the replica was made for {origin}; no writing for {case.project_id} counts."
        yield Finding(Outcome.DENY_UNTIL, text, duties=(_bargain(subject.label),))
    elif standing is not None and not standing.record.bargained.known():
        text = f"{subject.label}: the replica was made for {origin}; nothing was bargained for {case.project_id}."
        yield Finding(Outcome.DENY_UNTIL, text, duties=(_bargain(subject.label),))
    else:
        yield Finding(Outcome.PASS, f"{subject.label}: a bargained writing for {case.project_id} counts.")


def _bargain(label: str) -> Duty:
    return Duty(DutyKind.BARGAIN, label, {}, BEFORE_USE)


def alteration(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-07."""
    basis = alteration_basis(case, subject)
    if basis is not None:
        yield _basis_finding(case, subject, basis)
    elif met(case.under_tv_theatrical, lambda: asks_consent(case, subject, "TVT-07")):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY_UNTIL)


def same_picture_output(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-08."""
    basis = output_basis(case, subject)
    if basis is not None:
        yield _basis_finding(case, subject, basis)


def _basis_finding(case: Case, subject: Subject, basis: ExemptBasis) -> Finding:
    if not signed_off(case):
        text = f"{subject.label}: {basis} is claimed, and nobody responsible has signed it off."
        return Finding(Outcome.DENY_UNTIL, text)
    signer = case.facts.use.basis_signed_off_by.known()
    duty = Duty(
        DutyKind.RECORD_BASIS, subject.label, {"basis": basis.value, "signed_off_by": str(signer)}, BEFORE_USE
    )
    text = (
        f"{subject.label}: no consent is asked because of {basis}, signed off by {signer}; the basis is kept."
    )
    return Finding(Outcome.DUTY, text, cure="Keep the basis with the take.", duties=(duty,))


def independently_created(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-09."""
    if not met(case.under_tv_theatrical, lambda: asks_consent(case, subject, "TVT-09")):
        return
    standing = best_standing(case, subject)
    outcome = Outcome.ESCALATE if claims_free_speech(case) else Outcome.DENY_UNTIL
    flawed = standing is None or bool(standing.flaws)
    for finding in missing_consent(case, subject, standing, outcome):
        owed = () if finding.outcome == Outcome.PASS else (*finding.duties, _bargain(subject.label))
        yield Finding(finding.outcome, finding.text, finding.cure, owed)
    if not flawed and standing is not None and not standing.record.bargained.known():
        text = f"{subject.label}: consent {standing.record.label} was not bargained for."
        yield Finding(outcome, text, duties=(_bargain(subject.label),))


def claimed_free_speech(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-10."""
    if claims_free_speech(case) and met(
        case.under_tv_theatrical,
        subject.union_covered.known,
        lambda: subject.replica_type.known() != ReplicaType.NONE,
    ):
        text = f"{subject.label}: protected expression is claimed; a claim is never an answer, signed off or not."
        yield Finding(Outcome.ESCALATE, text)


def replica_of_the_dead(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-11."""
    if met(case.under_tv_theatrical, lambda: asks_consent(case, subject, "TVT-11")):
        outcome = Outcome.ESCALATE if claims_free_speech(case) else Outcome.DENY_UNTIL
        yield from missing_consent(case, subject, best_standing(case, subject), outcome)


def named_in_prompt(case: Case) -> Iterator[Finding]:
    """TVT-12. Counts whoever is named, subject or not, and whatever the result is called."""
    if not met(case.under_tv_theatrical, lambda: case.use not in WITHOUT_MODEL):
        return
    for person in recognisable_names(case):
        person_id = person.person_id.known()
        subjects = [one for one in case.facts.subjects.value or () if one.person_id.value == person_id]
        if subjects:
            kind, state = subjects[0].replica_type.known(), subjects[0].state
        else:
            kind, state = ReplicaType.ICDR, None
        standing = best_standing_of(case, person_id, kind, state=state)
        yield from _named_findings(person_id, standing, is_subject=bool(subjects))


def _named_findings(person_id: str, standing: Standing | None, *, is_subject: bool) -> Iterator[Finding]:
    obtain = Duty(DutyKind.OBTAIN_CONSENT, person_id, {}, BEFORE_USE)
    complaint = None
    if standing is None:
        complaint = "has no consent on record"
    elif standing.flaws:
        complaint = f"has given no consent that counts: {'; '.join(standing.flaws)}"
    elif not is_subject and (standing.vague or standing.gaps):
        complaint = "has not consented to this use"
    if complaint is not None:
        text = f"{person_id} is named in the prompt with a feature that stays recognisable and {complaint}."
        yield Finding(Outcome.DENY_UNTIL, text, duties=(obtain, _bargain(person_id)))
        return
    if standing is not None:
        if standing.unknown:
            raise FactsUnknown(standing.unknown)
        if not standing.record.bargained.known():
            text = f"{person_id} is named in the prompt and stays recognisable; nothing was bargained."
            yield Finding(Outcome.DENY_UNTIL, text, duties=(_bargain(person_id),))
        else:
            yield Finding(Outcome.PASS, f"{person_id} is named in the prompt, has consented and bargained.")


def other_language(case: Case, subject: Subject) -> Iterator[Finding]:
    """TVT-16. Where only one of the two readings of its date applies, a person decides."""
    if not met(case.under_tv_theatrical, lambda: asks_consent(case, subject, "TVT-16")):
        return
    settled = all(dub_dates_passed(case, subject))
    outcome = Outcome.DENY_UNTIL if settled else Outcome.ESCALATE
    yield from missing_consent(case, subject, best_standing(case, subject), outcome)
