"""Holding a training while working on it, as `generation.claims` does takes: a lease and a fence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.claimed_take import worker_label
from generation.clearances import standing
from generation.likeness_training.values import (
    MOST_TRAINING_ATTEMPTS,
    TRAINING_IN_WORK,
    TrainingFailure,
    TrainingState,
)
from generation.models import LikenessTraining
from generation.training_spec import TrainingSpec

# Custody waits for the log with no beat between. A killed worker is noticed after this.
LEASE = timedelta(minutes=1)
_LET_REST = timedelta(seconds=30)
# Held while a training is given out, so that two workers that look at once do not both take the same.
_TURNS = "generation trainings"


class TrainingClaimLost(Exception):
    """Another worker holds the training, or it is finished: whoever gets this writes nothing more."""


class TrainingCancelAsked(Exception):
    """Somebody asked for the training to be cancelled."""


@dataclass(frozen=True, slots=True)
class ClaimedSource:
    asset_id: UUID
    plain_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingClaim:
    """One attempt of one worker at one training. It is a `Job` of custody.

    `worker` is its name, and `label` that name in the log. `requested_by`: who answers for what custody takes in.
    """

    id: UUID
    organisation_id: UUID
    production_id: UUID
    performer_id: UUID
    requested_by: UUID
    worker: str
    label: str
    fence: int
    attempt: int
    decision_id: UUID
    name: str
    spec: TrainingSpec
    sources: tuple[ClaimedSource, ...]
    model_folder: Path
    model_sha256: str
    model_is_approved: bool

    def hold(self, decision_id: UUID) -> None:
        """Keep the claim until the transaction ends.

        Raises:
            TrainingClaimLost: another attempt has it, it is to be cancelled, or it rests on another decision.
        """
        held = (
            LikenessTraining.objects.select_for_update()
            .filter(
                id=self.id,
                fence=self.fence,
                state__in=TRAINING_IN_WORK,
                lease_until__gt=Now(),
                decision_id=decision_id,
                cancel_requested_at__isnull=True,
            )
            .first()
        )
        if held is None:
            raise TrainingClaimLost

    def on(self, decision_id: UUID) -> TrainingClaim:
        return replace(self, decision_id=decision_id)


def claim_next(worker: str, *, waited: timedelta) -> TrainingClaim | None:
    """Take hold of the training whose turn it is, of those asked for at least `waited` ago; None when there is none.

    What was cancelled meanwhile, or has ended too many workers, is closed on the way.
    """
    while True:
        with transaction.atomic(durable=True):
            found = _next(worker, waited)
            if found is None:
                return None
            organisation_id, training_id = found
            with tenant(organisation_id):
                claimed = claim_within(training_id, worker=worker)
        if claimed is not None:
            return claimed


def claim_within(training_id: UUID, *, worker: str) -> TrainingClaim | None:
    """Take hold of one training, inside its organisation's `core.tenancy.tenant`; None: it is not to be had."""
    held = (
        LikenessTraining.objects.filter(id=training_id, state__in=[TrainingState.QUEUED, *TRAINING_IN_WORK])
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=Now()))
        .update(
            state=TrainingState.TRAINING,
            worker=worker[:120],
            lease_until=Now() + LEASE,
            attempt=F("attempt") + 1,
            fence=F("fence") + 1,
            not_before=None,
            **_unstarted(),
        )
    )
    if not held:
        return None
    row: LikenessTraining = (
        LikenessTraining.objects.select_related("model").prefetch_related("sources").get(id=training_id)
    )
    claimed = _claim_of(row, label=worker_label(worker))
    if row.cancel_requested_at is not None:
        # Asked while its last worker died, or while the log stood still.
        cancelled(claimed)
        return None
    if row.attempt > MOST_TRAINING_ATTEMPTS:
        failed(
            claimed,
            TrainingFailure.TOO_MANY_ATTEMPTS,
            f"{MOST_TRAINING_ATTEMPTS} attempts ended without a result, most likely with their worker. See its log.",
        )
        return None
    return claimed


def started(claimed: TrainingClaim) -> UUID:
    """Note that the rules were asked again and the training begins; the identifier of the log's entry.

    Raises:
        TrainingClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(claimed, decision_id=claimed.decision_id)
        return _log(
            claimed,
            EntryType.TRAINING_STARTED,
            attempt=claimed.attempt,
            fence=claimed.fence,
            decision=str(claimed.decision_id),
            model_sha256=claimed.model_sha256,
            performers=subjects.performers(claimed.organisation_id, [claimed.performer_id]),
        )


def renewed(
    claimed: TrainingClaim,
    *,
    stage: str,
    step: int,
    seconds_per_step: float | None,
    losses: Sequence[tuple[int, float]],
) -> None:
    """Renew the lease and show progress.

    Raises:
        TrainingClaimLost, TrainingCancelAsked: see there.
    """
    with tenant(claimed.organisation_id):
        _write(
            claimed,
            lease_until=Now() + LEASE,
            stage=stage,
            step=step,
            seconds_per_step=seconds_per_step,
            losses=[list(one) for one in losses],
        )
        asked = LikenessTraining.objects.filter(id=claimed.id, cancel_requested_at__isnull=False).exists()
    if asked:
        raise TrainingCancelAsked


def keeping(claimed: TrainingClaim) -> None:
    """It is trained, and the rules were asked a last time.

    Raises:
        TrainingClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _write(
            claimed,
            state=TrainingState.KEEPING,
            lease_until=Now() + LEASE,
            stage="",
            decision_id=claimed.decision_id,
        )


