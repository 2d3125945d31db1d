"""Recalls: written down when a withdrawal brought one about, called by legal, told, acknowledged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.values import Actor, process_actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.cards import DeliveryCard
from generation.deliveries.errors import (
    AcknowledgementOnRecord,
    NotRecalled,
    RecallOnRecord,
    RecallTimeWrong,
)
from generation.deliveries.handouts import held_link
from generation.deliveries.queries import delivery_card
from generation.deliveries.recall_queries import RecallCard, recall_of
from generation.deliveries.standing import standings
from generation.deliveries.values import DeliveryAct, NoticeChannel, RecallCause, Standing, StandsToday
from generation.models import (
    Delivery,
    DeliveryEvent,
    DeliveryRecall,
    RecallAcknowledgement,
    RecallNotice,
    RetentionWords,
)
from licensing.errors import DigestMalformed

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ALREADY_RECALLED = (
    "The delivery is recalled and its file is not handed out any more. The log has not confirmed it yet and will "
    "without your doing. Do not send it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """That a notice went out, by the word of whoever sent it. `proof_sha256` empty: there is no paper."""

    channel: NoticeChannel
    sent_at: datetime
    proof_sha256: str = ""
    note: str = ""


def record_recalls(organisation_id: UUID) -> int:
    """Write down every recall that a withdrawal brought about; gives how many.

    Nothing waits for this: what a delivery is worth is computed from the withdrawal itself.
    """
    with tenant(organisation_id):
        rows = list(Delivery.objects.filter(recall__isnull=True))
    worth = standings(organisation_id, rows)
    actor = process_actor(organisation_id=organisation_id, label="system")
    gone = [row.id for row in rows if worth[row.id].state is StandsToday.RECALLED]
    for delivery_id in gone:
        with tenant(organisation_id):
            _recall_on_record(_locked(delivery_id, actor), actor=actor)
    return len(gone)


def recall_delivery(delivery_id: UUID, *, reason: str, actor: Actor) -> DeliveryCard:
    """Call a delivery back by a decision of the house; its file is not handed out from now on.

    Raises:
        NoSuchDelivery: none of the actor's organisation has the id.
        RecallOnRecord: it is recalled already.
        LogNotReady: it is recalled; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        card = _locked(delivery_id, actor)
        if card.standing.state is StandsToday.RECALLED:
            raise RecallOnRecord(f"{card.standing.reason} There is nothing left to call back.")
        at = clock.now()
        called = Standing(state=StandsToday.RECALLED, reason=reason, since=at, cause=RecallCause.STUDIO)
        _row, entry_uid = _create(card, called, actor=actor, at=at, reason=reason.strip())
    wait_until_covered(actor.organisation_id, [entry_uid], message=_ALREADY_RECALLED)
    return delivery_card(actor.organisation_id, delivery_id)


