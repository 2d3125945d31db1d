"""Threads that live as long as a worker: the sweeper, the maker of reports, and the attendant of its device.

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
_LOOK_EVERY_S = 1.0
# Well within what the scheduler counts as gone.
_LIVE_EVERY_S = 3.0


class _Ending(Exception):
    """The worker ends while a model is being loaded."""


class _Background(bootsteps.StartStopStep):
    """A thread that starts and stops with the worker."""

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401 - Celery's signature
        super().__init__(parent, **options)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)
        self.worker = str(getattr(parent, "hostname", ""))

    def start(self, parent: Any) -> None:  # noqa: ANN401, ARG002 - Celery's signature
        self._thread.start()

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


class _Regular(_Background):
    """Does one thing every so many seconds; beside the sweeper, so that no take waits for it."""

    every_s: float
    undone: str
    """What is told when it fails. The thread lives on: without it nothing is done until the worker is restarted."""

    def work(self, wait: Callable[[float], bool]) -> None:
        while not wait(self.every_s):
            try:
                self.once()
            except DatabaseFailure as failure:
                connection.close()
                logger.warning("%s: %s", self.undone, failure)
            except Exception:
                connection.close()
                logger.exception("%s.", self.undone)

    def once(self) -> None:
        raise NotImplementedError


class ReportMaker(_Regular):
    """Looks for scheduled reports that are due."""

    every_s = 60.0
    undone = "No report was made"

    def once(self) -> None:
        from licensing.reporting.schedules import make_due_reports

        make_due_reports()


class ReferenceScreener(_Regular):
    """Has screens look at references that were handed in."""

    every_s = 5.0
    undone = "No reference was looked at"

    def once(self) -> None:
        from generation.screens.handed_in import screen_new_references

        screen_new_references()


class Attendant(_Background):
    """Takes up whatever waits while the worker is idle: what no message told of, or was told to another one.

    It says too that the worker lives, from a thread of its own, and loads the configured model before anything
    else, so that the first take need not wait for it.
    """

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401 - Celery's signature
        super().__init__(parent, **options)
        self._arrived = threading.Event()

    def work(self, wait: Callable[[float], bool]) -> None:
        from generation.serving.serve import serve_if_idle, warm_up

        threading.Thread(target=self._live, name="Presence", daemon=True).start()
        # What it holds is told of a worker that is known.
        self._arrived.wait(_LIVE_EVERY_S)
        try:
            warm_up(self.worker, meanwhile=self._go_on)
        except _Ending:
            return
        except DatabaseFailure as failure:
            connection.close()
            logger.warning("Nobody was told of the model: %s", failure)
        while not wait(_LOOK_EVERY_S):
            try:
                while serve_if_idle(self.worker) and not wait(0):
                    pass
            except DatabaseFailure as failure:
                connection.close()
                logger.warning("Nothing was taken up: %s", failure)
            except Exception:
                # Without this thread what no message tells of waits until somebody restarts the worker.
                connection.close()
                logger.exception("Nothing was taken up.")

    def _go_on(self) -> None:
        if self._done.is_set():
            raise _Ending

    def stop(self, parent: Any) -> None:  # noqa: ANN401 - Celery's signature
        super().stop(parent)
        # As Celery does with tasks: what was begun is finished.
        self._thread.join()

    def _live(self) -> None:
        from generation.serving import presence

        while True:
            try:
                if self._arrived.is_set():
                    presence.live(self.worker)
                else:
                    presence.arrive(self.worker)
                    self._arrived.set()
            except DatabaseFailure as failure:
                connection.close()
                logger.warning("Nobody was told that this worker lives: %s", failure)
            if self._done.wait(_LIVE_EVERY_S):
                break
        try:
            presence.leave(self.worker)
        except DatabaseFailure:
            logger.warning("Nobody was told that this worker ends.")
        finally:
            connection.close()
