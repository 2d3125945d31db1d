"""Deliveries as pages, the API and other apps see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from generation.deliveries.values import DeliveryAct, Disclosure, Standing
from generation.mastering.values import FORMATS, MasterFormat
from generation.models import Delivery, Recipient
from generation.screens.policy import OpenScreen
from licensing.decision_cards import DecisionCard


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientCard:
    id: UUID
    name: str
    kind: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCard:
    """One delivery. `standing` is of the moment of asking; `is_in_log`: the log covers it, so its file may be had.

    `valid_until` None is without end. `master_id` None: the take's own file; `format` in words. `is_marked`: a master
    that bears the recipient's own watermark.
    """

    id: UUID
    take_id: UUID
    take_number: int
    shot_id: UUID
    shot_code: str
    production_id: UUID
    production_title: str
    asset_id: UUID
    master_id: UUID | None
    format: str
    is_marked: bool
    recipient: RecipientCard
    decision_id: UUID
    purpose: str
    media: tuple[str, ...]
    territories: tuple[str, ...]
    languages: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    marks: tuple[str, ...]
    marks_stripped: bool
    disclosures: tuple[Disclosure, ...]
    file_sha256: str
    delivered_at: datetime
    standing: Standing
    is_in_log: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTrial:
    """What would happen; nothing is recorded. `marks` are those found in the file, `screens` what is not met."""

    decision: DecisionCard
    marks: tuple[str, ...]
    marks_stripped: bool
    screens: tuple[OpenScreen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """A link as those who issued it see it: never its token. `fetches` is how often the file went out by it."""

    id: UUID
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    fetches: int
    last_fetched_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEventCard:
    at: datetime
    act: DeliveryAct
    link_id: UUID | None


def recipient_card_of(row: Recipient) -> RecipientCard:
    return RecipientCard(id=row.id, name=row.name, kind=row.kind, contact=row.contact)


def delivery_card_of(row: Delivery, standing: Standing, *, is_in_log: bool) -> DeliveryCard:
    """The card of a row whose recipient, take, shot and production are at hand."""
    shot = row.take.shot
    production = shot.sequence.production
    return DeliveryCard(
        id=row.id,
        take_id=row.take_id,
        take_number=row.take.number,
        shot_id=shot.id,
        shot_code=shot.code,
        production_id=production.id,
        production_title=production.title,
        asset_id=row.asset_id,
        master_id=row.master_id,
        format=FORMATS[MasterFormat(row.master.format)].title if row.master else "The take's own file",
        is_marked=row.master is not None and row.master.recipient_id is not None,
        recipient=recipient_card_of(row.recipient),
        decision_id=row.decision_id,
        purpose=row.purpose,
        media=tuple(row.media),
        territories=tuple(row.territories),
        languages=tuple(row.languages),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        marks=tuple(row.marks),
        marks_stripped=row.marks_stripped,
        disclosures=tuple(Disclosure(**one) for one in row.disclosures),
        file_sha256=row.file_sha256,
        delivered_at=row.delivered_at,
        standing=standing,
        is_in_log=is_in_log,
    )
