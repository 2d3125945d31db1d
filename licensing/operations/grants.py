"""Let another organisation or a person see some records, until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.agreeing.cards import GrantCard
from licensing.agreeing.errors import EventBackdated, GrantUnusable, NoSuchGrant
from licensing.agreeing.sight import grant_card_of
from licensing.errors import UnknownPerformer
from licensing.models.agreement import SightGrant
from licensing.models.performer import Performer
from licensing.values import Agreement

_ENDED = "The grant has ended. The log has not confirmed it yet and will without your doing."
_GIVEN = "The grant is given. The log has not confirmed it yet and will without your doing."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """Exactly one of the grantees, and exactly one of performer and agreement.

    `valid_from` None: from now. `valid_until` None: until it is ended.
    """

    grantee_organisation_id: UUID | None = None
    grantee_user_id: UUID | None = None
    performer_id: UUID | None = None
    agreement: Agreement | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def grant_sight(new: NewGrant, *, actor: Actor) -> GrantCard:
    """Open the named records, for reading alone, to whoever is named.

    Raises:
        GrantUnusable: it names nobody or two, or an organisation or person there is not.
        UnknownPerformer: the performer is not on this register.
        EventBackdated: it would begin in the past or end before it begins.
        LogNotReady: it is given; its entry is not covered yet.
    """
    if (new.grantee_organisation_id is None) == (new.grantee_user_id is None):
        raise GrantUnusable("Name either the organisation or the person who may see.")
    if (new.performer_id is None) == (new.agreement is None):
        raise GrantUnusable("Name either the performer or the agreement whose records may be seen.")
    if new.grantee_organisation_id == actor.organisation_id:
        raise GrantUnusable("Your own organisation sees its records without a grant.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at = clock.now()
        begins = new.valid_from or at
        if new.valid_from is not None and new.valid_from < at:
            raise EventBackdated("valid_from", "lies in the past")
        if new.valid_until is not None and new.valid_until <= begins:
            raise EventBackdated("valid_until", "lies before the grant begins")
        if new.performer_id and not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        try:
            with transaction.atomic():
                row: SightGrant = SightGrant.objects.create(
                    grantee_organisation_id=new.grantee_organisation_id,
                    grantee_user_id=new.grantee_user_id,
                    performer_id=new.performer_id,
                    agreement=new.agreement,
                    valid_from=begins,
                    valid_until=new.valid_until,
                    granted_at=at,
                    granted_by_id=actor.user_id,
                )
                # Foreign keys are checked at the commit otherwise, where no refusal could name the reason.
                connection.check_constraints()
        except IntegrityError as error:
            raise GrantUnusable("There is no such organisation or person.") from error
        entry_uid = _log(EntryType.SIGHT_GRANTED, row, actor=actor, at=at)
        card = grant_card_of(row)
    wait_until_covered(actor.organisation_id, [entry_uid], message=_GIVEN)
    return card


def end_sight(grant_id: UUID, *, actor: Actor) -> GrantCard:
    """End a grant now: from the next statement on nothing is seen under it.

    Raises:
        NoSuchGrant: there is none of this id here, or it ended before.
        LogNotReady: it has ended; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: SightGrant | None = (
            SightGrant.objects.select_for_update(of=("self",))
            .filter(id=grant_id, ended_at__isnull=True)
            .first()
        )
        if row is None:
            raise NoSuchGrant("There is no such grant here, or it ended before.")
        row.ended_at = clock.now()
        row.ended_by_id = actor.user_id
        row.save(update_fields=["ended_at", "ended_by"])
        entry_uid = _log(EntryType.SIGHT_ENDED, row, actor=actor, at=row.ended_at)
        card = grant_card_of(row)
    wait_until_covered(actor.organisation_id, [entry_uid], message=_ENDED)
    return card


def _log(entry_type: EntryType, row: SightGrant, *, actor: Actor, at: datetime) -> UUID:
    return trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"grant:{row.id}",
        fields={"grant": str(row.id)},
        at=at,
        person_id=row.performer_id,
    )
