"""The days on which Vietnamese authorities work: public holidays, days in lieu, make-up Saturdays.

The library `holidays` knows the rules of the Labour Code and the swaps announced so far; a file of
overrides (workdays.yml) corrects it. Whoever stores a deadline stores `version` beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import yaml

ZONE = "Asia/Ho_Chi_Minh"
# The library's lunar calendar ends with this century.
FIRST, LAST = date(1995, 1, 1), date(2098, 12, 31)
SATURDAY = 5
NEW_YEAR = "Tết Nguyên Đán"  # The library's name of the first day of the lunar year.
_DAY = timedelta(days=1)


class BeyondCalendar(Exception):
    """A day in a time for which no public holidays are known."""


@dataclass(frozen=True)
class Override:
    """A day that is not what the library says, and who said so."""

    day: date
    working: bool
    name: str
    source: str

    def __post_init__(self) -> None:
        if not self.name or not self.source:
            raise ValueError(f"{self.day} needs a name and a source")


@dataclass(frozen=True)
class NamedDay:
    """A holiday, or a Saturday or Sunday that is worked."""

    day: date
    name: str


class WorkCalendar:
    """Which days are worked; safe to use from several threads, as it only adds whole years."""

    def __init__(
        self,
        overrides: tuple[Override, ...],
        *,
        announced_until: date,
        sessions: tuple[tuple[time, time], ...],
        version: str,
    ) -> None:
        self.announced_until = announced_until
        self.sessions = sessions
        self.version = version
        self._overrides = {each.day: each for each in overrides}
        self._years: dict[int, tuple[Mapping[date, str], frozenset[date]]] = {}

    @classmethod
    def load(cls, path: Path | None = None) -> WorkCalendar:
        """Read the calendar with a file of overrides. Raises ValueError naming what is wrong."""
        raw = (path or Path(__file__).with_suffix(".yml")).read_bytes()
        content: dict[str, Any] = yaml.load(raw, Loader=yaml.CSafeLoader)
        digest = hashlib.sha256(raw).hexdigest()[:8]
        return cls(
            tuple(_overrides(content.get("days") or [])),
            announced_until=_a_date(content["announced_until"]),
            sessions=_sessions(content["hours"]),
            version=f"holidays {version('holidays')}, overrides {digest}",
        )

    @property
    def closing(self) -> time:
        """After this hour nothing is received any more."""
        return self.sessions[-1][1]

    def is_working(self, day: date) -> bool:
        """Raises BeyondCalendar for a day of another century."""
        if day in self._overrides:
            return self._overrides[day].working
        named, made_up = self._year(day.year)
        return day not in named and (day.weekday() < SATURDAY or day in made_up)

    def first_working(self, day: date) -> date:
        """The day itself, or the next one that is worked."""
        while not self.is_working(day):
            day += _DAY
        return day

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day`."""
        for _ in range(count):
            day = self.first_working(day + _DAY)
        return day

    def before(self, day: date) -> date:
        """The last working day before `day`."""
        day -= _DAY
        while not self.is_working(day):
            day -= _DAY
        return day

    def holidays(self, first: date, last: date) -> tuple[NamedDay, ...]:
        """The days off in a span, both ends included, that have a name: not plain weekends."""
        days = (day for day in _days(first, last) if not self.is_working(day))
        return tuple(NamedDay(day, self._name(day)) for day in days if self._name(day))

    def made_up(self, first: date, last: date) -> tuple[NamedDay, ...]:
        """The Saturdays and Sundays in a span that are worked."""
        days = (day for day in _days(first, last) if day.weekday() >= SATURDAY)
        return tuple(NamedDay(day, self._name(day)) for day in days if self.is_working(day))

    def new_year(self, year: int) -> date:
        """The first day of the lunar year that begins in `year`. Raises BeyondCalendar."""
        named, _ = self._year(year)
        return next(day for day, name in named.items() if NEW_YEAR in name.split("; "))

    def _name(self, day: date) -> str:
        if day in self._overrides:
            return self._overrides[day].name
        return self._year(day.year)[0].get(day, "")

    def _year(self, year: int) -> tuple[Mapping[date, str], frozenset[date]]:
        if year not in self._years:
            if not FIRST.year <= year <= LAST.year:
                raise BeyondCalendar(str(year))
            # A December Saturday may make up for a holiday in January, and the other way round.
            found = holidays.country_holidays("VN", years=range(year - 1, year + 2), language="vi")
            named = {day: name for day, name in sorted(found.items()) if day.year == year}
            self._years[year] = (named, frozenset(found.weekend_workdays))
        return self._years[year]


def now() -> datetime:
    """This moment as clocks in Vietnam show it."""
    return datetime.now(ZoneInfo(ZONE))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=each) for each in range((last - first).days + 1))


def _overrides(rows: list[dict[str, Any]]) -> Iterator[Override]:
    seen: set[date] = set()
    for row in rows:
        day = _a_date(row.get("day"))
        if day in seen or not isinstance(row.get("working"), bool):
            raise ValueError(f"{day} stands there twice, or is neither working nor not")
        seen.add(day)
        name, source = str(row.get("name") or ""), str(row.get("source") or "")
        yield Override(day, working=row["working"], name=name, source=source)


def _a_date(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{value!r} is not a date")
    return value


def _sessions(rows: list[list[Any]]) -> tuple[tuple[time, time], ...]:
    sessions = tuple((_a_time(start), _a_time(end)) for start, end in rows)
    moments = [moment for session in sessions for moment in session]
    if not moments or moments != sorted(set(moments)):
        raise ValueError(f"office hours that overlap or are missing: {rows}")
    return sessions


def _a_time(value: object) -> time:
    # YAML reads an unquoted 13:30 as a number of base sixty.
    if isinstance(value, int):
        return time(*divmod(value, 60))
    return time.fromisoformat(str(value))
