"""When a case must be registered, forwarded and answered: working days, and a clock that stops.

Pure: everything comes in as a value. Days are days in Vietnam, whatever zone the server is in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agencies.cases.model import Handling
from agencies.rules import Rules
from vietnamese.workdays import ZONE, WorkCalendar

_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)  # A day ends at 24:00 (Civil Code Art. 148.6), still on that day.


@dataclass(frozen=True)
class Dues:
    """Each is the last second of the day on which it is still in time."""

    register: datetime
    forward: datetime
    reply: datetime
    calendar_version: str


class Deadlines:
    def __init__(self, rules: Rules, calendar: WorkCalendar) -> None:
        self._rules = rules
        self._calendar = calendar

    @property
    def calendar_version(self) -> str:
        return self._calendar.version

    def dues(
        self,
        received: datetime,
        *,
        handling: Handling = Handling.OWN,
        same_day: frozenset[str] = frozenset(),
    ) -> Dues:
        """The three time limits of a case received at this moment."""
        day = self.counting_day(received)

        def due(what: str, days: int) -> datetime:
            return _end(self._calendar.after(day, 0 if what in same_day else days))

        return Dues(
            register=due("register", self._rules.register_.days),
            forward=due("forward", self._rules.forward.days),
            reply=due("reply", self._reply_days(handling)),
            calendar_version=self._calendar.version,
        )

    def counting_day(self, moment: datetime) -> date:
        """The day that counts as the one of receipt; the first counted day is the next one."""
        there = moment.astimezone(ZoneInfo(ZONE))
        late = there.time() >= self._calendar.closing
        if late and self._rules.received.after_closing_is_next_day:
            return self._calendar.first_working(there.date() + _DAY)
        return self._calendar.first_working(there.date())

    def after(self, moment: datetime, days: int) -> datetime:
        """The end of the day so many working days after a moment."""
        return _end(self._calendar.after(self.counting_day(moment), days))

    def resumed(self, due: datetime, *, stopped: datetime, now: datetime) -> datetime:
        """The deadline after the clock stood still: as many working days are left as before.

        A deadline that had passed when the clock was stopped stays where it was.
        """
        if due < stopped:
            return due
        now = max(now, stopped)  # A clock that was put back takes no time away.
        left = self._working_days(_day(stopped), _day(due))
        return max(due, _end(self._calendar.after(self._resuming_day(stopped, now), left)))

    def later_start(self, start: datetime, *, due: datetime, new_due: datetime) -> datetime:
        """From when to count when the clock stood still between: no part of it was used then."""
        days = self._working_days(_day(due), _day(new_due))
        if not days:
            return start
        there = start.astimezone(ZoneInfo(ZONE))
        first = self._calendar.first_working(there.date())
        return datetime.combine(self._calendar.after(first, days), there.timetz())

    def handled_as(self, due: datetime, handling: Handling, *, before: Handling) -> datetime:
        """The deadline under another time limit: what it was moved by before stays."""
        day, more = _day(due), self._reply_days(handling) - self._reply_days(before)
        for _ in range(-more):
            day = self._calendar.before(day)
        return _end(self._calendar.after(day, max(more, 0)))

    def share_used(self, start: datetime, due: datetime, now: datetime) -> float:
        """How much of the working time between start and due is over, from 0 to 1 and beyond."""
        if now >= due:
            return 1.0
        whole = self._working_seconds(start, due)
        return self._working_seconds(start, now) / whole if whole else 1.0

    def share_moment(self, start: datetime, due: datetime, share: int) -> datetime:
        """When so many percent of the working time between start and due are over."""
        if share >= 100:
            return due
        left = self._working_seconds(start, due) * share / 100
        for opens, closes in self._sessions(start, due):
            length = (closes - opens).total_seconds()
            if length >= left:
                return opens + timedelta(seconds=left)
            left -= length
        return due

    def _reply_days(self, handling: Handling) -> int:
        reply = self._rules.reply
        days = {Handling.OWN: reply.own, Handling.CROSS: reply.cross}
        return days.get(handling, reply.special)

    def _resuming_day(self, stopped: datetime, now: datetime) -> date:
        """On the day it was stopped nothing is lost, however late the answer comes."""
        return _day(now) if _day(now) == _day(stopped) else self.counting_day(now)

    def _working_days(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to and with `last`."""
        return sum(self._calendar.is_working(day) for day in _days(first + _DAY, last))

    def _working_seconds(self, start: datetime, end: datetime) -> float:
        spans = self._sessions(start, end)
        return sum((closes - opens).total_seconds() for opens, closes in spans)

    def _sessions(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Office hours between two moments."""
        for day in _days(_day(start), _day(end)):
            if not self._calendar.is_working(day):
                continue
            for opens, closes in self._calendar.sessions:
                first, last = max(_at(day, opens), start), min(_at(day, closes), end)
                if first < last:
                    yield first, last


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=each) for each in range((last - first).days + 1))


def _day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(ZONE)).date()


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(ZONE))


def _end(day: date) -> datetime:
    return _at(day, _LAST_SECOND)
