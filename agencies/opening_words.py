"""Opening hours (giờ làm việc) in words: "Thứ Hai đến Thứ Sáu: 07:30–11:30, 13:30–17:00"."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agencies.directory_layout import layout
from agencies.model import Opening, Weekday

FILE = Path(__file__).with_suffix(".yml")


def opening_words(openings: Sequence[Opening]) -> str:
    """Hours of the same days together; "" when none are known."""
    by_days: dict[tuple[Weekday, ...], list[Opening]] = {}
    for opening in openings:
        by_days.setdefault(opening.days, []).append(opening)
    lines = (
        _words()["line"].format(
            days=_days(days), hours=_words()["spans"].join(map(_hours, of_days))
        )
        for days, of_days in by_days.items()
    )
    return str(_words()["lines"].join(lines))


@cache
def _words() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def _days(days: tuple[Weekday, ...]) -> str:
    names = [layout().days[day][0] for day in days]
    week = list(Weekday)
    first = week.index(days[0])
    if len(days) > 2 and days == tuple(week[first : first + len(days)]):
        return str(_words()["days"].format(first=names[0], last=names[-1]))
    return str(_words()["day_by_day"].join(names))


def _hours(opening: Opening) -> str:
    opens, closes = opening.opens.strftime("%H:%M"), opening.closes.strftime("%H:%M")
    return str(_words()["hours"].format(opens=opens, closes=closes))
