"""Obligations, rates and amounts of a studio that makes its takes with one performer's replica."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from accounts.values import Actor, Role
from core.clock import now
from core.ids import new_id
from licensing.decision_cards import DecisionCard
from licensing.operations.gate import decide_use
from licensing.operations.ledger import NewPayment, record_payment
from licensing.operations.obligations import NewObligation, open_by_clock, open_from_decision, waive
from licensing.operations.rates import NewCalendar, NewRate, confirm_rate, enter_calendar, enter_rate
from licensing.operations.statements import issue_statement
from licensing.owed.values import Effect, Grade, RateKind, WaiverReason
from licensing.owed_cards import CalendarCard, ObligationCard, RateCard
from licensing.owed_queries import obligation_card
from licensing.performer_cards import PerformerCard
from licensing.values import Agreement
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import a_colleague
from tests.factories.licensing import (
    DOCUMENT_SHA256,
    a_consent,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
)
from tests.factories.productions import a_production

# Of an invented sheet. What the agreements pay stands on their rate sheets, which are not ours to repeat.
DAY_MINIMUM, CONTRACT_DAY, PLAN_BASIS_POINTS = 100_001, 150_033, 2_350


@dataclass(frozen=True, slots=True)
class Payroll:
    """A studio with two people for money, a performer, and a decision that makes two days of pay owed."""

    legal: Actor
    second: Actor
    production: ProductionCard
    performer: PerformerCard
    decision: DecisionCard

    @property
    def organisation_id(self) -> UUID:
        return self.legal.organisation_id


def a_payroll(legal: Actor | None = None, **engaged: Any) -> Payroll:  # noqa: ANN401 - any field of an engagement
    legal = legal or a_member(Role.PRODUCER, Role.LEGAL, Role.ADMIN)
    counsel_confirms(legal)
    production = a_production(legal)
    performer = a_performer(legal)
    agreed: dict[str, Any] = {"agreement": Agreement.SAG_TVT_2026} | engaged
    an_engagement(legal, production, performer, **agreed)
    a_consent(legal, production, performer)
    decision = decide_use(an_order(legal, production, performer), actor=legal)
    return Payroll(legal, a_colleague(legal, Role.LEGAL), production, performer, decision)


def opened(payroll: Payroll, **fields: Any) -> ObligationCard:  # noqa: ANN401 - any argument
    """What the decision makes owed when its take is signed: the pay."""
    assert payroll.decision.id is not None
    what: dict[str, Any] = {
        "effect": Effect.TAKE_SIGNED,
        "effect_id": new_id(),
        "at": now(),
        "actor_label": "worker:w1",
    } | fields
    ids = open_from_decision(payroll.organisation_id, payroll.decision.id, **what)
    cards = [obligation_card(one, actor=payroll.legal) for one in ids]
    return next(card for card in cards if card.is_pay)


def a_new_rate(kind: RateKind = RateKind.DAY_MINIMUM, **fields: Any) -> NewRate:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "agreement": Agreement.SAG_TVT_2026,
        "category": "principal",
        "kind": kind,
        "currency": "" if kind.is_percent else "USD",
        "amount": DAY_MINIMUM,
        "valid_from": date(2026, 7, 1),
        "valid_until": None,
        "source": "Invented sheet, page 1",
        "grade": Grade.B,
        "document_sha256": DOCUMENT_SHA256,
    }
    return NewRate(**whole | fields)


def a_rate(payroll: Payroll, kind: RateKind = RateKind.DAY_MINIMUM, **fields: Any) -> RateCard:  # noqa: ANN401
    """Entered by one person and confirmed by the other."""
    card = enter_rate(a_new_rate(kind, **fields), actor=payroll.legal)
    return confirm_rate(card.id, actor=payroll.second)


def every_rate(payroll: Payroll, **amounts: int) -> None:
    """What two days of an employment-based replica are paid with."""
    a_rate(payroll, amount=amounts.get("minimum", DAY_MINIMUM))
    a_rate(
        payroll,
        RateKind.CONTRACT_DAILY,
        amount=amounts.get("contract", CONTRACT_DAY),
        performer_id=payroll.performer.id,
    )
    a_rate(payroll, RateKind.PLAN_PERCENT, amount=amounts.get("plan", PLAN_BASIS_POINTS), category="any")


def a_calendar(actor: Actor, year: int = 2026, **fields: Any) -> CalendarCard:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "agreement": Agreement.SAG_TVT_2026,
        "year": year,
        "weekend": (6, 7),
        "holidays": {date(year, 12, 24): "Studio closed"},
        "source": "Invented agreement, schedule 3",
        "document_sha256": DOCUMENT_SHA256,
        "federal": True,
    }
    return enter_calendar(NewCalendar(**whole | fields), actor=actor)


def at_noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def everything_owed(actor: Actor, production: ProductionCard, performer: PerformerCard) -> dict[str, str]:
    """A row in every table of what is owed, for the world of one studio."""
    decision = decide_use(an_order(actor, production, performer), actor=actor)
    payroll = Payroll(actor, a_colleague(actor, Role.LEGAL), production, performer, decision)
    every_rate(payroll)
    rate = enter_rate(a_new_rate(RateKind.SCALE), actor=actor)
    a_calendar(actor)
    card = opened(payroll)
    assert card.amount is not None
    paid = record_payment(
        card.id,
        NewPayment(
            performer_minor=1,
            plan_minor=0,
            currency="USD",
            paid_on=date(2026, 11, 20),
            payroll_reference="PR-1",
        ),
        actor=actor,
    )
    clock = open_by_clock(NewObligation(clock="TVT-13-bargain", since=at_noon(2026, 11, 16)), actor=actor)
    waive(clock.id, reason_code=WaiverReason.NOT_OWED, reason="No synthetic was made.", actor=actor)
    statement = issue_statement(
        performer_id=performer.id, period_from=date(2026, 1, 1), period_until=date(2100, 1, 1), actor=actor
    )
    return {
        "obligation_id": str(card.id),
        "rate_id": str(rate.id),
        "posting_id": str(paid.payments[0].posting_id),
        "pay_statement_id": str(statement.id),
    }
