"""Delivering a finished file: decided for that recipient, medium and territory; intended, then recorded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError
from psycopg.errors import UniqueViolation

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.asking import PreparedDelivery, prepared, request_digest
from generation.deliveries.cards import DeliveryCard, DeliveryTrial
from generation.deliveries.errors import DeliveryConflict, DeliveryRefused, GroundsEnded
from generation.deliveries.queries import delivery_card
from generation.deliveries.refusals import refusal_of_delivery
from generation.deliveries.screening import refuse_while_open, screens_open
from generation.deliveries.values import DeliveryAct, DeliveryOrder
from generation.models import Delivery, DeliveryEvent, DeliveryIntent
from generation.ordering import checked_key
from licensing.decision_cards import DecisionCard
from licensing.errors import QuotaExhausted
from licensing.operations.gate import decide_use
from licensing.operations.obligations import open_from_decision
from licensing.operations.quotas import Hold, commit_quotas, hold_quotas, release_quotas
from licensing.owed.values import Effect
from licensing.queries import consents_stand, performers_of
from licensing.quotas import delivery_amounts

HELD_FOR = timedelta(minutes=15)
"""How long a delivery under way holds the uses it takes: longer than anybody waits for the log. Nobody renews it."""


def deliver_take(
    order: DeliveryOrder, *, actor: Actor, idempotency_key: str | None, everybody: bool = False
) -> DeliveryCard:
    """Deliver a take's signed file to a recipient, where the rules permit exactly that.

    The verdict is recorded whichever it is. What is permitted is intended first, and recorded once the log covers the
    intent; then what the decision makes owed is owed. The intent holds one use of every consent that limits uses and
    is relied on, and the delivery spends it; whatever ends without a delivery gives it back. The same request under
    the same key gives the same delivery and decides nothing anew.

    Args:
        order: what is asked.
        actor: whoever asks.
        idempotency_key: as for a take.
        everybody: False where the asker may not know of performers whom only legal sees.

    Raises:
        generation.errors.IdempotencyKeyMissing, DeliveryConflict: see there.
        DeliveryNotPossible, NoSuchRecipient, MarkedForAnother, FileUnfit: see there; nothing is recorded.
        generation.errors.NoSuchTake, generation.errors.VideoNotReady: there is no finished file.
        DeliveryRefused, DeliveryInReview: decided, and not permitted; there is no delivery.
        generation.screens.errors.ScreensNotClear: permitted, and what the house demands of screens is not met; there
            is no delivery.
        GroundsEnded: what it rests on ended meanwhile; there is no delivery.
        licensing.errors.QuotaLost: its time was over before it was delivered, and another needed the use it held.
        LogNotReady: the log does not cover decision or intent; there is no delivery.
    """
    key = checked_key(idempotency_key)
    digest = request_digest(order)
    known = _delivery_under(key, digest, organisation_id=actor.organisation_id)
    if known is not None:
        return known
    ready = prepared(order, actor=actor)
    try:
        card, intent = _permitted_and_intended(ready, actor=actor, everybody=everybody)
    except DeliveryRefused:
        # A twin request may have had the last use: then its delivery is the answer.
        known = _delivery_under(key, digest, organisation_id=actor.organisation_id)
        if known is None:
            raise
        return known
    try:
        wait_until_covered(actor.organisation_id, [intent.entry_uid])
        _delivered(ready, intent, card, actor=actor, key=key)
    except Exception as error:
        _give_back(intent)
        if not (isinstance(error, IntegrityError) and isinstance(error.__cause__, UniqueViolation)):
            raise
        # A twin request was faster: its delivery is the answer, this intent stays on record.
        known = _delivery_under(key, digest, organisation_id=actor.organisation_id)
        if known is None:
            raise
        return known
    return delivery_card(actor.organisation_id, intent.delivery_id)


def try_delivery(order: DeliveryOrder, *, actor: Actor) -> DeliveryTrial:
    """Say what `deliver_take` would answer, recording nothing. The file is read back all the same.

    Raises:
        As `deliver_take` before it decides, without those about the key.
    """
    ready = prepared(order, actor=actor)
    card = decide_use(ready.use_order, actor=actor, dry_run=True, repeats=ready.take_decision_id)
    return DeliveryTrial(
        decision=card,
        marks=ready.marks.marks,
        marks_stripped=ready.marks.stripped,
        screens=screens_open(ready, organisation_id=actor.organisation_id),
    )


@dataclass(frozen=True, slots=True)
class _Intent:
    """The recorded intent, its entry in the log, and what it holds of the limits of consents."""

    id: UUID
    delivery_id: UUID
    entry_uid: UUID
    hold: Hold


def _permitted_and_intended(
    ready: PreparedDelivery, *, actor: Actor, everybody: bool
) -> tuple[DecisionCard, _Intent]:
    while True:
        card = decide_use(ready.use_order, actor=actor, repeats=ready.take_decision_id)
        if not card.permitted or card.id is None:
            raise refusal_of_delivery(actor.organisation_id, card, everybody=everybody)
        refuse_while_open(ready, organisation_id=actor.organisation_id)
        # Others who took the rest of a limit meanwhile came first: asked again, the gate says so.
        with suppress(QuotaExhausted):
            return card, _intended(ready, card.id, production_id=card.production_id, actor=actor)


def _intended(ready: PreparedDelivery, decision_id: UUID, *, production_id: UUID, actor: Actor) -> _Intent:
    delivery_id = new_id()
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        hold = hold_quotas(
            actor.organisation_id, decision_id, job_id=delivery_id, amounts=delivery_amounts(), lasts=HELD_FOR
        )
        at = clock.now()
        row: DeliveryIntent = DeliveryIntent.objects.create(
            delivery_id=delivery_id,
            take_id=ready.order.take_id,
            asset_id=ready.asset_id,
            recipient_id=ready.order.recipient_id,
            decision_id=decision_id,
            request_sha256=ready.request_sha256,
            intended_at=at,
            intended_by_id=actor.user_id,
        )
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.DELIVERY_INTENDED,
            actor=actor.label,
            subject=f"delivery:{delivery_id}",
            fields={
                "delivery": str(delivery_id),
                "asset": str(ready.asset_id),
                "take": str(ready.order.take_id),
                "recipient": str(ready.order.recipient_id),
                "decision": str(decision_id),
                "request_sha256": ready.request_sha256,
            },
            at=at,
            production_id=production_id,
        )
    return _Intent(row.id, delivery_id, entry_uid, hold)


def _give_back(intent: _Intent) -> None:
    # Where the database does not answer, the hold ends by itself.
    with suppress(InterfaceError, OperationalError):
        release_quotas(intent.hold.organisation_id, intent.delivery_id)


def _delivered(
    ready: PreparedDelivery, intent: _Intent, card: DecisionCard, *, actor: Actor, key: str
) -> None:
    if card.id is None:
        raise RuntimeError("A delivery rests on a recorded decision.")
    order = ready.order
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        # First of all: a withdrawal comes before the delivery, or waits for it. Times and numbers are drawn after.
        if not consents_stand(actor.organisation_id, card.id, hold=True):
            raise GroundsEnded(
                "A consent or approval that this delivery rests on ended, or a strike suspended it, while it was "
                "prepared. Nothing was delivered. Ask again: the rules say what is missing."
            )
        # Before any time is drawn, as for takes; from here on the use is spent, whatever becomes of the delivery.
        commit_quotas(intent.hold, delivery_amounts())
        at = clock.now()
        touched = performers_of(actor.organisation_id, card.id)
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.ASSET_DELIVERED,
            actor=actor.label,
            subject=f"delivery:{intent.delivery_id}",
            fields={
                "delivery": str(intent.delivery_id),
                "asset": str(ready.asset_id),
                "performers": subjects.performers(actor.organisation_id, touched),
                "decision": str(card.id),
                "recipient": str(order.recipient_id),
                "take": str(order.take_id),
            },
            at=at,
            production_id=card.production_id,
        )
        row: Delivery = Delivery.objects.create(
            id=intent.delivery_id,
            intent_id=intent.id,
            take_id=order.take_id,
            asset_id=ready.asset_id,
            master_id=order.master_id,
            recipient_id=order.recipient_id,
            decision_id=card.id,
            purpose=order.purpose,
            media=list(order.media),
            territories=list(order.territories),
            languages=list(order.languages),
            valid_from=order.valid_from,
            valid_until=order.valid_until,
            marks=list(ready.marks.marks),
            marks_stripped=ready.marks.stripped,
            disclosures=[asdict(one) for one in order.disclosures],
            file_sha256=ready.file_sha256,
            idempotency_key=key,
            request=order.body(),
            request_sha256=ready.request_sha256,
            delivered_at=at,
            delivered_by_id=actor.user_id,
            entry_uid=entry_uid,
        )
        DeliveryEvent.objects.create(delivery=row, at=at, act=DeliveryAct.DELIVERED, by_id=actor.user_id)
        # What the delivery makes owed commits with it, or not at all.
        open_from_decision(
            actor.organisation_id,
            card.id,
            effect=Effect.DELIVERED,
            effect_id=row.id,
            at=at,
            actor_label=actor.label,
        )


def _delivery_under(key: str, digest: str, *, organisation_id: UUID) -> DeliveryCard | None:
    with tenant(organisation_id):
        row = Delivery.objects.filter(idempotency_key=key).only("id", "request_sha256").first()
    if row is None:
        return None
    if row.request_sha256 != digest:
        raise DeliveryConflict(row.id)
    return delivery_card(organisation_id, row.id)
