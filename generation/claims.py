"""Holding a take while working on it: a lease that ends by itself, and a fence that outlives it.

Time is the database's, so that workers need not agree on theirs. Every write here names the fence of its claim and
tells when the row no longer answers to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Now

from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.claimed_take import Claim, claim_of, worker_label
from generation.events import note_eased, note_progress, note_state
from generation.models import ProductionServed, Take, TakeEvent
from generation.values import CLAIMABLE, IN_WORK, MOST_ATTEMPTS, FailureCode, Shown, TakeState
from licensing.operations.quotas import commit_quotas, hold_quotas, release_quotas
from licensing.queries import performers_of

# A worker that was killed is noticed after this long; one that lives renews far more often.
LEASE = timedelta(seconds=15)

# How much later than usual the sweep tries again while the log stands still, and for how long that is remembered.
_LONGEST_PAUSE = timedelta(minutes=4)
_REMEMBERED = timedelta(hours=1)
# As long as the sweep leaves alone what a worker was told of.
_LET_REST = timedelta(seconds=30)

_NOTHING_TO_SEE = {"seconds_per_step": None, "preview_jpeg": None}
_UNSTARTED = {"stage": "", "step": 0, "stage_steps": 0, **_NOTHING_TO_SEE}


class ClaimLost(Exception):
    """Another worker holds the take, or it is finished: whoever gets this writes nothing more."""


class CancelAsked(Exception):
    """Somebody asked for the take to be cancelled."""


def claim(take_id: UUID, organisation_id: UUID, *, worker: str) -> Claim | None:
    """Take hold of a take that waits, or whose worker has gone; None when there is nothing to do.

    Of several workers told of the same take one gets it. A take whose cancellation was asked for, or which has
    ended too many workers, is closed here instead.
    """
    with tenant(organisation_id, durable=True):
        return claim_within(take_id, worker=worker)


def claim_within(take_id: UUID, *, worker: str) -> Claim | None:
    """As `claim`, inside a `core.tenancy.tenant` of the take's organisation."""
    held = (
        Take.objects.filter(id=take_id, state__in=CLAIMABLE)
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=Now()))
        .update(
            state=TakeState.RENDERING,
            worker=worker[:120],
            lease_until=Now() + LEASE,
            attempt=F("attempt") + 1,
            fence=F("fence") + 1,
            not_before=None,
            **_UNSTARTED,
        )
    )
    if not held:
        return None
    row: Take = Take.objects.select_related("model", "shot__sequence").get(id=take_id)
    claimed = claim_of(row, label=worker_label(worker))
    if row.cancel_requested_at is not None:
        cancelled(claimed)
        return None
    if row.attempt > MOST_ATTEMPTS:
        failed(
            claimed,
            FailureCode.TOO_MANY_ATTEMPTS,
            f"{MOST_ATTEMPTS} attempts ended without a result, most likely with their worker. See its log.",
        )
        return None
    note_state(take_id, TakeState.RENDERING, at=clock.now(), attempt=row.attempt)
    _note_turn(claimed)
    return claimed


def _note_turn(claimed: Claim) -> None:
    """Remember that the production had its turn."""
    turn = ProductionServed(
        organisation_id=claimed.organisation_id, production_id=claimed.production_id, served_at=clock.now()
    )
    ProductionServed.objects.bulk_create(
        [turn],
        update_conflicts=True,
        unique_fields=["organisation", "production"],
        update_fields=["served_at"],
    )


