"""The studio's side of an offer: draft it, put it to the performer, put other terms, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from licensing.agreeing.asked import Proposal, require_notice_days, with_counters
from licensing.agreeing.cards import OfferCard
from licensing.agreeing.errors import OfferOutOfTurn
from licensing.agreeing.queries import offer_card
from licensing.agreeing.states import Answer, OfferState
from licensing.agreeing.steps import (
    happened,
    latest_round,
    locked_offer,
    log_offer,
    move,
    now_after,
    proposal_of,
    require_state,
)
from licensing.documents.rider_text import this_wording
from licensing.documents.stated_terms import require_offerable, terms_digest
from licensing.errors import ConsentEnded, NoSuchConsent, UnknownPerformer
from licensing.models.agreement import Offer, OfferRound, TermAnswer
from licensing.models.consent import Consent
from licensing.models.performer import Performer
from licensing.names import ConsentStatus
from licensing.values import Representation
from productions.queries import production_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffer:
    """Terms to put to a performer, without what the signature brings.

    Args:
        representation: who negotiates beside the performer: counsel, the union, an agent, nobody; None: not known.
        withdrawal_notice_days: how long the consent holds after the performer's notice.
        supersedes: the active consent that this one would replace.
    """

    production_id: UUID
    performer_id: UUID
    replica_type: str
    terms: Mapping[str, Canonical]
    withdrawal_notice_days: int
    representation: Representation | None = None
    supersedes: UUID | None = None


def draft_offer(new: NewOffer, *, actor: Actor) -> OfferCard:
    """Write an offer down. Nobody but the studio sees it before `send_offer`.

    Raises:
        FactsUnreadable, TermsContradict: the terms cannot be signed as they are.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
        NoSuchConsent, ConsentEnded: what it would supersede is not here, is of somebody else, or ended.
    """
    proposal = Proposal(new.replica_type, new.terms, require_notice_days(new.withdrawal_notice_days))
    require_offerable(new.replica_type, new.terms)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        production_facts(actor.organisation_id, new.production_id)
        if not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        _require_standing(new)
        at = clock.now()
        row: Offer = Offer.objects.create(
            production_id=new.production_id,
            performer_id=new.performer_id,
            replica_type=new.replica_type,
            representation=new.representation,
            supersedes_id=new.supersedes,
            state=OfferState.DRAFTED,
            made_at=at,
            made_by_id=actor.user_id,
        )
        _put(row, 1, proposal, actor=actor, at=at)
        happened(row, None, actor=actor, at=at)
    return offer_card(row.id, actor=actor)


def send_offer(offer_id: UUID, *, actor: Actor) -> OfferCard:
    """Put a draft to the performer.

    Raises:
        NoSuchOffer, OfferOutOfTurn: not here, or sent before.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        require_state(row, OfferState.DRAFTED)
        asked, at = latest_round(row), now_after(row)
        move(row, OfferState.OFFERED, actor=actor, at=at)
        _log_made(row, asked, actor=actor, at=at)
    return offer_card(offer_id, actor=actor)


def propose_terms(
    offer_id: UUID, terms: Mapping[str, Canonical], *, withdrawal_notice_days: int, actor: Actor
) -> OfferCard:
    """Put other terms: into a draft, or to the performer who countered. The earlier round stays as it was.

    Raises:
        NoSuchOffer: not here.
        OfferOutOfTurn: the performer has not answered yet, or the offer ended.
        FactsUnreadable, TermsContradict: the terms cannot be signed as they are.
    """
    days = require_notice_days(withdrawal_notice_days)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        _propose(row, Proposal(row.replica_type, terms, days), actor=actor)
    return offer_card(offer_id, actor=actor)


def take_their_terms(offer_id: UUID, *, actor: Actor) -> OfferCard:
    """Put what the performer countered, as a round of the studio's own, which is answered like any other.

    Raises:
        NoSuchOffer: not here.
        OfferOutOfTurn: nothing was countered, or a term was answered no, for which the studio must find other words.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        require_state(row, OfferState.COUNTERED)
        asked = latest_round(row)
        answers = list(TermAnswer.objects.filter(round=asked).exclude(answer=Answer.YES))
        refused = [one.term for one in answers if one.answer == Answer.NO]
        if refused:
            raise OfferOutOfTurn(
                f"Answered no, with nothing in its place: {', '.join(refused)}. Put other terms.",
                state=row.state,
            )
        counters = {one.term: one.counter for one in answers}
        _propose(row, with_counters(proposal_of(row, asked), counters), actor=actor)
    return offer_card(offer_id, actor=actor)


def take_back_offer(offer_id: UUID, *, actor: Actor) -> OfferCard:
    """End an offer that is not a consent yet. Final.

    Raises:
        NoSuchOffer, OfferOutOfTurn: not here, or over already.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        at = now_after(row)
        move(row, OfferState.TAKEN_BACK, actor=actor, at=at)
        log_offer(row, EntryType.OFFER_TAKEN_BACK, actor=actor, at=at)
    return offer_card(offer_id, actor=actor)


def _propose(row: Offer, proposal: Proposal, *, actor: Actor) -> None:
    require_state(row, OfferState.DRAFTED, OfferState.COUNTERED)
    require_offerable(row.replica_type, proposal.terms)
    at = now_after(row)
    asked = _put(row, latest_round(row).number + 1, proposal, actor=actor, at=at)
    if row.state == OfferState.COUNTERED:
        move(row, OfferState.OFFERED, actor=actor, at=at)
        _log_made(row, asked, actor=actor, at=at)


def _put(row: Offer, number: int, proposal: Proposal, *, actor: Actor, at: datetime) -> OfferRound:
    asked: OfferRound = OfferRound.objects.create(
        offer=row,
        number=number,
        terms=dict(proposal.terms),
        terms_sha256=terms_digest(proposal.terms),
        wording=this_wording(),
        withdrawal_notice_days=proposal.notice_days,
        made_at=at,
        made_by_id=actor.user_id,
    )
    return asked


def _log_made(row: Offer, asked: OfferRound, *, actor: Actor, at: datetime) -> None:
    log_offer(
        row, EntryType.OFFER_MADE, actor=actor, at=at, round=asked.number, terms_sha256=asked.terms_sha256
    )


def _require_standing(new: NewOffer) -> None:
    if new.supersedes is None:
        return
    old = Consent.objects.filter(
        id=new.supersedes, performer_id=new.performer_id, production_id=new.production_id
    ).first()
    if old is None:
        raise NoSuchConsent("The record to supersede is not of this performer and production.")
    if old.status != ConsentStatus.ACTIVE:
        raise ConsentEnded(status=old.status)
