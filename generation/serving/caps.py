"""What is read of a production's cap on takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.values import Actor
from core.tenancy import tenant
from generation.models import TakeCap
from productions.queries import production_card

MOST_TAKES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCapCard:
    """How many takes one person may have waiting or in work for a production; `most` None: no cap of its own.

    `set_at` None: nobody has ever set one.
    """

    production_id: UUID
    production_title: str
    most: int | None
    set_at: datetime | None = None
    set_by: str = ""


def take_cap(production_id: UUID, *, actor: Actor) -> TakeCapCard:
    """The cap that holds for a production.

    Raises:
        productions.errors.NoSuchProduction: there is none of this id here.
    """
    production = production_card(actor.organisation_id, production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return cap_of(production_id) or TakeCapCard(
            production_id=production_id, production_title=production.title, most=None
        )


def caps_before(production_id: UUID, *, actor: Actor) -> tuple[TakeCapCard, ...]:
    """What held one after the other, the latest first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return tuple(_card(row) for row in _rows(production_id))


def cap_of(production_id: UUID) -> TakeCapCard | None:
    """The latest that was set; None: none ever was. Call inside `core.tenancy.tenant`."""
    row = _rows(production_id).first()
    return _card(row) if row else None


def _rows(production_id: UUID) -> QuerySet[TakeCap]:
    rows: QuerySet[TakeCap] = TakeCap.objects.filter(production_id=production_id)
    return rows.select_related("production", "set_by")


def _card(row: TakeCap) -> TakeCapCard:
    return TakeCapCard(
        production_id=row.production_id,
        production_title=row.production.title,
        most=row.most,
        set_at=row.set_at,
        set_by=str(row.set_by or ""),
    )
