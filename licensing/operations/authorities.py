"""Who may sign for a performer: found by one person in a paper, bound to another person's sign-in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import NotAMember
from accounts.models.membership import Membership
from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.document_cards import AuthorityCard, authority_card_of
from licensing.documents.errors import AuthorityNotYours, AuthorityOnRecord, NoSuchAuthority, TermsContradict
from licensing.errors import DigestMalformed, UnknownPerformer
from licensing.models.document import SigningAuthority
from licensing.models.performer import Performer
from licensing.names import RepresentedAct
from licensing.values import SignerRole

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAuthority:
    """`document_sha256`: the paper it was found in; for a performer who signs in person, a copy of their identity.

    `valid_until` is the last day; None: it has none. `acts`: what the paper lets the person do; every act by default.
    """

    performer_id: UUID
    person_id: UUID
    signer_role: SignerRole
    document_sha256: str
    valid_from: date
    valid_until: date | None = None
    acts: tuple[RepresentedAct, ...] = tuple(RepresentedAct)


def verify_authority(new: NewAuthority, *, actor: Actor) -> AuthorityCard:
    """Record that a member of the organisation may sign for a performer.

    Raises:
        AuthorityNotYours: the actor would verify their own.
        NotAMember: the person does not belong to this organisation.
        UnknownPerformer: not on the register.
        DigestMalformed: the paper's digest is none.
        TermsContradict: it would end before it begins.
        AuthorityOnRecord: the same stands already.
    """
    if not _SHA256.fullmatch(new.document_sha256):
        raise DigestMalformed("The paper's SHA-256 has 64 hexadecimal digits in lower case.")
    if new.valid_until is not None and new.valid_until < new.valid_from:
        raise TermsContradict("valid_until", "lies before valid_from")
    if not new.acts:
        raise TermsContradict("acts", "an authority covers at least one act")
    if actor.user_id is None or new.person_id == actor.user_id:
        raise AuthorityNotYours("Somebody else must look at the paper that shows your authority.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        if not Membership.objects.filter(user_id=new.person_id).exists():
            raise NotAMember("Whoever signs must first be a member of the organisation.")
        at = clock.now()
        try:
            with transaction.atomic():
                row: SigningAuthority = SigningAuthority.objects.create(
                    performer_id=new.performer_id,
                    person_id=new.person_id,
                    signer_role=new.signer_role,
                    document_sha256=new.document_sha256,
                    acts=[one.value for one in new.acts],
                    valid_from=new.valid_from,
                    valid_until=new.valid_until,
                    verified_at=at,
                    verified_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise AuthorityOnRecord("This person may sign for the performer in this role already.") from error
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.AUTHORITY_VERIFIED,
            actor=actor.label,
            subject=f"authority:{row.id}",
            fields={
                "authority": str(row.id),
                "performer": subjects.performers(actor.organisation_id, [new.performer_id])[0],
                "document_sha256": new.document_sha256,
            },
            at=at,
            person_id=new.performer_id,
        )
        return authority_card_of(row)


def revoke_authority(authority_id: UUID, *, actor: Actor) -> AuthorityCard:
    """End an authority now. What was signed under it stays signed; no consent is recorded on it any more.

    Raises:
        NoSuchAuthority: there is none of this id here, or it was revoked before.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: SigningAuthority | None = (
            SigningAuthority.objects.select_for_update(of=("self",))
            .filter(id=authority_id, revoked_at__isnull=True)
            .first()
        )
        if row is None:
            raise NoSuchAuthority("There is no such authority here, or it was revoked before.")
        row.revoked_at = clock.now()
        row.revoked_by_id = actor.user_id
        row.save(update_fields=["revoked_at", "revoked_by"])
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.AUTHORITY_REVOKED,
            actor=actor.label,
            subject=f"authority:{row.id}",
            fields={"authority": str(row.id)},
            at=row.revoked_at,
            person_id=row.performer_id,
        )
        return authority_card_of(row)
