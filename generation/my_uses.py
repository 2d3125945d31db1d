"""Every use of a performer: what was decided about them, and the takes that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.models import Take
from licensing.agreeing.uses import DecidedUse, my_decisions


@dataclass(frozen=True, slots=True)
class TakeOfMe:
    id: UUID
    state: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class UseOfMe:
    decided: DecidedUse
    takes: tuple[TakeOfMe, ...]


def my_uses(actor: Actor) -> tuple[UseOfMe, ...]:
    """The latest decisions about the performers whom the actor is, or acts for, with the takes asked for on each."""
    decided = my_decisions(actor)
    takes = _takes(actor, [one.decision_id for one in decided])
    return tuple(UseOfMe(one, tuple(takes.get(one.decision_id, ()))) for one in decided)


def _takes(actor: Actor, decision_ids: Sequence[UUID]) -> dict[UUID, list[TakeOfMe]]:
    found: dict[UUID, list[TakeOfMe]] = {}
    with tenant(actor.organisation_id, user_id=actor.user_id):
        for row in Take.objects.filter(decision_id__in=decision_ids):
            found.setdefault(row.decision_id, []).append(TakeOfMe(row.id, row.state, row.requested_at))
    return found
