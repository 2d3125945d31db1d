"""Offers in every state, and the people who answer them."""

from __future__ import annotations

from typing import Any

from accounts.values import Actor
from licensing.agreeing.asked import asked_paths
from licensing.agreeing.cards import OfferCard
from licensing.agreeing.states import Answer
from licensing.operations.agreements import countersign_offer, sign_offer
from licensing.operations.answers import TermReply, answer_offer
from licensing.operations.offers import NewOffer, draft_offer, send_offer
from licensing.performer_cards import PerformerCard
from productions.queries import ProductionCard
from tests.factories.documents import rider_terms


def a_draft(
    studio: Actor,
    production: ProductionCard,
    performer: PerformerCard,
    *,
    withdrawal_notice_days: int = 0,
    replica_type: str = "ebdr_scan",
    supersedes: Any = None,  # noqa: ANN401 - an identifier or None
    **changes: Any,  # noqa: ANN401 - any term
) -> OfferCard:
    return draft_offer(
        NewOffer(
            production_id=production.id,
            performer_id=performer.id,
            replica_type=replica_type,
            terms=rider_terms(**changes),
            withdrawal_notice_days=withdrawal_notice_days,
            supersedes=supersedes,
        ),
        actor=studio,
    )


def an_offer(
    studio: Actor,
    production: ProductionCard,
    performer: PerformerCard,
    **changes: Any,  # noqa: ANN401 - any term
) -> OfferCard:
    """An offer that waits for the performer."""
    return send_offer(a_draft(studio, production, performer, **changes).id, actor=studio)


def yes_to_all(offer: OfferCard) -> dict[str, TermReply]:
    return {path: TermReply(Answer.YES) for path in asked_paths(offer.latest.terms)}


def agreed(offer: OfferCard, performer: Actor) -> OfferCard:
    """The offer with every term answered yes."""
    return answer_offer(offer.id, yes_to_all(offer), terms_sha256=offer.latest.terms_sha256, actor=performer)


def signed(offer: OfferCard, performer: Actor) -> OfferCard:
    """The offer as `performer` answered yes and signed it."""
    agreed(offer, performer)
    return sign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=performer)


def in_force(offer: OfferCard, performer: Actor, studio: Actor) -> OfferCard:
    """The offer as a consent in force."""
    signed(offer, performer)
    return countersign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=studio)
