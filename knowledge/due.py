"""When the result is due: the time limits of a record, counted from the day of filing.

A day is only given where the record has a limit that can be counted; the assumptions it rests on
are part of the value, so that they are always said with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from knowledge.cutoff import CutOff, cut_off_of
from knowledge.model import Absent, Channel, Duration, Method, Procedure, SubCase, TimeUnit
from vietnamese import terms
from vietnamese.clock import PartOfDay
from vietnamese.filing import Filing, UnclearFiling
from vietnamese.terms import Received
from vietnamese.text import fold
from vietnamese.workdays import BeyondCalendar, NamedDay, WorkCalendar

# Folded, like the question they are looked for in.
_CHANNELS = {
    Channel.ONLINE: re.compile(r"\b(online|onl|truc tuyen|(?:qua|tren) mang|dich vu cong|vneid)\b"),
    Channel.POSTAL: re.compile(r"\b(buu dien|buu chinh|gui thu|chuyen phat)\b"),
    Channel.DIRECT: re.compile(r"\b(truc tiep|tai quay|tai cho|tan noi)\b"),
}
_MIDNIGHT = time(23, 59)
_DAY = timedelta(days=1)


class Refusal(StrEnum):
    """Why no day is given."""

    UNCLEAR_DAY = "unclear_day"  # The day of filing does not exist or is not known; `filed.why`.
    NOT_COUNTABLE = "not_countable"  # The record has no time limit in figures with a unit.
    TOO_FAR = "too_far"  # Beyond the years for which a calendar of holidays exists.


@dataclass(frozen=True)
class DueDate:
    """The last day for the ways of filing that share a time limit, or for a numbered case.

    `at` is the hour, where the limit is in hours and the hour of filing is known. `if_late` is the
    day for what comes in after the cut-off, where it is not known on which side of it that is.
    `by_cut_off`: the record's own words on that hour decide, no days are counted.
    """

    limit: Duration
    day: date
    at: time | None = None
    if_late: date | None = None
    methods: tuple[Method, ...] = ()
    case: str = ""
    by_cut_off: bool = False


@dataclass(frozen=True)
class Due:
    """The answer to "when will I have it?", with all it assumes.

    `received` is the day that counts as the day of receipt, `day_off` tells that the day of filing
    is off. `holidays` and `made_up` are the days
    off and the worked Saturdays that made a difference; `forecast` tells that the holidays of a
    year had not been announced when the calendar was made, whose version is `calendar`.
    """

    filed: Filing | UnclearFiling
    refused: Refusal | None = None
    received: date | None = None
    day_off: bool = False
    dates: tuple[DueDate, ...] = ()
    uncounted: tuple[Method, ...] = ()
    cut_off: CutOff | None = None
    holidays: tuple[NamedDay, ...] = ()
    made_up: tuple[NamedDay, ...] = ()
    forecast: bool = False
    calendar: str = ""


def due_dates(
    procedure: Procedure,
    filed: Filing | UnclearFiling,
    calendar: WorkCalendar,
    *,
    channel: Channel | None = None,
    case: str = "",
) -> Due:
    """Count the limits of a record from the day of filing.

    `channel` leaves the other ways of filing out, where the record has it; `case` is the code of
    the numbered case (SubCase) that applies.
    """
    if isinstance(filed, UnclearFiling):
        return Due(filed, Refusal.UNCLEAR_DAY, calendar=calendar.version)
    methods = _by_channel(procedure.methods, channel)
    cut_off = cut_off_of(procedure)
    limits = list(_limits(methods, _by_code(procedure.sub_cases, case), chosen=bool(case)))
    uncounted = tuple(each for each in methods if isinstance(each.time, Absent))
    due = Due(filed, uncounted=uncounted, cut_off=cut_off, calendar=calendar.version)
    if not limits:
        return replace(due, refused=Refusal.NOT_COUNTABLE)
    try:
        count = _Count(filed, cut_off, calendar)
        return _with_assumptions(due, tuple(map(count.due, limits)), count)
    except (BeyondCalendar, OverflowError):
        return replace(due, refused=Refusal.TOO_FAR)


def named_channel(question: str) -> Channel | None:
    """The way of filing that a question names, if it is a single one.

    >>> named_channel("nộp online thứ hai thì bao giờ có"), named_channel("nộp thứ hai")
    (<Channel.ONLINE: 'online'>, None)
    """
    folded = fold(question)
    named = [channel for channel, pattern in _CHANNELS.items() if pattern.search(folded)]
    return named[0] if len(named) == 1 else None


@dataclass(frozen=True)
class _Limit:
    time: Duration
    methods: tuple[Method, ...] = ()
    case: str = ""


class _Count:
    """Counts limits from one filing."""

    def __init__(self, filed: Filing, cut_off: CutOff | None, calendar: WorkCalendar) -> None:
        self.filed = filed
        self._cut_off = cut_off
        self.calendar = calendar
        at = _MIDNIGHT if filed.part is PartOfDay.EVENING else filed.at
        hour = cut_off.hour if cut_off else None
        self.received = terms.received(filed.day, at, calendar, hour)
        # Nobody said the hour, and the record makes a difference.
        working = calendar.is_working(filed.day)
        self._open = working and cut_off is not None and filed.later_than(cut_off.hour) is None

    def due(self, limit: _Limit) -> DueDate:
        """The last day of one limit."""
        cut_off = self._cut_off
        if cut_off and _within_a_day(limit.time, cut_off):
            day, late = self._of_the_same_day(cut_off)
            at = None
        else:
            end = self._end(limit.time, self.received)
            day, at = end.day, end.at
            late = self._end(limit.time, self._next_morning()).day if self._open else day
        return DueDate(
            limit.time,
            day,
            at,
            if_late=late if late != day else None,
            methods=limit.methods,
            case=limit.case,
            by_cut_off=cut_off is not None and _within_a_day(limit.time, cut_off),
        )

    def _of_the_same_day(self, cut_off: CutOff) -> tuple[date, date]:
        """Such records say it in words: the same day, or the next one after the hour."""
        first = self.calendar.first_working(self.filed.day)
        following = self.calendar.after(first, 1)
        day = first if cut_off.same_day else following
        if self._open:
            return day, following
        late = first == self.filed.day and self.filed.later_than(cut_off.hour)
        return (following, following) if late else (day, day)

    def _end(self, limit: Duration, start: Received) -> Received:
        value, day, calendar = limit.value, start.day, self.calendar
        match limit.unit:
            case TimeUnit.WORKING_DAY:
                return Received(terms.working_days(day, value, calendar))
            case TimeUnit.DAY:
                return Received(terms.days(day, value, calendar))
            case TimeUnit.MONTH:
                return Received(terms.months(day, value, calendar))
            case TimeUnit.YEAR:
                return Received(terms.years(day, value, calendar))
            case TimeUnit.HOUR:
                return terms.hours(start, value, calendar)

    def _next_morning(self) -> Received:
        opening = self.calendar.sessions[0][0]
        return Received(self.calendar.after(self.filed.day, 1), opening)


def _by_channel(methods: Sequence[Method], channel: Channel | None) -> tuple[Method, ...]:
    named = tuple(each for each in methods if each.channel is channel)
    return named or tuple(methods)


def _by_code(cases: Sequence[SubCase], code: str) -> list[SubCase]:
    return [each for each in cases if each.code == code] or list(cases)


def _limits(
    methods: Sequence[Method], cases: Sequence[SubCase], *, chosen: bool
) -> Iterator[_Limit]:
    """The limits to count: a chosen case's, else the methods', else all the cases'."""
    times = dict.fromkeys(each.time for each in methods if isinstance(each.time, Duration))
    if times and not chosen:
        for limit in times:
            yield _Limit(limit, tuple(each for each in methods if each.time == limit))
        return
    by_words = {(each.name, each.time): each for each in reversed(cases)}
    counted = [each for each in cases if each in by_words.values()]
    names = [each.name for each in counted]
    for each in counted:
        if isinstance(each.time, Duration):
            repeated = names.count(each.name) > 1 or not each.name
            case = f"{each.name} ({each.code})".strip() if repeated else each.name
            yield _Limit(each.time, case=case if len(counted) > 1 else "")


