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
from licensing.errors import AlreadyEngaged, EditionUnresolved, FactsUnreadable, UnknownPerformer
from licensing.models.performer import Engagement, Performer
from licensing.performer_cards import EngagementCard, engagement_card_of
from licensing.rulebook.book import rule_book
from licensing.rulebook.families import NoEditionGoverns, edition_by_date
from licensing.values import Agreement, PerformerCategory, Representation
from productions.queries import ProductionFacts, production_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEngagement:
    """What is known of the engagement; None is unknown, and a rule that reads it escalates.

    Args:
        agreement: the edition the engagement is under.
        agreement_family: in its place an agreement such as `sag_tvt`, whose edition is then chosen by the date that
            the clause names.
        is_engaged: False: known not to be engaged, as for an independently created replica.
        replica_from: production the replica was made for; this one or another.
        estimated_days: days in person that the replica stands for, estimated in good faith.
    """

    production_id: UUID
    performer_id: UUID
    category: PerformerCategory | None = None
    agreement: Agreement | None = None
    agreement_family: str | None = None
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
        EditionUnresolved: the dates on file pick no edition of the agreement.
        FactsUnreadable: no agreement of that name, or an edition beside it.
        AlreadyEngaged: this production has an engagement of the performer.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        production = production_facts(actor.organisation_id, new.production_id)
        if new.replica_from is not None:
            production_facts(actor.organisation_id, new.replica_from)
        if not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        try:
            with transaction.atomic():
                row = Engagement.objects.create(
                    production_id=new.production_id,
                    performer_id=new.performer_id,
                    category=new.category,
                    agreement=_edition(new, production),
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


def _edition(new: NewEngagement, production: ProductionFacts) -> Agreement | None:
    if new.agreement_family is None:
        return new.agreement
    if new.agreement is not None:
        raise FactsUnreadable("agreement", "agreement: name the edition or the agreement, not both")
    dates = {
        "principal_photography_start": production.principal_photography_start,
        "production_start": production.production_start,
        "contract_date": new.contract_date,
    }
    try:
        return Agreement(edition_by_date(rule_book(), new.agreement_family, dates).agreement)
    except KeyError as error:
        raise FactsUnreadable(
            "agreement_family", f"agreement_family: no edition of {new.agreement_family!r} is on file"
        ) from error
    except NoEditionGoverns as error:
        raise EditionUnresolved(
            f"{error} Enter that date, or name the edition.",
            family=new.agreement_family,
            dated_by=error.dated_by,
        ) from error
