"""Counsel approves what the audience is told; whoever delivers records where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.disclosures.cards import ApprovalCard, approval_card_of
from licensing.disclosures.errors import (
    DisclosureNotPossible,
    DisclosureNotStanding,
    NoSuchDisclosure,
    NoSuchWording,
)
from licensing.disclosures.queries import approval_rows
from licensing.disclosures.wording import Wording, wording_book
from licensing.models.disclosure import DisclosureApproval, DisclosurePlacing
from productions.queries import production_card

LONGEST_TEXT = 2000
LONGEST_PLACE = 300
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApproval:
    """What counsel approves. An icon or a mark has neither language nor text."""

    production_id: UUID
    wording_id: str
    language: str = ""
    text: str = ""


def approve_disclosure(new: NewApproval, *, actor: Actor) -> ApprovalCard:
    """Put on record that counsel approves a wording for a production; it takes the place of the one before.

    The same again changes nothing.

    Raises:
        NoSuchWording: no row of this id is on file.
        productions.errors.NoSuchProduction: none of the actor's organisation has the id.
        DisclosureNotPossible: no text where words are needed, words where none are, or a field out of bounds.
    """
    row = _wording(new.wording_id)
    _check(new, row)
    production_card(actor.organisation_id, new.production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _one_at_a_time(new.production_id)
        before = _latest(new)
        if before is not None and not before.withdrawn and before.text == new.text:
            return approval_card_of(before)
        return _record(new, row, before=before, withdrawn=False, actor=actor)


def withdraw_disclosure(approval_id: UUID, *, actor: Actor) -> ApprovalCard:
    """Take an approval back; what rested on it counts for nothing from now on.

    Raises:
        NoSuchDisclosure: none of the actor's organisation has the id.
        DisclosureNotStanding: a later one has taken its place, or it was taken back.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        approval = _standing(approval_id)
        new = NewApproval(
            production_id=approval.production_id,
            wording_id=approval.wording_id,
            language=approval.language,
            text=approval.text,
        )
        return _record(new, _wording(approval.wording_id), before=approval, withdrawn=True, actor=actor)


def place_disclosure(
    approval_id: UUID, *, place: str, document_sha256: str, placed_on: date, actor: Actor
) -> ApprovalCard:
    """Record where an approved disclosure stands in the work, with the digest of what shows it.

    Raises:
        NoSuchDisclosure: none of the actor's organisation has the id.
        DisclosureNotStanding: counsel has approved another wording since, or taken this one back.
        DisclosureNotPossible: no place, no digest, a day to come, or the same once more.
    """
    if not place.strip() or len(place) > LONGEST_PLACE or "\x00" in place:
        raise DisclosureNotPossible("place", f"where it stands, in up to {LONGEST_PLACE} characters")
    if not _SHA256.fullmatch(document_sha256):
        raise DisclosureNotPossible("document_sha256", "64 lower-case hexadecimal digits")
    at = clock.now()
    if placed_on > at.date():
        raise DisclosureNotPossible("placed_on", "a day that has come")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        approval = _standing(approval_id)
        try:
            with transaction.atomic():
                placing = DisclosurePlacing.objects.create(
                    approval=approval,
                    place=place.strip(),
                    document_sha256=document_sha256,
                    placed_on=placed_on,
                    recorded_at=at,
                    recorded_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise DisclosureNotPossible("place", "this is on record already") from error
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.DISCLOSURE_PLACED,
            actor=actor.label,
            subject=f"disclosure:{approval.id}",
            fields={
                "disclosure": str(approval.id),
                "placing": str(placing.id),
                "document_sha256": document_sha256,
            },
            at=at,
            production_id=approval.production_id,
        )
        return _card(approval.id)


def _record(
    new: NewApproval,
    row: Wording,
    *,
    before: DisclosureApproval | None,
    withdrawn: bool,
    actor: Actor,
) -> ApprovalCard:
    at, approval_id = clock.now(), new_id()
    content: dict[str, Canonical] = {
        "production": str(new.production_id),
        "wording": row.id,
        "edition": wording_book().edition,
        "rule": row.rule_id,
        "territory": row.territory,
        "kind": str(row.kind),
        "language": new.language,
        "text": new.text,
        "placement": row.placement,
        "withdrawn": withdrawn,
    }
    digest = sha256_hex(canonical_bytes(content))
    DisclosureApproval.objects.create(
        id=approval_id,
        production_id=new.production_id,
        wording_id=row.id,
        rule_id=row.rule_id,
        territory=row.territory,
        kind=row.kind,
        language=new.language,
        text=new.text,
        placement=row.placement,
        content=content,
        content_sha256=digest,
        withdrawn=withdrawn,
        supersedes=before,
        approved_at=at,
        approved_by_id=actor.user_id,
    )
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.DISCLOSURE_APPROVED,
        actor=actor.label,
        subject=f"disclosure:{approval_id}",
        fields={
            "disclosure": str(approval_id),
            "kind": str(row.kind),
            "content_sha256": digest,
            "state": "withdrawn" if withdrawn else "approved",
            "supersedes": str(before.id) if before else None,
        },
        at=at,
        production_id=new.production_id,
    )
    return _card(approval_id)


def _latest(new: NewApproval) -> DisclosureApproval | None:
    return (
        approval_rows()
        .filter(
            production_id=new.production_id,
            wording_id=new.wording_id,
            language=new.language,
            superseded_by__isnull=True,
        )
        .first()
    )


def _standing(approval_id: UUID) -> DisclosureApproval:
    found = DisclosureApproval.objects.filter(id=approval_id).values_list("production_id", flat=True).first()
    if found is None:
        raise NoSuchDisclosure("There is no such approved disclosure here.")
    _one_at_a_time(found)
    row: DisclosureApproval = approval_rows().get(id=approval_id)
    if row.withdrawn or getattr(row, "superseded_by", None) is not None:
        raise DisclosureNotStanding("Counsel has decided otherwise since. Use what stands now.")
    return row


def _wording(wording_id: str) -> Wording:
    row = wording_book().rows.get(wording_id)
    if row is None:
        raise NoSuchWording(f"There is no way to disclose called {wording_id} on file.")
    return row


def _check(new: NewApproval, row: Wording) -> None:
    has_words = row.has_words
    if has_words != bool(new.text.strip()):
        needed = "the words that are approved" if has_words else "left empty: this is a picture or a mark"
        raise DisclosureNotPossible("text", needed)
    if len(new.text) > LONGEST_TEXT or "\x00" in new.text:
        raise DisclosureNotPossible("text", f"up to {LONGEST_TEXT} characters")
    if has_words != bool(new.language) or (new.language and not _LANGUAGE.fullmatch(new.language)):
        raise DisclosureNotPossible(
            "language", "a language such as en or pt-BR" if has_words else "left empty: there are no words"
        )


def _card(approval_id: UUID) -> ApprovalCard:
    return approval_card_of(approval_rows().get(id=approval_id))


def _one_at_a_time(production_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"disclosures of {production_id}"]
        )
