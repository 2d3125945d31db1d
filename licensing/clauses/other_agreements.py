"""Games, audio adverts, recordings, animation, ACTRA and Equity (IMA, AUD, SND, ANI, ACT, EQ)."""

from __future__ import annotations

from collections.abc import Iterator

from core.canonical import Canonical
from licensing.clauses.case import TRAINING, WITHOUT_MODEL, Case, either, met
from licensing.clauses.consent import best_standing, best_standing_of, missing_consent
from licensing.clauses.consent_need import asks_consent, consent_rule
from licensing.clauses.findings import ACTRA, BEFORE_USE, SAG_AFTRA, Duty, Finding
from licensing.clauses.scans import notice_findings
from licensing.clauses.synthetics import human_role
from licensing.facts import FactsUnknown, Subject
from licensing.values import Agreement, DutyKind, Outcome, ReplicaType, Use

_NOT_AN_OUTPUT = frozenset({ReplicaType.NONE, ReplicaType.DIGITAL_ALTERATION})


def _asks(case: Case, subject: Subject, agreement: Agreement, rule_id: str) -> bool:
    return met(lambda: case.agreement == agreement, lambda: asks_consent(case, subject, rule_id))


def game_consent(case: Case, subject: Subject) -> Iterator[Finding]:
    """IMA-01."""
    if _asks(case, subject, Agreement.SAG_IMA_2025, "IMA-01"):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY_UNTIL)


def game_output(case: Case, subject: Subject) -> Iterator[Finding]:
    """IMA-02."""
    if met(
        lambda: case.agreement == Agreement.SAG_IMA_2025,
        lambda: case.agreement in case.facts.project.strike_active.known(),
        lambda: consent_rule(case, subject) is not None,
    ):
        text = (
            f"{subject.label}: {case.agreement} is under strike; new generation is suspended while it lasts."
        )
        yield Finding(Outcome.DENY, text)
    if not met(
        lambda: case.agreement == Agreement.SAG_IMA_2025,
        case.makes_output,
        subject.union_covered.known,
        lambda: subject.replica_type.known() not in _NOT_AN_OUTPUT,
    ):
        return
    rule = case.rule("IMA-02")
    inputs: dict[str, Canonical] = {
        "words_per_line": rule.whole_number("words_per_line"),
        "real_time_percent_of_scale": rule.text("real_time_percent_of_scale"),
        "lines": None,
        "days": None,
        "rate": None,
    }
    duties = (
        Duty(DutyKind.PAY_PERFORMER, subject.label, inputs),
        Duty(DutyKind.REPORT_USAGE, subject.label, {"lines": None, "days": None, "period": None}),
    )
    yield Finding(Outcome.DUTY, f"{subject.label}: replica output is paid and reported.", duties=duties)


def audio_advert(case: Case, subject: Subject) -> Iterator[Finding]:
    """AUD-01: two consents, to make the replica and to use it."""
    if not _asks(case, subject, Agreement.SAG_DYN_AI_AUDIO, "AUD-01"):
        return
    rule = case.rule("AUD-01")
    inputs: dict[str, Canonical] = {name: rule.text(name) for name in rule.figures} | {"commercials": None}
    duties = (
        Duty(DutyKind.PAY_PERFORMER, subject.label, inputs),
        Duty(DutyKind.NOTIFY_PERFORMER, subject.label, {"commercial": None}, BEFORE_USE),
        Duty(DutyKind.DELETE, subject.label, {"when": "employment or period of use ends"}),
    )
    yield Finding(Outcome.DUTY, f"{subject.label}: each commercial is notified and paid.", duties=duties)
    standing = best_standing(case, subject)
    yield from missing_consent(case, subject, standing, Outcome.DENY_UNTIL)
    if standing is None or standing.flaws:
        return
    granted = standing.record.intended_use.uses.known()
    lacking = [use.value for use in (Use.CREATE_REPLICA, case.use) if use not in granted]
    if lacking:
        text = f"{subject.label}: consent {standing.record.label} does not name {' and '.join(lacking)}."
        yield Finding(Outcome.DENY_UNTIL, text)


