"""Business days and clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.owed.calendars import (
    BusinessCalendar,
    CalendarNotEntered,
    YearOfDays,
    add_business_days,
    add_months,
    business_days_between,
    us_federal_holidays,
)
from licensing.owed.clocks import CalendarOfAgreement, clocks, due_of
from licensing.rulebook.book import rule_book

WEEKEND = frozenset({6, 7})
DAYS = st.dates(date(2025, 1, 1), date(2027, 10, 1))
HOLIDAYS = st.frozensets(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=60)


def calendar(holidays: frozenset[date] = frozenset(), years: range = range(2025, 2029)) -> BusinessCalendar:
    return BusinessCalendar({year: YearOfDays(WEEKEND, holidays) for year in years})


@given(start=DAYS, count=st.integers(1, 60), holidays=HOLIDAYS)
def test_the_day_found_is_a_business_day_and_counts_back(
    start: date, count: int, holidays: frozenset[date]
) -> None:
    days = calendar(holidays)

    found = add_business_days(days, start, count)

    assert days.is_business_day(found)
    assert business_days_between(days, start, found) == count
    assert business_days_between(days, start, found - timedelta(days=1)) == count - 1


@given(start=DAYS, first=st.integers(1, 30), then=st.integers(1, 30), holidays=HOLIDAYS)
def test_days_add_up(start: date, first: int, then: int, holidays: frozenset[date]) -> None:
    days = calendar(holidays)

    assert add_business_days(days, add_business_days(days, start, first), then) == add_business_days(
        days, start, first + then
    )


@given(start=DAYS, count=st.integers(1, 30), holidays=HOLIDAYS)
def test_a_further_holiday_never_brings_the_day_forward(
    start: date, count: int, holidays: frozenset[date]
) -> None:
    assert add_business_days(calendar(holidays), start, count) >= add_business_days(calendar(), start, count)


def test_a_year_nobody_entered_is_named() -> None:
    with pytest.raises(CalendarNotEntered, match="calendar of 2027 not entered"):
        add_business_days(calendar(years=range(2026, 2027)), date(2026, 12, 30), 5)


@given(day=st.dates(date(2001, 1, 1), date(2090, 1, 1)), months=st.integers(0, 60))
def test_months_end_on_the_same_day_or_the_last_one(day: date, months: int) -> None:
    found = add_months(day, months)

    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


def test_federal_holidays_of_2026_are_those_the_office_of_personnel_management_printed() -> None:
    # 4 July 2026 is a Saturday, observed on the Friday before it.
    assert list(us_federal_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    ]


def test_new_years_day_on_a_saturday_is_observed_in_the_year_before() -> None:
    assert date(2027, 12, 31) in us_federal_holidays(2027)
    assert date(2028, 1, 1) not in us_federal_holidays(2028)


def test_ten_business_days_end_at_the_next_midnight_of_the_agreements_place() -> None:
    place = CalendarOfAgreement(
        calendar(frozenset(us_federal_holidays(2026))), ZoneInfo("America/Los_Angeles")
    )

    due = due_of(
        "clock",
        opened_at=datetime(2026, 11, 1, tzinfo=UTC),
        clock_id="TVT-13-bargain",
        since=datetime(2026, 11, 16, 20, tzinfo=UTC),
        calendar=place,
    )

    # By hand: 17 to 20 are four, 23 to 25 seven (the 26th is Thanksgiving), 27 eight, 30 nine, 1 December ten.
    assert due.at == datetime(2026, 12, 2, tzinfo=place.time_zone)
    assert due.words == "10 business days after the notice to the Union"


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("TVT-02-notice", datetime(2026, 11, 14, 20, tzinfo=UTC)),
        ("TVT-21-answer", datetime(2026, 12, 8, tzinfo=UTC)),
        ("TVT-23-report", datetime(2027, 5, 17, tzinfo=UTC)),
        ("BIO-01-delete", datetime(2029, 11, 17, tzinfo=UTC)),
    ],
)
def test_other_clocks_need_no_calendar(clock: str, at: datetime) -> None:
    since = datetime(2026, 11, 16, 20, tzinfo=UTC)

    assert due_of("clock", opened_at=since, clock_id=clock, since=since, calendar=None).at == at


def test_without_a_calendar_there_is_no_date_and_the_words_say_why() -> None:
    since = datetime(2026, 11, 16, tzinfo=UTC)

    due = due_of("clock", opened_at=since, clock_id="TVT-13-bargain", since=since, calendar=None)

    assert due.at is None
    assert "calendar of 2026 not entered" in due.words


def test_no_clock_says_other_figures_than_the_rulebook() -> None:
    book = rule_book()

    assert clocks()["TVT-13-latest"].count == book["TVT-13"].whole_number("business_days_after_notice")
    assert clocks()["TVT-21-answer"].count == book["TVT-21"].whole_number("union_answers_within_days")
    assert clocks()["TVT-23-report"].count == book["TVT-23"].whole_number("months")
    assert clocks()["BIO-01-delete"].count == 12 * book["BIO-01"].whole_number("destroy_after_years")
    assert clocks()["ACT-01-notice"].count == book["ACT-01"].whole_number("notice_hours")
    assert all(clock.rule in book.entries for clock in clocks().values())
