"""Offers in every state, and the people who answer them."""

from __future__ import annotations

from typing import Any

from accounts.values import Actor, Role
from licensing.agreeing.asked import asked_paths
from licensing.agreeing.cards import OfferCard
from licensing.agreeing.states import Answer
from licensing.operations.agreements import countersign_offer, sign_offer
from licensing.operations.answers import TermReply, answer_offer
from licensing.operations.grants import NewGrant, grant_sight
from licensing.operations.notices import give_notice
from licensing.operations.offers import NewOffer, draft_offer, send_offer
from licensing.performer_cards import PerformerCard
from productions.queries import ProductionCard
from tests.factories.accounts import a_user
from tests.factories.documents import a_colleague, an_authority, rider_terms


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


def everything_agreed(
    actor: Actor, production: ProductionCard, performer: PerformerCard, name: str
) -> dict[str, str]:
    """A consent that came of an offer, under notice; and a grant, for the world of one studio."""
    person = a_colleague(actor, Role.PERFORMER)
    an_authority(actor, performer, person)
    offer = an_offer(
        actor,
        production,
        performer,
        replica_type="voice_replica",
        withdrawal_notice_days=7,
        business_reason=f"{name} cannot shout.",
    )
    held = in_force(offer, person, actor)
    assert held.consent_id is not None
    give_notice(held.consent_id, actor=person)
    grant = grant_sight(NewGrant(grantee_user_id=a_user().pk, performer_id=performer.id), actor=actor)
    return {"offer_id": str(offer.id), "grant_id": str(grant.id)}
