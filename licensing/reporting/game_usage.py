"""Report 4: the usage report of interactive media."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from licensing.doors import SEES_OWED
from licensing.owed.values import money
from licensing.owed_cards import ObligationCard
from licensing.reporting.definition import NONE, Cell, Column, Narrowing, Reading, ReportDefinition, Row
from licensing.reporting.pay_rows import open_words, pay_cards
from licensing.values import ReplicaType
from web.templatetags.words import words

_RULE = "IMA-02"
_REPLICAS = {
    "game_vocal": ReplicaType.VOCAL_REPLICA_IMA,
    "game_visual": ReplicaType.VISUAL_REPLICA_IMA,
    "game_realtime": ReplicaType.REALTIME_REPLICA,
}

COLUMNS = (
    Column("performer", "Professional name.", 1.3),
    Column("replica", "Its kind, where one formula holds.", 1.4),
    Column("lines/words", "Words as they were stated, and the lines they make, rounded up.", 1.4),
    Column("days", "Days as they were stated.", 0.8),
    Column("real-time yes/no", "Whether it was generated in real time.", 0.9),
    Column("period", "From the first use to the last, in days of UTC.", 1.4),
    Column("amount", "What it comes to, with the plan's part apart.", 1.8),
)


def rows(reading: Reading) -> Iterator[Row]:
    """One row for each duty to pay under the Interactive Media Agreement."""
    for card in pay_cards(reading):
        if card.rule_id != _RULE:
            continue
        formula = (
            card.amount.formula if card.amount else card.formulas[0] if len(card.formulas) == 1 else None
        )
        known: Mapping[str, object] = card.amount.inputs if card.amount else card.units
        replica = _REPLICAS.get(formula or "")
        yield (
            card.performer_name,
            words(replica) if replica else None,
            _lines(known) if formula == "game_vocal" else NONE if formula else None,
            _stated(known, "days") if formula == "game_visual" else NONE if formula else None,
            None if replica is None else "yes" if replica is ReplicaType.REALTIME_REPLICA else "no",
            _period(card),
            _amount(card),
        )


def _lines(known: Mapping[str, object]) -> Cell:
    said, per_line = known.get("words"), known.get("words_per_line")
    if not isinstance(said, int):
        return None
    if not isinstance(per_line, int) or not per_line:
        return f"{said} words"
    return f"{-(-said // per_line)} lines of {said} words"


def _stated(known: Mapping[str, object], name: str) -> Cell:
    value = known.get(name)
    return None if value is None else str(value)


def _period(card: ObligationCard) -> Cell:
    days = sorted(use.at.date().isoformat() for use in card.uses)
    return f"{days[0]} to {days[-1]}" if days else None


def _amount(card: ObligationCard) -> str:
    amount = card.amount
    if amount is None:
        return open_words(card)
    plan = f", and {money(amount.plan_minor, amount.currency)} to the plan" if amount.plan_minor else ""
    return f"{money(amount.amount_minor, amount.currency)}{plan}"


GAME_USAGE = ReportDefinition(
    code="game_usage_report",
    number=4,
    title="Usage report (games)",
    purpose="What each replica spoke and did in interactive media, and what that comes to.",
    readers="performers of interactive media and the union",
    columns=COLUMNS,
    narrowings=frozenset(Narrowing),
    period_means="when the duty to pay became owed",
    roles=SEES_OWED,
    for_own=True,
    rows=rows,
    notes=(
        (
            "Lines are words divided by the words per line of the rule, rounded up, and only of words that were "
            "stated; nothing is counted from prompts."
        ),
    ),
)
