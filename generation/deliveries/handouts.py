"""What the holder of a link sees of one delivery: no account, nothing else of the studio."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.queries import organisation_name
from core import clock
from core.digests import sha256_hex
from core.tenancy import tenant
from generation.deliveries.cards import DeliveryCard
from generation.deliveries.errors import NoSuchLink
from generation.deliveries.queries import delivery_card
from generation.deliveries.recall_queries import RecallCard, recall_of
from generation.deliveries.values import StandsToday
from generation.models import DeliveryLink

_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class HeldLink:
    """Which link a token opens, and whose."""

    organisation_id: UUID
    link_id: UUID
    delivery_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """`may_fetch`: the link's time is not over, the delivery stands and the log covers it."""

    studio: str
    delivery: DeliveryCard
    recall: RecallCard | None
    expires_at: datetime
    may_fetch: bool


def held_link(token: str) -> HeldLink:
    """The link behind a token. An expired one still opens what is said of a recall.

    Raises:
        NoSuchLink: there is none, or it was revoked.
    """
    row: tuple[UUID, UUID] | None = None
    if token and len(token) <= _LONGEST_TOKEN:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT organisation_id, link_id FROM generation_link_of_token_v1(%s)",
                [sha256_hex(token.encode())],
            )
            row = cursor.fetchone()
    if row is not None:
        organisation_id, link_id = row
        with tenant(organisation_id):
            link = DeliveryLink.objects.filter(id=link_id, revoked_at__isnull=True).first()
        if link is not None:
            return HeldLink(organisation_id, link_id, link.delivery_id, link.expires_at)
    raise NoSuchLink("This link opens nothing. Ask whoever sent it for a new one.")


def handout(token: str) -> Handout:
    """What the holder of a link is shown.

    Raises:
        NoSuchLink: the link opens nothing.
    """
    held = held_link(token)
    delivery = delivery_card(held.organisation_id, held.delivery_id)
    return Handout(
        studio=organisation_name(held.organisation_id),
        delivery=delivery,
        recall=recall_of(held.organisation_id, held.delivery_id),
        expires_at=held.expires_at,
        may_fetch=held.expires_at > clock.now()
        and delivery.is_in_log
        and delivery.standing.state is StandsToday.ACTIVE,
    )
