"""The steps of every act on an offer: lock it, move it, write its history, log it. Inside a `tenant` block."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from licensing.agreeing.asked import Proposal
from licensing.agreeing.errors import NoSuchOffer, OfferOutOfTurn
from licensing.agreeing.states import NEXT, OfferState
from licensing.documents.errors import OtherTermsMeant
from licensing.models.agreement import Offer, OfferEvent, OfferRound


def locked_offer(offer_id: UUID) -> Offer:
    """The offer, locked: two acts on it come one after the other.

    Raises:
        NoSuchOffer: there is none of this id here.
    """
    row: Offer | None = Offer.objects.select_for_update(of=("self",)).filter(id=offer_id).first()
    if row is None:
        raise NoSuchOffer("There is no such offer here.")
    return row


def latest_round(row: Offer, *, terms_sha256: str | None = None) -> OfferRound:
    """The round that is on the table.

    Raises:
        OtherTermsMeant: the digest is that of other terms.
    """
    latest: OfferRound = OfferRound.objects.filter(offer=row).latest("number")
    if terms_sha256 is not None and terms_sha256 != latest.terms_sha256:
        raise OtherTermsMeant(stored=latest.terms_sha256, stated=terms_sha256)
    return latest


def require_state(row: Offer, *states: OfferState) -> None:
    """Raise unless the offer is in one of `states`.

    Raises:
        OfferOutOfTurn: it is in another one.
    """
    if row.state not in states:
        said = row.state.replace("_", " ")
        raise OfferOutOfTurn(f"This offer is {said}; this act does not follow from there.", state=row.state)


def move(row: Offer, to: OfferState, *, actor: Actor, at: datetime) -> None:
    """Take the offer to its next state, and say so in its history.

    Raises:
        OfferOutOfTurn: that state does not follow.
    """
    before = OfferState(row.state)
    if to not in NEXT[before]:
        raise OfferOutOfTurn(f"An offer does not go from {before} to {to}.", state=before)
    row.state = to
    row.save(update_fields=["state", "consent"])
    happened(row, before, actor=actor, at=at)


def happened(row: Offer, before: OfferState | None, *, actor: Actor, at: datetime) -> None:
    OfferEvent.objects.create(
        offer=row,
        number=OfferEvent.objects.filter(offer=row).count() + 1,
        from_state=before,
        to_state=row.state,
        at=at,
        actor=actor.label,
        by_id=actor.user_id,
    )


def log_offer(row: Offer, entry_type: EntryType, *, actor: Actor, at: datetime, **fields: Canonical) -> UUID:
    return trail.record(
        organisation_id=row.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"offer:{row.id}",
        fields={"offer": str(row.id), **fields},
        at=at,
        production_id=row.production_id,
        person_id=row.performer_id,
    )


def proposal_of(row: Offer, asked: OfferRound) -> Proposal:
    return Proposal(row.replica_type, asked.terms, asked.withdrawal_notice_days)


def now_after(row: Offer) -> datetime:
    """Now, drawn after the lock: drawn before, it could lie before an act that came first."""
    latest = OfferEvent.objects.filter(offer=row).order_by("-number").values_list("at", flat=True).first()
    at = clock.now()
    return max(at, latest) if latest else at
