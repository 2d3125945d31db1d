"""The sequencer as a process that outlives restarts of its database."""

from __future__ import annotations

import logging
import threading

from django.db import InterfaceError, OperationalError, connections

from audit.errors import LogDamaged
from audit.sequencer import LOG, integrate_pending

logger = logging.getLogger(__name__)

# NOTIFY would save the polling, but takes a lock of the whole server at every commit that uses it.
_SHORTEST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 0.25
_PAUSE_AFTER_TROUBLE_S = 1.0


def run_sequencer(stop: threading.Event) -> None:
    """Integrate until `stop` is set. A batch that has begun is finished first."""
    pause = _SHORTEST_PAUSE_S
    logger.info("The sequencer of the audit log works.")
    while not stop.is_set():
        try:
            integrated = integrate_pending()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database does not answer; the sequencer tries again: %s", error)
            connections[LOG].close()
            stop.wait(_PAUSE_AFTER_TROUBLE_S)
            continue
        except LogDamaged:
            # Other logs go on; this one signs nothing more until somebody has looked.
            logger.exception("A log cannot be continued.")
            stop.wait(_PAUSE_AFTER_TROUBLE_S)
            continue
        pause = _SHORTEST_PAUSE_S if integrated else min(pause * 1.5, _LONGEST_PAUSE_S)
        stop.wait(pause)
    connections[LOG].close()
    logger.info("The sequencer of the audit log stopped.")
