"""Legal clears a model for a production, or for every one, and takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.clearances import LINES, lacking, standing
from generation.errors import ClearanceNotPossible, ModelNotCleared, NoSuchModel
from generation.models import ModelClearance, ModelRelease
from productions.queries import production_card

LONGEST_REASON = 2000
_RECORDED = (
    "It is on record and counts. The log has not confirmed it yet and will without your doing. Do not send it "
    "again."
)


def clear_model(
    model_id: UUID, *, production_id: UUID | None, is_cleared: bool, reason: str, actor: Actor
) -> UUID:
    """Say that a model may be used for a production, or no longer, and wait for the log; the record's identifier.

    It counts for whatever is asked from now on, and for takes that were asked for and are not rendered yet.

    Args:
        model_id: an approved model.
        production_id: None says it for every production of which nothing else is said.
        is_cleared: False takes a clearance back, or bars one production from a model cleared for all.
        reason: counsel's words, for the record.
        actor: who says so, for legal.

    Raises:
        NoSuchModel: the studio has approved none of this id.
        productions.errors.NoSuchProduction: none of the actor's organisation has the id.
        ClearanceNotPossible: no reason is given, or something that legal has to know of the model is not stated.
        LogNotReady: it is on record; its entry is not covered yet.
    """
    said = record_clearance(
        model_id, production_id=production_id, is_cleared=is_cleared, reason=reason, actor=actor
    )
    wait_until_covered(actor.organisation_id, [said.entry_uid], message=_RECORDED)
    return said.id


@dataclass(frozen=True, slots=True)
class Recorded:
    id: UUID
    entry_uid: UUID


def record_clearance(
    model_id: UUID, *, production_id: UUID | None, is_cleared: bool, reason: str, actor: Actor
) -> Recorded:
    """As `clear_model`, for whoever does not wait for the log: every use is decided after this in it anyway.

    Raises:
        As `clear_model`, but for the log.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise ClearanceNotPossible("reason", f"why, in up to {LONGEST_REASON} characters")
    if production_id is not None:
        production_card(actor.organisation_id, production_id)
    at, clearance_id = clock.now(), new_id()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = ModelRelease.objects.filter(id=model_id, approved_at__isnull=False).first()
        if row is None:
            raise NoSuchModel("There is no such model here.")
        if is_cleared and (lines := lacking(row)):
            said = ", ".join(LINES[name] for name in lines)
            raise ClearanceNotPossible(lines[0], f"stated before legal can clear the model; so must {said}")
        content: dict[str, Canonical] = {
            "model_sha256": row.lock_sha256,
            "production": str(production_id) if production_id else None,
            "is_cleared": is_cleared,
            "reason": reason.strip(),
            "said_at": rfc3339(at),
        }
        digest = sha256_hex(canonical_bytes(content))
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.MODEL_CLEARED,
            actor=actor.label,
            subject=f"model:{row.id}",
            fields={
                "clearance": str(clearance_id),
                "model_sha256": row.lock_sha256,
                "content_sha256": digest,
                "state": "cleared" if is_cleared else "taken_back",
                "production": str(production_id) if production_id else None,
            },
            at=at,
            production_id=production_id,
        )
        ModelClearance.objects.create(
            id=clearance_id,
            model=row,
            production_id=production_id,
            is_cleared=is_cleared,
            reason=reason.strip(),
            content=content,
            content_sha256=digest,
            said_at=at,
            said_by_id=actor.user_id,
            entry_uid=entry_uid,
        )
    return Recorded(clearance_id, entry_uid)


def check_cleared(row: ModelRelease, production_id: UUID) -> None:
    """Refuse a model that legal has not cleared for a production. Call inside `core.tenancy.tenant`.

    Raises:
        ModelNotCleared: saying what legal said, or what is still to be stated before it can say anything.
    """
    found = standing(row.id, production_id)
    if found.is_cleared:
        return
    missing = lacking(row)
    if found.last is not None:
        whose = "this production" if found.last.production_id else "every production"
        message = f"Legal took back that {row} may be used for {whose}: {found.last.reason}"
    else:
        message = f"Legal has not cleared {row} for this production."
    if missing:
        message += f" To be stated first: {', '.join(LINES[name] for name in missing)}."
    raise ModelNotCleared(message, lacking=missing)