def _within_a_day(limit: Duration, cut_off: CutOff) -> bool:
    """Whether the limit is a day at most; some records have the cut-off hour in its place."""
    if limit.unit is TimeUnit.HOUR:
        return limit.value <= terms.OFFICE_HOURS or limit.value == cut_off.hour.hour
    return limit.unit in (TimeUnit.WORKING_DAY, TimeUnit.DAY) and limit.value <= 1


def _with_assumptions(due: Due, dates: tuple[DueDate, ...], count: _Count) -> Due:
    calendar, filed = count.calendar, count.filed.day
    # What the record's words decide is not counted from a receipt moved to the next day.
    counted = any(not each.by_cut_off for each in dates)
    start = count.received.day if counted else calendar.first_working(filed)
    last = max(each.if_late or each.day for each in dates)
    spans = [(filed, start), *(_span(each, start, calendar) for each in dates)]
    holidays = {each for first, end in spans for each in calendar.holidays(first, end)}
    worked = {each for first, end in spans for each in calendar.made_up(first, end)}
    return replace(
        due,
        received=start,
        day_off=not calendar.is_working(filed),
        dates=dates,
        holidays=tuple(sorted(holidays, key=lambda each: each.day)),
        made_up=tuple(sorted(worked, key=lambda each: each.day)),
        forecast=last > calendar.announced_until,
    )


def _span(due: DueDate, start: date, calendar: WorkCalendar) -> tuple[date, date]:
    """The days of which those off did not count; of calendar days only the last ones."""
    if due.limit.unit in (TimeUnit.WORKING_DAY, TimeUnit.HOUR):
        return start, due.day
    return calendar.before(due.day) + _DAY, due.day
