"""Counsel signs off an exempt basis, or takes it back; a later row takes the place of the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.errors import UnknownPerformer
from licensing.models.performer import Performer
from licensing.models.sign_off import BasisSignOff
from licensing.signing_off.cards import SignOffCard
from licensing.signing_off.errors import NoSuchSignOff, OwnClaim, SignOffNotPossible, SignOffNotStanding
from licensing.signing_off.papers import CAPACITIES
from licensing.signing_off.queries import one_at_a_time, sign_off_card
from licensing.values import ExemptBasis, SigningOffRole, Use
from productions.queries import production_card, shot_cards

LONGEST_REASON = 2000
LONGEST_SCENE = 80
MOST_PLACES = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Raised by a trigger, which knows every decision.
_FOUR_EYES = "licensing_basissignoff_four_eyes"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignOff:
    """A basis and how far it holds.

    Attributes:
        performer_id: of whom; None: of everybody in the production.
        scenes, shots: empty for all of them.
        valid_until: the last day, in UTC.
        capacity: one of `licensing.signing_off.papers.CAPACITIES`.
        reason: why no consent is needed, in counsel's words.
        document_sha256: of the paper it rests on; empty where there is none.
        supersedes: the sign-off of the same basis whose place this one takes.
    """

    production_id: UUID
    basis: ExemptBasis
    use: Use
    valid_until: date
    capacity: SigningOffRole
    reason: str
    performer_id: UUID | None = None
    scenes: tuple[str, ...] = ()
    shots: tuple[UUID, ...] = ()
    document_sha256: str = ""
    supersedes: UUID | None = None


def sign_off_basis(new: NewSignOff, *, actor: Actor) -> SignOffCard:
    """Put on record that counsel signs off a basis. It counts once the log covers it, and for nobody's own question.

    Raises:
        productions.errors.NoSuchProduction: none of the actor's organisation has the id.
        UnknownPerformer: nobody of this id is registered here.
        SignOffNotPossible: a field is out of its bounds.
        NoSuchSignOff, SignOffNotStanding: what it would take the place of is none, or ended.
        OwnClaim: the actor asked for such a use on this basis.
    """
    _check(new)
    production_card(actor.organisation_id, new.production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        one_at_a_time(new.production_id)
        if new.performer_id and not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        here = {one.id for one in shot_cards(new.shots).values() if one.production_id == new.production_id}
        if here != set(new.shots):
            raise SignOffNotPossible("shots", "shots of this production")
        if new.supersedes is not None:
            before = _standing(new.supersedes)
            if (before.production_id, before.basis) != (new.production_id, new.basis):
                raise SignOffNotPossible("supersedes", "a sign-off of the same production and basis")
        signed = _record(new, revoked=False, actor=actor)
    return sign_off_card(actor.organisation_id, signed)


def revoke_sign_off(sign_off_id: UUID, *, reason: str, actor: Actor) -> SignOffCard:
    """Take a sign-off back; it counts for nothing from now on, and work that rests on it stops.

    Raises:
        NoSuchSignOff: none of the actor's organisation has the id.
        SignOffNotStanding: it was taken back, or a later one has taken its place.
        SignOffNotPossible: no reason is given.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        found = BasisSignOff.objects.filter(id=sign_off_id).first()
        if found is None:
            raise NoSuchSignOff("There is no such sign-off here.")
        one_at_a_time(found.production_id)
        row = _standing(sign_off_id)
        old = NewSignOff(
            production_id=row.production_id,
            basis=ExemptBasis(row.basis),
            use=Use(row.use),
            valid_until=row.valid_until,
            capacity=SigningOffRole(row.capacity),
            reason=reason,
            performer_id=row.performer_id,
            scenes=tuple(row.scenes),
            shots=tuple(row.shots),
        )
        check_reason(reason)
        ended = _record(replace(old, supersedes=row.id), revoked=True, actor=actor)
    return sign_off_card(actor.organisation_id, ended)


