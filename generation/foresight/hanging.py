"""What hangs on each question: takes that wait, run or are signed. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from generation.values import IN_WORK, TakeState
from licensing.foresight.questions import DECIDED_SQL

RUNNING = frozenset(state.value for state in IN_WORK)
UNMADE = RUNNING | {TakeState.QUEUED.value}
WEIGHED = (TakeState.AWAITING_REVIEW.value, TakeState.QUEUED.value, *sorted(RUNNING), TakeState.SIGNED.value)
"""States of takes for which an answer still matters; what was refused, failed or cancelled makes nothing more."""

# Each asks for no more columns than an index holds: decisions are wide rows.
_COUNTED = """
SELECT decided.question, take.shot_id, take.state, count(*), (array_agg(decided.id))[1]
FROM generation_take take JOIN ({decided}) decided ON decided.id = take.decision_id
WHERE take.state = ANY(%(states)s) AND (%(production)s::uuid IS NULL OR decided.production_id = %(production)s)
GROUP BY decided.question, take.shot_id, take.state
"""
_SPENT = """
SELECT coalesce(sum(stage.value::numeric), 0)
FROM generation_take take JOIN ({decided}) decided ON decided.id = take.decision_id
CROSS JOIN LATERAL jsonb_each_text(take.seconds) AS stage
WHERE take.state = 'signed' AND decided.question = ANY(%(keys)s)
"""
_TAKES = """
SELECT take.id, take.number, take.state, take.shot_id, take.asset_id, take.requested_at, decided.question
FROM generation_take take JOIN ({decided}) decided ON decided.id = take.decision_id
WHERE take.state = ANY(%(states)s) AND decided.question = ANY(%(keys)s)
ORDER BY take.requested_at DESC, take.id LIMIT %(most)s
"""
_NAMED = """
SELECT take.id, take.number, take.state, take.shot_id, take.asset_id, take.requested_at, decided.question
FROM generation_take take JOIN ({decided}) decided ON decided.id = take.decision_id
WHERE take.state = ANY(%(states)s) AND take.id = ANY(%(ids)s)
    AND (%(production)s::uuid IS NULL OR decided.production_id = %(production)s)
ORDER BY take.requested_at DESC, take.id
"""


@dataclass(frozen=True, slots=True)
class Hanging:
    """So many takes of one shot, in one state, whose latest decision answered one question."""

    key: str
    shot_id: UUID
    state: str
    takes: int
    decision_id: UUID


@dataclass(frozen=True, slots=True)
class HangingTake:
    id: UUID
    number: int
    state: str
    shot_id: UUID
    asset_id: UUID | None
    requested_at: datetime
    key: str


def hanging(production_id: UUID | None) -> tuple[Hanging, ...]:
    """All that hangs on decisions, of one production or of all."""
    found = _rows(_COUNTED, {"states": list(WEIGHED), "production": production_id})
    return tuple(Hanging(*row) for row in found)


def render_seconds(keys: Collection[str]) -> float:
    """What rendering the signed takes of these questions took, as their workers measured it."""
    ((seconds,),) = _rows(_SPENT, {"keys": list(keys)})
    return float(seconds)


def takes_of(keys: Collection[str], *, states: Collection[str], most: int | None) -> Iterator[HangingTake]:
    """The takes of these questions, the latest first; `most` None: all of them."""
    values = {"keys": list(keys), "states": list(states), "most": most}
    return (HangingTake(*row) for row in _rows(_TAKES, values))


def takes_named(ids: Collection[UUID], *, production_id: UUID | None) -> tuple[HangingTake, ...]:
    """Those of these takes for which an answer still matters, the latest first; of one production or of all."""
    values = {"ids": list(ids), "states": list(WEIGHED), "production": production_id}
    return tuple(HangingTake(*row) for row in _rows(_NAMED, values))


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # The policies of both tables bind these statements like any other.
        cursor.execute(statement.format(decided=DECIDED_SQL), values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
