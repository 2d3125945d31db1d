"""The log's sequencer at work beside a test, in a thread of the test's process.

It is the product's own: real entries, tiles and signed checkpoints. What waits for the log in a test waits for this.
It looks far more often than the product's process does, and stands still while no test wants it, above all while
tables are emptied.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connections

from audit.errors import LogDamaged
from audit.sequencer import LOG, integrate_pending
from audit.signer.client import SignerUnreachable
from tests.factories.signer import publish_all

_PAUSE_S = 0.004
_PAUSE_AFTER_TROUBLE_S = 0.1


class _Sequencer:
    """Works while a `working` block is open and nobody holds it."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._wanted = threading.Event()
        self._gone = threading.Event()
        # Held for the length of one batch: whoever has it knows that none is under way.
        self._turn = threading.Lock()
        self._blocks = 0
        self._is_held = False

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work until the block ends; blocks may be nested."""
        self._blocks += 1
        self._settle()
        try:
            yield
        finally:
            self._blocks -= 1
            if self._blocks == 0:
                self._is_held = False
            self._settle()

    def hold(self) -> None:
        """Stand still, as if no sequencer ran, until `go_on` or the end of the outermost block."""
        self._is_held = True
        self._settle()

    def go_on(self) -> None:
        self._is_held = False
        self._settle()

    @contextmanager
    def held(self) -> Iterator[None]:
        self.hold()
        try:
            yield
        finally:
            self.go_on()

    def end(self) -> None:
        """End the thread and its connection."""
        self._gone.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._gone.clear()
        self._wanted.clear()

    def _settle(self) -> None:
        if self._blocks and not self._is_held:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)
                self._thread.start()
            self._wanted.set()
        else:
            self._wanted.clear()
            with self._turn:
                pass  # a batch that had begun is through

    def _run(self) -> None:
        try:
            while self._wanted.wait() and not self._gone.is_set():
                with self._turn:
                    pause = self._work() if self._wanted.is_set() else 0
                self._gone.wait(pause)
        finally:
            connections[LOG].close()

    def _work(self) -> float:
        try:
            if integrate_pending():
                publish_all()
        except (OperationalError, InterfaceError, LogDamaged, SignerUnreachable):
            # A test that stops the database, or spoils a log, means it.
            connections[LOG].close()
            return _PAUSE_AFTER_TROUBLE_S
        return _PAUSE_S


SEQUENCER = _Sequencer()
