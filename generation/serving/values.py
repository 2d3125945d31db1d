"""Words and shapes of the queue and of those who serve it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

SEEN_WITHIN = timedelta(seconds=15)
"""A worker that was silent for longer counts as gone. The scheduler in SQL has the same figure."""


class Priority(StrEnum):
    """How urgent a take is. Stored as a number, so that the scheduler can order by it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return RANKED.index(self)


RANKED = (Priority.LOW, Priority.NORMAL, Priority.HIGH)


class WorkerState(StrEnum):
    """What a worker does now. Being drained is no state: one that works finishes first."""

    STARTING = "starting"
    IDLE = "idle"
    LOADING = "loading"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerCard:
    """One worker. Whose take it works on is told to nobody here.

    Attributes:
        device: what it renders on, in words; empty until it knows.
        vram_mb: memory of the device in MiB; None on a machine without one, where no model asks for it.
        model_sha256: digest of the weights it holds warm; empty: none.
        is_alive: it was heard of within the last quarter of a minute.
    """

    id: UUID
    name: str
    state: WorkerState
    state_since: datetime
    started_at: datetime
    seen_at: datetime
    device: str
    vram_mb: int | None
    model_sha256: str
    is_draining: bool
    is_alive: bool

    @property
    def word(self) -> str:
        """State as people are shown it; `draining` still works, `drained` may be stopped."""
        if not self.is_alive:
            return "gone"
        if self.is_draining:
            return "drained" if self.state is WorkerState.IDLE else "draining"
        return self.state.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Where a queued take stands.

    Attributes:
        place: 1 is served next; None while its queue is paused or it is being let rest after a try.
        is_paused: the organisation's queue is paused, by itself or by the house.
        workers: how many live workers take new work and are large enough for its model.
    """

    place: int | None
    is_paused: bool
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCard:
    """An open pause; `by_house`: of the whole installation, by whoever runs it."""

    id: UUID
    by_house: bool
    reason: str
    paused_at: datetime
    paused_by: str