def started(claimed: Claim, decision_id: UUID) -> UUID:
    """Note that the rules were asked again and the render begins; the identifier of the log's entry.

    Raises:
        ClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(claimed, decision_id=decision_id)
        return _log(
            claimed,
            EntryType.RENDER_STARTED,
            attempt=claimed.attempt,
            fence=claimed.fence,
            decision=str(decision_id),
            model_sha256=claimed.model_sha256,
            performers=subjects.performers(
                claimed.organisation_id, performers_of(claimed.organisation_id, decision_id)
            ),
        )


def renewed(claimed: Claim, shown: Shown, *, noted: bool) -> None:
    """Renew the lease and show progress; `noted` adds it to the take's history.

    Raises:
        ClaimLost, CancelAsked: see there.
    """
    with tenant(claimed.organisation_id):
        picture = {} if shown.preview_jpeg is None else {"preview_jpeg": shown.preview_jpeg}
        _write(
            claimed,
            lease_until=Now() + LEASE,
            stage=shown.stage,
            step=shown.step,
            stage_steps=shown.of,
            seconds_per_step=shown.seconds_per_step,
            **picture,
        )
        row = Take.objects.only("state", "cancel_requested_at").get(id=claimed.take_id)
        if noted:
            note_progress(
                claimed.take_id,
                TakeState(row.state),
                at=clock.now(),
                attempt=claimed.attempt,
                stage=shown.stage,
                step=shown.step,
                of=shown.of,
                seconds_per_step=shown.seconds_per_step,
            )
    if row.cancel_requested_at is not None:
        raise CancelAsked


def holding(claimed: Claim, decision_id: UUID) -> Claim:
    """The claim with what the take takes of the limits of its decision's consents held, taken anew or renewed.

    Raises:
        QuotaExhausted: there is no room; the take holds what it held before.
    """
    hold = hold_quotas(claimed.organisation_id, decision_id, job_id=claimed.take_id, amounts=claimed.amounts)
    return replace(claimed, decision_id=decision_id, hold=hold)


def moved_on(claimed: Claim, state: TakeState, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    """Bring the take into the next state of its work.

    Raises:
        ClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(claimed, state=state, lease_until=Now() + LEASE, **columns)
        note_state(claimed.take_id, state, at=clock.now(), attempt=claimed.attempt)


def guard(claimed: Claim) -> None:
    """Hold the row for the rest of the transaction, so that nobody can take the claim or cancel before it ends.

    Raises:
        ClaimLost, CancelAsked: see there.
    """
    row = Take.objects.select_for_update().filter(id=claimed.take_id, fence=claimed.fence).first()
    if row is None or row.state != TakeState.SIGNING:
        raise ClaimLost
    if row.cancel_requested_at is not None:
        raise CancelAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What is kept of a signed take."""

    asset_id: UUID
    video_key: str
    poster_key: str
    contact_sheet_key: str
    decision_id: UUID
    seconds: dict[str, float] = field(default_factory=dict)
    fingerprint: dict[str, str | int] = field(default_factory=dict)


def signed(claimed: Claim, finished: Finished) -> None:
    """Close the take as signed and spend what it held, inside the transaction that records the signature.

    Raises:
        ClaimLost: see there.
        QuotaLost: what it held of a consent's limits was given away.
    """
    if claimed.hold is not None:
        commit_quotas(claimed.hold, claimed.amounts)
    _close(
        claimed,
        TakeState.SIGNED,
        asset_id=finished.asset_id,
        video_key=finished.video_key,
        poster_key=finished.poster_key,
        contact_sheet_key=finished.contact_sheet_key,
        decision_id=finished.decision_id,
        seconds=finished.seconds,
        fingerprint=finished.fingerprint,
    )


def failed(claimed: Claim, code: FailureCode, message: str) -> None:
    """Close the take as failed; it can be tried again.

    Raises:
        ClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _close(claimed, TakeState.FAILED, code=code, failure_code=code, failure_message=message)
        release_quotas(claimed.organisation_id, claimed.take_id)
        _log(claimed, EntryType.TAKE_FAILED, attempt=claimed.attempt, reason_code=str(code))


def cancelled(claimed: Claim) -> None:
    """Close the take as cancelled.

    Raises:
        ClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _close(claimed, TakeState.CANCELLED)
        release_quotas(claimed.organisation_id, claimed.take_id)
        _log(claimed, EntryType.TAKE_CANCELLED)


def refused(claimed: Claim, decision_id: UUID, *, needs_review: bool) -> None:
    """Close the take because the rules no longer permit it, or hand it to review when they only doubt.

    Raises:
        ClaimLost: see there.
    """
    state = TakeState.AWAITING_REVIEW if needs_review else TakeState.REFUSED
    with tenant(claimed.organisation_id):
        _close(claimed, state, decision_id=decision_id)
        release_quotas(claimed.organisation_id, claimed.take_id)
        if not needs_review:
            _log(claimed, EntryType.TAKE_REFUSED, decision=str(decision_id))


def released(claimed: Claim, decision_id: UUID) -> None:
    """Give the take back to the queue: it is permitted on other grounds than those it was started on.

    Raises:
        ClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(claimed, state=TakeState.QUEUED, lease_until=None, decision_id=decision_id, woken_at=None)
        note_state(claimed.take_id, TakeState.QUEUED, at=clock.now(), attempt=claimed.attempt)


