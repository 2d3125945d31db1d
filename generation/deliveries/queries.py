"""What pages, the API and other parts read of deliveries."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from audit.coverage import covered_sql
from core.tenancy import tenant
from generation.deliveries.cards import (
    DeliveryCard,
    DeliveryEventCard,
    LinkCard,
    RecipientCard,
    delivery_card_of,
    recipient_card_of,
)
from generation.deliveries.errors import NoSuchDelivery, NoSuchRecipient
from generation.deliveries.standing import standings
from generation.deliveries.values import DeliveryAct
from generation.models import Delivery, DeliveryEvent, DeliveryLink, Recipient
from generation.queries import take_card


def recipients(organisation_id: UUID) -> tuple[RecipientCard, ...]:
    """Everybody files are delivered to, by name."""
    with tenant(organisation_id):
        return tuple(recipient_card_of(row) for row in Recipient.objects.all())


def recipient_card(organisation_id: UUID, recipient_id: UUID) -> RecipientCard:
    """One recipient.

    Raises:
        NoSuchRecipient: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = Recipient.objects.filter(id=recipient_id).first()
    if row is None:
        raise NoSuchRecipient("There is no such recipient here.")
    return recipient_card_of(row)


def delivery_card(organisation_id: UUID, delivery_id: UUID) -> DeliveryCard:
    """One delivery, with what it is worth at this moment.

    Raises:
        NoSuchDelivery: none of this organisation has the id.
    """
    with tenant(organisation_id):
        found = _cards(organisation_id, _rows().filter(id=delivery_id))
    if not found:
        raise NoSuchDelivery("There is no such delivery here.")
    return found[0]


def deliveries_of_take(organisation_id: UUID, take_id: UUID) -> tuple[DeliveryCard, ...]:
    """The deliveries of a take, the latest first.

    Raises:
        generation.errors.NoSuchTake: none of this organisation has the id.
    """
    take_card(organisation_id, take_id)
    with tenant(organisation_id):
        return _cards(organisation_id, _rows().filter(take_id=take_id))


def deliveries(organisation_id: UUID, *, production_id: UUID | None = None) -> tuple[DeliveryCard, ...]:
    """Every delivery of the organisation, or of one production, the latest first."""
    with tenant(organisation_id):
        rows = _rows()
        if production_id is not None:
            rows = rows.filter(take__shot__sequence__production_id=production_id)
        return _cards(organisation_id, rows)


def links_of(organisation_id: UUID, delivery_id: UUID) -> tuple[LinkCard, ...]:
    """The links of a delivery, the latest first.

    Raises:
        NoSuchDelivery: none of this organisation has the id.
    """
    fetched = Q(events__act=DeliveryAct.FETCHED)
    with tenant(organisation_id):
        if not Delivery.objects.filter(id=delivery_id).exists():
            raise NoSuchDelivery("There is no such delivery here.")
        rows = DeliveryLink.objects.filter(delivery_id=delivery_id).annotate(
            fetches=Count("events", filter=fetched), last_fetched_at=Max("events__at", filter=fetched)
        )
        return tuple(
            LinkCard(
                id=row.id,
                issued_at=row.issued_at,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
                fetches=row.fetches,
                last_fetched_at=row.last_fetched_at,
            )
            for row in rows
        )


def events_of(organisation_id: UUID, delivery_id: UUID) -> tuple[DeliveryEventCard, ...]:
    """What happened to a delivery, the latest two hundred, oldest first."""
    with tenant(organisation_id):
        rows = list(DeliveryEvent.objects.filter(delivery_id=delivery_id).order_by("-id")[:200])
    return tuple(
        DeliveryEventCard(at=row.at, act=DeliveryAct(row.act), link_id=row.link_id) for row in reversed(rows)
    )


def _rows() -> QuerySet[Delivery]:
    rows: QuerySet[Delivery] = Delivery.objects.select_related(
        "recipient", "master", "take__shot__sequence__production"
    )
    return rows


def _cards(organisation_id: UUID, asked: QuerySet[Delivery]) -> tuple[DeliveryCard, ...]:
    rows = list(asked)
    worth = standings(organisation_id, rows)
    covered = _in_log([row.id for row in rows])
    return tuple(delivery_card_of(row, worth[row.id], is_in_log=row.id in covered) for row in rows)


def _in_log(ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the deliveries whose entry the log covers."""
    if not ids:
        return frozenset()
    with connection.cursor() as cursor:
        # The table's policy binds this statement like any other.
        cursor.execute(
            "SELECT delivery.id FROM generation_delivery delivery"  # noqa: S608 - of our own code
            f" WHERE delivery.id = ANY(%s) AND {covered_sql('delivery.entry_uid')}",
            [list(ids)],
        )
        return frozenset(delivery_id for (delivery_id,) in cursor.fetchall())
