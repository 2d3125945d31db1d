"""When something is due: the figures of the rules as dated data, counted from the event each of them names. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from licensing.owed.calendars import BusinessCalendar, CalendarNotEntered, add_business_days, add_months
from licensing.owed.values import DueWord

_FILE = Path(__file__).with_name("clocks.json")


class ClockUnit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Clock:
    """One figure of a rule. `before`: it runs backwards, to the latest moment ahead of the event."""

    id: str
    rule: str
    duty: str
    count: int
    unit: ClockUnit
    before: bool
    counted_from: str
    source: tuple[str, ...]
    grade: str

    @property
    def words(self) -> str:
        unit = self.unit.value.replace("_", " ")
        return f"{self.count} {unit} {'before' if self.before else 'after'} {self.counted_from}"


@lru_cache(maxsize=1)
def clocks() -> dict[str, Clock]:
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["clocks"]
    return {
        row["id"]: Clock(**row | {"unit": ClockUnit(row["unit"]), "source": tuple(row["source"])})
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Due:
    """`at` None: there is no date to show, and `words` say why. From `at` on it is late."""

    at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class CalendarOfAgreement:
    """`time_zone`: where the last day ends."""

    days: BusinessCalendar
    time_zone: ZoneInfo


def due_of(
    word: str,
    *,
    opened_at: datetime,
    clock_id: str | None,
    since: datetime | None,
    calendar: CalendarOfAgreement | None,
) -> Due:
    """When an obligation is due, and in words by which figure.

    Args:
        word: one of `DueWord`.
        opened_at: when what it is owed for happened.
        clock_id: the figure, for `DueWord.CLOCK`.
        since: the event the clock counts from.
        calendar: what the agreement's business days are counted on; None: nobody entered one.
    """
    match DueWord(word):
        case DueWord.BEFORE_USE:
            return Due(opened_at, "before the use")
        case DueWord.BEFORE_DELIVERY:
            return Due(None, "before delivery")
        case DueWord.NO_FIGURE:
            return Due(None, "no rule on file names a time")
        case DueWord.CLOCK:
            clock = clocks().get(clock_id or "")
            if clock is None or since is None:
                return Due(None, "the clock's figure is not on file")
            return _counted(clock, since, calendar)


def _counted(clock: Clock, since: datetime, calendar: CalendarOfAgreement | None) -> Due:
    if clock.unit is ClockUnit.HOURS:
        hours = timedelta(hours=clock.count)
        return Due(since - hours if clock.before else since + hours, clock.words)
    zone = calendar.time_zone if calendar else ZoneInfo("UTC")
    first = since.astimezone(zone).date()
    try:
        match clock.unit:
            case ClockUnit.DAYS:
                last = first + timedelta(days=clock.count)
            case ClockUnit.MONTHS:
                last = add_months(first, clock.count)
            case _:
                days = calendar.days if calendar else BusinessCalendar({})
                last = add_business_days(days, first, clock.count)
    except CalendarNotEntered as missing:
        return Due(None, f"{clock.words}; {missing}")
    # The whole last day counts: late is from the next midnight on.
    return Due(datetime.combine(last + timedelta(days=1), time.min, zone), clock.words)
