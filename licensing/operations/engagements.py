"""Bind a performer to a production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from audit.subjects import performers as performers_field
from core import clock
from core.tenancy import tenant
from licensing.errors import AlreadyEngaged, UnknownPerformer
from licensing.models.performer import Engagement, Performer
from licensing.performer_cards import EngagementCard, engagement_card_of
from licensing.values import Agreement, PerformerCategory, Representation
from productions.queries import production_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEngagement:
    """What is known of the engagement; None is unknown, and a rule that reads it escalates.

    Args:
        is_engaged: False: known not to be engaged, as for an independently created replica.
        replica_from: production the replica was made for; this one or another.
        estimated_days: days in person that the replica stands for, estimated in good faith.
    """

    production_id: UUID
    performer_id: UUID
    category: PerformerCategory | None = None
    agreement: Agreement | None = None
    is_engaged: bool | None = None
    engaged_at: datetime | None = None
    contract_date: date | None = None
    representation: Representation | None = None
    union_covered: bool | None = None
    employed_on_project: bool | None = None
    recognisable: bool | None = None
    portrayed_as_minor: bool | None = None
    replica_from: UUID | None = None
    estimated_days: int | None = None


def engage(new: NewEngagement, *, actor: Actor) -> EngagementCard:
    """Record an engagement.

    Raises:
        UnknownPerformer: nobody of this id is registered here.
        productions.errors.NoSuchProduction: there is no such production here.
        AlreadyEngaged: this production has an engagement of the performer.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        for production_id in (new.production_id, new.replica_from or new.production_id):
            production_facts(actor.organisation_id, production_id)
        if not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        try:
            with transaction.atomic():
                row = Engagement.objects.create(
                    production_id=new.production_id,
                    performer_id=new.performer_id,
                    category=new.category,
                    agreement=new.agreement,
                    is_engaged=True if new.engaged_at else new.is_engaged,
                    engaged_at=new.engaged_at,
                    contract_date=new.contract_date,
                    representation=new.representation,
                    union_covered=new.union_covered,
                    employed_on_project=new.employed_on_project,
                    recognisable=new.recognisable,
                    portrayed_as_minor=new.portrayed_as_minor,
                    replica_from_id=new.replica_from,
                    estimated_days=new.estimated_days,
                )
        except IntegrityError as error:
            raise AlreadyEngaged("The performer is engaged in this production already.") from error
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.ENGAGEMENT_RECORDED,
            actor=actor.label,
            subject=f"engagement:{row.id}",
            fields={
                "engagement": str(row.id),
                "performer": performers_field(actor.organisation_id, [new.performer_id])[0],
            },
            at=clock.now(),
            production_id=new.production_id,
            person_id=new.performer_id,
        )
        return engagement_card_of(row)
