"""Who acts for a performer: looked up in the authorities that somebody verified. Inside a `tenant` block."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from core.canonical import Canonical
from licensing.agreeing.errors import ActNotCovered, PerformerAlone
from licensing.document_queries import standing_authorities
from licensing.documents.rider_text import term_value
from licensing.models.document import SigningAuthority
from licensing.models.performer import Performer
from licensing.names import RepresentedAct
from licensing.values import SignerRole, SubjectState


def authority_for(
    performer_id: UUID,
    act: RepresentedAct,
    *,
    actor: Actor,
    on: datetime,
    signer_role: str | None = None,
) -> SigningAuthority:
    """What lets `actor` do `act` for the performer; their own name before anybody else's.

    Raises:
        ActNotCovered: nothing does, or not in the role asked for.
    """
    held = [
        row
        for row in standing_authorities(performer_id, actor.user_id, on=on)
        if act.value in row.acts and signer_role in (None, row.signer_role)
    ]
    if not held:
        raise ActNotCovered(act)
    return min(held, key=lambda row: row.signer_role != SignerRole.PERFORMER)


def require_in_person(
    performer_id: UUID, authority: SigningAuthority, terms: Mapping[str, Canonical]
) -> None:
    """Nudity and sexual content are agreed to by an adult in person.

    Raises:
        PerformerAlone: somebody else would agree to it.
    """
    if not term_value(terms, "intended_use.sensitive") or authority.signer_role == SignerRole.PERFORMER:
        return
    state = Performer.objects.values_list("state", flat=True).get(id=performer_id)
    if state in (SubjectState.LIVING_ADULT, None):
        raise PerformerAlone(
            "These terms allow sensitive content. A living adult agrees to that in person; no authority covers it."
        )


def performers_acted_for(actor: Actor, *, on: datetime) -> tuple[UUID, ...]:
    """Every performer here whom the actor is, or acts for, on that day."""
    rows = SigningAuthority.objects.filter(person_id=actor.user_id, revoked_at__isnull=True)
    ids = {row.performer_id for row in rows}
    return tuple(sorted(one for one in ids if standing_authorities(one, actor.user_id, on=on).exists()))
