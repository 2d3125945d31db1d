"""Hold what a job takes of the limits of consents, spend it when the work is done, give back what was not used.

There is room, or there is not, by one conditional UPDATE in the database; nothing is read first and written later. A
hold ends by itself: what somebody holds beyond its time is room for whoever asks next. Everything here is part of the
caller's transaction, if there is one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from core.tenancy import tenant
from licensing.errors import QuotaExhausted, QuotaLost
from licensing.models.decision import Decision
from licensing.models.quota import Quota, QuotaReservation
from licensing.quotas import Amounts, QuotaState, ReservationState

LASTS = timedelta(hours=1)
"""How long a hold lasts that nobody renews: longer than a worker that lives goes without renewing it."""

_HOLD = """
SELECT held_quota, held_fence
FROM licensing_hold_quotas_v1(%s, %s, %s, %s, %s, %s, make_interval(secs => %s))
"""
_SETTLE = "SELECT licensing_settle_quotas_v1(%s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Hold:
    """What a job holds: its quotas, none where no consent has limits, under one fence."""

    organisation_id: UUID
    job_id: UUID
    quota_ids: tuple[UUID, ...] = ()
    fence: int = 0


def hold_quotas(
    organisation_id: UUID, decision_id: UUID, *, job_id: UUID, amounts: Amounts, lasts: timedelta = LASTS
) -> Hold:
    """Hold `amounts` of every limit of the consents that a decision relied on, for `job_id`: all, or nothing.

    A job that is tried again goes on with what it holds, under a new fence; what it held of consents that the
    decision no longer relies on is given back. The hold ends after `lasts`, unless it is renewed.

    Raises:
        QuotaExhausted: one of them has not enough left. Ask the gate again: it says which.
    """
    units = [unit.value for unit, amount in amounts.items() if amount]
    values = [amount for amount in amounts.values() if amount]
    with tenant(organisation_id):
        decision = Decision.objects.only("consent_ids").get(id=decision_id)
        with transaction.atomic(), connection.cursor() as cursor:
            asked = [
                organisation_id,
                decision.consent_ids,
                job_id,
                decision_id,
                units,
                values,
                lasts.total_seconds(),
            ]
            cursor.execute(_HOLD, asked)
            held = cursor.fetchall()
            if short := [quota for quota, fence in held if fence is None]:
                raise QuotaExhausted(_words_for(short[0]))
            hold = Hold(organisation_id, job_id, tuple(quota for quota, _ in held), held[0][1] if held else 0)
            _settle(hold, ReservationState.RELEASED, kept=hold.quota_ids)
    return hold


def keep_quotas(hold: Hold) -> None:
    """Renew a hold.

    Raises:
        QuotaLost: its time was over and somebody else needed the room.
    """
    if not hold.quota_ids:
        return
    with tenant(hold.organisation_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE licensing_quotareservation SET expires_at = clock_timestamp() + make_interval(secs => %s)"
            " WHERE job_id = %s AND fence >= %s AND state = %s",
            [LASTS.total_seconds(), hold.job_id, hold.fence, ReservationState.HELD.value],
        )
        if cursor.rowcount != len(hold.quota_ids):
            raise QuotaLost(_LOST)


def commit_quotas(hold: Hold, amounts: Amounts) -> None:
    """Spend what the work came to, at most what is held, in the transaction that records the work.

    Raises:
        QuotaLost: the hold was given back or away meanwhile; the work is not done under this consent.
    """
    if hold.quota_ids and _settle(hold, ReservationState.COMMITTED, amounts) != len(hold.quota_ids):
        raise QuotaLost(_LOST)


def release_quotas(organisation_id: UUID, job_id: UUID) -> None:
    """Give back whatever a job holds; nothing when it holds nothing."""
    _settle(Hold(organisation_id, job_id), ReservationState.RELEASED)


def expire_quotas() -> int:
    """Tidy: give back what is held beyond its time, of every organisation; how many holds. Nothing waits for this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, quota_id FROM licensing_quotas_lapsed_v1()")
        lapsed: list[tuple[UUID, UUID]] = cursor.fetchall()
    return sum(_expired(organisation_id, quota_id) for organisation_id, quota_id in lapsed)


_LOST = "What this work held of a consent's limits was given away when its time was over."


def _expired(organisation_id: UUID, quota_id: UUID) -> int:
    with tenant(organisation_id), connection.cursor() as cursor:
        cursor.execute("SELECT licensing_expire_reservations_v1(%s, NULL)", [quota_id])
        (gone,) = cursor.fetchone()
    return int(gone)


def _settle(
    hold: Hold, state: ReservationState, amounts: Amounts | None = None, *, kept: Collection[UUID] = ()
) -> int:
    spent = {unit.value: amount or 0 for unit, amount in (amounts or {}).items()}
    values = [
        hold.organisation_id,
        hold.job_id,
        hold.fence if state is ReservationState.COMMITTED else None,
        list(kept),
        state.value,
        list(spent),
        list(spent.values()),
    ]
    with tenant(hold.organisation_id), connection.cursor() as cursor:
        cursor.execute(_SETTLE, values)
        (settled,) = cursor.fetchone()
    return int(settled)


def _words_for(quota_id: UUID) -> str:
    quota = Quota.objects.get(id=quota_id)
    others = QuotaReservation.objects.filter(quota=quota, state=ReservationState.HELD).count()
    state = QuotaState.of_row((str(quota.consent_id), quota.unit, quota.most, quota.used, None))
    return (
        f"Of the {state.counted(quota.most)} that consent {quota.consent_id} allows, "
        f"{state.shown(quota.used)} are used and {state.shown(quota.reserved)} held by {others} that still run. "
        "Ask again, or agree on a new consent."
    )
