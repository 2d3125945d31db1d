"""Netflix's guidance (NFX-01 to NFX-04)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from licensing.clauses.case import WITHOUT_MODEL, Case, either, met, require
from licensing.clauses.findings import BEFORE_USE, BUYER, Duty, Finding
from licensing.facts import FactsUnknown
from licensing.values import Answer, DutyKind, Outcome, OutputStatus, Purpose, ReplicaType, Use

_MOODBOARDS = frozenset({Use.LOOK_TEST, Use.TEMP_PREVIS})
_NO_REPLICA = frozenset({ReplicaType.NONE, ReplicaType.DIGITAL_ALTERATION})


def five_principles(case: Case) -> Iterator[Finding]:
    """NFX-01."""
    if not case.for_netflix():
        return
    answers = case.facts.buyer_answers
    five = (
        answers.no_recreation,
        answers.no_store_reuse_train,
        answers.secured,
        answers.temporary_only,
        answers.no_talent_work_without_consent,
    )
    short = [fact.path for fact in five if fact.value not in (None, Answer.YES)]
    if short and not _approved(case):
        yield _ask(f"Not answered with yes: {', '.join(short)}.")
    require(*five)


def always_escalated(case: Case) -> Iterator[Finding]:
    """NFX-02."""
    if not met(case.for_netflix, lambda: not _moodboard(case)):
        return
    use, model, answers = case.facts.use, case.facts.model, case.facts.buyer_answers
    reasons: dict[str, Callable[[], bool]] = {
        "re-ageing": lambda: case.use == Use.DEAGE_AGE,
        "a replica or synthetic voice": lambda: any(
            subject.replica_type.known() not in _NO_REPLICA for subject in case.subjects
        ),
        "visual ADR to unscripted dialogue": lambda: met(
            lambda: case.use == Use.VISUAL_ADR, use.unscripted_dialogue.known
        ),
        "a final key visual": lambda: met(
            case.makes_output,
            lambda: use.output_status.known() == OutputStatus.FINAL,
            use.key_visual.known,
        ),
        "unowned training data": lambda: met(
            lambda: case.use not in WITHOUT_MODEL, model.unowned_training_data.known
        ),
        "work outside secured tools": answers.outside_secured_tools.known,
    }
    if not either(*reasons.values()) or _approved(case):
        return
    yield _ask(f"Netflix always decides this itself: {', '.join(_that_hold(reasons))}.")


def _that_hold(reasons: Mapping[str, Callable[[], bool]]) -> Iterator[str]:
    for reason, holds in reasons.items():
        with suppress(FactsUnknown):
            if holds():
                yield reason


def _moodboard(case: Case) -> bool:
    return met(
        lambda: case.use in _MOODBOARDS,
        lambda: case.facts.use.output_status.known() == OutputStatus.TEMP,
        lambda: not case.subjects,
    )


def talent_enhancement(case: Case) -> Iterator[Finding]:
    """NFX-03, for every buyer."""
    if not met(lambda: case.use not in WITHOUT_MODEL, case.facts.model.talent_enhancement.known):
        return
    model = case.facts.model
    if met(
        lambda: either(
            lambda: model.trained_for_project.known() != case.project_id,
            lambda: case.facts.use.purpose.known() == Purpose.PITCH_CONCEPT,
        ),
        lambda: not model.reuse_consents_all.known(),
    ):
        text = "The model was trained to enhance talent for something else, and not everybody consented to its reuse."
        yield Finding(Outcome.DENY, text)


def fabricated_statement(case: Case) -> Iterator[Finding]:
    """NFX-04."""
    if met(
        case.for_netflix,
        case.makes_output,
        case.facts.use.fabricated_statement.known,
        lambda: not _approved(case),
    ):
        yield _ask("A real person appears in a fabricated statement.")


def _approved(case: Case) -> bool:
    return case.happened(case.facts.buyer_answers.written_approval_at) is not None


def _ask(text: str) -> Finding:
    duty = Duty(DutyKind.BUYER_APPROVAL, BUYER, {"buyer": "netflix"}, BEFORE_USE)
    return Finding(Outcome.ESCALATE, text, duties=(duty,))
