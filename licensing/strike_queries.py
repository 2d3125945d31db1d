"""Strikes on record, and the consents they suspend.

A consent's own row says nothing of a strike, so nothing is to be undone when it ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import clock
from core.tenancy import tenant
from licensing.gathering import strikes_at
from licensing.models.consent import Consent
from licensing.models.strike import Strike
from licensing.names import ConsentStatus


@dataclass(frozen=True, slots=True)
class StrikeCard:
    """A strike. `suspends`: active consents of productions under its agreement, while it lasts."""

    id: UUID
    agreement: str
    began_at: datetime
    ended_at: datetime | None
    suspends: int


def strike_cards(organisation_id: UUID) -> tuple[StrikeCard, ...]:
    """Every strike on record, the latest first."""
    with tenant(organisation_id):
        active = Consent.objects.filter(status=ConsentStatus.ACTIVE)
        return tuple(
            StrikeCard(
                id=row.id,
                agreement=row.agreement,
                began_at=row.began_at,
                ended_at=row.ended_at,
                suspends=0 if row.ended_at else active.filter(production__agreement=row.agreement).count(),
            )
            for row in Strike.objects.all()
        )


def suspended_consents(organisation_id: UUID) -> frozenset[UUID]:
    """Active consents that a strike suspends now; each holds again, unchanged, when it ends."""
    with tenant(organisation_id):
        rows = Consent.objects.filter(
            status=ConsentStatus.ACTIVE, production__agreement__in=strikes_at(clock.now())
        )
        return frozenset(rows.values_list("id", flat=True))
