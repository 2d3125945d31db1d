"""A worker at its device: one take or training at a time, and always the one whose turn it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from core.errors import StudioError
from generation import rendering
from generation.engines.spawned import DEVICE
from generation.filming import patience
from generation.likeness_training.values import WAITS_FOR_TAKES
from generation.likeness_training.working import train_next
from generation.serving import presence
from generation.serving.scheduling import claim_next
from generation.serving.values import WorkerState
from generation.stopwatch import Stopwatch

logger = logging.getLogger(__name__)

# A process has one device.
_device = threading.Lock()


def serve(worker: str) -> bool:
    """Work on the take whose turn it is until it ends, or on a training; False when there is none to be had.

    Waits while this process works on another one.
    """
    with _device:
        return _serve(worker)


def serve_if_idle(worker: str) -> bool:
    """As `serve`, but False while this process works on something else."""
    if not _device.acquire(blocking=False):
        return False
    try:
        return _serve(worker)
    finally:
        _device.release()


def _serve(worker: str) -> bool:
    # A training takes long, so takes come first; but one that has waited for some time has its turn.
    if train_next(worker, waited=WAITS_FOR_TAKES):
        return True
    return _serve_take(worker) or train_next(worker, waited=timedelta(0))


def _serve_take(worker: str) -> bool:
    watch = Stopwatch()
    with watch.stage("claim"):
        claimed = claim_next(worker)
    if claimed is None:
        return False
    try:
        rendering.work_on(claimed, watch)
    finally:
        presence.say(worker, WorkerState.IDLE)
    return True


def warm_up(worker: str, *, meanwhile: Callable[[], None]) -> None:
    """Load the configured model, so that the first take need not wait for it. What `meanwhile` raises ends it."""
    with _device:
        presence.say(worker, WorkerState.LOADING)
        try:
            loaded = DEVICE.load(
                settings.ENVIRONMENT.model_folder,
                threads=settings.ENVIRONMENT.torch_threads,
                patience=patience(),
                meanwhile=meanwhile,
            )
        except StudioError as refusal:
            logger.warning("The model is not loaded: %s", refusal)
        else:
            presence.hold(worker, loaded.lock_sha256, device=loaded.device, vram_mb=loaded.vram_mb)
        presence.say(worker, WorkerState.IDLE)
