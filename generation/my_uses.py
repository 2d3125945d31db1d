"""Every use of a performer: what was decided about them, and the takes and deliveries that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.deliveries.standing import standings
from generation.models import Delivery, Take
from licensing.agreeing.uses import DecidedUse, my_decisions


@dataclass(frozen=True, slots=True)
class TakeOfMe:
    id: UUID
    state: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryOfMe:
    """A delivery, by the kind of company it went to; `state` is what it is worth at the moment of asking."""

    id: UUID
    recipient_kind: str
    state: str
    delivered_at: datetime


@dataclass(frozen=True, slots=True)
class UseOfMe:
    decided: DecidedUse
    takes: tuple[TakeOfMe, ...]
    deliveries: tuple[DeliveryOfMe, ...]


def my_uses(actor: Actor) -> tuple[UseOfMe, ...]:
    """The latest decisions about the performers whom the actor is, or acts for, with what came of each."""
    decided = my_decisions(actor)
    decisions = [one.decision_id for one in decided]
    takes, delivered = _takes(actor, decisions), _deliveries(actor, decisions)
    return tuple(
        UseOfMe(one, tuple(takes.get(one.decision_id, ())), tuple(delivered.get(one.decision_id, ())))
        for one in decided
    )


def _takes(actor: Actor, decision_ids: Sequence[UUID]) -> dict[UUID, list[TakeOfMe]]:
    found: dict[UUID, list[TakeOfMe]] = {}
    with tenant(actor.organisation_id, user_id=actor.user_id):
        for row in Take.objects.filter(decision_id__in=decision_ids):
            found.setdefault(row.decision_id, []).append(TakeOfMe(row.id, row.state, row.requested_at))
    return found


def _deliveries(actor: Actor, decision_ids: Sequence[UUID]) -> dict[UUID, list[DeliveryOfMe]]:
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = list(Delivery.objects.filter(decision_id__in=decision_ids).select_related("recipient"))
    worth = standings(actor.organisation_id, rows)
    found: dict[UUID, list[DeliveryOfMe]] = {}
    for row in rows:
        one = DeliveryOfMe(row.id, row.recipient.kind, worth[row.id].state.value, row.delivered_at)
        found.setdefault(row.decision_id, []).append(one)
    return found
