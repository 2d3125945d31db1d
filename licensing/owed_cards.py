"""What is owed, as pages, the API and exports show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from licensing.owed.values import ObligationState, money


@dataclass(frozen=True, slots=True)
class UseCard:
    decision_id: UUID
    effect: str
    effect_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AmountCard:
    """What an obligation comes to. `is_live` False: its posting was reversed."""

    formula: str
    words: str
    rule_ids: tuple[str, ...]
    edition: str
    grade: str
    inputs: Mapping[str, int | str]
    rates: tuple[Mapping[str, Any], ...]
    rounding: str
    residuals: str
    currency: str
    amount_minor: int
    plan_minor: int
    posting_id: UUID | None
    assessed_at: datetime
    is_live: bool

    @property
    def amount(self) -> str:
        return money(self.amount_minor, self.currency)

    @property
    def plan(self) -> str:
        return money(self.plan_minor, self.currency)


@dataclass(frozen=True, slots=True)
class PaymentCard:
    posting_id: UUID
    currency: str
    performer_minor: int
    plan_minor: int
    paid_on: date
    payroll_reference: str
    is_live: bool

    @property
    def total(self) -> str:
        return money(self.performer_minor + self.plan_minor, self.currency)


@dataclass(frozen=True, slots=True)
class EndCard:
    kind: str
    at: datetime
    document_sha256: str
    served_on: date | None
    served_to: str
    reason_code: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationCard:
    """`due_at` None: there is no date, and `due_words` say why. `missing`: what an amount still lacks."""

    id: UUID
    production_id: UUID | None
    production_title: str | None
    performer_id: UUID | None
    performer_name: str | None
    duty: str
    to_code: str
    rule_id: str
    grade: str
    pack_edition: str
    agreement: str | None
    category: str
    state: ObligationState
    due_at: datetime | None
    due_words: str
    opened_at: datetime
    decision_id: UUID | None
    note: str
    units: Mapping[str, int | str | None]
    formulas: tuple[str, ...]
    missing: tuple[str, ...]
    uses: tuple[UseCard, ...]
    amounts: tuple[AmountCard, ...]
    payments: tuple[PaymentCard, ...]
    end: EndCard | None

    @property
    def is_pay(self) -> bool:
        return self.duty in ("pay_performer", "pay_plan")

    @property
    def amount(self) -> AmountCard | None:
        return next((one for one in self.amounts if one.is_live), None)

    @property
    def paid_minor(self) -> int:
        return sum(one.performer_minor + one.plan_minor for one in self.payments if one.is_live)

    @property
    def due_minor(self) -> int | None:
        """Still to be paid, the plan's part included; None while no amount stands."""
        if self.amount is None:
            return None
        return self.amount.amount_minor + self.amount.plan_minor - self.paid_minor

    @property
    def due_amount(self) -> str | None:
        return None if self.amount is None else money(self.due_minor or 0, self.amount.currency)

    @property
    def to(self) -> str:
        return self.performer_name or self.to_code


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """`counts`: a second person confirmed it. Until then no amount is computed with it."""

    id: UUID
    agreement: str
    category: str
    kind: str
    performer_id: UUID | None
    performer_name: str | None
    production_id: UUID | None
    currency: str
    amount: int
    valid_from: date
    valid_until: date | None
    source: str
    grade: str
    document_sha256: str
    entered_at: datetime
    entered_by_id: UUID
    confirmed_at: datetime | None
    confirmed_by_id: UUID | None
    withdrawn_at: datetime | None

    @property
    def counts(self) -> bool:
        return self.confirmed_at is not None and self.withdrawn_at is None

    @property
    def stands_at(self) -> str:
        """The figure in words."""
        if not self.currency:
            return f"{self.amount // 100}.{self.amount % 100:02} %"
        return money(self.amount, self.currency)


@dataclass(frozen=True, slots=True)
class HolidayCard:
    day: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCard:
    id: UUID
    agreement: str
    year: int
    weekend: tuple[int, ...]
    time_zone: str
    source: str
    document_sha256: str
    entered_at: datetime
    holidays: tuple[HolidayCard, ...]
    is_newest: bool


@dataclass(frozen=True, slots=True)
class PostingLineCard:
    account: str
    performer_id: UUID | None
    currency: str
    debit_minor: int
    credit_minor: int


@dataclass(frozen=True, slots=True)
class PostingCard:
    id: UUID
    kind: str
    obligation_id: UUID
    reverses_id: UUID | None
    is_reversed: bool
    reason: str
    content_sha256: str
    posted_at: datetime
    lines: tuple[PostingLineCard, ...]


@dataclass(frozen=True, slots=True)
class BalanceCard:
    """What stands in an account: credits less debits for what is owed, debits less credits for cost."""

    account: str
    performer_id: UUID | None
    performer_name: str | None
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def balance(self) -> str:
        return money(self.credit_minor - self.debit_minor, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementCard:
    """`content` is what its digest in the log is of, as plain JSON."""

    id: UUID
    kind: str
    performer_id: UUID | None
    performer_name: str | None
    period_from: date
    period_until: date
    sha256: str
    issued_at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwedDesk:
    """What needs somebody, in the order of urgency. Reminders are the first two lists."""

    late: tuple[ObligationCard, ...]
    due_soon: tuple[ObligationCard, ...]
    unknown: tuple[ObligationCard, ...]
    undated: tuple[ObligationCard, ...]
    closed: int
