"""The days that a message names, as people write them: "20/11", "thứ hai tuần sau", "mốt".

Each reading keeps its place in the message, so that the one which says when something is handed in
can be told from a date of birth. What is ambiguous is decided here (ADR 0043 lists it) and is
always said back to the citizen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from vietnamese.phrases import Phrase, phrase
from vietnamese.relative import RELATIVE
from vietnamese.today import Today
from vietnamese.weeks import WEEKS

MONTHS = 12


class Unclear(str, Enum):
    """Why a day cannot be taken as it was written."""

    NO_SUCH_DAY = "no_such_day"  # 31/2
    LUNAR = "lunar"  # "mùng 5 âm lịch": which day that is, only a lunar calendar knows.
    TOO_FAR = "too_far"


@dataclass(frozen=True)
class Mention:
    """A day named in a normalised text, or why it is none, and where it stands there."""

    day: date | Unclear
    start: int
    end: int
    first_of_span: bool = False  # A week or a month was named, of which this is the first day.


_LUNAR = phrase(r"^ ?\(?(âm|al\b|âl\b)")
_DAY_MONTH = Phrase(
    r"(?<![\w/.,:\-])(?P<cue>(?:hôm |từ |vào )?(?:ngày|mùng|mồng|hôm) )?(?:mùng |mồng )?"
    r"(?P<day>\d{1,2})"
    r"(?: ?(?P<mark>[/.\-]) ?(?P<month>\d{1,2})(?: ?(?P=mark) ?(?P<year>\d{4}|\d\d))?"
    r"| ?tháng ?(?P<month2>\d{1,2}|giêng|chạp)(?:(?: năm |[/.\- ])(?P<year2>\d{4}))?)"
    r"(?!\d|[/.\-:,]\d|[/\-]\w|[^\W\d_])"
)
_ISO = Phrase(r"(?<![\w/.\-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w\-])")
_DAY_ONLY = Phrase(
    r"(?<![\d] )(?<!\w)(?P<cue>(?:hôm |từ |vào )?(?:ngày|mùng|mồng|hôm)) (?:mùng |mồng )?"
    r"(?P<day>\d{1,2})(?: tháng (?P<which>này|sau|tới|trước|rồi))?"
    r"(?! ?[/.\-:,]? ?\d|\w| ?(?:tháng|ngày|lần|buổi|tiếng|giờ|bữa|bản|bộ|triệu|nghìn|ngàn|người"
    r"|cái|tờ|suất|ca|h|tết)\b)"
)
# The full moon, and the days before Tết, of which some years have one fewer.
_BY_THE_MOON = Phrase(r"\brằm(?: tháng \w+)?\b|\b(?:2\d|30) tết\b")
# "1/2 ngày", "3/4 diện tích", "24/7".
_FRACTION = phrase(r"^ (ngày|tháng|năm|bộ|suất|căn|nhà|đất|sào|diện|phần|giá|lương|số|người)")
_ROUND_THE_CLOCK = (24, 7)


def mentions(text: str, today: Today) -> list[Mention]:
    """Every day that a normalised text names; where two readings overlap, the longer one."""
    found = sorted(_all(text, today), key=lambda each: each.start - each.end)
    kept: list[Mention] = []
    for each in found:
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def _all(text: str, today: Today) -> Iterator[Mention]:
    rules: list[tuple[Phrase, Callable[[re.Match[str], Today], date | Unclear | None]]]
    rules = [(_ISO, _iso), (_DAY_MONTH, _day_month), (_DAY_ONLY, _day_only)]
    for pattern, read in rules:
        for match in pattern.within(text).finditer(text):
            day = read(match, today)
            if day:
                lunar = _LUNAR.match(text[match.end() :])
                yield Mention(Unclear.LUNAR if lunar else day, *match.span())
    for match in _BY_THE_MOON.within(text).finditer(text):
        yield Mention(Unclear.LUNAR, *match.span())
    for rule in (*RELATIVE, *WEEKS):
        for match in rule.pattern.within(text).finditer(text):
            found = rule.read(match, today)
            if found:
                yield Mention(found, *match.span(), first_of_span=rule.span)


def _iso(match: re.Match[str], today: Today) -> date | Unclear:
    return _exact(int(match["year"]), int(match["month"]), int(match["day"]))


def _day_month(match: re.Match[str], today: Today) -> date | Unclear | None:
    if match["month2"] and not match["month2"].isdigit():
        return Unclear.LUNAR
    day, month = int(match["day"]), int(match["month"] or match["month2"])
    given = match["year"] or match["year2"]
    if not match["cue"] and not _is_date(match, day, month):
        return None
    if given:
        return _exact(int(given) + (2000 if len(given) == 2 else 0), month, day)
    years = (today.day.year + offset for offset in (-1, 0, 1))
    return _known((_exact(year, month, day) for year in years), today.nearest)


def _is_date(match: re.Match[str], day: int, month: int) -> bool:
    """Whether figures without a word before them are a day and a month."""
    if match["month2"]:
        return 1 <= day <= 31 and 1 <= month <= MONTHS
    if match["mark"] != "/" and not match["year"]:
        return False  # "2-3" is a span, "1.2" a number.
    written = 1 <= day <= 31 and 1 <= month <= MONTHS and (day, month) != _ROUND_THE_CLOCK
    return written and not _FRACTION.match(match.string[match.end() :])


def _day_only(match: re.Match[str], today: Today) -> date | Unclear | None:
    day = int(match["day"])
    if match["which"]:
        offset = {"này": 0, "nay": 0, "sau": 1, "tới": 1, "toi": 1}.get(match["which"], -1)
        first = today.month(offset)
        return _exact(first.year, first.month, day)
    months = (today.month(offset) for offset in (-2, -1, 0, 1, 2))
    return _known((_exact(each.year, each.month, day) for each in months), today.upcoming)


def _known(days: Iterable[date | Unclear], choose: Callable[[list[date]], date]) -> date | Unclear:
    """The one that is meant of those that exist."""
    found = [day for day in days if isinstance(day, date)]
    return choose(found) if found else Unclear.NO_SUCH_DAY


def _exact(year: int, month: int, day: int) -> date | Unclear:
    try:
        return date(year, month, day)
    except ValueError:
        return Unclear.NO_SUCH_DAY
