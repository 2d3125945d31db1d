"""What the pages of pay and of a statement show, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from licensing.owed.formulas import FORMULAS
from licensing.owed.values import ObligationState, money
from licensing.owed_cards import ObligationCard, StatementCard
from licensing.owed_queries import obligation_cards, require_sight_of
from licensing.rate_queries import statement_card, statement_cards


@dataclass(frozen=True, slots=True)
class Total:
    """Of one currency, in words: what became owed, what was paid, what is due."""

    owed: str
    paid: str
    due: str


@dataclass(frozen=True, slots=True)
class PayPage:
    performer_id: UUID
    name: str
    totals: tuple[Total, ...]
    open_ones: tuple[ObligationCard, ...]
    done_ones: tuple[ObligationCard, ...]
    statements: tuple[StatementCard, ...]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement. `how` says how the amount was computed, and `inputs` and `rates` from what."""

    at: str
    what: str
    who: str
    production: str
    how: str
    inputs: tuple[tuple[str, str], ...]
    rates: tuple[str, ...]
    uses: int
    amount: str
    plan: str


@dataclass(frozen=True, slots=True)
class StatementPage:
    card: StatementCard
    opening: tuple[tuple[str, str], ...]
    lines: tuple[StatementLine, ...]
    not_posted: tuple[Mapping[str, Any], ...]
    closing: tuple[tuple[str, str], ...]


def pay_page(performer_id: UUID, *, actor: Actor) -> PayPage:
    """What one performer is owed, was paid and can check.

    Raises:
        UnknownPerformer, NotYoursToSee: not this actor's to see.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        name = require_sight_of(actor, performer_id)
    cards = obligation_cards(actor, performer_id=performer_id)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for card in cards:
        if card.amount is not None:
            sums[card.amount.currency][0] += card.amount.amount_minor + card.amount.plan_minor
            sums[card.amount.currency][1] += card.paid_minor
    is_open = (ObligationState.OPEN, ObligationState.LATE)
    return PayPage(
        performer_id,
        name,
        tuple(
            Total(money(owed, currency), money(paid, currency), money(owed - paid, currency))
            for currency, (owed, paid) in sorted(sums.items())
        ),
        tuple(card for card in cards if card.state in is_open),
        tuple(card for card in cards if card.state not in is_open),
        statement_cards(actor, performer_id=performer_id),
    )


def statement_page(statement_id: UUID, *, actor: Actor) -> StatementPage:
    """A statement as it was issued. Raises as `licensing.rate_queries.statement_card`."""
    card = statement_card(statement_id, actor=actor)
    content = card.content
    return StatementPage(
        card,
        _dues(content["opening"]),
        tuple(_line(posting) for posting in content["postings"]),
        tuple(content["not_posted"]),
        _dues(content["closing"]),
    )


def _dues(rows: list[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((row["account"], money(row["due_minor"], row["currency"])) for row in rows)


def _line(posting: Mapping[str, Any]) -> StatementLine:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in posting["lines"]:
        sums[line["account"], line["currency"]] += line["credit_minor"] - line["debit_minor"]
    currency = posting["lines"][0]["currency"]
    amount = posting.get("amount")
    return StatementLine(
        at=posting["at"][:10],
        what=_what(posting),
        who=posting["performer"] or "",
        production=posting["production"] or "",
        how=_how(amount) if amount else "",
        inputs=tuple((name, _shown(name, value, currency)) for name, value in amount["inputs"].items())
        if amount
        else (),
        rates=tuple(f"{one['kind']}, {one['source']}, grade {one['grade']}" for one in amount["rates"])
        if amount
        else (),
        uses=len(posting.get("uses", ())),
        amount=money(sums["performer", currency], currency),
        plan=money(sums["plan", currency], currency),
    )


def _what(posting: Mapping[str, Any]) -> str:
    match posting["kind"]:
        case "assessed":
            return "Owed"
        case "paid":
            return f"Paid, payroll {posting['payment']['payroll_reference']}"
        case _:
            return f"Reversed: {posting['reverses']['reason']}"


def _how(amount: Mapping[str, Any]) -> str:
    words = FORMULAS[amount["formula"]].words if amount["formula"] in FORMULAS else amount["formula"]
    return f"{words} ({', '.join(amount['rule_ids'])}, grade {amount['grade']})"


def _shown(name: str, value: object, currency: str) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return money(value, currency)
    if name == "plan_basis_points" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02} %"
    return str(value)
