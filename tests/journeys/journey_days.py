"""Days in a journey, counted from the day on which it is played.

`{today}` is that day, `{next monday}` a day of the week after it, `{20/11}` a day of its year; with
`+3wd` the third working day after it is received: on the day itself, or on the first working day
after a day off.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from vietnamese.workdays import WorkCalendar, now

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLACE = re.compile(r"\{(today|next [a-z]+|\d{1,2}/\d{1,2})(?:\+(\d+)wd)?\}")


class JourneyDays:
    """Writes days out as citizens and replies write them."""

    def __init__(
        self, calendar: WorkCalendar, today: Callable[[], date] = lambda: now().date()
    ) -> None:
        self._calendar = calendar
        self._today = today

    def written(self, text: str) -> str:
        """Raises ValueError for a day that there is not.

        >>> days = JourneyDays(WorkCalendar.load(), lambda: date(2026, 11, 20))
        >>> days.written("nộp {today}, có {today+3wd}; nộp {next monday}")
        'nộp 20/11/2026, có 26/11/2026; nộp 23/11/2026'
        """
        return PLACE.sub(self._day, text)

    def _day(self, place: re.Match[str]) -> str:
        day = self._named(place[1])
        if place[2] is not None:
            received = self._calendar.first_working(day)
            day = self._calendar.after(received, int(place[2]))
        return f"{day:%d/%m/%Y}"

    def _named(self, name: str) -> date:
        today = self._today()
        if name == "today":
            return today
        if re.fullmatch(r"\d{1,2}/\d{1,2}", name):
            day, month = map(int, name.split("/"))
            return date(today.year, month, day)
        begins, _, weekday = name.partition(" ")
        if begins != "next" or weekday not in WEEKDAYS:
            raise ValueError(f"{name!r} is no day")
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=7 + WEEKDAYS.index(weekday))
