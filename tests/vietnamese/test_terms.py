from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese import terms
from vietnamese.terms import Received, received
from vietnamese.workdays import WorkCalendar

CALENDAR = WorkCalendar.load()
DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))
COUNTS = st.decimals(Decimal("0.25"), Decimal(400), places=2)
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)
OPENING = time(7, 30)


def test_the_day_itself_counts_as_the_day_of_receipt() -> None:
    assert received(FRIDAY, time(9), CALENDAR) == Received(FRIDAY, time(9))


def test_a_day_off_moves_receipt_to_the_next_working_morning() -> None:
    assert received(SATURDAY, time(9), CALENDAR) == Received(MONDAY, OPENING)


@pytest.mark.parametrize(
    ("at", "cut_off", "day"),
    [
        (time(15), time(15), FRIDAY),
        (time(15, 1), time(15), MONDAY),
        (time(16), None, FRIDAY),
        (time(17, 30), None, MONDAY),  # The office is closed.
        (time(17, 30), time(20), MONDAY),
        (None, time(15), FRIDAY),
    ],
)
def test_what_comes_after_the_cut_off_is_received_the_next_working_day(
    at: time | None, cut_off: time | None, day: date
) -> None:
    assert received(FRIDAY, at, CALENDAR, cut_off).day == day


def test_parts_of_a_working_day_count_as_a_whole_one() -> None:
    assert terms.working_days(FRIDAY, Decimal("2.5"), CALENDAR) == date(2026, 11, 26)


def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day() -> None:
    assert terms.days(FRIDAY, Decimal(1), CALENDAR) == MONDAY
    assert terms.days(FRIDAY, Decimal(4), CALENDAR) == date(2026, 11, 25)  # 24/11 is off.


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 3, 10), "2", date(2026, 5, 11)),  # The 10th is a Sunday.
        (date(2026, 12, 31), "2", date(2027, 3, 1)),  # 28 February 2027 is a Sunday.
        (date(2026, 3, 10), "1.5", date(2026, 4, 28)),  # 25/4 is a Saturday, 27/4 off in lieu.
    ],
)
def test_months_end_on_the_same_number_or_the_last_day(start: date, count: str, end: date) -> None:
    assert terms.months(start, Decimal(count), CALENDAR) == end


def test_a_year_is_twelve_months() -> None:
    assert terms.years(date(2026, 3, 10), Decimal(1), CALENDAR) == date(2027, 3, 10)


def test_few_hours_run_while_the_office_is_open() -> None:
    assert terms.hours(Received(FRIDAY, time(10, 30)), Decimal(2), CALENDAR) == Received(
        FRIDAY, time(14)
    )
    assert terms.hours(Received(FRIDAY, time(16, 30)), Decimal(2), CALENDAR) == Received(
        MONDAY, time(9)
    )


def test_hours_from_an_unknown_moment_end_on_the_last_possible_day() -> None:
    assert terms.hours(Received(FRIDAY), Decimal(8), CALENDAR) == Received(MONDAY)


def test_many_hours_are_hours_of_the_clock() -> None:
    thursday = date(2026, 11, 19)

    assert terms.hours(Received(thursday, time(9)), Decimal(24), CALENDAR) == Received(
        FRIDAY, time(9)
    )
    assert terms.hours(Received(FRIDAY, time(9)), Decimal(24), CALENDAR) == Received(
        MONDAY, OPENING
    )


@pytest.mark.parametrize("count", [terms.working_days, terms.days, terms.months])
@given(start=DAYS, value=COUNTS)
def test_no_limit_ends_on_a_day_off_or_before_it_starts(count, start, value) -> None:  # type: ignore[no-untyped-def]
    if count is terms.months:
        value /= 10

    end = count(start, value, CALENDAR)

    assert CALENDAR.is_working(end) and end > start


@pytest.mark.parametrize("count", [terms.working_days, terms.days, terms.months])
@given(start=DAYS, value=COUNTS, more=COUNTS, later=st.integers(0, 30))
def test_limits_grow_with_their_length_and_their_start(count, start, value, more, later) -> None:  # type: ignore[no-untyped-def]
    if count is terms.months:
        value, more = value / 10, more / 10

    end = count(start, value, CALENDAR)

    assert count(start, value + more, CALENDAR) >= end
    assert count(start + timedelta(days=later), value, CALENDAR) >= end


@given(
    day=DAYS,
    at=st.times().map(lambda each: each.replace(microsecond=0)),
    value=st.decimals(Decimal("0.25"), Decimal(100), places=2),
)
def test_hours_end_while_the_office_is_open(day: date, at: time, value: Decimal) -> None:
    end = terms.hours(received(day, at, CALENDAR), value, CALENDAR)

    assert CALENDAR.is_working(end.day)
    assert end.at is not None and OPENING <= end.at <= CALENDAR.closing


def test_more_hours_than_a_day_of_work_never_end_before_that_day_does() -> None:
    start = Received(FRIDAY, time(8))

    assert terms.hours(start, Decimal("8.1"), CALENDAR).day == MONDAY
