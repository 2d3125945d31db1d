"""What the pages of an offer show: whose turn it is, and everything that concerns one performer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from licensing.agreeing.acting_for import performers_acted_for
from licensing.agreeing.cards import ListedOffer, NoticeCard, OfferCard, SeenConsent
from licensing.agreeing.queries import my_consents, notices_of, offer_card, offer_cards
from licensing.agreeing.sight import consents_granted
from licensing.agreeing.states import Standing
from licensing.doors import MAY_OFFER, MAY_SIGN_FOR_STUDIO
from licensing.plain_words import ConsentInWords, in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """An offer, and what the actor may do with it now."""

    card: OfferCard
    is_mine: bool
    may_send: bool
    may_put_terms: bool
    may_take_back: bool
    may_answer: bool
    may_refuse: bool
    may_sign: bool
    may_countersign: bool


@dataclass(frozen=True, slots=True)
class MyConsent:
    """`notice` None: nobody has withdrawn it with notice."""

    said: ConsentInWords
    notice: NoticeCard | None


@dataclass(frozen=True, slots=True)
class MyPage:
    acts_for_somebody: bool
    offers: tuple[ListedOffer, ...]
    consents: tuple[MyConsent, ...]
    elsewhere: tuple[SeenConsent, ...]


def offer_page(offer_id: UUID, *, actor: Actor) -> OfferPage:
    """One offer with the acts that are due.

    Raises:
        NoSuchOffer: there is none of this id here, or it is not this actor's to see.
    """
    card = offer_card(offer_id, actor=actor)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        is_mine = card.performer_id in performers_acted_for(actor, on=clock.now())
    offers = actor.is_one_of(*MAY_OFFER)
    agreed = card.standing == Standing.AGREED
    return OfferPage(
        card=card,
        is_mine=is_mine,
        may_send=offers and card.state == "drafted",
        may_put_terms=offers and card.state in {"drafted", "countered"},
        may_take_back=offers and card.state in {"drafted", "offered", "countered", "signed"},
        may_answer=is_mine and card.state == "offered" and not agreed,
        may_refuse=is_mine and card.state in {"offered", "countered", "signed"},
        may_sign=is_mine and agreed,
        may_countersign=actor.is_one_of(*MAY_SIGN_FOR_STUDIO) and card.state == "signed",
    )


def my_page(actor: Actor) -> MyPage:
    """Offers, consents and what other studios let the person see."""
    today = clock.now().astimezone(UTC).date()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        acts = bool(performers_acted_for(actor, on=clock.now()))
    records = my_consents(actor)
    notices = notices_of(actor, tuple(one.id for one in records))
    return MyPage(
        acts_for_somebody=acts,
        offers=offer_cards(actor, mine=True),
        consents=tuple(MyConsent(in_words(one, today), notices.get(one.id)) for one in records),
        elsewhere=consents_granted(actor),
    )
