"""Holding a master while working on it, as `generation.claims` does takes: a lease, and a fence that outlives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Now

from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.claimed_take import worker_label
from generation.mastering.cameras import CameraOrder
from generation.mastering.values import (
    FORMATS,
    MASTER_CLAIMABLE,
    MASTER_IN_WORK,
    MOST_MASTER_ATTEMPTS,
    PREVIEW_WIDTH,
    MasterFailure,
    MasterFormat,
    MasterSource,
    MasterSpec,
    MasterState,
)
from generation.models import Master

# An encoder that looks far ahead gives nothing for a while at its end. A killed worker is noticed after this.
LEASE = timedelta(minutes=2)


class MasterClaimLost(Exception):
    """Another worker holds the master, or it is finished: whoever gets this writes nothing more."""


class MasterCancelAsked(Exception):
    """Somebody asked for the master to be cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterClaim:
    """One attempt of one worker at one master. `label` is the worker's name in the log.

    `take_size`: of the signed file, width and height in pixels.
    """

    master_id: UUID
    organisation_id: UUID
    production_id: UUID
    take_id: UUID
    take_asset_id: UUID
    take_video_key: str
    take_fps: int
    take_size: tuple[int, int]
    label: str
    fence: int
    attempt: int
    decision_id: UUID
    source: MasterSource
    source_sha256: str
    is_marked: bool
    spec: MasterSpec


def claim(master_id: UUID, organisation_id: UUID, *, worker: str) -> MasterClaim | None:
    """Take hold of a master that waits, or whose worker has gone; None when there is nothing to do."""
    with tenant(organisation_id, durable=True):
        held = (
            Master.objects.filter(id=master_id, state__in=MASTER_CLAIMABLE)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=Now()))
            .update(
                state=MasterState.ENCODING,
                worker=worker[:120],
                lease_until=Now() + LEASE,
                attempt=F("attempt") + 1,
                fence=F("fence") + 1,
                frames_done=0,
                seconds_per_frame=None,
            )
        )
        if not held:
            return None
        row: Master = Master.objects.select_related("take__shot__sequence").get(id=master_id)
        claimed = _claim_of(row, label=worker_label(worker))
        if row.cancel_requested_at is not None:
            # Asked while its last worker died, or while the log stood still.
            cancelled(claimed)
            return None
        if row.attempt > MOST_MASTER_ATTEMPTS:
            failed(
                claimed,
                MasterFailure.TOO_MANY_ATTEMPTS,
                f"{MOST_MASTER_ATTEMPTS} attempts ended without a result, most likely with their worker.",
            )
            return None
    return claimed


def renewed(claimed: MasterClaim, *, frames_done: int, seconds_per_frame: float | None = None) -> None:
    """Renew the lease and show progress.

    Raises:
        MasterClaimLost, MasterCancelAsked: see there.
    """
    with tenant(claimed.organisation_id):
        _write(
            claimed,
            lease_until=Now() + LEASE,
            frames_done=frames_done,
            seconds_per_frame=seconds_per_frame,
        )
        asked = Master.objects.filter(id=claimed.master_id, cancel_requested_at__isnull=False).exists()
    if asked:
        raise MasterCancelAsked


def signing(claimed: MasterClaim, decision_id: UUID) -> None:
    """It is encoded, and the rules were asked again.

    Raises:
        MasterClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(claimed, state=MasterState.SIGNING, lease_until=Now() + LEASE, decision_id=decision_id)


def guard(claimed: MasterClaim) -> None:
    """Hold the row for the rest of the transaction.

    Raises:
        MasterClaimLost, MasterCancelAsked: see there.
    """
    row = Master.objects.select_for_update().filter(id=claimed.master_id, fence=claimed.fence).first()
    if row is None or row.state != MasterState.SIGNING:
        raise MasterClaimLost
    if row.cancel_requested_at is not None:
        raise MasterCancelAsked


def signed(claimed: MasterClaim, *, asset_id: UUID, facts: dict[str, Any]) -> None:
    """Close it as signed, inside the transaction that records the signature.

    Raises:
        MasterClaimLost: see there.
    """
    _close(claimed, MasterState.SIGNED, asset_id=asset_id, facts=facts, frames_done=claimed.spec.frames)


def failed(claimed: MasterClaim, code: MasterFailure, message: str) -> None:
    """Close it as failed; another one can be asked for.

    Raises:
        MasterClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _close(claimed, MasterState.FAILED, failure_code=code, failure_message=message)
        _log_end(claimed, reason_code=code.value)


