"""Who stands in for whom in legal review. One step only: a stand-in passes nothing on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models.membership import Membership
from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.models.review import ReviewCase, ReviewDelegation
from licensing.review.errors import DelegationNotPossible, NoSuchDelegation
from licensing.review.words import UNDECIDED


def give_delegation(
    *, stand_in: UUID, valid_from: datetime, valid_until: datetime, actor: Actor
) -> ReviewDelegation:
    """Let another member stand in for the actor, in every case but those that one of the two asked for.

    What the stand-in may do is what the actor's own roles allow at the moment of acting.

    Raises:
        DelegationNotPossible: to oneself, to no member, for a time that is over, or to whoever asked for the use of
            a case that the actor is to decide.
    """
    at = clock.now()
    if actor.user_id is None or stand_in == actor.user_id:
        raise DelegationNotPossible("Somebody else stands in for you.")
    if not valid_from < valid_until or valid_until <= at:
        raise DelegationNotPossible("A delegation begins before it ends, and ends after now.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if not Membership.objects.filter(user_id=stand_in).exists():
            raise DelegationNotPossible("Who stands in is a member of the organisation.")
        mine = ReviewCase.objects.filter(assignee_id=actor.user_id, state__in=UNDECIDED)
        if mine.filter(decisions__decision__requested_by_id=stand_in).exists():
            raise DelegationNotPossible(
                "This member asked for the use of a case that is yours to decide. Let another one stand in."
            )
        row: ReviewDelegation = ReviewDelegation.objects.create(
            person_id=actor.user_id,
            stand_in_id=stand_in,
            valid_from=valid_from,
            valid_until=valid_until,
            given_at=at,
        )
        _log(
            EntryType.DELEGATION_GIVEN,
            row,
            actor,
            at,
            member=str(actor.user_id),
            stand_in=str(stand_in),
        )
    return row


def end_delegation(delegation_id: UUID, *, actor: Actor) -> None:
    """End a delegation of the actor's, given or held, now.

    Raises:
        NoSuchDelegation: there is none of this id that is theirs, or it was ended before.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: ReviewDelegation | None = (
            ReviewDelegation.objects.select_for_update(of=("self",))
            .filter(id=delegation_id, ended_at__isnull=True)
            .first()
        )
        if row is None or actor.user_id not in (row.person_id, row.stand_in_id):
            raise NoSuchDelegation("There is no such delegation of yours, or it was ended before.")
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        _log(EntryType.DELEGATION_ENDED, row, actor, row.ended_at)


def _log(entry_type: EntryType, row: ReviewDelegation, actor: Actor, at: datetime, **fields: str) -> None:
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"delegation:{row.id}",
        fields={"delegation": str(row.id), **fields},
        at=at,
    )