def done(claimed: TrainingClaim, *, adapter_id: UUID, adapter_sha256: str, **figures: Any) -> UUID:  # noqa: ANN401 - columns
    """Close it as done, inside the transaction that takes the adapter into custody; the log's entry.

    Raises:
        TrainingClaimLost: see there.
    """
    _close(
        claimed,
        TrainingState.DONE,
        step=claimed.spec.steps,
        adapter_id=adapter_id,
        adapter_sha256=adapter_sha256,
        **figures,
    )
    return _log_end(claimed, "done", custody_asset=str(adapter_id), file_sha256=adapter_sha256)


def failed(claimed: TrainingClaim, code: TrainingFailure, message: str) -> None:
    """Close it as failed; another one can be asked for.

    Raises:
        TrainingClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _close(claimed, TrainingState.FAILED, failure_code=code, failure_message=message)
        _log_end(claimed, code.value)


def refused(claimed: TrainingClaim, decision_id: UUID, why: str, *, needs_review: bool) -> None:
    """Close it because the rules no longer permit it, or hand it to review when they only doubt.

    Raises:
        TrainingClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        if needs_review:
            _write(
                claimed,
                state=TrainingState.AWAITING_REVIEW,
                lease_until=None,
                decision_id=decision_id,
                **_unstarted(),
            )
            return
        _close(claimed, TrainingState.REFUSED, decision_id=decision_id, failure_message=why)
        _log_end(claimed, "refused", decision=str(decision_id))


def cancelled(claimed: TrainingClaim) -> None:
    """Close it as cancelled, in the name of whoever asked for that.

    Raises:
        TrainingClaimLost: see there.
    """
    with tenant(claimed.organisation_id):
        _close(claimed, TrainingState.CANCELLED)
        asked_by = LikenessTraining.objects.values_list("cancel_requested_by_id", flat=True).get(
            id=claimed.id
        )
        _log_end(claimed, "cancelled", actor=claimed.label if asked_by is None else f"user:{asked_by}")


def tried_again(claimed: TrainingClaim, message: str) -> None:
    """Give it back to the queue: what broke was the device. The attempt counts, and the last one closes it as failed.

    Raises:
        TrainingClaimLost: see there.
    """
    if claimed.attempt >= MOST_TRAINING_ATTEMPTS:
        failed(claimed, TrainingFailure.DEVICE_LOST, message)
        return
    _given_back(claimed)


def given_back(claimed: TrainingClaim) -> None:
    """Give it back to the queue because the log stands still; the attempt is not counted, and it rests a while.

    Raises:
        TrainingClaimLost: see there.
    """
    _given_back(claimed, attempt=F("attempt") - 1, not_before=Now() + _LET_REST)


def _given_back(claimed: TrainingClaim, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    with tenant(claimed.organisation_id):
        if LikenessTraining.objects.filter(id=claimed.id, cancel_requested_at__isnull=False).exists():
            cancelled(claimed)
            return
        _write(claimed, state=TrainingState.QUEUED, lease_until=None, **_unstarted(), **columns)


def _unstarted() -> Mapping[str, Any]:
    return {"stage": "", "step": 0, "seconds_per_step": None, "losses": []}


def _close(claimed: TrainingClaim, state: TrainingState, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    _write(claimed, state=state, lease_until=None, stage="", finished_at=Now(), **columns)


def _write(claimed: TrainingClaim, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    mine = LikenessTraining.objects.filter(id=claimed.id, fence=claimed.fence, state__in=TRAINING_IN_WORK)
    if not mine.update(**columns):
        raise TrainingClaimLost


def _log_end(claimed: TrainingClaim, why: str, *, actor: str | None = None, **fields: Canonical) -> UUID:
    return _log(claimed, EntryType.TRAINING_ENDED, actor=actor, reason_code=why, **fields)


def _log(
    claimed: TrainingClaim, entry_type: EntryType, *, actor: str | None = None, **fields: Canonical
) -> UUID:
    return trail.record(
        organisation_id=claimed.organisation_id,
        entry_type=entry_type,
        actor=actor or claimed.label,
        subject=f"training:{claimed.id}",
        fields={"training": str(claimed.id), **fields},
        at=clock.now(),
        production_id=claimed.production_id,
        person_id=claimed.performer_id,
    )


def _next(worker: str, waited: timedelta) -> tuple[UUID, UUID] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_TURNS])
        cursor.execute(
            "SELECT organisation_id, training_id FROM generation_next_training_v1(%s, make_interval(secs => %s))",
            [worker[:120], waited.total_seconds()],
        )
        found: tuple[UUID, UUID] | None = cursor.fetchone()
    return found


def _claim_of(row: LikenessTraining, *, label: str) -> TrainingClaim:
    return TrainingClaim(
        id=row.id,
        organisation_id=row.organisation_id,
        production_id=row.production_id,
        performer_id=row.performer_id,
        requested_by=row.requested_by_id,
        worker=row.worker,
        label=label,
        fence=row.fence,
        attempt=row.attempt,
        decision_id=row.decision_id,
        name=row.name,
        spec=TrainingSpec(
            trigger=row.trigger,
            rank=row.rank,
            steps=row.steps,
            learning_rate=float(row.learning_rate),
            frames=row.frames,
            width=row.width,
            height=row.height,
            fps=row.fps,
            seed=row.seed,
        ),
        sources=tuple(ClaimedSource(one.asset_id, one.plain_sha256) for one in row.sources.all()),
        model_folder=Path(settings.PROJECT_FOLDER, row.model.folder),
        model_sha256=row.model.lock_sha256,
        model_is_approved=row.model.approved_at is not None
        and standing(row.model_id, row.production_id).is_cleared,
    )
