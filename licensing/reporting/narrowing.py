"""What a scope leaves of a table's rows. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models import Q

from accounts.values import Actor
from licensing.agreeing.acting_for import performers_acted_for
from licensing.doors import SEES_EVERYBODY
from licensing.models.performer import Engagement, Performer
from licensing.names import Visibility
from licensing.reporting.definition import Reading, Scope
from productions.queries import production_list


def in_period(scope: Scope, field: str) -> Q:
    """Rows whose instant `field` lies in the period, in days of UTC."""
    within = Q()
    if scope.period_from is not None:
        within &= Q(**{f"{field}__gte": start_of(scope.period_from)})
    if scope.period_until is not None:
        within &= Q(**{f"{field}__lt": start_of(scope.period_until)})
    return within


def start_of(day: date) -> datetime:
    """The first instant of a day in UTC."""
    return datetime.combine(day, time.min, UTC)


def is_within(scope: Scope, at: datetime) -> bool:
    """Whether an instant lies in the period."""
    begins, ends = scope.period_from, scope.period_until
    return (begins is None or at >= start_of(begins)) and (ends is None or at < start_of(ends))


def of_productions(scope: Scope, field: str = "production_id") -> Q:
    """Rows of the productions named; of all where none is."""
    return Q(**{f"{field}__in": scope.production_ids}) if scope.production_ids else Q()


def of_people(reading: Reading, field: str = "performer_id") -> Q:
    """Rows of performers whom the reader may know of: of the one named, of those acted for, of all."""
    wanted = Q(**{field: reading.scope.performer_id}) if reading.scope.performer_id else Q()
    own = performers_acted_for(reading.actor, on=reading.at)
    if not reading.whole:
        return wanted & Q(**{f"{field}__in": own})
    if reading.actor.is_one_of(*SEES_EVERYBODY):
        return wanted
    return wanted & ~Q(**{f"{field}__in": hidden_from(reading.actor, reading.at)})


def hidden_from(actor: Actor, at: datetime) -> set[UUID]:
    """Performers of whom the actor may not know."""
    if actor.is_one_of(*SEES_EVERYBODY):
        return set()
    hidden = Performer.objects.filter(visibility=Visibility.LEGAL_ONLY).values_list("id", flat=True)
    return set(hidden) - set(performers_acted_for(actor, on=at))


def visible_to(actor: Actor, at: datetime, field: str = "performer_id") -> Q:
    """Rows of nobody in particular, and of performers of whom the actor may know."""
    return Q(**{f"{field}__isnull": True}) | ~Q(**{f"{field}__in": hidden_from(actor, at)})


def agreements_of_productions(organisation_id: UUID) -> dict[UUID, str | None]:
    """Under which agreement each production is made."""
    return {one.id: one.agreement for one in production_list(organisation_id)}


def engagements() -> dict[tuple[UUID, UUID], Engagement]:
    """What binds performers to productions, by production and performer."""
    return {(row.production_id, row.performer_id): row for row in Engagement.objects.all()}
