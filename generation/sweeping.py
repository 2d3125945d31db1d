"""Finds takes that nobody works on and wakes a worker for them.

A message that was lost, a broker that was down at the commit and a worker that was killed all look the same here: a
row that waits. This runs inside every worker; of several, one wakes each take.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import bootsteps
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerFailure

from core.errors import StudioError
from core.tenancy import tenant
from generation.engines import warm
from generation.models import Take
from generation.tasks import render_take

logger = logging.getLogger(__name__)

_EVERY_S = 3.0
# Must be shorter than the quiet times in generation_takes_awaiting_v1.
_JUST_WOKEN = timedelta(seconds=4)


def sweep() -> int:
    """Wake a worker for every take that waits unattended; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, take_id FROM generation_takes_awaiting_v1()")
        waiting: list[tuple[UUID, UUID]] = cursor.fetchall()
    return sum(_wake(take_id, organisation_id) for organisation_id, take_id in waiting)


def _wake(take_id: UUID, organisation_id: UUID) -> int:
    with tenant(organisation_id):
        mine = (
            Take.objects.filter(id=take_id)
            .filter(Q(woken_at__isnull=True) | Q(woken_at__lt=Now() - _JUST_WOKEN))
            .update(woken_at=Now())
        )
    if mine:
        logger.info("Take %s waits; waking a worker.", take_id)
        render_take.delay(str(take_id), str(organisation_id))
    return mine


class _Background(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery ships no types
    """A thread that lives as long as the worker."""

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401 - Celery's signature
        super().__init__(parent, **options)
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:  # noqa: ANN401, ARG002 - Celery's signature
        self._thread = threading.Thread(target=self._guarded, name=type(self).__name__, daemon=True)
        self._thread.start()

    def stop(self, parent: Any) -> None:  # noqa: ANN401, ARG002 - Celery's signature
        self._done.set()

    def _guarded(self) -> None:
        try:
            self.run(self._done.wait)
        finally:
            connection.close()

    def run(self, wait: Callable[[float], bool]) -> None:
        """Work until `wait(seconds)` says True."""
        raise NotImplementedError


class Sweeper(_Background):
    """Sweeps every few seconds."""

    def run(self, wait: Callable[[float], bool]) -> None:
        while not wait(_EVERY_S):
            try:
                sweep()
            except (DatabaseFailure, BrokerFailure) as failure:
                connection.close()
                logger.warning("Not swept: %s", failure)


class ModelWarmer(_Background):
    """Loads the configured model while the worker starts, so that the first take need not wait for it."""

    def run(self, wait: Callable[[float], bool]) -> None:
        if wait(0):
            return
        try:
            warm.engine(settings.ENVIRONMENT.model_folder, threads=settings.ENVIRONMENT.torch_threads)
        except StudioError as refusal:
            logger.warning("The model is not loaded: %s", refusal)
