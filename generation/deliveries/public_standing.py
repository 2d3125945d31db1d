"""What stands today of a signed file, for anybody who has it. Named in `settings.STANDING_TODAY`."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from core.tenancy import tenant
from generation.deliveries.standing import standing_on, standings
from generation.deliveries.values import RecallCause, Standing, StandsToday
from generation.models import Delivery, Take
from licensing.grounds import grounds_of
from provenance.values import PublicState, Today

_PUBLIC = {
    StandsToday.ACTIVE: PublicState.ACTIVE,
    StandsToday.SUSPENDED: PublicState.SUSPENDED,
    StandsToday.RECALLED: PublicState.WITHDRAWN,
    StandsToday.ENDED: PublicState.ENDED,
}


def standing_of_manifest(manifest_id: str) -> Today | None:
    """What stands today of the file that bears this credential; None where no take of ours has it.

    It names neither studio nor performer nor recipient.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, take_id FROM generation_take_of_manifest_v1(%s)", [manifest_id]
        )
        row = cursor.fetchone()
    return None if row is None else _of_take(*row)


def _of_take(organisation_id: UUID, take_id: UUID) -> Today:
    with tenant(organisation_id):
        take: Take = Take.objects.only("decision_id").get(id=take_id)
        rows = list(Delivery.objects.filter(take_id=take_id))
    made_on = standing_on(grounds_of(organisation_id, [take.decision_id])[take.decision_id])
    worth = standings(organisation_id, rows).values()
    if not rows and made_on.state is StandsToday.ACTIVE:
        return Today(state=PublicState.NOT_DELIVERED, reason="The studio has delivered it to nobody.")
    standing = _worst(made_on, worth)
    return Today(state=_PUBLIC[standing.state], reason=standing.reason, since=standing.since)


def _worst(made_on: Standing, worth: Collection[Standing]) -> Standing:
    """Copies are alike, so nobody can tell whose it is: a withdrawal counts for all, an end only where all ended.

    A delivery that the studio called back says nothing about the others.
    """
    for one in (made_on, *worth):
        if one.state is StandsToday.RECALLED and one.cause is not RecallCause.STUDIO:
            return one
    if made_on.state is not StandsToday.ACTIVE:
        return made_on
    for state in (StandsToday.SUSPENDED, StandsToday.ACTIVE, StandsToday.RECALLED):
        found = next((one for one in worth if one.state is state), None)
        if found is not None:
            return found
    return next(iter(worth), made_on)
