"""What a worker says of itself: that it lives, what it does, and what it holds."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Case, F, Value, When
from django.db.models.functions import Now

from generation.models import Worker
from generation.serving.values import WorkerState

# A worker that stopped leaves its row, so that people see that it is gone.
_FORGOTTEN_AFTER = timedelta(hours=1)


def arrive(worker: str) -> None:
    """Say that `worker` starts. Rows of workers long gone are removed on the way."""
    Worker.objects.filter(seen_at__lt=Now() - _FORGOTTEN_AFTER).delete()
    Worker.objects.update_or_create(
        name=worker[:120],
        defaults={
            "started_at": Now(),
            "seen_at": Now(),
            "state": WorkerState.STARTING,
            "state_since": Now(),
            "device": "",
            "vram_mb": None,
            "model_sha256": "",
            "drain_asked_at": None,
        },
    )


def live(worker: str) -> None:
    """Say that `worker` is still there."""
    Worker.objects.filter(name=worker[:120]).update(seen_at=Now())


def leave(worker: str) -> None:
    """Say that `worker` ends in order."""
    Worker.objects.filter(name=worker[:120]).delete()


def say(worker: str, state: WorkerState) -> None:
    """Say what `worker` does from now on."""
    Worker.objects.filter(name=worker[:120]).update(
        seen_at=Now(),
        # Since when it has done so: saying it again begins nothing.
        state_since=Case(When(state=state, then=F("state_since")), default=Now()),
        state=Value(state.value),
    )


def hold(worker: str, model_sha256: str, *, device: str, vram_mb: int | None) -> None:
    """Say which model `worker` has warm, and on what."""
    Worker.objects.filter(name=worker[:120]).update(
        seen_at=Now(), model_sha256=model_sha256, device=device[:200], vram_mb=vram_mb
    )


def lose(worker: str) -> None:
    """Say that `worker` holds no model any more."""
    Worker.objects.filter(name=worker[:120]).update(seen_at=Now(), model_sha256="")
