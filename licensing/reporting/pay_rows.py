"""What the reports on pay have in common: duties to pay as their reader may see them, and money in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from licensing.models.decision import Decision
from licensing.owed.values import TO_BE_ENTERED, RateKind, money
from licensing.owed_cards import AmountCard, ObligationCard
from licensing.owed_queries import obligation_cards
from licensing.reporting.definition import NONE, Cell, Reading
from licensing.reporting.narrowing import is_within

NOT_YET = f"{NONE} yet"


@dataclass(frozen=True, slots=True)
class UsedDecision:
    """What a decision says of the use it was made for."""

    shot_id: UUID | None
    consent_ids: tuple[UUID, ...]
    asked: dict[str, Any]


def pay_cards(reading: Reading) -> Iterator[ObligationCard]:
    """Duties to pay in the scope, in the order they became owed. Who sees which is decided where duties are read."""
    scope = reading.scope
    for card in obligation_cards(reading.actor, performer_id=scope.performer_id):
        if (
            card.is_pay
            and (not scope.production_ids or card.production_id in scope.production_ids)
            and (scope.agreement is None or card.agreement == scope.agreement)
            and is_within(scope, card.opened_at)
        ):
            yield card


def decisions_of(cards: list[ObligationCard]) -> dict[UUID, UsedDecision]:
    """The decisions that the duties' uses were made on."""
    wanted = {use.decision_id for card in cards for use in card.uses}
    rows = Decision.objects.filter(id__in=wanted).values_list("id", "shot_id", "consent_ids", "asked")
    return {one: UsedDecision(shot, tuple(consents), asked) for one, shot, consents, asked in rows}


def rate_words(amount: AmountCard) -> Cell:
    """The dated figures an amount was computed from."""
    if not amount.rates:
        return f"no figure: {amount.words}"
    return [
        f"{str(one['kind']).replace('_', ' ')} {_figure(one)} from {one['valid_from']}, grade {one['grade']}"
        for one in amount.rates
    ]


def open_words(card: ObligationCard) -> str:
    """What stands where there is no amount: never a figure of ours."""
    return "; ".join([TO_BE_ENTERED, *card.missing])


def paid(card: ObligationCard) -> tuple[Cell, Cell]:
    """When payroll paid, and by which reference."""
    live = [one for one in card.payments if one.is_live]
    if not live:
        return NOT_YET, NOT_YET
    return [f"{one.paid_on.isoformat()} {one.total}" for one in live], [one.payroll_reference for one in live]


def _figure(rate: Any) -> str:  # noqa: ANN401 - a row as it was stored
    if rate["kind"] == RateKind.PLAN_PERCENT:
        return f"{rate['amount'] // 100}.{rate['amount'] % 100:02} %"
    return money(int(rate["amount"]), str(rate["currency"]))
