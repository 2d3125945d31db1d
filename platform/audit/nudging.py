"""Tells the sequencer of this machine that somebody waits for an entry, so that it looks at once.

A word and no promise: it is sent without waiting for an answer, and a sequencer that does not hear it looks by
itself soon. So a lost word, a sequencer on another machine or none at all cost milliseconds and nothing else. Unlike
NOTIFY it takes no lock of the database.
"""

from __future__ import annotations

import os
import select
import socket
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


def nudge() -> None:
    """Say that an entry was committed and is waited for. Never fails, never waits."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as mouth:
        mouth.sendto(b"\n", os.fspath(_place()))


class Ear:
    """Where the sequencer hears a nudge. Of two on one machine the later one hears, and the other goes on looking.

    Raises:
        OSError: no socket can be made there.
    """

    def __init__(self) -> None:
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
                self._socket.recv(16)
        return True
