"""What stands today of signed files, for anybody who has them. Named in `settings.STANDING_TODAY`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection

from core.tenancy import tenant
from generation.deliveries.disputing import Disputed, open_disputes
from generation.deliveries.standing import standing_on, standings
from generation.deliveries.values import RecallCause, Standing, StandsToday
from generation.models import Delivery, Take
from licensing.grounds import grounds_of
from licensing.naming import named_performers
from provenance.updating.queries import delivery_of_copy
from provenance.values import PublicState, Today

_PUBLIC = {
    StandsToday.ACTIVE: PublicState.ACTIVE,
    StandsToday.SUSPENDED: PublicState.SUSPENDED,
    StandsToday.RECALLED: PublicState.WITHDRAWN,
    StandsToday.ENDED: PublicState.ENDED,
}


def standing_of_manifest(manifest_id: str, active_id: str | None = None) -> Today | None:
    """What stands today of the file that bears this credential; None where no take of ours has it.

    It names neither studio nor recipient, and of the performers only those who chose to be named.

    Args:
        manifest_id: of the first signature.
        active_id: of the manifest on top, by which a recipient's own copy is told apart: of that one the other
            deliveries say nothing. None where nobody has a file at hand.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, take_id FROM generation_take_of_manifest_v1(%s)", [manifest_id]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    organisation_id, take_id = row
    copy_of = delivery_of_copy(organisation_id, active_id) if active_id not in (None, manifest_id) else None
    return standings_of_takes(organisation_id, [take_id], delivery_id=copy_of)[take_id]


def standings_of_takes(
    organisation_id: UUID, take_ids: Collection[UUID], *, delivery_id: UUID | None = None
) -> dict[UUID, Today]:
    """By take, what anybody is told of its file at this moment; with `delivery_id` of the copy for that delivery."""
    with tenant(organisation_id):
        decisions = dict(Take.objects.filter(id__in=take_ids).values_list("id", "decision_id"))
        delivered_rows = Delivery.objects.filter(take_id__in=take_ids)
        rows = list(delivered_rows if delivery_id is None else delivered_rows.filter(id=delivery_id))
        disputes = open_disputes(take_ids)
        named = named_performers(set(decisions.values()))
    made_on = grounds_of(organisation_id, set(decisions.values()))
    worth = standings(organisation_id, rows)
    delivered: Mapping[UUID, list[Standing]] = defaultdict(list)
    for row in rows:
        delivered[row.take_id].append(worth[row.id])
    return {
        take_id: _today(
            standing_on(made_on[decision_id]),
            delivered[take_id],
            disputes.get(take_id),
            named.get(decision_id, ()),
        )
        for take_id, decision_id in decisions.items()
    }


def _today(
    made_on: Standing, delivered: Collection[Standing], dispute: Disputed | None, performers: tuple[str, ...]
) -> Today:
    standing = _worst(made_on, delivered)
    if dispute is not None and standing.state is not StandsToday.RECALLED:
        return Today(
            state=PublicState.DISPUTED, reason=dispute.reason, since=dispute.since, performers=performers
        )
    if not delivered and made_on.state is StandsToday.ACTIVE:
        said = "The studio has delivered it to nobody."
        return Today(state=PublicState.NOT_DELIVERED, reason=said, performers=performers)
    return Today(
        state=_PUBLIC[standing.state], reason=standing.reason, since=standing.since, performers=performers
    )


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