def recording(case: Case, subject: Subject) -> Iterator[Finding]:
    """SND-01."""
    if _asks(case, subject, Agreement.SAG_SOUND_2024, "SND-01"):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY_UNTIL)


def animation_voice(case: Case, subject: Subject) -> Iterator[Finding]:
    """ANI-01, for the people whose voice or likeness is used."""
    if _asks(case, subject, Agreement.SAG_TV_ANIMATION_2024, "ANI-01"):
        yield from missing_consent(case, subject, best_standing(case, subject), Outcome.DENY_UNTIL)


def animation(case: Case) -> Iterator[Finding]:
    """ANI-01, for names in the prompt and for synthetic voices."""
    if case.agreement != Agreement.SAG_TV_ANIMATION_2024:
        return
    if human_role(case):
        synthetic = case.facts.synthetic
        if not met(
            lambda: case.happened(synthetic.union_notice_at) is not None,
            lambda: case.happened(synthetic.bargaining_opened_at) is not None,
        ):
            text = "The Union has had no notice of the synthetic voice, or no opportunity to bargain."
            duties = (
                Duty(DutyKind.NOTIFY_UNION, SAG_AFTRA, {"about": "synthetic voice"}, BEFORE_USE),
                Duty(DutyKind.BARGAIN, SAG_AFTRA, {}, BEFORE_USE),
            )
            yield Finding(Outcome.DUTY, text, duties=duties)
    if case.use not in WITHOUT_MODEL:
        yield from _names_in_prompt(case)


def _names_in_prompt(case: Case) -> Iterator[Finding]:
    """A bare name is enough here, with or without a feature."""
    subjects = {subject.person_id.value: subject for subject in case.facts.subjects.value or ()}
    for person in case.facts.use.named_people.known():
        person_id = person.person_id.known()
        if person_id in subjects:
            subject = subjects[person_id]
            standing = best_standing(case, subject)
        else:
            standing = best_standing_of(case, person_id, ReplicaType.VOICE_REPLICA, state=None)
        if standing is None or standing.flaws:
            duty = Duty(DutyKind.OBTAIN_CONSENT, person_id, {}, BEFORE_USE)
            text = f"{person_id} is named in the prompt, and no consent that counts is on record."
            yield Finding(Outcome.DENY_UNTIL, text, duties=(duty,))
        elif standing.unknown:
            raise FactsUnknown(standing.unknown)


def actra(case: Case, subject: Subject) -> Iterator[Finding]:
    """ACT-01."""
    if not _asks(case, subject, Agreement.ACTRA_IPA_2025, "ACT-01"):
        return
    standing = best_standing(case, subject)
    yield from missing_consent(case, subject, standing, Outcome.DENY_UNTIL)
    if standing is None:
        return
    if case.use == Use.CREATE_REPLICA:
        yield from notice_findings(case, subject, "ACT-01")
    if case.happened(standing.record.union_notified_at) is None:
        duty = Duty(DutyKind.NOTIFY_UNION, ACTRA, {"person_id": subject.label}, BEFORE_USE)
        yield Finding(Outcome.DUTY, f"{subject.label}: ACTRA has not been told yet.", duties=(duty,))


def equity(case: Case) -> Iterator[Finding]:
    """EQ-01."""
    learns = TRAINING | {Use.LICENSE_FOR_TRAINING}
    if met(
        lambda: case.agreement == Agreement.EQUITY_PACT,
        lambda: either(
            lambda: case.use in learns,
            lambda: met(lambda: case.use == Use.CREATE_REPLICA, lambda: bool(case.subjects)),
        ),
    ):
        yield Finding(Outcome.ESCALATE, f"No settled Equity/Pact terms for {case.use} were found.")
