"""What one page of deliveries shows, read in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from core.tenancy import tenant
from generation.deliveries.cards import (
    DeliveryCard,
    DeliveryEventCard,
    LinkCard,
    RecipientCard,
)
from generation.deliveries.copies import CopyCard, copy_of
from generation.deliveries.queries import (
    deliveries,
    delivery_card,
    events_of,
    links_of,
    recipients,
)
from generation.deliveries.recall_queries import RecallCard, recall_of
from generation.mastering.cards import MasterCard
from generation.mastering.queries import masters_of_take
from generation.models import Take
from generation.queries import TakeCard, take_card
from licensing.decision_cards import DecisionCard
from licensing.performer_cards import ConsentCard
from licensing.plain_words import readable
from licensing.queries import decision_card, limits_of_production
from licensing.quotas import QuotaUnit
from productions.queries import ProductionCard, ShotCard, production_card, shot_card


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """A delivery with all there is about it; `copy` is None where the file goes out as it was signed."""

    card: DeliveryCard
    recall: RecallCard | None
    links: tuple[LinkCard, ...]
    events: tuple[DeliveryEventCard, ...]
    copy: CopyCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeliveryPage:
    """What the form for a delivery offers; media, territories and languages are those the take was asked for.

    `limits`: the consents of the production that limit uses, with these quotas alone.
    """

    take: TakeCard
    shot: ShotCard
    recipients: tuple[RecipientCard, ...]
    media: tuple[str, ...]
    territories: tuple[str, ...]
    languages: tuple[str, ...]
    limits: tuple[ConsentCard, ...]
    masters: tuple[MasterCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesPage:
    production: ProductionCard
    deliveries: tuple[DeliveryCard, ...]


def delivery_page(organisation_id: UUID, delivery_id: UUID) -> DeliveryPage:
    """A delivery with its recall, links and history.

    Raises:
        NoSuchDelivery: none of this organisation has the id.
    """
    with tenant(organisation_id):
        return DeliveryPage(
            card=delivery_card(organisation_id, delivery_id),
            recall=recall_of(organisation_id, delivery_id),
            links=links_of(organisation_id, delivery_id),
            events=events_of(organisation_id, delivery_id),
            copy=copy_of(organisation_id, delivery_id),
        )


def decision_of_delivery(organisation_id: UUID, card: DeliveryCard, *, everybody: bool) -> DecisionCard:
    """What a delivery rests on; without `everybody`, whom only legal sees is not named."""
    return readable(decision_card(organisation_id, card.decision_id), organisation_id, everybody=everybody)


def new_delivery_page(organisation_id: UUID, take_id: UUID) -> NewDeliveryPage:
    """What the form for a delivery offers.

    Raises:
        generation.errors.NoSuchTake: none of this organisation has the id.
    """
    card = take_card(organisation_id, take_id)
    shot = shot_card(organisation_id, card.shot_id)
    with tenant(organisation_id):
        asked = Take.objects.only("request").get(id=take_id).request
    return NewDeliveryPage(
        take=card,
        shot=shot,
        recipients=recipients(organisation_id),
        media=tuple(asked.get("media", ())),
        territories=tuple(asked.get("territories", ())),
        languages=tuple(asked.get("languages", ())),
        limits=tuple(_uses_alone(limits_of_production(organisation_id, shot.production_id))),
        masters=tuple(one for one in masters_of_take(organisation_id, take_id) if one.is_downloadable),
    )


def _uses_alone(cards: Iterable[ConsentCard]) -> Iterator[ConsentCard]:
    for card in cards:
        if uses := tuple(quota for quota in card.quotas if quota.unit is QuotaUnit.USES):
            yield replace(card, quotas=uses)


def deliveries_page(organisation_id: UUID, production_id: UUID) -> DeliveriesPage:
    """The deliveries of a production, the latest first.

    Raises:
        productions.errors.NoSuchProduction: none of this organisation has the id.
    """
    return DeliveriesPage(
        production=production_card(organisation_id, production_id),
        deliveries=deliveries(organisation_id, production_id=production_id),
    )
