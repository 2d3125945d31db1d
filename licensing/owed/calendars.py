"""Business days, counted on a calendar somebody entered. Pure; a year that nobody entered is never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY, SUNDAY = 6, 7
FEDERAL_SOURCE = "5 U.S.C. 6103(a); observed days: 5 U.S.C. 6103(b) and Executive Order 11582"

_JUNETEENTH_SINCE = 2021  # Source: Public Law 117-17


class CalendarNotEntered(LookupError):
    """Days cannot be counted: the calendar of a year they touch was not entered."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"calendar of {year} not entered")


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """One year: the days of the week nobody works (ISO: Monday is 1) and its holidays."""

    weekend: frozenset[int]
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    years: Mapping[int, YearOfDays]

    def is_business_day(self, day: date) -> bool:
        """Whether people work on `day`.

        Raises:
            CalendarNotEntered: its year is not on file.
        """
        year = self.years.get(day.year)
        if year is None:
            raise CalendarNotEntered(day.year)
        return day.isoweekday() not in year.weekend and day not in year.holidays


def add_business_days(calendar: BusinessCalendar, start: date, count: int) -> date:
    """The `count`-th business day after `start`; the day of the event itself is not counted.

    Raises:
        CalendarNotEntered: the count touches a year that is not on file.
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError("Business days are counted from one on.")
    day = start
    while count:
        day += timedelta(days=1)
        count -= calendar.is_business_day(day)
    return day


def business_days_between(calendar: BusinessCalendar, start: date, end: date) -> int:
    """How many business days lie after `start` and up to `end`; 0 when `end` is not after `start`.

    Raises:
        CalendarNotEntered: the days touch a year that is not on file.
    """
    days = range(1, (end - start).days + 1)
    return sum(calendar.is_business_day(start + timedelta(days=n)) for n in days)


def add_months(day: date, months: int) -> date:
    """The same day of the month, or its last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 - December
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def us_federal_holidays(year: int) -> dict[date, str]:
    """The federal holidays as observed in `year`, by rule.

    Whether an agreement keeps them is for whoever enters its calendar to say; no agreement's list is known here.
    Source: `FEDERAL_SOURCE`. A holiday on a Saturday is observed on the Friday before it, on a Sunday on the Monday
    after it; New Year's Day of the next year may so fall into this one.
    """
    found = {
        _nth(year, 1, 1, 3): "Birthday of Martin Luther King, Jr.",
        _nth(year, 2, 1, 3): "Washington's Birthday",
        _last_monday_of_may(year): "Memorial Day",
        _nth(year, 9, 1, 1): "Labor Day",
        _nth(year, 10, 1, 2): "Columbus Day",
        _nth(year, 11, 4, 4): "Thanksgiving Day",
    }
    fixed = [
        (date(year, 1, 1), "New Year's Day"),
        (date(year, 7, 4), "Independence Day"),
        (date(year, 11, 11), "Veterans Day"),
        (date(year, 12, 25), "Christmas Day"),
        (date(year + 1, 1, 1), "New Year's Day"),
    ]
    if year >= _JUNETEENTH_SINCE:
        fixed.append((date(year, 6, 19), "Juneteenth National Independence Day"))
    observed = {_observed(day): name for day, name in fixed}
    return dict(sorted((day, name) for day, name in (found | observed).items() if day.year == year))


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.isoweekday() - 1)


def _observed(day: date) -> date:
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.isoweekday(), 0))
