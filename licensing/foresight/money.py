"""What an event does to what is owed. Call inside `core.tenancy.tenant`; nothing is written.

Amounts come from the ledger, or from the formulas with figures that two people stood for. An amount that cannot be
computed stays without a figure and says what is to be entered.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL

from licensing.assessing import Known, known_amount
from licensing.foresight.events import RateChanges
from licensing.foresight.foreseeing import Foresight
from licensing.foresight.questions import Question
from licensing.foresight.records import Records
from licensing.models.ledger import Assessment, Payment
from licensing.models.owed import Obligation, Rate
from licensing.owed.duty_reading import read_duty
from licensing.owed.formulas import FORMULAS
from licensing.owed.values import EndKind
from licensing.owed_queries import live_of
from licensing.rules import Verdict
from licensing.values import DutyKind

_PAY = (DutyKind.PAY_PERFORMER, DutyKind.PAY_PLAN)
_OF_QUESTIONS = """licensing_obligation.id IN (
    SELECT used.obligation_id FROM licensing_obligationuse used
    JOIN licensing_decision decision ON decision.id = used.decision_id WHERE decision.question = ANY(%s)
)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An obligation to pay that exists already and stays: what was signed was signed.

    `owed_minor`, `paid_minor`: to the performer and the plan together; None is not known, and `missing` says why.
    """

    obligation_id: UUID
    production_id: UUID | None
    performer_id: UUID | None
    rule_id: str
    currency: str | None
    owed_minor: int | None
    paid_minor: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotArising:
    """A duty to pay that work not yet done would have brought, and now would not."""

    production_id: UUID
    performer_id: UUID | None
    to: str
    rule_id: str
    formula: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """What the work of one obligation is paid with, were it owed on the day the figure changes.

    Attributes:
        is_governed: the obligation itself fell due on that day or later, so its own amount would be another one.
        now_minor: to performer and plan together by the figures of today; None cannot be computed, see `missing`.
        then_minor: the same with the changed figure.
    """

    obligation_id: UUID
    performer_id: UUID | None
    rule_id: str
    formula: str
    is_governed: bool
    currency: str | None
    now_minor: int | None
    then_minor: int | None
    missing: tuple[str, ...]


def standing_of(keys: Collection[str], *, hidden: Collection[UUID]) -> tuple[Standing, ...]:
    """Obligations to pay that came of the decisions in which these questions were asked, but to the `hidden`."""
    if not keys:
        return ()
    rows = _payable(hidden).annotate(is_of=RawSQL(_OF_QUESTIONS, [list(keys)])).filter(is_of=True)  # noqa: S611 - our own
    return tuple(_standing(row) for row in rows)


def not_arising(
    foresight: Foresight, *, unmade: Collection[str], standing: Collection[Standing]
) -> tuple[NotArising, ...]:
    """Duties to pay that only work brings which would now not be made.

    A duty is owed once for a production, a person and a rule. One that stands already, or that other work brings
    which goes on, is no saving.

    Args:
        foresight: what was weighed.
        unmade: keys of the questions for which work waits or runs.
        standing: what is owed already.
    """
    stopped = [one for one in foresight.answers if one.stops and one.question.key in unmade]
    found = {duty for one in stopped for duty in _pay(one.question, one.before.verdict, foresight.records)}
    owed = {(one.production_id, one.performer_id, one.rule_id) for one in standing}
    found = {one for one in found if (one.production_id, one.performer_id, one.rule_id) not in owed}
    concerned = {(one.production_id, one.performer_id) for one in found}
    goes_on = [(one.question, one.after) for one in foresight.answers if one.after.permitted]
    goes_on += [
        (question, foresight.after.weigh(question))
        for question in foresight.untouched
        if question.key in unmade
        and any((question.order.production_id, who) in concerned for who in (None, *question.people))
    ]
    for question, answer in goes_on:
        if question.key in unmade and answer.permitted:
            found -= _pay(question, answer.verdict, foresight.records)
    return tuple(sorted(found, key=lambda one: (str(one.production_id), one.to, one.rule_id)))


def _pay(question: Question, verdict: Verdict, records: Records) -> set[NotArising]:
    order = question.order
    kinds = {str(member.performer_id): member.replica_type for member in order.cast}
    found = set()
    for duty in verdict.duties:
        if duty.duty in _PAY:
            read = read_duty(
                {"duty": duty.duty.value, "to": duty.to, "inputs": dict(duty.inputs), "due": duty.due},
                rules_that_spoke={rule.id for rule in verdict.rules},
                agreement=records.productions[order.production_id].agreement,
                replica_type=kinds.get(duty.to),
            )
            found.add(
                NotArising(
                    production_id=order.production_id,
                    performer_id=UUID(duty.to) if duty.to in kinds else None,
                    to=duty.to,
                    rule_id=read.rule_id,
                    formula=read.formula,
                )
            )
    return found


def recomputed(event: RateChanges, *, hidden: Collection[UUID]) -> tuple[Recomputed, ...]:
    """Every obligation whose amount rests on a figure of this kind, computed with the one and with the other.

    Those to the `hidden` are left out.
    """
    supposed = Rate(
        agreement=event.agreement,
        category=event.category,
        kind=event.kind,
        performer_id=event.performer_id,
        production_id=event.production_id,
        currency=event.currency,
        amount=event.amount,
        valid_from=event.valid_from,
    )
    found = []
    for row in _payable(hidden).filter(agreement=event.agreement):
        told = _recomputed(row, supposed)
        if told is not None:
            found.append(told)
    return tuple(found)


def _recomputed(row: Obligation, supposed: Rate) -> Recomputed | None:
    live = live_of(row.assessments.all())
    formula_id = live.formula if live else row.formula
    if not formula_id or supposed.kind not in FORMULAS[formula_id].rates.values():
        return None
    formula = FORMULAS[formula_id]
    stated = live.inputs if live else {}
    units = {name: stated[name] for name in (*formula.units, *formula.figures) if name in stated}
    governed = row.opened_at.astimezone(UTC).date() >= supposed.valid_from
    on = None if governed else supposed.valid_from
    now = known_amount(row, formula=formula_id, units=units, on=on)
    then = known_amount(row, formula=formula_id, units=units, on=on, supposed=supposed)
    if now == then:
        # Another figure goes before the changed one, such as a deal's before an agreement's.
        return None
    return Recomputed(
        obligation_id=row.id,
        performer_id=row.performer_id,
        rule_id=row.rule_id,
        formula=formula_id,
        is_governed=governed,
        currency=next((one.currency for one in (then, now) if isinstance(one, Known)), None),
        now_minor=_total(now),
        then_minor=_total(then),
        missing=() if isinstance(then, Known) else then,
    )


def _total(known: Known | tuple[str, ...]) -> int | None:
    return known.owed.amount_minor + known.owed.plan_minor if isinstance(known, Known) else None


def _payable(hidden: Collection[UUID]) -> QuerySet[Obligation]:
    """Duties to pay that nobody waived, with what was assessed and paid."""
    rows: QuerySet[Obligation] = (
        Obligation.objects.filter(duty__in=_PAY)
        .exclude(ended__kind=EndKind.WAIVED)
        .exclude(performer_id__in=hidden)
        .prefetch_related(
            Prefetch("assessments", Assessment.objects.select_related("posting__reversed_by")),
            Prefetch("payments", Payment.objects.filter(posting__reversed_by__isnull=True)),
        )
    )
    return rows


def _standing(row: Obligation) -> Standing:
    live = live_of(row.assessments.all())
    missing: tuple[str, ...] = ()
    if live is None:
        known = known_amount(row, formula=None, units={})
        missing = ("the amount to be posted",) if isinstance(known, Known) else known
    return Standing(
        obligation_id=row.id,
        production_id=row.production_id,
        performer_id=row.performer_id,
        rule_id=row.rule_id,
        currency=live.currency if live else None,
        owed_minor=live.amount_minor + live.plan_minor if live else None,
        paid_minor=sum(one.performer_minor + one.plan_minor for one in row.payments.all()),
        missing=missing,
    )
