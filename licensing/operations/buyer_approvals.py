"""A buyer's approval in writing is put on record, or taken off it, by a later row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.digests import new_salt, sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.models.sign_off import BuyerApproval
from licensing.operations.sign_offs import MOST_PLACES, check_digest, check_reason
from licensing.signing_off.cards import BuyerApprovalCard
from licensing.signing_off.errors import NoSuchSignOff, SignOffNotPossible, SignOffNotStanding
from licensing.signing_off.queries import buyer_approval_card, one_at_a_time
from licensing.values import Use
from productions.queries import production_card, shot_cards

LONGEST_NAME = 200
LONGEST_CONDITIONS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBuyerApproval:
    """What a paper of the buyer's says.

    Attributes:
        approved_by: who of the buyer; stands in no log and no evidence.
        approved_at: when, as the paper says.
        shots: empty for the whole production.
        valid_until: the last day, in UTC; None where the paper names none.
        supersedes: the approval whose place this one takes.
    """

    production_id: UUID
    use: Use
    approved_by: str
    approved_at: datetime
    document_sha256: str
    shots: tuple[UUID, ...] = ()
    valid_until: date | None = None
    conditions: str = ""
    supersedes: UUID | None = None


def record_buyer_approval(new: NewBuyerApproval, *, actor: Actor) -> BuyerApprovalCard:
    """Put on record that the buyer approved a use in writing. It counts once the log covers it.

    Raises:
        productions.errors.NoSuchProduction: none of the actor's organisation has the id.
        SignOffNotPossible: a field is out of its bounds.
        NoSuchSignOff, SignOffNotStanding: what it would take the place of is none, or ended.
    """
    _check(new)
    production_card(actor.organisation_id, new.production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        one_at_a_time(new.production_id)
        here = {one.id for one in shot_cards(new.shots).values() if one.production_id == new.production_id}
        if here != set(new.shots):
            raise SignOffNotPossible("shots", "shots of this production")
        if new.supersedes is not None and _standing(new.supersedes).production_id != new.production_id:
            raise SignOffNotPossible("supersedes", "an approval of the same production")
        recorded = _record(new, reason="", withdrawn=False, actor=actor)
    return buyer_approval_card(actor.organisation_id, recorded)


def withdraw_buyer_approval(approval_id: UUID, *, reason: str, actor: Actor) -> BuyerApprovalCard:
    """Take an approval off the record, as when the buyer took it back; it counts for nothing from now on.

    Raises:
        NoSuchSignOff: none of the actor's organisation has the id.
        SignOffNotStanding: it was taken back, or a later one has taken its place.
        SignOffNotPossible: no reason is given.
    """
    check_reason(reason)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        found = BuyerApproval.objects.filter(id=approval_id).first()
        if found is None:
            raise NoSuchSignOff("There is no such written approval here.")
        one_at_a_time(found.production_id)
        row = _standing(approval_id)
        old = NewBuyerApproval(
            production_id=row.production_id,
            use=Use(row.use),
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            document_sha256=row.document_sha256,
            shots=tuple(row.shots),
            valid_until=row.valid_until,
            conditions=row.conditions,
        )
        ended = _record(replace(old, supersedes=row.id), reason=reason, withdrawn=True, actor=actor)
    return buyer_approval_card(actor.organisation_id, ended)


def _check(new: NewBuyerApproval) -> None:
    check_digest(new.document_sha256)
    if not new.approved_by.strip() or len(new.approved_by) > LONGEST_NAME or "\x00" in new.approved_by:
        raise SignOffNotPossible("approved_by", f"who of the buyer, in up to {LONGEST_NAME} characters")
    if new.approved_at.tzinfo is None or new.approved_at > clock.now():
        raise SignOffNotPossible("approved_at", "a time that has come, with its offset")
    if new.valid_until is not None and new.valid_until < new.approved_at.astimezone(UTC).date():
        raise SignOffNotPossible("valid_until", "no day before it was given")
    if len(new.conditions) > LONGEST_CONDITIONS or "\x00" in new.conditions:
        raise SignOffNotPossible("conditions", f"up to {LONGEST_CONDITIONS} characters")
    if len(new.shots) > MOST_PLACES:
        raise SignOffNotPossible("shots", f"up to {MOST_PLACES}; leave them empty for the whole production")


def _record(new: NewBuyerApproval, *, reason: str, withdrawn: bool, actor: Actor) -> UUID:
    at, approval_id, shots = clock.now(), new_id(), sorted(set(new.shots))
    content: dict[str, Canonical] = {
        "production": str(new.production_id),
        "use": new.use.value,
        "shots": [str(one) for one in shots],
        "approved_by": new.approved_by,
        "approved_at": rfc3339(new.approved_at),
        "valid_until": new.valid_until.isoformat() if new.valid_until else None,
        "conditions": new.conditions,
        "document_sha256": new.document_sha256,
        "withdrawn": withdrawn,
        "reason": reason,
        # The name of a person is in it, and its digest in the log: nobody shall find the name by trying.
        "salt": new_salt().hex(),
    }
    digest = sha256_hex(canonical_bytes(content))
    entry_uid = trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.BUYER_APPROVAL_RECORDED,
        actor=actor.label,
        subject=f"buyer-approval:{approval_id}",
        fields={
            "buyer_approval": str(approval_id),
            "state": "withdrawn" if withdrawn else "recorded",
            "content_sha256": digest,
            "document_sha256": new.document_sha256,
            "supersedes": str(new.supersedes) if new.supersedes else None,
        },
        at=at,
        production_id=new.production_id,
    )
    BuyerApproval.objects.create(
        id=approval_id,
        production_id=new.production_id,
        use=new.use,
        shots=shots,
        approved_by=new.approved_by.strip(),
        approved_at=new.approved_at,
        valid_until=new.valid_until,
        conditions=new.conditions,
        document_sha256=new.document_sha256,
        content=content,
        content_sha256=digest,
        withdrawn=withdrawn,
        reason=reason,
        supersedes_id=new.supersedes,
        recorded_at=at,
        recorded_by_id=actor.user_id,
        entry_uid=entry_uid,
    )
    return approval_id


def _standing(approval_id: UUID) -> BuyerApproval:
    row: BuyerApproval | None = (
        BuyerApproval.objects.select_related("superseded_by").filter(id=approval_id).first()
    )
    if row is None:
        raise NoSuchSignOff("There is no such written approval here.")
    if row.withdrawn or getattr(row, "superseded_by", None) is not None:
        raise SignOffNotStanding("It was taken back, or a later one has taken its place.")
    return row
