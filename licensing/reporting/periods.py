"""The periods of a schedule, in days of UTC: half-open, one after the other. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from licensing.reporting.words import Cadence

_JULY = 7


@dataclass(frozen=True, slots=True)
class Period:
    """From `begins` on and before `ends`, which is the day on which its report is due."""

    begins: date
    ends: date


def period_of(cadence: Cadence, day: date) -> Period:
    """The period that holds `day`. Weeks begin on Monday, half-years on 1 January and 1 July."""
    match cadence:
        case Cadence.DAILY:
            return Period(day, day + timedelta(days=1))
        case Cadence.WEEKLY:
            begins = day - timedelta(days=day.weekday())
            return Period(begins, begins + timedelta(days=7))
        case Cadence.MONTHLY:
            begins = day.replace(day=1)
            return Period(begins, (begins + timedelta(days=32)).replace(day=1))
        case Cadence.SEMI_ANNUAL:
            if day.month < _JULY:
                return Period(date(day.year, 1, 1), date(day.year, _JULY, 1))
            return Period(date(day.year, _JULY, 1), date(day.year + 1, 1, 1))


def last_ended(cadence: Cadence, today: date) -> Period:
    """The last period that is over on `today`."""
    return period_of(cadence, period_of(cadence, today).begins - timedelta(days=1))


def due_periods(cadence: Cadence, next_from: date, today: date) -> Iterator[Period]:
    """Every period from `next_from` on that is over on `today`, the earliest first."""
    period = period_of(cadence, next_from)
    while period.ends <= today:
        yield period
        period = period_of(cadence, period.ends)
