"""Writing the append-only history of a take, inside the transaction that changes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from generation.models import TakeEvent
from generation.values import EventKind, TakeState


def note_state(take_id: UUID, state: TakeState, *, at: datetime, attempt: int = 0, code: str = "") -> None:
    TakeEvent.objects.create(
        take_id=take_id, at=at, kind=EventKind.STATE, state=state, attempt=attempt, code=code
    )


def note_progress(
    take_id: UUID,
    state: TakeState,
    *,
    at: datetime,
    attempt: int,
    stage: str,
    step: int,
    of: int,
    seconds_per_step: float | None,
) -> None:
    TakeEvent.objects.create(
        take_id=take_id,
        at=at,
        kind=EventKind.PROGRESS,
        state=state,
        attempt=attempt,
        stage=stage,
        step=step,
        stage_steps=of,
        seconds_per_step=seconds_per_step,
    )


def note_eased(take_id: UUID, *, at: datetime, attempt: int, saving: str) -> None:
    """That the device was too small, and what is done from then on to need less of its memory."""
    TakeEvent.objects.create(
        take_id=take_id,
        at=at,
        kind=EventKind.PROGRESS,
        state=TakeState.RENDERING,
        attempt=attempt,
        code=saving,
    )
