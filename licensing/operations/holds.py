"""Litigation holds: what a dispute is about is kept until legal says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.errors import RoleMissing
from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.doors import MAY_HOLD
from licensing.models.hold import LegalHold
from licensing.models.performer import Performer
from licensing.review.errors import HoldOnRecord, NoSuchHold, NothingToHold
from licensing.review.words import HeldKind, HoldReason
from productions.errors import NoSuchProduction
from productions.queries import production_facts

_ALREADY_LIFTED = "The hold is lifted. The log has not confirmed it yet and will without your doing."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """`matter`: the dispute, as the house calls it; `note` for whoever reads the list. Neither is logged."""

    kind: HeldKind
    held_id: UUID
    reason: HoldReason
    matter: str
    note: str = ""


def place_hold(new: NewHold, *, actor: Actor) -> LegalHold:
    """Keep what a dispute is about, at once: a hold takes nothing from anybody, so nothing waits for it.

    Args:
        new: what is held and why.
        actor: of legal.

    Raises:
        RoleMissing: not of legal.
        NothingToHold: there is no such thing here.
        HoldOnRecord: the same is held for the same matter already.
    """
    if not actor.is_one_of(*MAY_HOLD) or actor.user_id is None:
        raise RoleMissing(frozenset(MAY_HOLD))
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        if not _exists(new, actor):
            raise NothingToHold(f"There is no such {new.kind.value} here.")
        at = clock.now()
        try:
            with transaction.atomic():
                row: LegalHold = LegalHold.objects.create(
                    kind=new.kind,
                    held_id=new.held_id,
                    reason=new.reason,
                    matter=new.matter.strip(),
                    note=new.note.strip(),
                    placed_at=at,
                    placed_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise HoldOnRecord("The same is held for the same matter already.") from error
        _log(EntryType.HOLD_PLACED, row, actor, at, held=new.kind.value, reason_code=new.reason.value)
    return row


def lift_hold(hold_id: UUID, *, because: str, actor: Actor) -> None:
    """End a hold; what it kept may be erased when the log covers this.

    Raises:
        RoleMissing: not of legal.
        NoSuchHold: there is none of this id here, or it was lifted before.
        LogNotReady: it is lifted; its entry is not covered yet.
    """
    if not actor.is_one_of(*MAY_HOLD):
        raise RoleMissing(frozenset(MAY_HOLD))
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        row: LegalHold | None = (
            LegalHold.objects.select_for_update(of=("self",))
            .filter(id=hold_id, lifted_at__isnull=True)
            .first()
        )
        if row is None:
            raise NoSuchHold("There is no such hold here, or it was lifted before.")
        row.lifted_at = clock.now()
        row.lifted_by_id = actor.user_id
        row.lifted_because = because.strip() or "not stated"
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        uid = _log(EntryType.HOLD_LIFTED, row, actor, row.lifted_at)
    wait_until_covered(actor.organisation_id, [uid], message=_ALREADY_LIFTED)


def _exists(new: NewHold, actor: Actor) -> bool:
    match new.kind:
        case HeldKind.PERFORMER:
            return bool(Performer.objects.filter(id=new.held_id).exists())
        case HeldKind.PRODUCTION:
            try:
                production_facts(actor.organisation_id, new.held_id)
            except NoSuchProduction:
                return False
            return True
        case HeldKind.TAKE:
            # Takes belong to an app above this one.
            return bool(import_string(settings.TAKE_EXISTS)(actor.organisation_id, new.held_id))


def _log(entry_type: EntryType, row: LegalHold, actor: Actor, at: datetime, **fields: str) -> UUID:
    return trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"hold:{row.id}",
        fields={"hold": str(row.id), **fields},
        at=at,
    )
