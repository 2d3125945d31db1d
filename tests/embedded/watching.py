"""Looking at real processes from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def eventually(claim: Callable[[], bool], *, within_s: float = 30.0) -> bool:
    """Whether `claim` becomes true in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.05)
    return claim()


def commands_mentioning(text: str) -> list[str]:
    """Command lines of living processes, other than this one, whose command or environment holds `text`."""
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdigit() or place.name == str(Path("/proc/self").resolve().name):
            continue
        try:
            state = (place / "stat").read_text().rsplit(")", 1)[1].split()[0]
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (place / "environ").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        # A zombie has ended; it only waits for its parent to look.
        if state != "Z" and (text in command or text in environment):
            found.append(f"{place.name} {command.strip()}")
    return found