def tried_again(claimed: Claim, code: FailureCode, message: str) -> None:
    """Give the take back to the queue: what broke was the device, and another attempt may have a better one.

    The attempt counts, and the last one closes the take as failed. Whoever asked for its cancellation has it now.

    Raises:
        ClaimLost: see there.
    """
    if claimed.attempt >= MOST_ATTEMPTS:
        failed(claimed, code, message)
        return
    with tenant(claimed.organisation_id):
        row = Take.objects.only("cancel_requested_at").get(id=claimed.take_id)
        if row.cancel_requested_at is not None:
            cancelled(claimed)
            return
        _write(claimed, state=TakeState.QUEUED, lease_until=None, woken_at=None, **_UNSTARTED)
        note_state(claimed.take_id, TakeState.QUEUED, at=clock.now(), attempt=claimed.attempt, code=code)


def eased(claimed: Claim, saving: str) -> None:
    """Note that the device was too small and the attempt goes on from its beginning, saving memory so.

    Raises:
        ClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(claimed, lease_until=Now() + LEASE, **_UNSTARTED)
        note_eased(claimed.take_id, at=clock.now(), attempt=claimed.attempt, saving=saving)


def given_back(claimed: Claim) -> None:
    """Give the take back to the queue because the log stands still; the attempt is not counted.

    It is taken up again by the sweep, so not at once, and each time later: every try is one more decision on record.
    Whoever asked for its cancellation has it now.

    Raises:
        ClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        row = Take.objects.only("cancel_requested_at").get(id=claimed.take_id)
        if row.cancel_requested_at is not None:
            cancelled(claimed)
            return
        tries = TakeEvent.objects.filter(
            take_id=claimed.take_id, code=FailureCode.LOG_UNAVAILABLE, at__gt=clock.now() - _REMEMBERED
        ).count()
        _write(
            claimed,
            state=TakeState.QUEUED,
            lease_until=None,
            attempt=F("attempt") - 1,
            woken_at=Now() + _pause_after(tries),
            not_before=Now() + _LET_REST + _pause_after(tries),
            **_UNSTARTED,
        )
        note_state(
            claimed.take_id,
            TakeState.QUEUED,
            at=clock.now(),
            attempt=claimed.attempt,
            code=FailureCode.LOG_UNAVAILABLE,
        )


def _pause_after(tries: int) -> timedelta:
    """On top of what the sweep waits: nothing at first, then 30 s, 90 s, 210 s, and four minutes from there on."""
    return min(timedelta(seconds=30) * ((1 << min(tries, 8)) - 1), _LONGEST_PAUSE)


def _close(claimed: Claim, state: TakeState, *, code: str = "", **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    finished_at = None if state is TakeState.AWAITING_REVIEW else Now()
    _write(claimed, state=state, lease_until=None, finished_at=finished_at, **_NOTHING_TO_SEE, **columns)
    note_state(claimed.take_id, state, at=clock.now(), attempt=claimed.attempt, code=code)


def _write(claimed: Claim, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    mine = Take.objects.filter(id=claimed.take_id, fence=claimed.fence, state__in=IN_WORK)
    if not mine.update(**columns):
        raise ClaimLost


def _log(claimed: Claim, entry_type: EntryType, **fields: Canonical) -> UUID:
    return trail.record(
        organisation_id=claimed.organisation_id,
        entry_type=entry_type,
        actor=claimed.label,
        subject=f"take:{claimed.take_id}",
        fields={"take": str(claimed.take_id), **fields},
        at=clock.now(),
        production_id=claimed.production_id,
    )
