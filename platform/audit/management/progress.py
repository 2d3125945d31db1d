"""One line on a terminal that says how far a long command is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Short commands show nothing; long ones no more often than can be read.
_PAUSE_S = 0.5


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """To be told how much is done, of how much, as often as one likes; None where nobody looks at a terminal.

    Args:
        what: is done, such as "entries looked at".
    """
    terminal = sys.stderr
    if not terminal.isatty():
        yield None
        return
    shown_at = time.monotonic()
    was_shown = False

    def show(done: int, of: int) -> None:
        nonlocal shown_at, was_shown
        if time.monotonic() - shown_at >= _PAUSE_S:
            shown_at, was_shown = time.monotonic(), True
            terminal.write(f"\r{done:,} of {of:,} {what}\x1b[K")
            terminal.flush()

    try:
        yield show
    finally:
        if was_shown:
            terminal.write("\r\x1b[K")
            terminal.flush()