def check_reason(reason: str) -> None:
    """Raise unless somebody says why.

    Raises:
        SignOffNotPossible: nothing is said, or too much.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise SignOffNotPossible("reason", f"why, in up to {LONGEST_REASON} characters")


def check_digest(document_sha256: str) -> None:
    """Raise unless it is a SHA-256.

    Raises:
        SignOffNotPossible: it is none.
    """
    if not _SHA256.fullmatch(document_sha256):
        raise SignOffNotPossible("document_sha256", "64 lower-case hexadecimal digits")


def _check(new: NewSignOff) -> None:
    check_reason(new.reason)
    if new.document_sha256:
        check_digest(new.document_sha256)
    if new.capacity not in CAPACITIES:
        raise SignOffNotPossible("capacity", f"one of {', '.join(CAPACITIES)}")
    if new.valid_until < clock.now().astimezone(UTC).date():
        raise SignOffNotPossible("valid_until", "today or a day to come")
    if len(new.scenes) > MOST_PLACES or len(new.shots) > MOST_PLACES:
        raise SignOffNotPossible("scenes and shots", f"up to {MOST_PLACES} each; leave them empty for all")
    if any(not one.strip() or len(one) > LONGEST_SCENE or "\x00" in one for one in new.scenes):
        raise SignOffNotPossible("scenes", f"each in up to {LONGEST_SCENE} characters")


def _record(new: NewSignOff, *, revoked: bool, actor: Actor) -> UUID:
    at, sign_off_id = clock.now(), new_id()
    scenes, shots = sorted(set(new.scenes)), sorted(set(new.shots))
    content: dict[str, Canonical] = {
        "production": str(new.production_id),
        "performer": str(new.performer_id) if new.performer_id else None,
        "basis": new.basis.value,
        "use": new.use.value,
        "scenes": list(scenes),
        "shots": [str(one) for one in shots],
        "valid_until": new.valid_until.isoformat(),
        "capacity": new.capacity.value,
        "reason": new.reason,
        "document_sha256": new.document_sha256,
        "revoked": revoked,
    }
    digest = sha256_hex(canonical_bytes(content))
    people = [new.performer_id] if new.performer_id else []
    entry_uid = trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.BASIS_SIGNED_OFF,
        actor=actor.label,
        subject=f"sign-off:{sign_off_id}",
        fields={
            "sign_off": str(sign_off_id),
            "basis": new.basis.value,
            "state": "revoked" if revoked else "signed_off",
            "content_sha256": digest,
            "supersedes": str(new.supersedes) if new.supersedes else None,
            "document_sha256": new.document_sha256 or None,
            "performers": subjects.performers(actor.organisation_id, people) or None,
        },
        at=at,
        production_id=new.production_id,
    )
    try:
        with transaction.atomic():
            BasisSignOff.objects.create(
                id=sign_off_id,
                production_id=new.production_id,
                performer_id=new.performer_id,
                basis=new.basis,
                use=new.use,
                scenes=scenes,
                shots=shots,
                valid_until=new.valid_until,
                capacity=new.capacity,
                reason=new.reason,
                document_sha256=new.document_sha256,
                content=content,
                content_sha256=digest,
                revoked=revoked,
                supersedes_id=new.supersedes,
                signed_at=at,
                signed_by_id=actor.user_id,
                entry_uid=entry_uid,
            )
    except IntegrityError as error:
        if _FOUR_EYES not in str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")):
            raise
        raise OwnClaim(
            "You asked for such a use on this basis. Somebody else of counsel signs it off."
        ) from error
    return sign_off_id


def _standing(sign_off_id: UUID) -> BasisSignOff:
    row: BasisSignOff | None = (
        BasisSignOff.objects.select_related("superseded_by").filter(id=sign_off_id).first()
    )
    if row is None:
        raise NoSuchSignOff("There is no such sign-off here.")
    if row.revoked or getattr(row, "superseded_by", None) is not None:
        raise SignOffNotStanding("It was taken back, or a later one has taken its place.")
    return row