def record_notice(delivery_id: UUID, new: NewNotice, *, actor: Actor) -> RecallCard:
    """Record that the recipient was told of the recall.

    Raises:
        NoSuchDelivery, NotRecalled: see there.
        RecallTimeWrong: it was sent before the recall took effect, or in the future.
        licensing.errors.DigestMalformed: the proof's digest is none.
    """
    if new.proof_sha256 and not _SHA256.fullmatch(new.proof_sha256):
        raise DigestMalformed("The proof's SHA-256 has 64 hexadecimal digits in lower case.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        card = _locked(delivery_id, actor)
        recall = _recall_on_record(card, actor=actor)
        at = clock.now()
        _check_time(new.sent_at, recall, at)
        notice_id = new_id()
        RecallNotice.objects.create(
            id=notice_id,
            recall=recall,
            channel=new.channel,
            sent_at=new.sent_at,
            proof_sha256=new.proof_sha256,
            note=new.note.strip(),
            recorded_at=at,
            recorded_by_id=actor.user_id,
        )
        fields: dict[str, Canonical] = {
            "recall_notice": str(notice_id),
            "channel": new.channel.value,
            "proof_sha256": new.proof_sha256 or None,
        }
        _note(card, DeliveryAct.NOTICE_SENT, EntryType.RECALL_NOTIFIED, actor=actor, at=at, fields=fields)
    return _recall(actor.organisation_id, delivery_id)


def record_acknowledgement(
    delivery_id: UUID, *, said_by: str, words: str, acknowledged_at: datetime, actor: Actor
) -> RecallCard:
    """Record that the recipient took note of the recall, by another way than its link.

    Raises:
        NoSuchDelivery, NotRecalled, AcknowledgementOnRecord: see there.
        RecallTimeWrong: before the recall took effect, or in the future.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        card = _locked(delivery_id, actor)
        recall = _recall_on_record(card, actor=actor)
        at = clock.now()
        _check_time(acknowledged_at, recall, at)
        _acknowledge(
            card, recall, said_by=said_by, words=words, acknowledged_at=acknowledged_at, at=at, actor=actor
        )
    return _recall(actor.organisation_id, delivery_id)


def acknowledge_by_link(token: str, *, said_by: str, words: str) -> RecallCard:
    """The holder of a link takes note of the recall. An expired link serves for that; a revoked one does not.

    Raises:
        NoSuchLink, NotRecalled, AcknowledgementOnRecord: see there.
    """
    held = held_link(token)
    actor = process_actor(organisation_id=held.organisation_id, label="system")
    with tenant(held.organisation_id):
        card = _locked(held.delivery_id, actor)
        recall = _recall_on_record(card, actor=actor)
        at = clock.now()
        _acknowledge(
            card,
            recall,
            said_by=said_by,
            words=words,
            acknowledged_at=at,
            at=at,
            actor=actor,
            link_id=held.link_id,
        )
    return _recall(held.organisation_id, held.delivery_id)


def state_retention(delivery_id: UUID, *, words: str, actor: Actor) -> RecallCard:
    """Record in counsel's words what may lawfully stay with the recipient. Earlier words stay on record.

    Raises:
        NoSuchDelivery, NotRecalled: see there.
    """
    said = words.strip()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        card = _locked(delivery_id, actor)
        recall = _recall_on_record(card, actor=actor)
        at = clock.now()
        words_id = new_id()
        RetentionWords.objects.create(
            id=words_id, recall=recall, words=said, stated_at=at, stated_by_id=actor.user_id
        )
        fields: dict[str, Canonical] = {
            "retention": str(words_id),
            "words_sha256": sha256_hex(said.encode()),
        }
        _note(
            card, DeliveryAct.RETENTION_STATED, EntryType.RETENTION_STATED, actor=actor, at=at, fields=fields
        )
    return _recall(actor.organisation_id, delivery_id)


def _locked(delivery_id: UUID, actor: Actor) -> DeliveryCard:
    """The delivery, with what is written about its recall written one after the other."""
    with connection.cursor() as cursor:
        # The row itself is evidence that nobody may lock for a change.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"recall of {delivery_id}"])
    return delivery_card(actor.organisation_id, delivery_id)


def _recall_on_record(card: DeliveryCard, *, actor: Actor) -> DeliveryRecall:
    """The row of the recall, written down now if a withdrawal brought it about and nobody has yet."""
    row: DeliveryRecall | None = DeliveryRecall.objects.filter(delivery_id=card.id).first()
    if row is not None:
        return row
    if card.standing.state is not StandsToday.RECALLED:
        raise NotRecalled(f"This delivery is {card.standing.state.value}, not recalled.")
    system = process_actor(organisation_id=actor.organisation_id, label="system")
    return _create(card, card.standing, actor=system, at=clock.now())[0]


def _create(
    card: DeliveryCard, standing: Standing, *, actor: Actor, at: datetime, reason: str = ""
) -> tuple[DeliveryRecall, UUID]:
    if standing.cause is None:
        raise RuntimeError("A recall has a cause.")
    row: DeliveryRecall = DeliveryRecall.objects.create(
        delivery_id=card.id,
        cause=standing.cause,
        reason=reason,
        effective_at=standing.since or at,
        recorded_at=at,
        recalled_by_id=actor.user_id,
    )
    uid = _note(
        card,
        DeliveryAct.RECALLED,
        EntryType.DELIVERY_RECALLED,
        actor=actor,
        at=at,
        fields={"reason_code": standing.cause.value},
    )
    return row, uid


def _acknowledge(
    card: DeliveryCard,
    recall: DeliveryRecall,
    *,
    said_by: str,
    words: str,
    acknowledged_at: datetime,
    at: datetime,
    actor: Actor,
    link_id: UUID | None = None,
) -> None:
    if RecallAcknowledgement.objects.filter(recall=recall).exists():
        raise AcknowledgementOnRecord("The recall was acknowledged already; once is enough.")
    RecallAcknowledgement.objects.create(
        recall=recall,
        link_id=link_id,
        said_by=said_by.strip(),
        words=words.strip(),
        acknowledged_at=acknowledged_at,
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    _note(
        card,
        DeliveryAct.ACKNOWLEDGED,
        EntryType.RECALL_ACKNOWLEDGED,
        actor=actor,
        at=at,
        fields={"link": str(link_id) if link_id else None},
        link_id=link_id,
    )


def _note(
    card: DeliveryCard,
    act: DeliveryAct,
    entry_type: EntryType,
    *,
    actor: Actor,
    at: datetime,
    fields: dict[str, Canonical],
    link_id: UUID | None = None,
) -> UUID:
    DeliveryEvent.objects.create(delivery_id=card.id, at=at, act=act, link_id=link_id, by_id=actor.user_id)
    return trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"delivery:{card.id}",
        fields={"delivery": str(card.id), **fields},
        at=at,
        production_id=card.production_id,
    )


def _check_time(happened_at: datetime, recall: DeliveryRecall, at: datetime) -> None:
    if not recall.effective_at <= happened_at <= at:
        raise RecallTimeWrong(
            f"It happened after the recall took effect ({recall.effective_at:%Y-%m-%d %H:%M} UTC) and before now."
        )


def _recall(organisation_id: UUID, delivery_id: UUID) -> RecallCard:
    found = recall_of(organisation_id, delivery_id)
    if found is None:
        raise NotRecalled("This delivery is not recalled.")
    return found
