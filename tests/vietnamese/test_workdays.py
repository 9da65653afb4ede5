from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.workdays import BeyondCalendar, Override, WorkCalendar

OFFICE = "announced_until: 2026-12-31\nhours: [[08:00, 12:00], [13:00, 17:00]]\n"
CALENDAR = WorkCalendar.load()
DAYS = st.dates(date(2014, 1, 1), date(2060, 12, 31))


def with_days(folder: Path, days: str) -> WorkCalendar:
    file = folder / "own.yml"
    file.write_text(OFFICE + f"days: {days}", encoding="utf-8")
    return WorkCalendar.load(file)


@pytest.mark.parametrize(
    ("received", "count", "due"),
    [
        (date(2026, 8, 20), 5, date(2026, 8, 26)),  # Saturday the 22nd is worked.
        (date(2026, 11, 20), 3, date(2026, 11, 26)),  # 24 November is a holiday.
        (date(2026, 2, 12), 3, date(2026, 2, 24)),  # Tết.
        (date(2026, 4, 23), 5, date(2026, 5, 5)),  # In lieu of Hùng Kings' day, 30/4 and 1/5.
        (date(2026, 4, 28), 2, date(2026, 5, 4)),
    ],
)
def test_counts_working_days_as_measured(received: date, count: int, due: date) -> None:
    assert CALENDAR.after(received, count) == due


def test_knows_a_december_saturday_that_makes_up_for_january() -> None:
    assert CALENDAR.is_working(date(2014, 12, 27))
    assert not CALENDAR.is_working(date(2015, 1, 2))


def test_names_holidays_and_leaves_plain_weekends_out() -> None:
    named = CALENDAR.holidays(date(2026, 11, 20), date(2026, 11, 30))

    assert [(each.day, each.name) for each in named] == [
        (date(2026, 11, 24), "Ngày Văn hóa Việt Nam")
    ]


def test_names_the_saturdays_that_are_worked() -> None:
    assert [each.day for each in CALENDAR.made_up(date(2026, 8, 1), date(2026, 8, 31))] == [
        date(2026, 8, 22)
    ]


def test_an_override_goes_before_the_library(tmp_path: Path) -> None:
    days = """
      - {day: 2027-02-11, working: false, name: Nghỉ Tết, source: thông báo thử}
      - {day: 2027-02-20, working: true, name: Làm bù, source: thông báo thử}
    """

    calendar = with_days(tmp_path, days)

    assert CALENDAR.is_working(date(2027, 2, 11)) and not calendar.is_working(date(2027, 2, 11))
    assert not CALENDAR.is_working(date(2027, 2, 20)) and calendar.is_working(date(2027, 2, 20))
    assert calendar.holidays(date(2027, 2, 11), date(2027, 2, 11))[0].name == "Nghỉ Tết"
    assert calendar.made_up(date(2027, 2, 20), date(2027, 2, 20))[0].name == "Làm bù"


def test_the_version_changes_with_the_overrides(tmp_path: Path) -> None:
    one = with_days(tmp_path, "[]").version
    other = with_days(tmp_path, "[{day: 2027-02-11, working: false, name: a, source: b}]").version

    assert one != other
    assert one.startswith("holidays ")


@pytest.mark.parametrize(
    "days",
    [
        "[{day: 2027-02-11, working: false, name: a}]",
        "[{day: 2027-02-11, working: maybe, name: a, source: b}]",
        "[{day: tomorrow, working: false, name: a, source: b}]",
        "[{day: 2027-02-11, working: false, name: a, source: b},"
        " {day: 2027-02-11, working: true, name: a, source: b}]",
    ],
)
def test_refuses_an_override_it_cannot_trust(tmp_path: Path, days: str) -> None:
    with pytest.raises(ValueError):
        with_days(tmp_path, days)


def test_refuses_hours_that_overlap(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text("announced_until: 2026-12-31\nhours: [[8:00, 12:00], [11:00, 17:00]]")

    with pytest.raises(ValueError, match="hours"):
        WorkCalendar.load(file)


def test_reads_hours_that_yaml_takes_for_a_number() -> None:
    assert CALENDAR.closing == time(17)


def test_an_override_needs_its_source() -> None:
    with pytest.raises(ValueError, match="source"):
        Override(date(2027, 2, 11), working=False, name="Nghỉ", source="")


def test_says_where_its_knowledge_ends() -> None:
    with pytest.raises(BeyondCalendar):
        CALENDAR.is_working(date(2150, 1, 4))


def test_knows_the_first_day_of_the_lunar_year() -> None:
    assert CALENDAR.new_year(2026) == date(2026, 2, 17)


@given(DAYS, st.integers(0, 60))
def test_a_counted_day_is_worked_and_has_as_many_worked_days_before_it(
    start: date, count: int
) -> None:
    due = CALENDAR.after(start, count)

    passed = [start + timedelta(days=each) for each in range(1, (due - start).days + 1)]
    assert sum(map(CALENDAR.is_working, passed)) == count
    assert count == 0 or CALENDAR.is_working(due)


@given(DAYS, st.integers(0, 60))
def test_more_days_or_a_later_start_never_end_sooner(start: date, count: int) -> None:
    assert CALENDAR.after(start, count) < CALENDAR.after(start, count + 1)
    assert CALENDAR.after(start, count) <= CALENDAR.after(start + timedelta(days=1), count)


@given(DAYS)
def test_the_first_working_day_is_the_day_itself_or_a_later_one(day: date) -> None:
    first = CALENDAR.first_working(day)

    assert CALENDAR.is_working(first)
    assert first == day or not CALENDAR.is_working(day)
    assert CALENDAR.before(first) < day or first == day
