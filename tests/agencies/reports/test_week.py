from datetime import UTC, date, datetime

import pytest

from agencies.reports.week import Week


def test_a_week_begins_on_monday_at_midnight_in_vietnam():
    week = Week.read("2026-W47")

    assert week.start == datetime(2026, 11, 15, 17, tzinfo=UTC)
    assert week.end == datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert week.holds(week.start)
    assert not week.holds(week.end)
    assert not week.holds(None)


def test_a_moment_belongs_to_the_week_of_the_clock_in_vietnam():
    late_on_sunday = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)
    monday_there = datetime(2026, 11, 22, 17, tzinfo=UTC)

    assert str(Week.of(late_on_sunday)) == "2026-W47"
    assert str(Week.of(monday_there)) == "2026-W48"


def test_years_begin_and_end_as_iso_has_them():
    first = Week.read("2027-W01")

    assert first.days[0] == date(2027, 1, 4)
    assert str(first.before) == "2026-W53"
    assert first.before.after == first


@pytest.mark.parametrize(
    "written",
    ["2026-W54", "2025-W53", "2026-47", "2026-W0", "9999-W52", "0001-W01", "", "2026-W47 "],
)
def test_what_is_no_week_is_refused(written):
    with pytest.raises(ValueError):
        Week.read(written)
