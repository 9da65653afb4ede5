"""What a day named in a message is counted from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from vietnamese.phrases import Phrase
from vietnamese.terms import months_later

WEEK = timedelta(days=7)


class Feasts(Protocol):
    """What of a calendar of working days tells when Tết is."""

    def new_year(self, year: int) -> date: ...

    def before(self, day: date) -> date: ...


@dataclass(frozen=True)
class Today:
    """The day of the message; `past` when it tells of something already done."""

    day: date
    past: bool
    feasts: Feasts

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    def month(self, offset: int) -> date:
        """The first day of a month."""
        return months_later(self.day.replace(day=1), offset)

    def nearest(self, dates: Sequence[date]) -> date:
        """Of the same day in several years the one that is meant."""
        if self.past:
            return self.upcoming(dates)
        return min(dates, key=lambda each: abs(each - self.day))

    def upcoming(self, dates: Sequence[date]) -> date:
        """The next one from today on; of something already done, the last one."""
        if self.past:
            return max((each for each in dates if each <= self.day), default=min(dates))
        return min((each for each in dates if each >= self.day), default=max(dates))


@dataclass(frozen=True)
class Rule:
    """A way to name a day; `span` when it names a longer time, of which the first day is taken."""

    pattern: Phrase
    read: Callable[[re.Match[str], Today], date | None]
    span: bool = False
