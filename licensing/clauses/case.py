"""The facts of one question, with the readings that many clauses share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TypeVar

from licensing.facts import Fact, Facts, FactsUnknown, Subject
from licensing.places import reaches
from licensing.rulebook.book import RuleBook, RuleEntry
from licensing.values import Agreement, Buyer, Event, Purpose, ReplicaType, Stage, Use

T = TypeVar("T")

TV_THEATRICAL = frozenset({Agreement.SAG_TVT_2023, Agreement.SAG_TVT_2026})
COMMERCIALS = frozenset({Agreement.SAG_COMMERCIALS_2025, Agreement.SAG_AUDIO_COMMERCIALS_2025})

EMPLOYMENT_BASED = frozenset({ReplicaType.EBDR_SCAN, ReplicaType.EBDR_NO_SCAN})
SCANNED = frozenset({ReplicaType.EBDR_SCAN, ReplicaType.BACKGROUND_REPLICA})
VOICES = frozenset({ReplicaType.VOICE_REPLICA, ReplicaType.VOCAL_REPLICA_IMA})

WITHOUT_MODEL = frozenset({Use.CREATE_REPLICA, Use.LICENSE_FOR_TRAINING, Use.TRANSFER_REPLICA})
TRAINING = frozenset({Use.TRAIN_PROJECT_MODEL, Use.TRAIN_GENERAL_MODEL})
ADVERTISING_USES = frozenset({Use.MERCHANDISE, Use.BRAND_TIE_IN, Use.MARKETING_TRAILER})
ADVERTISING_PURPOSES = frozenset({Purpose.THIRD_PARTY_ADVERTISING, Purpose.PROMOTION_OF_WORK})


def met(*tests: Callable[[], bool]) -> bool:
    """Whether all hold. One that is known to fail settles it, whatever is unknown about the others.

    Raises:
        FactsUnknown: naming every fact that stands between us and an answer.
    """
    missing: list[str] = []
    for test in tests:
        try:
            if not test():
                return False
        except FactsUnknown as unknown:
            missing.extend(unknown.paths)
    if missing:
        raise FactsUnknown(missing)
    return True


def either(*tests: Callable[[], bool]) -> bool:
    """Whether one holds. One that is known to hold settles it.

    Raises:
        FactsUnknown: as for `met`.
    """
    missing: list[str] = []
    for test in tests:
        try:
            if test():
                return True
        except FactsUnknown as unknown:
            missing.extend(unknown.paths)
    if missing:
        raise FactsUnknown(missing)
    return False


def require(*facts: Fact[object]) -> None:
    """Ask for several facts at once, so that all that are missing are named, not the first.

    Raises:
        FactsUnknown: some of them are unknown.
    """
    missing = [fact.path for fact in facts if fact.is_unknown]
    if missing:
        raise FactsUnknown(missing)


_NOT_YET = object()


@dataclass(frozen=True, slots=True)
class _Unknown:
    paths: tuple[str, ...]


class Case:
    """One question. Answers that depend on facts nobody stated raise `FactsUnknown`."""

    def __init__(self, facts: Facts, book: RuleBook) -> None:
        self.facts = facts
        self.book = book
        self._worked_out: dict[Hashable, object] = {}

    def once(self, key: Hashable, work: Callable[[], T]) -> T:
        """What `work` answers; many clauses ask the same of one question, and facts do not change under it.

        Raises:
            FactsUnknown: as `work` does, every time.
        """
        answer = self._worked_out.get(key, _NOT_YET)
        if answer is _NOT_YET:
            try:
                answer = work()
            except FactsUnknown as unknown:
                answer = _Unknown(unknown.paths)
            self._worked_out[key] = answer
        if isinstance(answer, _Unknown):
            raise FactsUnknown(answer.paths)
        return answer  # type: ignore[return-value]

    @property
    def asked_at(self) -> datetime:
        return self.facts.asked_at.known()

    @cached_property
    def today(self) -> date:
        """The day of the question, in UTC: one instant is one day, however its offset is spelled."""
        return self.asked_at.astimezone(UTC).date()

    @property
    def project_id(self) -> str:
        return self.facts.project.project_id.known()

    @property
    def agreement(self) -> Agreement:
        return self.facts.project.agreement.known()

    @property
    def use(self) -> Use:
        return self.facts.use.use.known()

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return self.facts.subjects.known()

    def rule(self, rule_id: str) -> RuleEntry:
        return self.book[rule_id]

    def in_force(self, rule_id: str) -> bool:
        """Whether the law behind the rule applies on the day of the question.

        Past its last day it still does: nobody has read the successor, and to lapse silently would be to clear.
        """
        valid_from = self.book[rule_id].valid_from
        return valid_from is None or valid_from <= self.today

    def asked_on_or_after(self, day: date | None) -> bool:
        """Whether the day of the question is `day` or later; None lies before every question."""
        return day is None or day <= self.today

    def asked_after(self, day: date | None) -> bool:
        """Whether the day of the question is later than `day`; None lies after every question."""
        return day is not None and self.today > day

    def happened(self, event: Fact[Event]) -> datetime | None:
        """When it happened, or None: what lies after the question has not happened yet."""
        when = event.known()
        return None if when is False or when > self.asked_at else when

    def under_tv_theatrical(self) -> bool:
        return self.agreement in TV_THEATRICAL

    def under_commercials(self) -> bool:
        return self.agreement in COMMERCIALS

    def of_edition(self, agreement: Agreement) -> bool:
        """Whether the TV/Theatrical edition `agreement` speaks: by the code given, or by the date of photography.

        Where the two disagree APP-01 escalates, and until that is settled both editions are heard.
        """
        if self.agreement not in TV_THEATRICAL:
            return False
        if self.agreement == agreement:
            return True
        start = self.facts.project.principal_photography_start.value
        return start is not None and self.book.editions[agreement].holds_on(start)

    def law_of(self, subject: Subject, place: str) -> bool:
        """Whether the contract and personality law of `place` protects the subject."""
        return either(
            lambda: subject.domicile.known() == place,
            lambda: self.facts.project.governing_law.known() == place,
        )

    def released_in(self, place: str) -> bool:
        return self.makes_output() and reaches(self.facts.use.territories.known(), place)

    def delivering(self) -> bool:
        return self.facts.use.stage.known() == Stage.DELIVER

    def makes_output(self) -> bool:
        """Whether the use makes pictures or sound somebody may see or hear."""
        return self.use not in WITHOUT_MODEL and self.use not in TRAINING

    def for_netflix(self) -> bool:
        return self.facts.project.buyer.known() == Buyer.NETFLIX

    def dead(self, subject: Subject) -> bool:
        return not subject.state.known().is_living

    def another_picture(self, subject: Subject) -> bool:
        return subject.replica_from.known() != self.project_id
