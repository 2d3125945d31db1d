"""What an event would do to questions that were decided. Call inside `core.tenancy.tenant`; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from licensing.errors import UnknownPerformer
from licensing.fact_reading import BadFacts
from licensing.foresight.approvals import approvals_now
from licensing.foresight.events import (
    ConsentEnds,
    ConsentSigned,
    Event,
    HousePackInForce,
    RateChanges,
    StrikeEnds,
    StrikeStarts,
    TimePasses,
)
from licensing.foresight.gathering import records_around
from licensing.foresight.questions import Question
from licensing.foresight.records import Records, after
from licensing.foresight.weighing import Scale, Weighed
from licensing.house_rules.in_force import book_in_force
from licensing.rulebook.book import RuleBook


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One question's answer at the moment of the event, without it and with it."""

    question: Question
    before: Weighed
    after: Weighed

    @property
    def stops(self) -> bool:
        return self.before.permitted and not self.after.permitted

    @property
    def opens(self) -> bool:
        return self.after.permitted and not self.before.permitted

    @property
    def new_reasons(self) -> tuple[str, ...]:
        """Rules that speak against it now and did not, or less severely."""
        said = {(one.rule_id, one.outcome) for one in self.before.against}
        return tuple(
            dict.fromkeys(one.rule_id for one in self.after.against if (one.rule_id, one.outcome) not in said)
        )


@dataclass(slots=True)
class Foresight:
    """The answers to all questions an event touches, and the scale to try a cure on.

    Attributes:
        unreadable: keys of questions the present vocabulary cannot read; a person looks at these.
        untouched: questions the event cannot reach, which were not weighed.
    """

    event: Event
    at: datetime
    records: Records
    after: Scale
    answers: tuple[Foreseen, ...]
    unreadable: tuple[str, ...]
    untouched: tuple[Question, ...]


def foresee(questions: Collection[Question], event: Event, *, at: datetime, now: datetime) -> Foresight:
    """Weigh every question the event can touch, on the records of now and on the same with the event.

    Args:
        questions: what was asked.
        event: what is supposed to happen.
        at: when; every answer is the one of that moment. Of a moment to come, all else stays as it is on record.
        now: the present moment, at which records are read.
    """
    records = records_around(questions, now=now)
    approvals = approvals_now(now)
    changed = after(records, event, at)
    old, new = book_in_force(records.house_pack), book_in_force(changed.house_pack)
    touches = _touch(event, records, reads_strikes=_reads_strikes(old.book) or _reads_strikes(new.book))
    before = Scale(records, old.book, approvals, now if isinstance(event, TimePasses) else at)
    later = Scale(changed, new.book, approvals, at)
    answers, unreadable, untouched = [], [], []
    for question in questions:
        if not touches(question):
            untouched.append(question)
            continue
        try:
            answers.append(Foreseen(question, before.weigh(question), later.weigh(question)))
        except (BadFacts, UnknownPerformer):
            unreadable.append(question.key)
    return Foresight(event, at, changed, later, tuple(answers), tuple(unreadable), tuple(untouched))


def _touch(event: Event, records: Records, *, reads_strikes: bool) -> Callable[[Question], bool]:
    """Whether an event can change the answer to a question at all."""
    match event:
        case ConsentEnds(consent_id):
            consent = records.consent(consent_id)
            whose = None if consent is None else UUID(consent.performer_id)
            return lambda one: _asks_about(one, whose)
        case ConsentSigned():
            return lambda one: _asks_about(one, event.performer_id)
        case StrikeStarts(agreement) | StrikeEnds(agreement):
            return lambda one: (
                reads_strikes or records.productions[one.order.production_id].agreement == agreement
            )
        case HousePackInForce() | TimePasses():
            return lambda _: True
        case RateChanges():
            return lambda _: False


def _asks_about(question: Question, performer_id: UUID | None) -> bool:
    """Of whom a prompt may mean, a consent that ended bars approvals."""
    return performer_id in question.people or any(
        hit.performer_id == performer_id for hit in question.met.questions
    )


def _reads_strikes(book: RuleBook) -> bool:
    """Whether some rule of the house may look at strikes, of whichever agreement."""
    return bool(book.added)