def refused(claimed: MasterClaim, decision_id: UUID, why: str) -> None:
    """Close it because the rules no longer permit it.

    Raises:
        MasterClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _close(claimed, MasterState.REFUSED, decision_id=decision_id, failure_message=why)
        _log_end(claimed, reason_code="refused", decision=str(decision_id))


def cancelled(claimed: MasterClaim) -> None:
    """Close it as cancelled, in the name of whoever asked for that.

    Raises:
        MasterClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _close(claimed, MasterState.CANCELLED)
        asked_by = Master.objects.values_list("cancel_requested_by_id", flat=True).get(id=claimed.master_id)
        actor = claimed.label if asked_by is None else f"user:{asked_by}"
        _log_end(claimed, actor=actor, reason_code="cancelled")


def given_back(claimed: MasterClaim) -> None:
    """Give it back to the queue because the log stands still; the attempt is not counted.

    Raises:
        MasterClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(
            claimed,
            state=MasterState.QUEUED,
            lease_until=None,
            attempt=F("attempt") - 1,
            woken_at=Now(),
            frames_done=0,
        )


def _close(claimed: MasterClaim, state: MasterState, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    _write(claimed, state=state, lease_until=None, finished_at=Now(), **columns)


def _write(claimed: MasterClaim, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    mine = Master.objects.filter(id=claimed.master_id, fence=claimed.fence, state__in=MASTER_IN_WORK)
    if not mine.update(**columns):
        raise MasterClaimLost


def _log_end(claimed: MasterClaim, *, actor: str | None = None, **fields: Canonical) -> None:
    trail.record(
        organisation_id=claimed.organisation_id,
        entry_type=EntryType.MASTER_ENDED,
        actor=actor or claimed.label,
        subject=f"take:{claimed.take_id}",
        fields={"master": str(claimed.master_id), **fields},
        at=clock.now(),
        production_id=claimed.production_id,
    )


def _claim_of(row: Master, *, label: str) -> MasterClaim:
    take = row.take
    if take.asset_id is None:
        raise RuntimeError("A master is of a signed take.")
    source, master_format = MasterSource(row.source), MasterFormat(row.format)
    width, height = take.delivered_width, take.delivered_height
    if FORMATS[master_format].is_sequence and source is MasterSource.KEPT_FRAMES:
        # Nothing between the model and whoever composites.
        width, height = take.width, take.height
    if master_format is MasterFormat.WEBP_PREVIEW:
        shown = min(PREVIEW_WIDTH, width)
        width, height = shown, max(round(height * shown / width), 1)
    return MasterClaim(
        master_id=row.id,
        organisation_id=row.organisation_id,
        production_id=take.shot.sequence.production_id,
        take_id=take.id,
        take_asset_id=take.asset_id,
        take_video_key=take.video_key,
        take_fps=take.fps,
        take_size=(take.delivered_width, take.delivered_height),
        label=label,
        fence=row.fence,
        attempt=row.attempt,
        decision_id=row.decision_id,
        source=source,
        source_sha256=row.source_sha256,
        is_marked=row.recipient_id is not None,
        spec=MasterSpec(
            format=master_format,
            width=width,
            height=height,
            frames=take.num_frames,
            fps=Fraction(row.fps),
            cameras=None if row.cameras is None else CameraOrder.from_json(row.cameras),
        ),
    )
