"""What is read of the queue and of those who serve it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from core import clock
from core.tenancy import tenant
from generation.models import QueuePause, Take, Worker
from generation.serving.values import (
    RANKED,
    SEEN_WITHIN,
    PauseCard,
    Priority,
    Waiting,
    WorkerCard,
    WorkerState,
)
from generation.values import TakeState

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTake:
    """A take that waits, as the list of the queue has it; `place` None while it is not to be served."""

    id: UUID
    number: int
    shot_code: str
    production_title: str
    model_name: str
    priority: Priority
    requested_at: datetime
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """An organisation's own part of the queue. Workers are the installation's, and counted by what they do."""

    takes: tuple[QueuedTake, ...]
    pauses: tuple[PauseCard, ...]
    workers: tuple[WorkerCard, ...]

    @property
    def live(self) -> int:
        return sum(one.is_alive for one in self.workers)

    @property
    def by_word(self) -> dict[str, int]:
        """How many workers are in each state that one of them is in."""
        words = [one.word for one in self.workers]
        return {word: words.count(word) for word in dict.fromkeys(words)}


def worker_cards() -> tuple[WorkerCard, ...]:
    """Every worker that was heard of within the last hour, by name."""
    now = clock.now()
    return tuple(
        WorkerCard(
            id=row.id,
            name=row.name,
            state=WorkerState(row.state),
            state_since=row.state_since,
            started_at=row.started_at,
            seen_at=row.seen_at,
            device=row.device,
            vram_mb=row.vram_mb,
            model_sha256=row.model_sha256,
            is_draining=row.drain_asked_at is not None,
            is_alive=now - row.seen_at < SEEN_WITHIN,
        )
        for row in Worker.objects.order_by("name")
    )


def waiting_of(organisation_id: UUID, take_id: UUID) -> Waiting | None:
    """Where a take stands in the queue; None when it does not wait there."""
    with tenant(organisation_id):
        row = Take.objects.filter(id=take_id, state=TakeState.QUEUED).only("min_vram_mb").first()
        if row is None:
            return None
        is_paused = QueuePause.objects.filter(resumed_at__isnull=True).exists()
        place = _places([take_id]).get(take_id)
    able = [
        one
        for one in worker_cards()
        if one.is_alive
        and not one.is_draining
        and (row.min_vram_mb is None or one.vram_mb is None or row.min_vram_mb <= one.vram_mb)
    ]
    return Waiting(place=place, is_paused=is_paused, workers=len(able))


def queue_page(organisation_id: UUID) -> QueuePage:
    """The takes of one organisation that wait, in the order of serving; those that rest come last."""
    with tenant(organisation_id):
        rows = list(
            Take.objects.filter(state=TakeState.QUEUED)
            .select_related("model", "shot__sequence__production")
            .order_by("-priority", "requested_at")[:_MOST_SHOWN]
        )
        places = _places([row.id for row in rows])
        pauses = tuple(
            PauseCard(
                id=one.id,
                by_house=one.by_house,
                reason=one.reason,
                paused_at=one.paused_at,
                paused_by=str(one.paused_by) if one.paused_by else "",
            )
            for one in QueuePause.objects.filter(resumed_at__isnull=True).select_related("paused_by")
        )
    takes = [
        QueuedTake(
            id=row.id,
            number=row.number,
            shot_code=row.shot.code,
            production_title=row.shot.sequence.production.title,
            model_name=f"{row.model.name} {row.model.version}",
            priority=RANKED[row.priority],
            requested_at=row.requested_at,
            place=places.get(row.id),
        )
        for row in rows
    ]
    takes.sort(key=lambda one: (one.place is None, one.place or 0))
    return QueuePage(takes=tuple(takes), pauses=pauses, workers=worker_cards())


def _places(take_ids: list[UUID]) -> dict[UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_id, place FROM generation_places_v1(%s)", [take_ids])
        return dict(cursor.fetchall())
