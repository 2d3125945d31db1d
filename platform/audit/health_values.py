"""What the health of the log is told in: states, lines, and spans of time in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# The sequencer needs a fraction of a second. From here on somebody notices, from there on somebody must act.
LATE = timedelta(seconds=5)
FAILING = timedelta(seconds=60)


class State(StrEnum):
    """One word for a line; the order is that of urgency, least first."""

    WELL = "well"
    ON_RECORD = "on record"
    NOT_CONFIGURED = "not configured"
    UNKNOWN = "unknown"
    LATE = "late"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is looked at.

    Attributes:
        part: stable code: waiting, checkpoint, signer, witness, time, gaps, transactions; credentials,
            credential-time and identity from `settings.HEALTH_LINES`.
        title: what it is, for a person.
        said: what is the case.
        to_do: what to do about it; empty when nothing is.
        size: how many entries it speaks of, where it does.
        at: when it happened last, where that is known.
    """

    part: str
    title: str
    state: State
    said: str
    to_do: str = ""
    size: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """All lines, and the most urgent of their states; what is on record or not configured is no trouble."""

    at: datetime
    state: State
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PresentLog:
    """The log that is written to. `size` counts all entries, `signed` those under a signed checkpoint."""

    origin_id: UUID
    origin: str
    size: int
    newest_at: datetime | None
    signed: int
    signed_at: datetime | None
    opened_at: datetime


def by_age(age: timedelta) -> State:
    if age > FAILING:
        return State.FAILING
    return State.LATE if age > LATE else State.WELL


def counted(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def lasting(span: timedelta) -> str:
    """A span of time in its largest whole unit; clocks that differ a little give no span below zero."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
