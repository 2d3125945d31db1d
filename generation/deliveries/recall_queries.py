"""Recalls as pages, the API and recipients see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.tenancy import tenant
from generation.deliveries.queries import delivery_card
from generation.deliveries.values import RecallCause, StandsToday
from generation.models import DeliveryRecall, RecallAcknowledgement, RetentionWords


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCard:
    """`proof_sha256` empty: no proof of sending is on record."""

    id: UUID
    channel: str
    sent_at: datetime
    proof_sha256: str
    note: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementCard:
    said_by: str
    words: str
    acknowledged_at: datetime
    by_link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionCard:
    """What may lawfully stay, as counsel said it."""

    words: str
    stated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallCard:
    """A recall. `recorded_at` None: it holds, and is not written down yet; `retention` None: counsel said nothing."""

    cause: RecallCause
    reason: str
    effective_at: datetime | None
    recorded_at: datetime | None
    notices: tuple[NoticeCard, ...]
    acknowledgement: AcknowledgementCard | None
    retention: RetentionCard | None


def recall_of(organisation_id: UUID, delivery_id: UUID) -> RecallCard | None:
    """The recall of a delivery, written down or not; None where it is not recalled.

    Raises:
        NoSuchDelivery: none of this organisation has the id.
    """
    standing = delivery_card(organisation_id, delivery_id).standing
    if standing.state is not StandsToday.RECALLED or standing.cause is None:
        return None
    with tenant(organisation_id):
        row = (
            DeliveryRecall.objects.filter(delivery_id=delivery_id)
            .select_related("acknowledgement")
            .prefetch_related("notices", "retention")
            .first()
        )
        if row is None:
            return RecallCard(
                cause=standing.cause,
                reason="",
                effective_at=standing.since,
                recorded_at=None,
                notices=(),
                acknowledgement=None,
                retention=None,
            )
        return _card(row)


def _card(row: DeliveryRecall) -> RecallCard:
    said: list[RetentionWords] = list(row.retention.all())
    acknowledged: RecallAcknowledgement | None = getattr(row, "acknowledgement", None)
    return RecallCard(
        cause=RecallCause(row.cause),
        reason=row.reason,
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
        notices=tuple(
            NoticeCard(
                id=one.id,
                channel=one.channel,
                sent_at=one.sent_at,
                proof_sha256=one.proof_sha256,
                note=one.note,
                recorded_at=one.recorded_at,
            )
            for one in row.notices.all()
        ),
        acknowledgement=AcknowledgementCard(
            said_by=acknowledged.said_by,
            words=acknowledged.words,
            acknowledged_at=acknowledged.acknowledged_at,
            by_link=acknowledged.link_id is not None,
        )
        if acknowledged
        else None,
        retention=RetentionCard(words=said[-1].words, stated_at=said[-1].stated_at) if said else None,
    )
