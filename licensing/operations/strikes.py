"""The strike switch: what a union strikes, nobody replicates."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.errors import NoSuchStrike, StrikeOnRecord
from licensing.models.strike import Strike
from licensing.queries import strikes_now
from licensing.values import Agreement

_BEGUN = (
    "The strike is recorded and stops all work under {agreement} from now on. The log has not confirmed it yet and "
    "will without your doing. Do not send it again."
)
_ENDED = (
    "The end of the strike of {agreement} is recorded. The log has not confirmed it yet and will without your doing. "
    "Do not send it again."
)


def begin_strike(agreement: Agreement, *, actor: Actor) -> datetime:
    """Put an agreement under strike from now, and wait until the log covers it; work stops at once. Gives when.

    Raises:
        StrikeOnRecord: it is already.
        LogNotReady: the strike stands; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at = clock.now()
        try:
            with transaction.atomic():
                row: Strike = Strike.objects.create(agreement=agreement, began_at=at)
        except IntegrityError as error:
            raise StrikeOnRecord(f"{agreement} is under strike on record already.") from error
        entry_uid = _log(EntryType.STRIKE_BEGUN, row, actor=actor, at=at)
    wait_until_covered(actor.organisation_id, [entry_uid], message=_BEGUN.format(agreement=agreement))
    return at


def end_strike(agreement: Agreement, *, actor: Actor) -> datetime:
    """End the strike of an agreement now, and wait until the log covers it; gives when.

    Consent that it suspended holds again. Decisions that come of it stand behind the strike's end in the log.

    Raises:
        NoSuchStrike: none is on record.
        LogNotReady: the strike has ended; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: Strike | None = (
            Strike.objects.select_for_update().filter(agreement=agreement, ended_at__isnull=True).first()
        )
        if row is None:
            raise NoSuchStrike(f"No strike of {agreement} is on record.")
        at = row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        entry_uid = _log(EntryType.STRIKE_ENDED, row, actor=actor, at=at)
    wait_until_covered(actor.organisation_id, [entry_uid], message=_ENDED.format(agreement=agreement))
    return at


def set_strike(agreement: Agreement, *, active: bool, actor: Actor) -> tuple[str, ...]:
    """Begin or end a strike; gives the agreements under strike afterwards.

    Raises:
        StrikeOnRecord, NoSuchStrike: it stands like that already.
        LogNotReady: see there.
    """
    (begin_strike if active else end_strike)(agreement, actor=actor)
    return strikes_now(actor.organisation_id)


def _log(entry_type: EntryType, row: Strike, *, actor: Actor, at: datetime) -> UUID:
    return trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"strike:{row.id}",
        fields={"strike": str(row.id), "agreement": str(row.agreement)},
        at=at,
    )
