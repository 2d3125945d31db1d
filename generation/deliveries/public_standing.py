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
from generation.models import Delivery, Master, Take
from licensing.grounds import grounds_of
from licensing.naming import named_performers
from provenance.deriving.queries import master_of_manifest
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
        active_id: of the manifest on top, by which a recipient's own copy or marked master is told apart: of that
            one the other deliveries say nothing. None where nobody has a file at hand.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, take_id FROM generation_take_of_manifest_v1(%s)", [manifest_id]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    organisation_id, take_id = row
    one = None
    if active_id is not None and active_id != manifest_id:
        one = _deliveries_of_one_recipient(organisation_id, active_id)
    return standings_of_takes(organisation_id, [take_id], delivery_ids=one)[take_id]


def _deliveries_of_one_recipient(organisation_id: UUID, manifest_id: str) -> tuple[UUID, ...] | None:
    """The deliveries of a file that is one recipient's alone; None where others have the same one."""
    copied = delivery_of_copy(organisation_id, manifest_id)
    if copied is not None:
        return (copied,)
    master_id = master_of_manifest(organisation_id, manifest_id)
    if master_id is None:
        return None
    with tenant(organisation_id):
        if not Master.objects.filter(id=master_id, recipient__isnull=False).exists():
            return None
        return tuple(Delivery.objects.filter(master_id=master_id).values_list("id", flat=True))


def has_left_the_house(manifest_id: str) -> bool:
    """Whether a manifest stands in a file that was delivered to anybody, whatever became of that since.

    A take that was made and never delivered is nobody's to read about, also when what it rests on is withdrawn.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation_manifest_left_the_house_v1(%s)", [manifest_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def standings_of_takes(
    organisation_id: UUID, take_ids: Collection[UUID], *, delivery_ids: Collection[UUID] | None = None
) -> dict[UUID, Today]:
    """By take, what anybody is told of its file at this moment; with `delivery_ids` of the file of these alone."""
    with tenant(organisation_id):
        decisions = dict(Take.objects.filter(id__in=take_ids).values_list("id", "decision_id"))
        delivered_rows = Delivery.objects.filter(take_id__in=take_ids)
        rows = list(delivered_rows if delivery_ids is None else delivered_rows.filter(id__in=delivery_ids))
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
