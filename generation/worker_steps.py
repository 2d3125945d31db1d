"""Threads that live as long as a worker: the sweeper, and the loading of the model.

Celery reads this module before Django is set up, so whatever needs models is imported when a thread starts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.db import Error as DatabaseFailure
from django.db import connection
from kombu.exceptions import OperationalError as BrokerFailure

logger = logging.getLogger(__name__)

_SWEEP_EVERY_S = 3.0
# Recalls hold before they are written down, so that may take a minute.
_SWEEPS_PER_RECALLS = 20
_REPORTS_EVERY_S = 60.0


class _Background(bootsteps.StartStopStep):
    """A thread that starts and stops with the worker."""

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401 - Celery's signature
        super().__init__(parent, **options)
        self._done = threading.Event()

    def start(self, parent: Any) -> None:  # noqa: ANN401, ARG002 - Celery's signature
        threading.Thread(target=self._run, name=type(self).__name__, daemon=True).start()

    def stop(self, parent: Any) -> None:  # noqa: ANN401, ARG002 - Celery's signature
        self._done.set()

    def _run(self) -> None:
        try:
            self.work(self._done.wait)
        finally:
            connection.close()

    def work(self, wait: Callable[[float], bool]) -> None:
        """Work until `wait(seconds)` says True."""
        raise NotImplementedError


class Sweeper(_Background):
    """Looks every few seconds for takes that wait unattended."""

    def work(self, wait: Callable[[float], bool]) -> None:
        from generation.hosted.leftovers import end_left_calls
        from generation.sweeping import publish_what_stands, remove_leftovers, sweep, write_down_recalls

        try:
            remove_leftovers()
        except (OSError, DatabaseFailure) as failure:
            connection.close()
            logger.warning("Leftovers stay: %s", failure)
        sweeps = 0
        while not wait(_SWEEP_EVERY_S):
            try:
                sweep()
                if sweeps % _SWEEPS_PER_RECALLS == 0:
                    end_left_calls()
                    write_down_recalls()
                    publish_what_stands()
                sweeps += 1
            except (DatabaseFailure, BrokerFailure) as failure:
                connection.close()
                logger.warning("Not swept: %s", failure)
            except Exception:
                # Without this thread a lost message stays lost until somebody restarts the worker.
                connection.close()
                logger.exception("Not swept.")


class ReportMaker(_Background):
    """Looks every minute for scheduled reports that are due; beside the sweeper, so that no take waits for one."""

    def work(self, wait: Callable[[float], bool]) -> None:
        from licensing.reporting.schedules import make_due_reports

        while not wait(_REPORTS_EVERY_S):
            try:
                make_due_reports()
            except DatabaseFailure as failure:
                connection.close()
                logger.warning("No report was made: %s", failure)
            except Exception:
                # Without this thread nothing is made until somebody restarts the worker.
                connection.close()
                logger.exception("No report was made.")


class ModelWarmer(_Background):
    """Loads the configured model while the worker starts, so that the first take need not wait for it."""

    def work(self, wait: Callable[[float], bool]) -> None:
        from django.conf import settings

        from core.errors import StudioError
        from generation.engines import warm

        if wait(0):
            return
        try:
            warm.engine(settings.ENVIRONMENT.model_folder, threads=settings.ENVIRONMENT.torch_threads)
        except StudioError as refusal:
            logger.warning("The model is not loaded: %s", refusal)
