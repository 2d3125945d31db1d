"""Contract and personality statutes, by domicile or governing law (CA-01, NY-01, IL-01, CA-02, NY-02)."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.clauses.case import ADVERTISING_PURPOSES, ADVERTISING_USES, Case, either, met
from licensing.clauses.consent import Standing, best_standing, missing_consent
from licensing.clauses.consent_need import claims_free_speech, consent_rule, replicated
from licensing.clauses.findings import Finding
from licensing.facts import Subject
from licensing.values import Outcome, ProjectKind, Representation

_UNBACKED = frozenset({Representation.AGENT_ONLY, Representation.NONE})


def california_clause(case: Case, subject: Subject) -> Iterator[Finding]:
    """CA-01."""
    yield from _clause_test(case, subject, "CA-01", "US-CA")


def new_york_clause(case: Case, subject: Subject) -> Iterator[Finding]:
    """NY-01."""
    yield from _clause_test(case, subject, "NY-01", "US-NY")


def illinois_clause(case: Case, subject: Subject) -> Iterator[Finding]:
    """IL-01, the clause test."""
    yield from _clause_test(case, subject, "IL-01", "US-IL")


def illinois_right(case: Case, subject: Subject) -> Iterator[Finding]:
    """IL-01, the replica right apart from any clause."""
    since = case.rule("IL-01").day("replica_right_from")
    if met(
        lambda: case.law_of(subject, "US-IL"),
        lambda: case.today >= since,
        lambda: replicated(case, subject),
    ):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY)


def _clause_test(case: Case, subject: Subject, rule_id: str, place: str) -> Iterator[Finding]:
    """Void only when all three parts fail; one failing part beside the first goes to a lawyer."""
    if not met(
        lambda: not case.dead(subject),
        lambda: case.law_of(subject, place),
        lambda: case.in_force(rule_id),
        lambda: consent_rule(case, subject) is not None,
        case.facts.use.replaces_in_person_work.known,
    ):
        return
    standing = best_standing(case, subject)
    if standing is None or not _is_a_clause(case, standing):
        return
    unspecific = _unspecific(standing)
    unbacked = subject.representation.known() in _UNBACKED
    parts = []
    if unspecific:
        parts.append("the use is neither described reasonably specifically nor in keeping with the contract")
    if unbacked:
        parts.append("neither counsel nor a union agreement covering replicas stood behind the clause")
    if not parts:
        yield Finding(Outcome.PASS, f"{subject.label}: the clause is specific, or somebody stood behind it.")
        return
    void = unspecific and unbacked
    consequence = "the clause is void" if void else "the clause stands, and a lawyer looks at it"
    text = f"{subject.label}: the replica replaces work in person and {'; '.join(parts)}; {consequence}."
    yield Finding(Outcome.DENY if void else Outcome.ESCALATE, text)


def _is_a_clause(case: Case, standing: Standing) -> bool:
    """Whether somebody signed something that still stands; a record nobody signed binds nobody."""
    record = standing.record
    return met(
        lambda: case.happened(record.separately_signed_at) is not None,
        lambda: case.happened(record.withdrawn_at) is None,
    )


def _unspecific(standing: Standing) -> bool:
    intended = standing.record.intended_use
    return met(
        lambda: intended.reasonably_specific.known() is False if standing.vague is None else standing.vague,
        lambda: not intended.consistent_with_contract.known(),
    )


def california_dead(case: Case, subject: Subject) -> Iterator[Finding]:
    """CA-02."""
    if met(
        lambda: case.dead(subject),
        lambda: case.law_of(subject, "US-CA"),
        lambda: case.in_force("CA-02"),
        lambda: replicated(case, subject),
    ):
        outcome = Outcome.ESCALATE if claims_free_speech(case) else Outcome.DENY_UNTIL
        yield from missing_consent(case, subject, best_standing(case, subject), outcome)


def new_york_dead(case: Case, subject: Subject) -> Iterator[Finding]:
    """NY-02."""
    if met(
        lambda: case.dead(subject),
        lambda: case.law_of(subject, "US-NY"),
        lambda: case.in_force("NY-02"),
        lambda: advertises(case),
        lambda: replicated(case, subject),
    ):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY_UNTIL)


def advertises(case: Case) -> bool:
    return either(
        lambda: case.facts.project.kind.known() in (ProjectKind.COMMERCIAL, ProjectKind.AUDIO_AD),
        lambda: case.use in ADVERTISING_USES,
        lambda: case.facts.use.purpose.known() in ADVERTISING_PURPOSES,
    )
