"""A performer chooses whether whoever verifies a file is told their name."""

from __future__ import annotations

import re
from uuid import UUID

from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.agreeing.acting_for import authority_for
from licensing.agreeing.errors import ActNotCovered
from licensing.doors import MAY_WITHDRAW
from licensing.errors import DigestMalformed, NamingNotPossible
from licensing.models.consent import Consent
from licensing.models.naming import NamingChoice
from licensing.names import RepresentedAct
from licensing.naming import NamingCard, naming_cards

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 120


def choose_naming(
    performer_id: UUID, production_id: UUID, *, named_as: str, document_sha256: str = "", actor: Actor
) -> NamingCard:
    """Record how a performer is named to whoever verifies a file of a production; empty: not at all.

    It counts at once, for every file of that production, also those that were signed before; no file holds the name.

    Args:
        performer_id: who.
        production_id: where they consented to something.
        named_as: one printable line.
        document_sha256: the paper that legal enters it from; nothing for the performer and who acts for them.
        actor: the performer, who may answer for them, or legal.

    Raises:
        ActNotCovered: not this person's to choose.
        NamingNotPossible: no consent of theirs in that production, or no name.
        DigestMalformed: legal's paper has no digest.
    """
    name = named_as.strip()
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise NamingNotPossible(f"A name is one printable line of at most {_LONGEST_NAME} characters.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at = clock.now()
        if not Consent.objects.filter(performer_id=performer_id, production_id=production_id).exists():
            raise NamingNotPossible("There is no consent of that performer in that production.")
        try:
            authority = authority_for(performer_id, RepresentedAct.ANSWER, actor=actor, on=at)
        except ActNotCovered:
            if not actor.is_one_of(*MAY_WITHDRAW):
                raise
            authority = None
        if authority is None and not _SHA256.fullmatch(document_sha256):
            raise DigestMalformed("The paper's SHA-256 has 64 hexadecimal digits in lower case.")
        naming_id = new_id()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.NAMING_CHOSEN,
            actor=actor.label,
            subject=f"naming:{naming_id}",
            fields={
                "naming": str(naming_id),
                "performer": subjects.performers(actor.organisation_id, [performer_id])[0],
                "state": "named" if name else "not_named",
                "authority": str(authority.id) if authority else None,
                "document_sha256": None if authority else document_sha256,
            },
            at=at,
            production_id=production_id,
            person_id=performer_id,
        )
        NamingChoice.objects.create(
            id=naming_id,
            performer_id=performer_id,
            production_id=production_id,
            named_as=name,
            authority=authority,
            document_sha256="" if authority else document_sha256,
            chosen_at=at,
            chosen_by_id=actor.user_id,
            entry_uid=entry_uid,
        )
    return next(
        one for one in naming_cards(actor.organisation_id, performer_id) if one.production_id == production_id
    )
