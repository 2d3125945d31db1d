"""The sequencer as a process that outlives restarts of its database and of its signer.

Four threads: one gives entries their places, one has the checkpoints signed and keeps the platform's log, one asks
the witnesses, one the authorities of time. So a slow or dead signer, witness or authority never stops what waits from
getting its place.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from audit.anchoring import anchor_until
from audit.cosigning import cosign_until
from audit.errors import LogDamaged
from audit.nudging import Ear, Waiting
from audit.platform_log import append_checkpoints
from audit.publishing import Publisher
from audit.sequencer import LOG, integrate_pending
from audit.signer.client import SignerUnreachable

logger = logging.getLogger(__name__)

# Effects wait for the log, so it looks often also where nobody nudges it. NOTIFY would save the looking, but takes a
# lock of the whole server at every commit that uses it.
_SHORTEST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 0.05
_PAUSE_AFTER_TROUBLE_S = 1.0
# While it starts beside its signer, one may be ready before the other.
_FIRST_PAUSE_S = 0.05
# What another sequencer integrated, or this one before it was killed, is found by looking.
_LOOK_EVERY_S = 2.0
# The platform's log takes what was signed meanwhile at once, not every checkpoint by itself.
_PLATFORM_EVERY_S = 0.5


def run_sequencer(stop: threading.Event) -> None:
    """Integrate and publish until `stop` is set. What has begun is finished first.

    Raises:
        Exception: whatever ended one of the threads; the others were stopped.
    """
    ended = threading.Event()
    integrated, signed = threading.Event(), threading.Event()
    waiting = Waiting()
    threads = ThreadPoolExecutor(3, thread_name_prefix="log")
    others = [
        threads.submit(_publish_until, ended, integrated, signed, waiting),
        threads.submit(cosign_until, ended, signed, waiting),
        threads.submit(anchor_until, ended),
    ]
    for other in others:
        # A sequencer of which a part has died looks alive and covers nothing: it is to be started anew.
        other.add_done_callback(lambda done: stop.set() if done.exception() else None)
    logger.info("The sequencer of the audit log works.")
    try:
        _integrate_until(stop, integrated, waiting)
    finally:
        ended.set()
        integrated.set()
        signed.set()
        threads.shutdown(wait=True)
        connections[LOG].close()
    for other in others:
        other.result()
    logger.info("The sequencer of the audit log stopped.")


def _integrate_until(stop: threading.Event, integrated: threading.Event, waiting: Waiting) -> None:
    try:
        ear = Ear(waiting)
    except OSError as error:
        logger.warning("Nobody can nudge this sequencer, which looks by itself: %s", error)
        _integrate_by(stop.wait, stop, integrated)
        return
    with ear:
        _integrate_by(ear.wait, stop, integrated)


def _integrate_by(rest: Callable[[float], bool], stop: threading.Event, integrated: threading.Event) -> None:
    """Integrate until `stop`; `rest` pauses for so many seconds, and says whether it was called from it."""
    guard = Publisher()
    pause = _SHORTEST_PAUSE_S
    # Nothing is added before the logs were compared with what was signed: whenever we come back to the database, it
    # may be an older copy.
    compared = False
    while not stop.is_set():
        try:
            if not compared:
                compared = _compared(guard, stop)
                continue
            done = integrate_pending()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database does not answer; the sequencer tries again: %s", error)
            connections[LOG].close()
            compared = False
            stop.wait(_PAUSE_AFTER_TROUBLE_S)
            continue
        except LogDamaged:
            # Other logs go on; this one signs nothing more until somebody has looked.
            logger.exception("A log cannot be continued.")
            integrated.set()
            stop.wait(_PAUSE_AFTER_TROUBLE_S)
            continue
        if done:
            integrated.set()
        pause = _SHORTEST_PAUSE_S if done else min(pause * 1.5, _LONGEST_PAUSE_S)
        if rest(pause):
            # What was nudged for may have to wait for a transaction that writes.
            pause = _SHORTEST_PAUSE_S
    guard.close()


def _compared(guard: Publisher, stop: threading.Event) -> bool:
    """Whether every log was compared with what was signed of it; waits while the signer does not answer."""
    pause = _FIRST_PAUSE_S
    told = False
    while not stop.is_set():
        try:
            guard.compare()
        except SignerUnreachable as error:
            pause = min(pause * 1.5, _PAUSE_AFTER_TROUBLE_S)
            if pause == _PAUSE_AFTER_TROUBLE_S and not told:
                logger.warning("Nothing is integrated before the signer was asked: %s", error)
                told = True
            stop.wait(pause)
        except LogDamaged:
            logger.exception("A log is not the one that was signed; nothing of it is signed.")
            return True
        else:
            return True
    return False


def _tell(signed: threading.Event, waiting: Waiting) -> None:
    signed.set()
    # With witnesses nothing is covered yet: those who wait are told when they have cosigned.
    if not settings.WITNESSES:
        waiting.tell()


def _publish_until(
    ended: threading.Event, integrated: threading.Event, signed: threading.Event, waiting: Waiting
) -> None:
    publisher = Publisher()
    platform_at = 0.0
    has_news = True
    while True:
        # Read first: what was integrated before the end is still published.
        ending = ended.is_set()
        pause = _LOOK_EVERY_S
        try:
            done = publisher.publish()
            if done:
                _tell(signed, waiting)
            has_news = has_news or bool(done)
            if has_news and (ending or time.monotonic() >= platform_at):
                has_news = False
                platform_at = time.monotonic() + _PLATFORM_EVERY_S
                if append_checkpoints():
                    publisher.publish()
                    signed.set()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database does not answer; publishing waits: %s", error)
            connections[LOG].close()
        except SignerUnreachable as error:
            logger.warning("%s", error)
            pause = _PAUSE_AFTER_TROUBLE_S
        except LogDamaged:
            # The others were signed.
            logger.exception("A log cannot be signed.")
            has_news = True
            signed.set()
        if ending:
            break
        if has_news:
            pause = max(min(pause, platform_at - time.monotonic()), 0.0)
        integrated.wait(pause)
        integrated.clear()
    publisher.close()
    connections[LOG].close()
