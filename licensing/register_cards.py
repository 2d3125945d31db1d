"""What the register said before, and since when it says what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.values import Actor
from core.canonical import Canonical
from core.tenancy import tenant
from licensing.doors import SEES_EVERYBODY
from licensing.errors import UnknownPerformer
from licensing.models.performer import Performer
from licensing.models.register import RegisterChange
from licensing.names import Visibility


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """One fact that became another one. `engagement_id` None: a fact of the person."""

    statement_id: UUID
    engagement_id: UUID | None
    production_title: str | None
    field: str
    before: Canonical
    after: Canonical
    reason: str
    true_since: date | None
    document_sha256: str
    recorded_at: datetime


def register_changes(performer_id: UUID, *, actor: Actor) -> tuple[ChangeCard, ...]:
    """What changed about a performer and their engagements, the latest first.

    Raises:
        UnknownPerformer: nobody of this id is registered here, or only legal may know.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        performers = Performer.objects.filter(id=performer_id)
        if not actor.is_one_of(*SEES_EVERYBODY):
            performers = performers.exclude(visibility=Visibility.LEGAL_ONLY)
        if not performers.exists():
            raise UnknownPerformer(performer_id)
        rows = RegisterChange.objects.filter(performer_id=performer_id)
        return tuple(_card(row) for row in rows.select_related("engagement__production"))


def _card(row: RegisterChange) -> ChangeCard:
    return ChangeCard(
        statement_id=row.statement_id,
        engagement_id=row.engagement_id,
        production_title=row.engagement.production.title if row.engagement else None,
        field=row.field.removesuffix("_id"),
        before=row.before,
        after=row.after,
        reason=row.reason,
        true_since=row.true_since,
        document_sha256=row.document_sha256,
        recorded_at=row.recorded_at,
    )
