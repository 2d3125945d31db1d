"""What deliveries are worth today: computed from what they rest on, so that a withdrawal counts at once.

Nothing here is stored. A recall that was written down stays, whatever is recorded later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from core import clock
from core.tenancy import tenant
from generation.deliveries.values import RecallCause, Standing, StandsToday
from generation.models import Delivery, DeliveryRecall
from licensing.grounds import Grounds, GroundsState, grounds_of

_RECALLED = {
    RecallCause.CONSENT_WITHDRAWN: "A consent that it rests on was withdrawn.",
    RecallCause.APPROVAL_WITHDRAWN: "An approval of legal review that it rests on was taken back.",
    RecallCause.STUDIO: "The studio called it back.",
}
_BY_WITHDRAWAL = {
    GroundsState.CONSENT_WITHDRAWN: RecallCause.CONSENT_WITHDRAWN,
    GroundsState.APPROVAL_WITHDRAWN: RecallCause.APPROVAL_WITHDRAWN,
}
_ENDED = {
    GroundsState.CONSENT_ENDED: "A consent that it rests on has run out.",
    GroundsState.APPROVAL_ENDED: "An approval of legal review that it rests on has run out.",
    GroundsState.CONSENT_REPLACED: "A consent that it rests on was replaced by another one.",
}


def standings(organisation_id: UUID, rows: Collection[Delivery]) -> dict[UUID, Standing]:
    """By delivery, what it is worth at this moment."""
    grounds = grounds_of(organisation_id, {row.decision_id for row in rows})
    with tenant(organisation_id):
        recalls = {
            recall.delivery_id: recall
            for recall in DeliveryRecall.objects.filter(delivery_id__in=[row.id for row in rows])
        }
    at = clock.now()
    return {row.id: _standing(row, recalls.get(row.id), grounds[row.decision_id], at) for row in rows}


def standing_on(grounds: Grounds) -> Standing:
    """What anything is worth that rests on these grounds alone."""
    cause = _BY_WITHDRAWAL.get(grounds.state)
    if cause is not None:
        return recalled(cause, since=grounds.since)
    if grounds.state in _ENDED:
        return Standing(state=StandsToday.ENDED, reason=_ENDED[grounds.state], since=grounds.since)
    if grounds.state is GroundsState.SUSPENDED:
        return Standing(
            state=StandsToday.SUSPENDED,
            reason="A strike suspends the consents that it rests on. It ends none of them.",
            since=grounds.since,
        )
    return Standing(state=StandsToday.ACTIVE, reason="Everything that it rests on holds today.")


def recalled(cause: RecallCause, *, since: datetime | None) -> Standing:
    return Standing(state=StandsToday.RECALLED, reason=_RECALLED[cause], since=since, cause=cause)


def _standing(row: Delivery, recall: DeliveryRecall | None, grounds: Grounds, at: datetime) -> Standing:
    if recall is not None:
        return recalled(RecallCause(recall.cause), since=recall.effective_at)
    return unrecalled(row.valid_until, grounds, at)


def unrecalled(valid_until: date | None, grounds: Grounds, at: datetime) -> Standing:
    """What a delivery is worth at `at` that nobody recalled in writing.

    Args:
        valid_until: the last day of its term; None is without end.
        grounds: what it rests on.
        at: the moment.
    """
    rests = standing_on(grounds)
    if rests.state is StandsToday.RECALLED:
        return rests
    today = at.astimezone(UTC).date()
    if valid_until is not None and valid_until < today:
        over = datetime.combine(valid_until + timedelta(days=1), time(), tzinfo=UTC)
        return Standing(state=StandsToday.ENDED, reason="Its term is over.", since=over)
    return rests
