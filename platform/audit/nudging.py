"""Tells the sequencer of this machine that somebody waits for an entry, so that it looks at once, and them when to.

Words and no promise: nobody waits for an answer, a sequencer that does not hear a word looks by itself soon, and so
does whoever waits. So a lost word, a sequencer on another machine or none at all cost milliseconds and nothing else.
Unlike NOTIFY it takes no lock of the database.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from embedded.roles import socket_folder

_NAME = "sequencer.sock"
# However many wait, one look serves them all.
_MOST_AT_ONCE = 4096


def _place() -> Path:
    return socket_folder(settings.DATA_FOLDER) / _NAME


class Waiter:
    """Whoever waits for an entry: says so, and hears when it is worth looking again."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        with suppress(OSError):
            # A name that the kernel draws, of no folder, gone with the socket. Where there is none, nothing is heard.
            self._socket.bind("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def nudge(self) -> bool:
        """Say that an entry was committed and is waited for. Never fails, never waits.

        Returns:
            Whether a sequencer of this machine has an ear for it, and will tell in its turn.
        """
        with suppress(OSError):
            self._socket.sendto(b"\n", os.fspath(_place()))
            return bool(self._socket.getsockname())
        return False

    def wait(self, seconds: float) -> bool:
        """Whether it was told to look within so long."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return False
        with suppress(OSError):
            self._socket.recv(16)
        return True


class Waiting:
    """Where those who nudged can be told, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: set[bytes] = set()

    def add(self, address: bytes) -> None:
        with self._lock:
            # Whoever is not told looks by themselves.
            if len(self._addresses) < _MOST_AT_ONCE:
                self._addresses.add(address)

    def tell(self) -> None:
        """Let everybody look who has nudged since the last time."""
        with self._lock:
            told, self._addresses = self._addresses, set()
        if not told:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as mouth:
            for address in told:
                # They may have gone meanwhile.
                with suppress(OSError):
                    mouth.sendto(b"\n", address)


class Ear:
    """Where the sequencer hears a nudge. Of two on one machine the later one hears, and the other goes on looking.

    Raises:
        OSError: no socket can be made there.
    """

    def __init__(self, waiting: Waiting | None = None) -> None:
        self._waiting = waiting or Waiting()
        place = _place()
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        before = os.umask(0o177)
        try:
            # One that a killed sequencer left behind. Never taken away at the end: it may be another one's by then.
            place.unlink(missing_ok=True)
            self._socket.bind(os.fspath(place))
        except OSError:
            self._socket.close()
            raise
        finally:
            os.umask(before)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def wait(self, seconds: float) -> bool:
        """Whether a nudge came within so long; all that came are one."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return False
        with suppress(BlockingIOError):
            for _ in range(_MOST_AT_ONCE):
                _, address = self._socket.recvfrom(16)
                # Bytes are a name of no folder; whoever has none cannot be told.
                if isinstance(address, bytes) and address:
                    self._waiting.add(address)
        return True
