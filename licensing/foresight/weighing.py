"""What the gate would answer to a question on given records. Pure: records in, answer out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from licensing.agreed_limits import agreed_reasons
from licensing.clauses.case import COMMERCIALS
from licensing.decision_cards import Reason
from licensing.foresight.approvals import Approvals
from licensing.foresight.questions import Question
from licensing.foresight.records import Records
from licensing.gate_facts import Surroundings, facts_of
from licensing.gate_rules import (
    counsel_reasons,
    decision_of,
    log_reasons,
    most_severe,
    name_reasons,
    reasons_of,
    uncast_reasons,
)
from licensing.gathering import ConsentsOnFile, FiledConsent, on_file
from licensing.names import ConsentStatus
from licensing.review.lifting import relieved
from licensing.rulebook.book import RuleBook
from licensing.rules import Verdict, decide
from licensing.values import Decision, SyntheticRole

_AGAINST = frozenset({"escalate", "deny_until", "deny"})
_SCENES = "use.scenes"
_EVERY_SCENE = "*"

_Place: TypeAlias = tuple[str, tuple[str, ...], tuple[object, ...]]
_Of: TypeAlias = tuple[frozenset[UUID], UUID]
"""People, in a production."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An answer and why; `against` are the rules that do not let it pass."""

    outcome: Decision
    reasons: tuple[Reason, ...]
    verdict: Verdict

    @property
    def permitted(self) -> bool:
        return self.outcome.permitted

    @property
    def against(self) -> tuple[Reason, ...]:
        return tuple(one for one in self.reasons if one.outcome in _AGAINST)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the rules say, and beside it counsel and the log: the same for all questions of one place."""

    verdict: Verdict
    ruled: tuple[Reason, ...]
    beside: tuple[Reason, ...]


@dataclass(slots=True)
class Scale:
    """Weighs questions on one state of the records; what many of them have in common is decided once.

    Args:
        records: what is on record, or would be.
        book: the rules that decide.
        approvals: of legal review.
        at: the moment of deciding.
    """

    records: Records
    book: RuleBook
    approvals: Approvals
    at: datetime
    _heard: dict[_Place, _Heard] = field(default_factory=dict, init=False)
    _plain: dict[_Place, Weighed] = field(default_factory=dict, init=False)
    """Answers where the prompt names nobody and legal review approved nothing."""
    _filed: dict[frozenset[UUID], ConsentsOnFile] = field(default_factory=dict, init=False)
    _held: dict[_Of, frozenset[str] | None] = field(default_factory=dict, init=False)
    _withdrawn: dict[_Of, bool] = field(default_factory=dict, init=False)

    @property
    def decided(self) -> int:
        """How often the rules were asked so far."""
        return len(self._heard)

    def weigh(self, question: Question) -> Weighed:
        """The answer of the gate to `question`, whoever it was decided by before."""
        place = question.shape, self._scenes_that_matter(question), self._on_paper(question)
        heard = self._heard.get(place)
        if heard is None:
            heard = self._heard[place] = self._hear(question)
        met = question.met
        if not (met.sure or met.questions or self.approvals.by_use):
            answer = self._plain.get(place)
            if answer is None:
                reasons = (*heard.ruled, *heard.beside)
                answer = self._plain[place] = self._answer(question, heard.verdict, reasons)
            return answer
        cast = {member.performer_id for member in question.order.cast}
        reasons = (
            *heard.ruled,
            *name_reasons(met.questions, hidden=self.records.hidden),
            *uncast_reasons(
                (hit for hit in met.sure if hit.performer_id not in cast), hidden=self.records.hidden
            ),
            *heard.beside,
        )
        return self._answer(question, heard.verdict, reasons)

    def _hear(self, question: Question) -> _Heard:
        verdict = self._verdict(question)
        filed = self._on_file(question.people)
        likeness = _likeness(question)
        return _Heard(
            verdict,
            reasons_of(verdict, self.book),
            (
                *counsel_reasons(verdict, confirmed=self.records.confirmed, concerns_likeness=likeness),
                *log_reasons(verdict, [one.performer_id for one in filed.pending]),
                *agreed_reasons(question.order, verdict.relied_on, filed.agreed),
            ),
        )

    def _answer(self, question: Question, verdict: Verdict, reasons: tuple[Reason, ...]) -> Weighed:
        outcome = most_severe(verdict.decision, reasons)
        if outcome.permitted or self._is_barred(question):
            return Weighed(outcome, reasons, verdict)
        return self._relieved(question, verdict, reasons)

    def _verdict(self, question: Question) -> Verdict:
        order, named = question.order, question.met.named
        around = Surroundings(
            production=self.records.productions[order.production_id],
            strikes=self.records.struck_at(self.at),
            people={who: self.records.people[order.production_id, who] for who in question.people},
            consents=self._on_file(question.people).facts,
            named=named,
            synthetic=self.records.synthetics.get(order.production_id)
            if order.synthetic_role == SyntheticRole.HUMAN
            else None,
            papers=replace(self.records.papers[order.production_id], asked_by=question.asked_by),
        )
        facts = facts_of(order, around, asked_at=self.at)
        return decide(facts, book=self.book, from_register=True)

    def _on_paper(self, question: Question) -> tuple[object, ...]:
        """What papers of the production may turn on beside the shape: they are for shots, and not for who signed."""
        order = question.order
        return (order.shot_id, question.asked_by) if self.records.papers[order.production_id] else ()

    def _scenes_that_matter(self, question: Question) -> tuple[str, ...]:
        """Those of the scenes asked that some record of the people in question does not hold.

        All the rules of the release ask of a scene is whether a record holds it. One that every record holds is
        outside of none, whatever its name is; a rule of one's own may look at the name.
        """
        scenes = question.order.scenes
        # What counsel signed off may be for some scenes alone.
        if self.records.papers[question.order.production_id] or any(
            _SCENES in rule.facts_read for rule in self.book.added
        ):
            return scenes
        held = self._scenes_held(question.people, question.order.production_id)
        return () if held is None else tuple(scene for scene in scenes if scene not in held)

    def _scenes_held(self, people: frozenset[UUID], production_id: UUID) -> frozenset[str] | None:
        """The scenes held by every record of `people` that a rule may weigh here; None: they hold all there are."""
        place = people, production_id
        if place not in self._held:
            everywhere = self.records.productions[production_id].agreement in COMMERCIALS
            self._held[place] = _held_by_all(
                one
                for one in self.records.consents_of(people)
                if everywhere or one.production_id == str(production_id)
            )
        return self._held[place]

    def _on_file(self, people: frozenset[UUID]) -> ConsentsOnFile:
        found = self._filed.get(people)
        if found is None:
            found = self._filed[people] = on_file(self.records.consents_of(people))
        return found

    def _is_barred(self, question: Question) -> bool:
        """Whether no approval counts, as the gate sees it."""
        struck = self.records.productions[question.order.production_id].agreement in self.records.struck_at(
            self.at
        )
        if struck and (_likeness(question) or question.met.questions):
            return True
        asked_about = question.people.union(hit.performer_id for hit in question.met.questions)
        place = asked_about, question.order.production_id
        if place not in self._withdrawn:
            self._withdrawn[place] = self._any_withdrawn(*place)
        return self._withdrawn[place]

    def _any_withdrawn(self, people: Iterable[UUID], production_id: UUID) -> bool:
        of_status: dict[str, set[tuple[str, str]]] = {}
        for one in self.records.consents_of(people):
            if one.production_id == str(production_id):
                of_status.setdefault(one.status, set()).add((one.performer_id, one.replica_type))
        withdrawn = of_status.get(ConsentStatus.WITHDRAWN.value, set())
        return bool(withdrawn - of_status.get(ConsentStatus.ACTIVE.value, set()))

    def _relieved(self, question: Question, verdict: Verdict, reasons: tuple[Reason, ...]) -> Weighed:
        approvals = self.approvals.standing(question, pack_sha256=self.book.sha256_hex, at=self.at)
        relief = relieved(reasons, approvals)
        if approvals and not verdict.decision.permitted and decision_of(relief.reasons).permitted:
            # The rules alone refused, so counsel has not been asked for yet what an allow now rests on.
            counsel = counsel_reasons(
                replace(verdict, decision=decision_of(relief.reasons)),
                confirmed=self.records.confirmed,
                concerns_likeness=_likeness(question),
            )
            if counsel:
                relief = relieved((*relief.reasons, *counsel), approvals)
        return Weighed(decision_of(relief.reasons), relief.reasons, verdict)


def _likeness(question: Question) -> bool:
    return bool(question.people) or question.order.synthetic_role == SyntheticRole.HUMAN


def _held_by_all(consents: Iterable[FiledConsent]) -> frozenset[str] | None:
    """The scenes that each of these records describes; None: each describes every scene, or is silent."""
    limits: list[frozenset[str]] = []
    for one in consents:
        intended = one.terms.get("intended_use")
        scenes = intended.get("scenes") if isinstance(intended, Mapping) else None
        if scenes is None:
            continue
        if not isinstance(scenes, list | tuple):
            return frozenset()
        # A name that is no text cannot be read at all, whatever is asked.
        named = frozenset(scene for scene in scenes if isinstance(scene, str))
        if _EVERY_SCENE not in named:
            limits.append(named)
    return frozenset.intersection(*limits) if limits else None
