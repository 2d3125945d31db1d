"""Links by which a recipient without an account has one delivery: issued, used and ended, each on record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db.models.functions import Now

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from core import clock
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.cards import DeliveryCard, LinkCard
from generation.deliveries.copies import CopyCard, copy_of
from generation.deliveries.errors import (
    DeliveryNotStanding,
    LinkExpired,
    LinkTermWrong,
    NoSuchLink,
    TooManyFetches,
)
from generation.deliveries.handouts import HeldLink, held_link
from generation.deliveries.queries import delivery_card, links_of
from generation.deliveries.values import DeliveryAct, StandsToday
from generation.mastering.queries import master_path
from generation.models import DeliveryEvent, DeliveryLink, Take
from licensing.queries import consents_stand
from provenance.queries import path_of

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=90)

# A player asks for one file in many parts; nobody needs it more often than this.
_FETCHES = 120
_WINDOW = timedelta(hours=1)

_NOT_LOGGED = (
    "The link was made and nobody has it: the log has not confirmed it. Ask for another one in a moment and revoke "
    "this one."
)


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A new link and its token, which is told once and stored nowhere."""

    card: LinkCard
    token: str


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The file that goes out, and the delivery it is of."""

    path: Path
    delivery: DeliveryCard


def issue_link(delivery_id: UUID, *, lasts: timedelta, actor: Actor) -> IssuedLink:
    """Make a link to one delivery; its token is told once the log covers that there is one.

    Raises:
        NoSuchDelivery: none of the actor's organisation has the id.
        LinkTermWrong: shorter than an hour or longer than ninety days.
        LogNotReady: it was made, and its token is told to nobody.
    """
    if not SHORTEST <= lasts <= LONGEST:
        raise LinkTermWrong("A link lasts at least an hour and at most ninety days.")
    delivery = delivery_card(actor.organisation_id, delivery_id)
    # 256 random bits: nobody finds one by trying.
    token = secrets.token_urlsafe(32)
    link_id = new_id()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at = clock.now()
        row: DeliveryLink = DeliveryLink.objects.create(
            id=link_id,
            delivery_id=delivery_id,
            token_sha256=sha256_hex(token.encode()),
            issued_at=at,
            issued_by_id=actor.user_id,
            expires_at=at + lasts,
        )
        DeliveryEvent.objects.create(
            delivery_id=delivery_id, at=at, act=DeliveryAct.LINK_ISSUED, link=row, by_id=actor.user_id
        )
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.LINK_ISSUED,
            actor=actor.label,
            subject=f"delivery:{delivery_id}",
            fields={"link": str(link_id), "delivery": str(delivery_id)},
            at=at,
            production_id=delivery.production_id,
        )
    wait_until_covered(actor.organisation_id, [entry_uid], message=_NOT_LOGGED)
    card = next(one for one in links_of(actor.organisation_id, delivery_id) if one.id == link_id)
    return IssuedLink(card=card, token=token)


def revoke_link(link_id: UUID, *, actor: Actor) -> UUID:
    """End a link now; ending it twice is harmless. Gives the delivery it was of.

    Raises:
        NoSuchLink: none of the actor's organisation has the id.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: DeliveryLink | None = DeliveryLink.objects.filter(id=link_id).first()
        if row is None:
            raise NoSuchLink("There is no such link here.")
        ended = DeliveryLink.objects.filter(id=link_id, revoked_at__isnull=True).update(
            revoked_at=Now(), revoked_by_id=actor.user_id
        )
        if ended:
            at = clock.now()
            DeliveryEvent.objects.create(
                delivery_id=row.delivery_id,
                at=at,
                act=DeliveryAct.LINK_REVOKED,
                link=row,
                by_id=actor.user_id,
            )
            trail.record(
                organisation_id=actor.organisation_id,
                entry_type=EntryType.LINK_REVOKED,
                actor=actor.label,
                subject=f"delivery:{row.delivery_id}",
                fields={"link": str(link_id), "delivery": str(row.delivery_id)},
                at=at,
                production_id=delivery_card(actor.organisation_id, row.delivery_id).production_id,
            )
        delivery_id: UUID = row.delivery_id
    return delivery_id


def fetch_file(token: str) -> HandedOut:
    """The file behind a link, for whoever holds it; that it went out is an event of the delivery.

    Raises:
        NoSuchLink: the link opens nothing.
        LinkExpired, TooManyFetches: see there.
        DeliveryNotStanding: recalled, suspended or ended; that it was refused is on record too.
        LogNotReady: the log does not cover the delivery yet.
    """
    held = held_link(token)
    refusal: DeliveryNotStanding | None = None
    with tenant(held.organisation_id):
        # Consents first, as everywhere: a withdrawal comes before the file, or waits until it is on its way.
        found = delivery_card(held.organisation_id, held.delivery_id)
        consents_stand(held.organisation_id, found.decision_id, hold=True)
        delivery = delivery_card(held.organisation_id, held.delivery_id)
        link = _usable(held)
        if not delivery.is_in_log:
            raise LogNotReady(
                "The delivery is recorded. The log has not confirmed it yet, and until then nobody gets the file. "
                "Come back in a moment."
            )
        stands = delivery.standing.state is StandsToday.ACTIVE
        DeliveryEvent.objects.create(
            delivery_id=delivery.id,
            at=clock.now(),
            act=DeliveryAct.FETCHED if stands else DeliveryAct.FETCH_REFUSED,
            link=link,
        )
        if not stands:
            refusal = DeliveryNotStanding(delivery.standing.state.value, delivery.standing.reason)
        copy = copy_of(held.organisation_id, delivery.id)
        if stands and copy is not None and not copy.is_in_log:
            raise LogNotReady(
                "Your copy is made. The log has not confirmed it yet, and until then nobody gets it. Come back in a "
                "moment."
            )
        path = _path_of(delivery, copy, organisation_id=held.organisation_id)
    # Raised after the commit, so that the event of the refusal stays.
    if refusal is not None:
        raise refusal
    return HandedOut(path=path, delivery=delivery)


def _path_of(delivery: DeliveryCard, copy: CopyCard | None, *, organisation_id: UUID) -> Path:
    """Where what goes out lies: the recipient's own copy, the master that was delivered, or the take's own file."""
    if copy is not None:
        return path_of(copy.media_key)
    if delivery.master_id is not None:
        return master_path(organisation_id, delivery.master_id)
    return path_of(Take.objects.values_list("video_key", flat=True).get(id=delivery.take_id))


def _usable(held: HeldLink) -> DeliveryLink:
    """The link, locked so that two fetches do not both have the last one."""
    row: DeliveryLink = DeliveryLink.objects.select_for_update(of=("self",)).get(id=held.link_id)
    at = clock.now()
    if row.revoked_at is not None:
        raise NoSuchLink("This link opens nothing. Ask whoever sent it for a new one.")
    if row.expires_at <= at:
        raise LinkExpired("The time of this link is over. Ask whoever sent it for a new one.")
    fetches = DeliveryEvent.objects.filter(
        link=row, act__in=[DeliveryAct.FETCHED, DeliveryAct.FETCH_REFUSED], at__gt=at - _WINDOW
    ).count()
    if fetches >= _FETCHES:
        raise TooManyFetches(retry_after_s=int(_WINDOW.total_seconds()))
    return row
