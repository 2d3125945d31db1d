"""What the demo's performer finds on signing in: the own record, and an offer that waits to be answered.

Everything in it is invented, the paper that shows who she is too; its digest is that of the text in `_IDENTITY`.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.canonical import Canonical
from core.digests import sha256_hex
from licensing.agreed import Audience, Edit
from licensing.agreeing.queries import offer_cards
from licensing.document_queries import authority_cards
from licensing.operations.authorities import NewAuthority, verify_authority
from licensing.operations.offers import NewOffer, draft_offer, send_offer
from licensing.queries import performer_card
from licensing.values import FormKind, Medium, Purpose, ReplicaType, Representation, SignerRole, Use

_IDENTITY = "Proof of identity of an invented performer, seen by an invented counsel. For demos only."
_NOTICE_DAYS = 14


def ensure_offer(production_id: UUID, performer_id: UUID, *, person: Actor, counsel: Actor) -> None:
    """Bind the performer's sign-in to her record, and put one offer to her."""
    if person.user_id is None:
        return
    known = authority_cards(performer_id, actor=counsel)
    if not any(one.person_id == person.user_id for one in known):
        verify_authority(
            NewAuthority(
                performer_id=performer_id,
                person_id=person.user_id,
                signer_role=SignerRole.PERFORMER,
                document_sha256=sha256_hex(_IDENTITY.encode()),
                valid_from=clock.now().date(),
            ),
            actor=counsel,
        )
    name = performer_card(counsel.organisation_id, performer_id, everybody=True).professional_name
    if not any(one.performer_name == name for one in offer_cards(counsel)):
        offer = draft_offer(
            NewOffer(
                production_id=production_id,
                performer_id=performer_id,
                replica_type=ReplicaType.VOICE_REPLICA.value,
                terms=_terms(),
                withdrawal_notice_days=_NOTICE_DAYS,
                representation=Representation.COUNSEL_NEGOTIATED,
            ),
            actor=counsel,
        )
        send_offer(offer.id, actor=counsel)


def _terms() -> dict[str, Canonical]:
    return {
        "form_kind": FormKind.SEPARATE_RIDER.value,
        "signer_role": SignerRole.PERFORMER.value,
        "intended_use": {
            "description": "Her voice replica reads the three lines of the log that close scene 13, and no more.",
            "reasonably_specific": True,
            "consistent_with_contract": True,
            "uses": [Use.VOICE_ADR.value],
            "purposes": [Purpose.THIS_PRODUCTION.value],
            "media": [Medium.THEATRICAL.value, Medium.SVOD.value],
            "territories": ["US"],
            "languages": ["en"],
            "scenes": ["13"],
            "sensitive": [],
        },
        "agreed": {
            "does": "Reads off screen while the lamp goes out.",
            "says": "The three lines printed in the shooting script, word for word.",
            "edits": [Edit.TIMING_AND_SPEED.value],
            "training": [],
            "visible_to": [Audience.PRODUCTION.value],
        },
        "business_reason": "The lines were written after the last day of recording.",
        "bargained": True,
        "survives_death": False,
        "valid_from": date(2026, 11, 1).isoformat(),
        "valid_until": date(2028, 9, 3).isoformat(),
    }
