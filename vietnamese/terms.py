"""How a time limit (thời hạn) runs out: Articles 145 to 148 of the Civil Code, 91/2015/QH13.

The day on which it starts is not counted (147.2); a last day that is off moves to the end of the
next working day (148.5); months and years end on the day of the same number, or on the month's last
(148.3, 148.4); parts of a month are thirtieths (146.1). Working days, which the Code does not know
but procedures do, are counted like days, those off left out. Parts of a day count as a whole one:
a limit is only ever read as later, never as sooner.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

from vietnamese.workdays import WorkCalendar

MONTH_DAYS = 30  # Article 146.1(c), for a part of a month.
YEAR_MONTHS = 12
OFFICE_HOURS = 8  # A limit of up to so many hours can only run while the office is open.


@dataclass(frozen=True)
class Received:
    """The working day that counts as the day of receipt; `at` is None for an unknown hour."""

    day: date
    at: time | None = None


def received(
    day: date, at: time | None, calendar: WorkCalendar, cut_off: time | None = None
) -> Received:
    """What is handed in on a day off, after the cut-off or after closing is received the next
    working day, when the office opens.
    """
    opening = calendar.sessions[0][0]
    latest = min(cut_off or calendar.closing, calendar.closing)
    if not calendar.is_working(day):
        return Received(calendar.first_working(day), opening)
    if at is not None and at > latest:
        return Received(calendar.after(day, 1), opening)
    return Received(day, None if at is None else max(at, opening))


def working_days(start: date, count: Decimal, calendar: WorkCalendar) -> date:
    """The last of `count` working days after `start`."""
    return calendar.after(start, whole(count))


def days(start: date, count: Decimal, calendar: WorkCalendar) -> date:
    """The end of `count` calendar days after `start`, moved off a day on which nobody works."""
    return calendar.first_working(start + timedelta(days=whole(count)))


def months(start: date, count: Decimal, calendar: WorkCalendar) -> date:
    """The end of `count` months after `start`."""
    full = int(count)
    end = months_later(start, full)
    part = whole((count - full) * MONTH_DAYS)
    return calendar.first_working(end + timedelta(days=part))


def years(start: date, count: Decimal, calendar: WorkCalendar) -> date:
    """The end of `count` years after `start`."""
    return months(start, count * YEAR_MONTHS, calendar)


def hours(start: Received, count: Decimal, calendar: WorkCalendar) -> Received:
    """When `count` hours after receipt have passed: office hours for a short limit, else hours of
    the clock, the end then moved to the next working day when nobody works at that moment.

    Without the hour of receipt this is the end of the last day on which it can run out.
    """
    if count > OFFICE_HOURS:
        day_of_work = hours(start, Decimal(OFFICE_HOURS), calendar)
        clock = _clock_hours(start, count, calendar)
        return clock if clock.day >= day_of_work.day else day_of_work
    if start.at is None:
        return Received(_office_hours(start.day, calendar.closing, count, calendar).day)
    return _office_hours(start.day, start.at, count, calendar)


def months_later(start: date, count: int) -> date:
    """The day of the same number `count` months later, or the last one of a shorter month.

    >>> months_later(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def whole(count: Decimal) -> int:
    """A count without its part, rounded up.

    >>> whole(Decimal("3.5")), whole(Decimal("3.0"))
    (4, 3)
    """
    return int(count.to_integral_value(ROUND_CEILING))


def _clock_hours(start: Received, count: Decimal, calendar: WorkCalendar) -> Received:
    moment = datetime.combine(start.day, start.at or calendar.closing)
    end = moment + timedelta(minutes=whole(count * 60))
    last = received(end.date(), end.time(), calendar)
    return Received(last.day, last.at if start.at else None)


def _office_hours(day: date, at: time, count: Decimal, calendar: WorkCalendar) -> Received:
    left = timedelta(minutes=whole(count * 60))
    while True:
        for opens, closes in calendar.sessions:
            begin = datetime.combine(day, max(at, opens))
            room = datetime.combine(day, closes) - begin
            if left <= room:
                return Received(day, (begin + left).time())
            left -= max(room, timedelta())
        day, at = calendar.after(day, 1), time.min
