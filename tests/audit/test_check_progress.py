"""A long check says on a terminal how far it is, and nothing anywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from audit.management import progress
from audit.management.progress import progress_line


@contextmanager
def terminal() -> Iterator[int]:
    """Standard error is a real terminal; gives the end that a person would look at."""
    seen, written = os.openpty()
    with os.fdopen(written, "w") as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        yield seen
    os.close(seen)


def test_it_is_shown_and_wiped_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PAUSE_S", 0.0)

    with terminal() as seen:
        with progress_line("entries looked at") as show:
            assert show is not None
            show(16_384, 1_000_000)
        shown = ""
        # A terminal hands over what was written in as many pieces as it likes.
        while not shown.endswith("\r\x1b[K"):
            shown += os.read(seen, 1000).decode()

    assert "16,384 of 1,000,000 entries looked at" in shown


def test_a_short_check_shows_nothing() -> None:
    with terminal() as seen:
        with progress_line("entries looked at") as show:
            assert show is not None
            show(1, 2)
        os.set_blocking(seen, False)
        with pytest.raises(BlockingIOError):
            os.read(seen, 1)


def test_nothing_is_shown_where_nobody_looks() -> None:
    with progress_line("entries looked at") as show:
        assert show is None
