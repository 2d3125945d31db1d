"""What the gate would answer to a question on given records. Pure: records in, answer out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

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
from licensing.gathering import ConsentsOnFile, on_file
from licensing.names import ConsentStatus
from licensing.review.lifting import relieved
from licensing.rulebook.book import RuleBook
from licensing.rules import Verdict, decide
from licensing.values import Decision, SyntheticRole

_Shape = tuple[object, ...]
_AGAINST = frozenset({"escalate", "deny_until", "deny"})


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
    _verdicts: dict[_Shape, Verdict] = field(default_factory=dict, init=False)
    _filed: dict[frozenset[UUID], ConsentsOnFile] = field(default_factory=dict, init=False)

    def weigh(self, question: Question) -> Weighed:
        """The answer of the gate to `question`, whoever it was decided by before."""
        order, met = question.order, question.met
        verdict = self._verdict(question)
        likeness = bool(question.people) or order.synthetic_role == SyntheticRole.HUMAN
        cast = {member.performer_id for member in order.cast}
        pending = self._on_file(question.people).pending
        reasons = (
            *reasons_of(verdict, self.book),
            *name_reasons(met.questions, hidden=self.records.hidden),
            *uncast_reasons(
                (hit for hit in met.sure if hit.performer_id not in cast), hidden=self.records.hidden
            ),
            *counsel_reasons(verdict, confirmed=self.records.confirmed, concerns_likeness=likeness),
            *log_reasons(verdict, [one.performer_id for one in pending]),
        )
        outcome = most_severe(verdict.decision, reasons)
        if outcome.permitted or self._is_barred(question, likeness=likeness):
            return Weighed(outcome, reasons, verdict)
        return self._relieved(question, verdict, reasons, likeness=likeness)

    def _verdict(self, question: Question) -> Verdict:
        order, named = question.order, question.met.named
        # No rule reads the words of a prompt but for whom it names and what of them it speaks of.
        spoken = order.prompt if named else ""
        shape: _Shape = (
            replace(
                order,
                prompt=spoken,
                negative_prompt="",
                shot_id=None,
                requested_at=self.at,
                duration_ms=None,
            ),
            named,
        )
        verdict = self._verdicts.get(shape)
        if verdict is None:
            around = Surroundings(
                production=self.records.productions[order.production_id],
                strikes=self.records.struck_at(self.at),
                people={who: self.records.people[order.production_id, who] for who in question.people},
                consents=self._on_file(question.people).facts,
                named=named,
                synthetic=self.records.synthetics.get(order.production_id)
                if order.synthetic_role == SyntheticRole.HUMAN
                else None,
            )
            facts = facts_of(order, around, asked_at=self.at)
            verdict = self._verdicts[shape] = decide(facts, book=self.book, from_register=True)
        return verdict

    def _on_file(self, people: frozenset[UUID]) -> ConsentsOnFile:
        found = self._filed.get(people)
        if found is None:
            found = self._filed[people] = on_file(self.records.consents_of(people))
        return found

    def _is_barred(self, question: Question, *, likeness: bool) -> bool:
        """Whether no approval counts, as the gate sees it."""
        struck = self.records.productions[question.order.production_id].agreement in self.records.struck_at(
            self.at
        )
        if struck and (likeness or question.met.questions):
            return True
        asked_about = question.people.union(hit.performer_id for hit in question.met.questions)
        return self._any_withdrawn(asked_about, question.order.production_id)

    def _any_withdrawn(self, people: Iterable[UUID], production_id: UUID) -> bool:
        of_status: dict[str, set[tuple[str, str]]] = {}
        for one in self.records.consents_of(people):
            if one.production_id == str(production_id):
                of_status.setdefault(one.status, set()).add((one.performer_id, one.replica_type))
        withdrawn = of_status.get(ConsentStatus.WITHDRAWN.value, set())
        return bool(withdrawn - of_status.get(ConsentStatus.ACTIVE.value, set()))

    def _relieved(
        self, question: Question, verdict: Verdict, reasons: tuple[Reason, ...], *, likeness: bool
    ) -> Weighed:
        approvals = self.approvals.standing(question, pack_sha256=self.book.sha256_hex, at=self.at)
        relief = relieved(reasons, approvals)
        if approvals and not verdict.decision.permitted and decision_of(relief.reasons).permitted:
            # The rules alone refused, so counsel has not been asked for yet what an allow now rests on.
            counsel = counsel_reasons(
                replace(verdict, decision=decision_of(relief.reasons)),
                confirmed=self.records.confirmed,
                concerns_likeness=likeness,
            )
            if counsel:
                relief = relieved((*relief.reasons, *counsel), approvals)
        return Weighed(decision_of(relief.reasons), relief.reasons, verdict)
