"""Report 3: the use and pay ledger, for the union and payroll."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from licensing.doors import SEES_OWED
from licensing.owed.values import money
from licensing.owed_cards import ObligationCard
from licensing.reporting.definition import Cell, Column, Narrowing, Reading, ReportDefinition, Row
from licensing.reporting.pay_rows import (
    UsedDecision,
    decisions_of,
    open_words,
    paid,
    pay_cards,
    rate_words,
)
from productions.queries import shot_codes
from web.templatetags.words import words

_NO_BASIS = "none named by the formula"

COLUMNS = (
    Column("use_id", "The takes or deliveries that the duty is owed for.", 1.5),
    Column("scene/shot", "Scenes that were asked for, and the shot.", 1),
    Column("replica", "Whose, and of which kind.", 1.4),
    Column("consent_id", "The records that the use rests on.", 1.4),
    Column(
        "estimated_days + inputs", "The days that were estimated, and whatever else was counted with.", 1.6
    ),
    Column("rate", "The dated figures, each confirmed by a second person; never one of ours.", 2.2),
    Column("gross", "What it comes to, the plan's part left out.", 1),
    Column("residual class", "On what residuals are due, by the formula.", 1),
    Column("plan contribution", "The plan's part.", 0.9),
    Column("paid_at", "When payroll paid, and how much.", 1.2),
    Column("payroll ref", "Payroll's own number.", 1),
)


def rows(reading: Reading) -> Iterator[Row]:
    """One row for each duty to pay: an amount stands once, however many takes it is for."""
    cards = list(pay_cards(reading))
    decisions = decisions_of(cards)
    shots = shot_codes(
        reading.actor.organisation_id, {one.shot_id for one in decisions.values() if one.shot_id}
    )
    for card in cards:
        used = [decisions[use.decision_id] for use in card.uses if use.decision_id in decisions]
        amount = card.amount
        yield (
            [f"{words(use.effect)} {use.effect_id}" for use in card.uses] or None,
            _places(used, shots) or None,
            _replica(card, used),
            _distinct(str(consent) for one in used for consent in one.consent_ids) or None,
            _inputs(card) or None,
            rate_words(amount) if amount else open_words(card),
            money(amount.amount_minor, amount.currency) if amount else open_words(card),
            (amount.residuals or _NO_BASIS) if amount else None,
            money(amount.plan_minor, amount.currency) if amount else open_words(card),
            *paid(card),
        )


def _places(used: list[UsedDecision], shots: dict[UUID, str]) -> list[str]:
    places = []
    for one in used:
        scenes = [f"scene {scene}" for scene in one.asked.get("scenes", ())]
        shot = [f"shot {shots.get(one.shot_id, str(one.shot_id))}"] if one.shot_id else []
        places.append(" ".join([*scenes, *shot]))
    return _distinct(place for place in places if place)


def _replica(card: ObligationCard, used: list[UsedDecision]) -> Cell:
    kinds = _distinct(
        words(member["replica_type"])
        for one in used
        for member in one.asked.get("cast", ())
        if member.get("performer_id") == str(card.performer_id)
    )
    whose = card.performer_name or words(card.to_code)
    return f"{whose}: {', '.join(kinds)}" if kinds else whose or None


def _inputs(card: ObligationCard) -> list[str]:
    """What was counted with beside the figures, which stand under their rate."""
    amount = card.amount
    figures = {str(rate["input"]) for rate in amount.rates} if amount else set()
    named = amount.inputs if amount else card.units
    return [
        f"{name.replace('_', ' ')} {value}"
        for name, value in named.items()
        if value is not None and name not in figures
    ]


def _distinct(found: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(found))


USE_AND_PAY = ReportDefinition(
    code="use_and_pay_ledger",
    number=3,
    title="Use and pay ledger",
    purpose="What each use makes owed, from which inputs and figures, and what payroll paid.",
    readers="the union and payroll; performers and whoever acts for them, of themselves",
    columns=COLUMNS,
    narrowings=frozenset(Narrowing),
    period_means="when the duty to pay became owed",
    roles=SEES_OWED,
    for_own=True,
    rows=rows,
    notes=(
        (
            "A row is one duty to pay. Its amount stands once, however many takes it is for; reversed amounts and "
            "payments are left out."
        ),
        "Where a figure is missing it says what is to be entered from the rate sheet. No figure is ours.",
    ),
)
