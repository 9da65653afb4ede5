"""The hour at which somebody says that they hand something in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import Enum

from vietnamese.phrases import Phrase, phrase


class PartOfDay(str, Enum):
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


# A part of the day beside a day or an hour: "sáng mai", "4 giờ chiều".
PARTS = {
    PartOfDay.MORNING: phrase(r"(sáng|sớm)"),
    PartOfDay.NOON: phrase("trưa"),
    PartOfDay.AFTERNOON: phrase("(chiều|xế)"),
    PartOfDay.EVENING: phrase("(tối|đêm|khuya)"),
}
_PART = "sáng|trưa|chiều|xế|tối|đêm|khuya"
_HOUR = Phrase(
    r"(?<![\d/.,:])"
    r"(?:(?P<before>lúc|hồi|vào|tầm|khoảng|cỡ|chừng) (?:tầm |khoảng |cỡ )?)?"
    r"(?P<hour>\d{1,2})"
    r"(?: ?(?:giờ|h|g|:(?=\d\d))(?: ?(?P<minute>\d\d)(?!\d)(?: phút|p)?)?|(?= rưỡi))"
    rf"(?P<half> ?rưỡi)?(?: (?P<part>{_PART}))?"
    r"(?![^\W_]|/\d)"
)
# "Trong 24 giờ", "mất 2 giờ", "8 giờ làm việc", "2 giờ nữa": how long, not when.
_LASTS_BEFORE = phrase(r"\b(trong|vòng|mất|hết|tốn|quá|còn|thêm|mỗi|chờ|đợi|hơn|dưới|cần|sau)$")
_LASTS_AFTER = phrase(r"^ ?(làm việc|đồng hồ|nữa|trước khi|liền|một ngày|mỗi ngày|/)")
_FILED_AFTER = phrase(r"\b(nộp|gửi)[^.?!,;]{0,20} sau$")
_ALONE = Phrase(rf"\b(?P<part>{_PART})(?: (nay|mai|mốt|qua|hôm|ngày|thứ|chủ|t\d|\d))")
_FOLLOWING = Phrase(rf"\b(nay|mai|mốt|qua|(?:thứ|t) ?(?:\w+)|nhật) (?P<part>{_PART})\b")
_MORNING_ENDS = 7  # "4 giờ" is said of the afternoon, "8 giờ" of the morning.
_EVENING_BEGINS = 18
_NOON = 12


@dataclass(frozen=True)
class Clock:
    """An hour, or only a part of the day."""

    at: time | None = None
    part: PartOfDay | None = None


def read_clock(text: str, *, day_known: bool) -> Clock | None:
    """The hour in a normalised text; one that stands alone counts only beside a day.

    >>> read_clock("nộp lúc 4 giờ chiều", day_known=False)
    Clock(at=datetime.time(16, 0), part=None)
    >>> read_clock("mất 2 giờ", day_known=False)
    """
    for match in _HOUR.within(text).finditer(text):
        if _is_length(text, match):
            continue
        later = bool(_FILED_AFTER.search(_before(text, match)))
        if day_known or later or match["before"] or match["part"]:
            at = _time(match)
            if at:
                # What comes "after 15 giờ" comes a minute later at the soonest.
                return Clock(at.replace(minute=at.minute + 1) if later else at)
    alone = _ALONE.within(text).search(text) or _FOLLOWING.within(text).search(text)
    return Clock(part=_part(alone["part"])) if alone else None


def _is_length(text: str, match: re.Match[str]) -> bool:
    before, after = _before(text, match), text[match.end() :]
    when = match["part"] or _FILED_AFTER.search(before)
    lasts = not when and bool(_LASTS_BEFORE.search(before))
    return lasts or bool(_LASTS_AFTER.match(after))


def _before(text: str, match: re.Match[str]) -> str:
    return text[: match.start()].rstrip()


def _time(match: re.Match[str]) -> time | None:
    minute = 30 if match["half"] else int(match["minute"] or 0)
    hour = _of_the_day(int(match["hour"]), _part(match["part"]) if match["part"] else None)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _of_the_day(hour: int, part: PartOfDay | None) -> int:
    """The hour out of 24; without a part of the day, the one at which an office may be open."""
    if part is PartOfDay.MORNING or hour >= _NOON:
        return hour
    if part is PartOfDay.NOON:
        return hour if hour >= 10 else hour + _NOON
    if part in (PartOfDay.AFTERNOON, PartOfDay.EVENING):
        return hour + _NOON
    return hour + _NOON if hour < _MORNING_ENDS else hour


def _part(word: str) -> PartOfDay:
    return next(part for part, pattern in PARTS.items() if pattern.fullmatch(word))
