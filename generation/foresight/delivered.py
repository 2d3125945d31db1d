"""What an event would do to what was delivered. Call inside `core.tenancy.tenant`; nothing is written."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from generation.deliveries.standing import unrecalled
from generation.deliveries.values import Standing
from generation.foresight.values import DeliveryLine
from generation.models import Delivery
from licensing.foresight.events import Event, TimePasses
from licensing.foresight.resting import grounds_foreseen, takes_back_nothing


def deliveries_changed(
    event: Event, *, production_id: UUID | None, at: datetime, now: datetime
) -> tuple[DeliveryLine, ...]:
    """The deliveries that would be worth something else than without the event, by recipient.

    What was recalled in writing stays recalled, whatever happens. The standing is that of
    `generation.deliveries.standing`, on grounds the event has changed.
    """
    if takes_back_nothing(event):
        return ()
    rows = Delivery.objects.filter(recall__isnull=True).order_by()
    if production_id is not None:
        rows = rows.filter(take__shot__sequence__production_id=production_id)
    # Most stay as they are: three columns of each, and the rest of those alone that change.
    held = list(rows.values_list("id", "decision_id", "valid_until"))
    grounds = grounds_foreseen({decision for _, decision, _ in held}, event, at=at, now=now)
    changed: dict[UUID, tuple[Standing, Standing]] = {}
    for delivery_id, decision_id, valid_until in held:
        without = unrecalled(
            valid_until, grounds.before[decision_id], now if isinstance(event, TimePasses) else at
        )
        then = unrecalled(valid_until, grounds.after[decision_id], at)
        if without.state is not then.state:
            changed[delivery_id] = (without, then)
    told = Delivery.objects.filter(id__in=list(changed)).select_related(
        "recipient", "take__shot__sequence__production"
    )
    lines = [_line(row, *changed[row.id]) for row in told.order_by("recipient__name", "delivered_at", "id")]
    return tuple(lines)


def delivery_line(row: Delivery, *, before: str, after: str, reason: str) -> DeliveryLine:
    """`row` with its recipient and its take's production selected; `before` and `after` in words."""
    shot = row.take.shot
    return DeliveryLine(
        id=row.id,
        take_id=row.take_id,
        take_number=row.take.number,
        shot=shot.code,
        production=shot.sequence.production.title,
        recipient=row.recipient.name,
        recipient_kind=row.recipient.kind,
        media=tuple(row.media),
        territories=tuple(row.territories),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        delivered_at=row.delivered_at,
        before=before,
        after=after,
        reason=reason,
    )


def _line(row: Delivery, without: Standing, then: Standing) -> DeliveryLine:
    return delivery_line(row, before=without.state.value, after=then.state.value, reason=then.reason)
