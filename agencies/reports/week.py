"""A week as Vietnam counts it: Monday to Sunday, ISO number, Vietnamese time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from vietnamese.workdays import ZONE

_WRITTEN = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, order=True)
class Week:
    """Raises ValueError for a week that the year has not."""

    year: int
    number: int

    def __post_init__(self) -> None:
        date.fromisocalendar(self.year, self.number, 1)
        if not 2000 <= self.year <= 2098:
            raise ValueError(f"the year {self.year} has no report")

    @classmethod
    def read(cls, written: str) -> Self:
        """
        >>> Week.read("2026-W47").days
        (datetime.date(2026, 11, 16), datetime.date(2026, 11, 22))
        """
        found = _WRITTEN.fullmatch(written)
        if not found:
            raise ValueError(f"{written!r} is not like 2026-W47")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The week of a moment, by the clock in Vietnam."""
        year, number, _ = moment.astimezone(ZoneInfo(ZONE)).isocalendar()
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @property
    def days(self) -> tuple[date, date]:
        """Monday and Sunday."""
        monday = date.fromisocalendar(self.year, self.number, 1)
        return monday, monday + timedelta(days=6)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.days[0], time(), ZoneInfo(ZONE))

    @property
    def end(self) -> datetime:
        """The first moment that is no longer in it."""
        return datetime.combine(self.days[1] + timedelta(days=1), time(), ZoneInfo(ZONE))

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end

    @property
    def before(self) -> "Week":
        return Week.of(self.start - timedelta(hours=12))

    @property
    def after(self) -> "Week":
        return Week.of(self.end + timedelta(hours=12))
