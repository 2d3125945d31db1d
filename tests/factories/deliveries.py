"""Recipients and deliveries, made through the real doors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from accounts.values import Actor
from audit.entry_types import EntryType
from core.clock import now
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.cards import DeliveryCard, RecipientCard
from generation.deliveries.values import (
    DeliveryAct,
    DeliveryOrder,
    DisputeGround,
    DisputeOutcome,
    NoticeChannel,
    RecallCause,
    RecipientKind,
)
from generation.models import (
    Delivery,
    DeliveryEvent,
    DeliveryIntent,
    DeliveryLink,
    DeliveryRecall,
    RecallAcknowledgement,
    RecallNotice,
    RetentionWords,
    Take,
)
from generation.operations.deliveries import deliver_take
from generation.operations.disputes import end_dispute, open_dispute
from generation.operations.recipients import register_recipient
from generation.operations.takes import request_take
from generation.queries import TakeCard
from licensing.performer_cards import PerformerCard
from tests.factories.audit import recorded
from tests.factories.takes import Studio, a_decision, an_order_for, rendered


def a_recipient(actor: Actor, name: str = "Northern Lights Distribution") -> RecipientCard:
    return register_recipient(
        name=name, kind=RecipientKind.DISTRIBUTOR, contact="rights@northern.example", actor=actor
    )


def a_signed_take(studio: Studio, *cast: PerformerCard, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    """A take with the replicas of `cast` that a worker has rendered and signed."""
    order = an_order_for(studio, *cast, **fields)
    return rendered(request_take(order, actor=studio.producer, idempotency_key=str(new_id())), studio)


def a_delivery_order(take_id: UUID, recipient_id: UUID, **fields: Any) -> DeliveryOrder:  # noqa: ANN401 - any field
    """To cinemas and subscribers in the United States, for two years."""
    facts: dict[str, Any] = {
        "purpose": "this_production",
        "output_status": "final",
        "media": ("theatrical", "svod"),
        "territories": ("US",),
        "languages": ("en",),
        "valid_from": date(2026, 11, 1),
        "valid_until": date(2028, 10, 31),
        "disclosures": (),
        "requested_at": now(),
    }
    return DeliveryOrder(take_id=take_id, recipient_id=recipient_id, **facts | fields)


def a_delivery(
    studio: Studio,
    take: TakeCard,
    recipient: RecipientCard | None = None,
    **fields: Any,  # noqa: ANN401 - any field
) -> DeliveryCard:
    """A delivery of `take` to a new recipient, or to the one given."""
    to = recipient or a_recipient(studio.producer, f"Distributor {new_id()}")
    order = a_delivery_order(take.id, to.id, **fields)
    return deliver_take(order, actor=studio.producer, idempotency_key=str(new_id()))


def everything_delivered(actor: Actor, take: Take, production_id: UUID, name: str) -> dict[str, str]:
    """Rows of two deliveries of `take`, written straight into their tables: one stands, one was recalled."""
    recipient = a_recipient(actor, f"{name} Distribution")
    standing = a_delivery_row(actor, take, recipient, production_id, name)
    gone = a_delivery_row(actor, take, recipient, production_id, name)
    token = f"{name}-token-{new_id()}"
    at = now()
    with tenant(actor.organisation_id):
        link = DeliveryLink.objects.create(
            delivery=standing,
            token_sha256=sha256_hex(token.encode()),
            issued_at=at,
            issued_by_id=actor.user_id,
            expires_at=at + timedelta(days=7),
        )
        DeliveryEvent.objects.create(delivery=standing, at=at, act=DeliveryAct.FETCHED, link=link)
        recall = DeliveryRecall.objects.create(
            delivery=gone,
            cause=RecallCause.STUDIO,
            reason=f"{name} changed the cut.",
            effective_at=at,
            recorded_at=at,
            recalled_by_id=actor.user_id,
        )
        RecallNotice.objects.create(
            recall=recall,
            channel=NoticeChannel.EMAIL,
            sent_at=at,
            recorded_at=at,
            recorded_by_id=actor.user_id,
        )
        RecallAcknowledgement.objects.create(
            recall=recall,
            said_by=f"{name} rights desk",
            acknowledged_at=at,
            recorded_at=at,
            recorded_by_id=actor.user_id,
        )
        RetentionWords.objects.create(
            recall=recall,
            words=f"{name} may keep one archive copy.",
            stated_at=at,
            stated_by_id=actor.user_id,
        )
    dispute = open_dispute(
        take.id, ground=DisputeGround.OUTSIDE_CONSENT, words=f"{name} agreed to no second unit.", actor=actor
    )
    ended = open_dispute(take.id, ground=DisputeGround.OTHER, words=f"{name} is not credited.", actor=actor)
    end_dispute(ended.id, outcome=DisputeOutcome.TAKEN_BACK, words=f"{name} is credited.", actor=actor)
    return {
        "dispute_id": str(dispute.id),
        "delivery_id": str(standing.id),
        "recipient_id": str(recipient.id),
        "link_id": str(link.id),
        "token": token,
    }


def a_delivery_row(
    actor: Actor,
    take: Take,
    recipient: RecipientCard,
    production_id: UUID,
    name: str = "The studio",
    *,
    consent_ids: Iterable[UUID] = (),
    valid_until: date | None = None,
) -> Delivery:
    """A delivery of `take` written straight into its tables, on a decision that rests on these consents."""
    decision_id = a_decision(actor, production_id, stage="deliver", consent_ids=consent_ids)
    delivery_id, at = new_id(), now()
    entry_uid = recorded(
        actor.organisation_id,
        entry_type=EntryType.ASSET_DELIVERED,
        subject=f"delivery:{delivery_id}",
        fields={"delivery": str(delivery_id), "asset": str(take.asset_id), "performers": []},
        production_id=production_id,
    )
    same = {
        "take_id": take.id,
        "asset_id": take.asset_id,
        "recipient_id": recipient.id,
        "decision_id": decision_id,
        "request_sha256": "0" * 64,
    }
    with tenant(actor.organisation_id):
        intent = DeliveryIntent.objects.create(
            delivery_id=delivery_id, intended_at=at, intended_by_id=actor.user_id, **same
        )
        row: Delivery = Delivery.objects.create(
            id=delivery_id,
            intent=intent,
            purpose="this_production",
            media=["svod"],
            territories=["US"],
            languages=["en"],
            valid_from=date(2026, 11, 1),
            valid_until=valid_until,
            marks=["c2pa"],
            marks_stripped=False,
            disclosures=[{"kind": "end_credit", "wording": f"{name} used AI.", "placement": "End titles"}],
            file_sha256=take.video_key.rsplit("/", 1)[-1].split(".")[0],
            idempotency_key=str(new_id()),
            request={},
            delivered_at=at,
            delivered_by_id=actor.user_id,
            entry_uid=entry_uid,
            **same,
        )
    return row
