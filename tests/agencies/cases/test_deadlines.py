"""Deadlines in working days of Vietnam: vectors, the clock that stops, clocks and zones."""

import time
from datetime import timedelta, timezone
from itertools import pairwise

import pytest

from agencies.cases.deadlines import Deadlines
from agencies.cases.model import Handling
from agencies.rules import Rules
from tests.agencies.cases.conftest import CALENDAR, vn


@pytest.fixture
def deadlines() -> Deadlines:
    return Deadlines(Rules.load(), CALENDAR)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-08-20 09:00", 5, "2026-08-26"),  # Saturday 22/8 is a make-up working day.
        ("2026-11-20 09:00", 3, "2026-11-26"),  # Tuesday 24/11 is a holiday.
        ("2026-02-12 09:00", 3, "2026-02-24"),  # Tết.
        ("2026-04-23 09:00", 5, "2026-05-05"),  # Hùng Kings in lieu, 30/4, 1/5.
        ("2026-04-28 09:00", 2, "2026-05-04"),
        ("2026-11-23 16:59:59", 1, "2026-11-25"),  # In time; the next day is the holiday.
        ("2026-11-23 17:00", 1, "2026-11-26"),  # After closing: received on the 25th.
        ("2026-11-21 09:00", 1, "2026-11-25"),  # Saturday: received on Monday.
        ("2026-11-24 09:00", 1, "2026-11-26"),  # A holiday: received on Wednesday.
        ("2026-12-31 09:00", 1, "2027-01-04"),
    ],
)
def test_working_days_after_receipt(deadlines, received, days, due):
    assert deadlines.after(vn(received), days) == vn(f"{due} 23:59:59")


@pytest.mark.parametrize(
    ("handling", "due"),
    [
        (Handling.OWN, "2026-12-01"),
        (Handling.CROSS, "2026-12-03"),
        (Handling.SPECIAL, "2026-12-08"),
    ],
)
def test_each_way_of_handling_has_its_time(deadlines, handling, due):
    dues = deadlines.dues(vn("2026-11-23 09:00"), handling=handling)

    assert dues.register == vn("2026-11-25 23:59:59")
    assert dues.forward == vn("2026-12-01 23:59:59")
    assert dues.reply == vn(f"{due} 23:59:59")
    assert dues.calendar_version == CALENDAR.version


def test_the_same_day_is_the_day_that_counts_as_receipt(deadlines):
    everything = frozenset({"register", "forward", "reply"})

    dues = deadlines.dues(vn("2026-11-23 18:00"), same_day=everything)

    assert {dues.register, dues.forward, dues.reply} == {vn("2026-11-25 23:59:59")}


@pytest.mark.parametrize("hours", [0, -8, 14])
def test_the_zone_a_moment_is_written_in_changes_nothing(deadlines, hours):
    received = vn("2026-11-23 00:30")  # Still Sunday in UTC.
    elsewhere = received.astimezone(timezone(timedelta(hours=hours)))

    assert deadlines.dues(elsewhere) == deadlines.dues(received)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_zone_of_the_server_changes_nothing(deadlines, zone, monkeypatch):
    expected = deadlines.dues(vn("2026-11-01 06:30"))  # New York puts its clocks back today.
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert deadlines.dues(vn("2026-11-01 06:30")) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


class TestStoppedClock:
    @pytest.mark.parametrize(
        ("stopped", "now", "due"),
        [
            ("2026-11-25 10:00", "2026-11-25 15:00", "2026-12-01"),  # The same day: nothing lost.
            ("2026-11-25 10:00", "2026-11-25 18:00", "2026-12-01"),
            ("2026-11-25 10:00", "2026-11-27 10:00", "2026-12-03"),
            ("2026-11-25 10:00", "2026-11-27 18:00", "2026-12-04"),  # After closing: Monday.
            ("2026-11-25 10:00", "2026-11-28 10:00", "2026-12-04"),  # Saturday: Monday.
            ("2026-12-01 10:00", "2026-12-10 10:00", "2026-12-10"),  # On the last day: today.
            ("2026-12-02 10:00", "2026-12-10 10:00", "2026-12-01"),  # It was late already.
            ("2026-11-25 10:00", "2026-11-24 10:00", "2026-12-01"),  # The clock was put back.
        ],
    )
    def test_leaves_as_many_days_as_there_were(self, deadlines, stopped, now, due):
        before = vn("2026-12-01 23:59:59")

        after = deadlines.resumed(before, stopped=vn(stopped), now=vn(now))

        assert after == vn(f"{due} 23:59:59")

    def test_never_takes_time_away(self, deadlines):
        due = vn("2026-12-01 23:59:59")
        for hours in range(0, 400, 7):
            stopped = vn("2026-11-23 09:00") + timedelta(hours=hours / 2)
            resumed = deadlines.resumed(due, stopped=stopped, now=stopped + timedelta(hours=hours))
            assert resumed >= due


class TestShares:
    """Monday 23/11 9:00 until Tuesday 1/12: 6.5 + 4 x 8 + 8 working hours, the 24th being off."""

    START, DUE = "2026-11-23 09:00", "2026-12-01 23:59:59"

    @pytest.mark.parametrize(
        ("share", "moment"),
        [(50, "2026-11-27 08:15"), (80, "2026-11-30 15:42"), (100, "2026-12-01 23:59:59")],
    )
    def test_are_moments_of_working_time(self, deadlines, share, moment):
        found = deadlines.share_moment(vn(self.START), vn(self.DUE), share)

        assert found == vn(moment)

    def test_the_moment_of_a_share_is_when_it_is_used(self, deadlines):
        start, due = vn(self.START), vn(self.DUE)
        for share in range(5, 100, 5):
            moment = deadlines.share_moment(start, due, share)
            assert deadlines.share_used(start, due, moment) == pytest.approx(share / 100)

    def test_grow_with_time(self, deadlines):
        start, due = vn(self.START), vn(self.DUE)
        moments = [start + timedelta(hours=hour) for hour in range(220)]
        used = [deadlines.share_used(start, due, moment) for moment in moments]

        assert all(one <= other for one, other in pairwise(used))
        assert (used[0], used[-1]) == (0.0, 1.0)

    def test_of_no_working_time_are_all_used(self, deadlines):
        start = vn("2026-11-28 10:00")

        assert deadlines.share_used(start, start + timedelta(hours=1), start) == 1.0
