"""Tells the database that a render lives, and tells the render to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from django.db import Error as DatabaseFailure
from django.db import connection

from generation import claims
from generation.claimed_take import Claim
from generation.claims import CancelAsked, ClaimLost
from generation.engines.base import Progress
from generation.values import Shown

logger = logging.getLogger(__name__)

_BEAT_S = 0.5
# Asking the rules costs more than renewing a lease.
_BEATS_PER_QUESTION = 4
# History needs no row for every beat of an hour's render.
_NOTES_PER_STAGE = 10


class NoLongerPermitted(Exception):
    """A consent the take relies on was withdrawn, or another fact of its decision changed."""


class Heartbeat:
    """Renews a claim's lease in a thread of its own for as long as its block lasts.

    Whatever speaks against going on (a lost claim, a cancellation, a withdrawn consent, a database that has not
    answered for the length of a lease) is kept and raised by the next call of `check` or `progress`, in the thread
    that renders.

    Args:
        claimed: what to keep.
    """

    def __init__(self, claimed: Claim) -> None:
        self._claim = claimed
        self._permitted: Callable[[], bool] | None = None
        self._before = ""
        self._latest: Progress | None = None
        self._preview: bytes | None = None
        self._pace = _Pace()
        self._noted: tuple[str, int] | None = None
        self._stop: Exception | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def watch(self, permitted: Callable[[], bool]) -> None:
        """From now on ask every few seconds whether the rules would still say yes."""
        self._permitted = permitted

    def check(self) -> None:
        """Raise what speaks against going on.

        Raises:
            ClaimLost, CancelAsked, NoLongerPermitted: see there.
        """
        if self._stop is not None:
            raise self._stop

    def show(self, stage: str) -> None:
        """Say what is done before there is progress to show."""
        self._before = stage

    def progress(self, latest: Progress) -> None:
        """Show `latest` at the next beat, and `check`."""
        if latest.preview_jpeg is not None:
            self._preview = latest.preview_jpeg
        self._pace.took(latest)
        self._latest = latest
        self.check()

    def _run(self) -> None:
        last_answer = time.monotonic()
        beats = 0
        try:
            while not self._done.wait(_BEAT_S):
                try:
                    self._beat(ask=beats % _BEATS_PER_QUESTION == 0)
                    last_answer = time.monotonic()
                except DatabaseFailure as failure:
                    connection.close()
                    logger.warning("No heartbeat for take %s: %s", self._claim.take_id, failure)
                    if time.monotonic() - last_answer > claims.LEASE.total_seconds():
                        raise ClaimLost from failure
                beats += 1
        except (ClaimLost, CancelAsked, NoLongerPermitted) as reason:
            self._stop = reason
        except Exception as defect:  # noqa: BLE001 - raised again in the thread that renders
            self._stop = defect
        finally:
            connection.close()

    def _beat(self, *, ask: bool) -> None:
        latest = self._latest
        # Taken before it is written: one that comes meanwhile is shown at the next beat.
        preview, self._preview = self._preview, None
        shown = Shown(
            stage=str(latest.stage) if latest else self._before,
            step=latest.step if latest else 0,
            of=latest.steps if latest else 0,
            seconds_per_step=self._pace.seconds_per_step,
            preview_jpeg=preview,
        )
        mark = (shown.stage, shown.step * _NOTES_PER_STAGE // max(shown.of, 1))
        noted = latest is not None and mark != self._noted
        claims.renewed(self._claim, shown, noted=noted)
        self._noted = mark if noted else self._noted
        if ask and self._permitted is not None and not self._permitted():
            raise NoLongerPermitted


class _Pace:
    """How long a step of the present stage takes, on average since its first one."""

    def __init__(self) -> None:
        self.seconds_per_step: float | None = None
        self._first: tuple[str, int, float] | None = None

    def took(self, latest: Progress) -> None:
        now = time.monotonic()
        if self._first is None or self._first[0] != latest.stage:
            self._first, self.seconds_per_step = (latest.stage, latest.step, now), None
        elif latest.step > self._first[1]:
            self.seconds_per_step = (now - self._first[2]) / (latest.step - self._first[1])
