"""`decide`: facts in, verdict out. Pure: no clock, no database, nothing remembered between calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.canonical import Canonical
from licensing.clauses import (
    commercials,
    disclosure,
    house,
    netflix,
    other_agreements,
    payments,
    personality,
    protections,
    scans,
    synthetics,
    training_and_transfer,
    tv_theatrical,
    workplace,
)
from licensing.clauses.case import Case
from licensing.clauses.consent_need import relied_on
from licensing.clauses.findings import Duty, Finding
from licensing.fact_schema import read_facts
from licensing.facts import FactsUnknown, Subject
from licensing.rulebook.book import RuleBook, rule_book
from licensing.triggers import those_that_may_speak
from licensing.values import Decision, Outcome

UNKNOWN_RULE = "APP-02"

CaseCheck = Callable[[Case], Iterator[Finding]]
SubjectCheck = Callable[[Case, Subject], Iterator[Finding]]

CASE_CHECKS: tuple[tuple[str, CaseCheck], ...] = (
    ("APP-01", house.edition),
    ("TVT-12", tv_theatrical.named_in_prompt),
    ("TVT-13", synthetics.synthetic_2026),
    ("TVT-14", synthetics.plan_is_paid),
    ("TVT-15", synthetics.synthetic_2023),
    ("TVT-17", protections.strike_for_the_named),
    ("TVT-21", training_and_transfer.to_another_owner),
    ("TVT-22", training_and_transfer.footage_for_training),
    ("TN-01", protections.authorisation_of_the_named),
    ("ANI-01", other_agreements.animation),
    ("EQ-01", other_agreements.equity),
    ("WGA-01", workplace.writers),
    ("WGA-02", training_and_transfer.scripts_for_training),
    ("CRW-01", workplace.crew),
    ("NY-03", disclosure.synthetic_advert),
    ("EU-01", disclosure.machine_readable_marks),
    ("EU-02", disclosure.lifelike_output),
    ("CA-03", disclosure.latent_disclosure),
    ("CN-01", disclosure.china),
    ("NFX-01", netflix.five_principles),
    ("NFX-02", netflix.always_escalated),
    ("NFX-03", netflix.talent_enhancement),
    ("NFX-04", netflix.fabricated_statement),
    ("AWD-01", house.award_campaign),
    ("DOC-01", house.archive_like),
    ("VEN-01", house.vendor_file),
)
SUBJECT_CHECKS: tuple[tuple[str, SubjectCheck], ...] = (
    ("TVT-01", tv_theatrical.own_consent),
    ("TVT-02", scans.scan_notice),
    ("TVT-03", scans.business_reason),
    ("TVT-04", tv_theatrical.specific_description),
    ("TVT-05", tv_theatrical.inside_scope),
    ("TVT-06", tv_theatrical.another_picture),
    ("TVT-07", tv_theatrical.alteration),
    ("TVT-08", tv_theatrical.same_picture_output),
    ("TVT-09", tv_theatrical.independently_created),
    ("TVT-10", tv_theatrical.claimed_free_speech),
    ("TVT-11", tv_theatrical.replica_of_the_dead),
    ("TVT-16", tv_theatrical.other_language),
    ("TVT-17", protections.strike),
    ("TVT-18", protections.no_minor),
    ("TVT-19", scans.prints_for_the_picture_only),
    ("TVT-24", tv_theatrical.another_picture_background),
    ("PAY-01", payments.scan_session),
    ("PAY-02", payments.employment_based_use),
    ("PAY-03", payments.independently_created_use),
    ("PAY-04", payments.background),
    ("COM-01", commercials.rider_and_notice),
    ("COM-02", commercials.further_commercial),
    ("COM-03", commercials.generated_performance),
    ("IMA-01", other_agreements.game_consent),
    ("IMA-02", other_agreements.game_output),
    ("AUD-01", other_agreements.audio_advert),
    ("SND-01", other_agreements.recording),
    ("ANI-01", other_agreements.animation_voice),
    ("ACT-01", other_agreements.actra),
    ("CA-01", personality.california_clause),
    ("NY-01", personality.new_york_clause),
    ("IL-01", personality.illinois_clause),
    ("IL-01", personality.illinois_right),
    ("CA-02", personality.california_dead),
    ("NY-02", personality.new_york_dead),
    ("TN-01", protections.authorisation),
    ("BIO-01", scans.biometric_release),
    ("INT-01", protections.intimate_output),
    ("NF-01", protections.long_licence),
)
EXECUTABLE = frozenset(rule_id for rule_id, _ in (*CASE_CHECKS, *SUBJECT_CHECKS)) | {UNKNOWN_RULE}

_DECISIONS = {
    Outcome.PASS: Decision.ALLOW,
    Outcome.DUTY: Decision.ALLOW_WITH_DUTIES,
    Outcome.WARN: Decision.WARN,
    Outcome.ESCALATE: Decision.ESCALATE,
    Outcome.DENY_UNTIL: Decision.DENY_UNTIL,
    Outcome.DENY: Decision.DENY,
}
_SEVERITY = {outcome: outcome.severity for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule says, with every finding of it: the outcome is the most severe, the message has them all."""

    id: str
    outcome: Outcome
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision and every rule that fired, not the first one alone: legal review cures a use once.

    `satisfied` are the rules that were asked and had nothing against it; `relied_on` the consent records that count.
    """

    decision: Decision
    rules: tuple[RuleOutcome, ...]
    duties: tuple[Duty, ...]
    satisfied: tuple[str, ...]
    relied_on: tuple[str, ...]

    def as_json(self) -> dict[str, Canonical]:
        return {
            "decision": self.decision.value,
            "rules": [
                {"id": rule.id, "outcome": rule.outcome.value, "message": rule.message, "cure": rule.cure}
                for rule in self.rules
            ],
            "duties": [
                {"duty": duty.duty.value, "to": duty.to, "inputs": dict(duty.inputs), "due": duty.due}
                for duty in self.duties
            ],
        }


def decide(
    facts: Mapping[str, object], *, book: RuleBook | None = None, from_register: bool = False
) -> Verdict:
    """Weigh plain JSON `facts` against the rulebook; the most restrictive rule wins.

    Args:
        facts: what is stated.
        book: the rules; by default those of this release.
        from_register: as for `licensing.fact_schema.read_facts`; the answer is the same.

    Raises:
        BadFacts: a name, type or value the vocabulary does not have.
    """
    case = Case(read_facts(facts, from_register=from_register), book or rule_book())
    return verdict_of(case.book, _findings(case), relied_on=relied_on(case))


def verdict_of(
    book: RuleBook, found: Iterable[tuple[str, Finding]], *, relied_on: tuple[str, ...]
) -> Verdict:
    """What the findings of rules come to, each given with the identifier of its rule."""
    findings: dict[str, list[Finding]] = {}
    satisfied: dict[str, None] = {}
    for rule_id, finding in found:
        if finding.outcome == Outcome.PASS:
            satisfied[rule_id] = None
        else:
            findings.setdefault(rule_id, []).append(finding)
    rules = sorted(
        (_outcome(book, rule_id, said) for rule_id, said in findings.items()),
        key=lambda rule: (-_SEVERITY[rule.outcome], book.places[rule.id]),
    )
    worst = max((rule.outcome for rule in rules), key=_SEVERITY.__getitem__, default=Outcome.PASS)
    duties = dict.fromkeys(
        _Owed(duty) for said in findings.values() for finding in said for duty in finding.duties
    )
    return Verdict(
        decision=_DECISIONS[worst],
        rules=tuple(rules),
        duties=tuple(owed.duty for owed in duties),
        satisfied=tuple(rule_id for rule_id in satisfied if rule_id not in findings),
        relied_on=relied_on,
    )


class _Owed:
    """A duty compared by what it says: two rules may owe the same notice."""

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self._key = (duty.duty, duty.to, repr(sorted(duty.inputs.items(), key=str)), duty.due)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Owed) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _findings(case: Case) -> Iterator[tuple[str, Finding]]:
    for rule_id, check in those_that_may_speak(case, CASE_CHECKS):
        yield from run_check(rule_id, check(case))
    if case.facts.asked_at.is_unknown:
        yield from _unknown([case.facts.asked_at.path], "every rule")
    subjects = case.facts.subjects.value
    if subjects is None:
        yield from _unknown([case.facts.subjects.path], "every rule that protects a person")
    for rule_id, check_one in those_that_may_speak(case, SUBJECT_CHECKS) if subjects else ():
        for subject in subjects or ():
            yield from run_check(rule_id, check_one(case, subject))
    for added in case.book.added:
        yield from run_check(added.entry.id, added.check(case))
    for rule_id in case.book.deciding_beside(EXECUTABLE):
        text = f"Rule {rule_id} is not executable yet; a person decides whether it is met."
        yield rule_id, Finding(Outcome.ESCALATE, text)


def run_check(rule_id: str, check: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """The findings of one check; what it could not read escalates it and APP-02 beside it."""
    try:
        for finding in check:
            yield rule_id, finding
    except FactsUnknown as unknown:
        yield rule_id, Finding(Outcome.ESCALATE, f"Unknown: {', '.join(unknown.paths)}.", _STATE_IT)
        yield from _unknown(unknown.paths, rule_id)


_STATE_IT = "State the facts named here, or let legal review decide without them."


def _unknown(paths: Iterable[str], reader: str) -> Iterator[tuple[str, Finding]]:
    yield UNKNOWN_RULE, Finding(Outcome.ESCALATE, f"Unknown for {reader}: {', '.join(paths)}.")


def _outcome(book: RuleBook, rule_id: str, found: list[Finding]) -> RuleOutcome:
    worst = max(found, key=lambda finding: _SEVERITY[finding.outcome])
    entry = book[rule_id]
    ordered = sorted(found, key=lambda finding: -_SEVERITY[finding.outcome])
    texts = dict.fromkeys(finding.text for finding in ordered)
    cures = dict.fromkeys(
        finding.cure or entry.cure for finding in ordered if finding.outcome == worst.outcome
    )
    return RuleOutcome(rule_id, worst.outcome, f"{entry.clause}: {' '.join(texts)}", " ".join(cures))
