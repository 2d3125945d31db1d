"""Riders and received documents with everything their page shows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from licensing.document_cards import DocumentCard, RiderCard, TranscriptionCard
from licensing.document_queries import document_card, may_sign_for, rider_card
from licensing.documents.rider_text import Parties, RiderText, rider_text
from licensing.doors import MAY_RECORD, MAY_SIGN_FOR_STUDIO, MAY_TRANSCRIBE
from productions.queries import production_facts


@dataclass(frozen=True, slots=True)
class RiderPage:
    """`next_step`: studio, performer, record, or none that this person may take."""

    card: RiderCard
    text: RiderText
    next_step: str


@dataclass(frozen=True, slots=True)
class ReadTerms:
    """One reading of a document, in words. `next_step`: check, record, or none that this person may take."""

    card: TranscriptionCard
    text: RiderText
    next_step: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    card: DocumentCard
    readings: tuple[ReadTerms, ...]
    may_transcribe: bool


def rider_page(rider_id: UUID, *, actor: Actor) -> RiderPage:
    """A rider in words, and what the actor may do with it now.

    Raises:
        NoSuchRider: as `rider_card`.
    """
    card = rider_card(rider_id, actor=actor)
    text = _text(card, card.replica_type, card.terms, actor)
    allowed = {
        "prepared": ("studio", actor.is_one_of(*MAY_SIGN_FOR_STUDIO)),
        "awaiting_performer": ("performer", may_sign_for(card.performer_id, actor=actor)),
        "signed": ("record", actor.is_one_of(*MAY_RECORD)),
        "on_record": ("none", False),
    }
    step, may = allowed[card.state]
    return RiderPage(card, text, step if may else "none")


def document_page(document_id: UUID, *, actor: Actor) -> DocumentPage:
    """A received document with its readings in words.

    Raises:
        NoSuchDocument: as `document_card`.
    """
    card = document_card(document_id, actor=actor)
    readings = tuple(
        ReadTerms(one, _text(card, one.replica_type, one.terms, actor), _step(one, actor))
        for one in card.transcriptions
    )
    return DocumentPage(card, readings, actor.is_one_of(*MAY_TRANSCRIBE))


def _step(one: TranscriptionCard, actor: Actor) -> str:
    if one.agrees is None:
        second = actor.is_one_of(*MAY_TRANSCRIBE) and one.transcribed_by != actor.user_id
        return "check" if second else "none"
    return "record" if one.agrees and one.consent_id is None and actor.is_one_of(*MAY_RECORD) else "none"


def _text(card: RiderCard | DocumentCard, replica_type: str, terms: object, actor: Actor) -> RiderText:
    agreement = production_facts(actor.organisation_id, card.production_id).agreement
    parties = Parties("", card.performer_name, card.production_title, agreement, replica_type)
    wording = card.wording if isinstance(card, RiderCard) else None
    return rider_text(parties, terms, wording=wording)  # type: ignore[arg-type]  # a mapping, as the card says
