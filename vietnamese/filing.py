"""When somebody hands in an application, read from their own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from vietnamese.clock import Clock, PartOfDay, read_clock
from vietnamese.dates import Mention, Unclear, mentions
from vietnamese.phrases import phrase
from vietnamese.text import normalise
from vietnamese.today import Feasts, Today

YEARS = 2  # Nobody asks about a day further away than that; a slip of the finger does.
SHORT = 50  # Characters; a day further from any word of handing in belongs to another story.
# Days of another kind: of birth, of issue, of a death, in the name of a street or a law.
_ANOTHER_DAY = phrase(
    r"\b(sinh|sinh vào|sanh|đẻ|cấp|ký|hết hạn|hạn|đường|hẻm|ngõ|ngách|kiệt|số|số nhà|thửa|tờ|phường"
    r"|quận|tổ|khu|nghị định|thông tư|luật|quyết định|điều|khoản|cưới|kết hôn|mất|chết|tử vong|lễ"
    r"|mẫu|lúc sinh|ra đời|hiệu lực|ban hành|nghỉ|chứng sinh|mỗi|một|trong|trong vòng"
    r"|những|các|hàng)"
    r"(?: (ngày|hôm|lúc|vào|từ|vào ngày|từ ngày|đến ngày|đến))?$"
)
_DOCUMENT = re.compile(r"\d/\S*[^\W\d]\S*$")  # "57/2018/NĐ-CP ngày ..."
_HANDS_IN = phrase(r"\b(nộp|gửi)(?: \w+){0,3}$")
_FILES = phrase(r"\b(nộp|gửi|đi làm|làm|lên|mang|đem|tính từ|kể từ|nhận)\b")
_PAST = phrase(
    r"\b(đã (?:nộp|gửi|làm)|(?:nộp|gửi) (?:hồ sơ |đơn )?(?:rồi|hôm|bữa|từ)|(?:mới|vừa) (?:nộp|gửi)"
    r"|vừa rồi|hôm trước|lúc trước|hồi (?:thứ|ngày|đầu|tuần|tháng)"
    r"|hôm (?:thứ|ngày|mùng|mồng|\d)|(?:nộp|gửi)[^.?!]* rồi\b)"
)
_FUTURE = phrase(r"\b(sẽ|định|tính|sắp|dự định|dự kiến|muốn|tới|sau|nếu|mai|ngày nữa)\b")


@dataclass(frozen=True)
class Filing:
    """A day, with the hour or the part of the day where they were said, and the words for it.

    `first_of_span`: a week or a month was named, and the first day of it is taken. `assumed`: no
    day was named, and today is taken.
    """

    day: date
    at: time | None = None
    part: PartOfDay | None = None
    said: str = ""
    first_of_span: bool = False
    assumed: bool = False

    def later_than(self, hour: time) -> bool | None:
        """Whether it is handed in after that hour; None when that is not known."""
        if self.at is not None:
            return self.at > hour
        known = {PartOfDay.MORNING: time(12), PartOfDay.EVENING: time(23, 59)}
        if self.part is PartOfDay.MORNING and hour >= known[PartOfDay.MORNING]:
            return False
        return True if self.part is PartOfDay.EVENING and hour < time(18) else None


@dataclass(frozen=True)
class UnclearFiling:
    """A day was named that cannot be taken: it does not exist, or what it is nobody can tell."""

    why: Unclear
    said: str


def read_filing(text: str, now: datetime, feasts: Feasts) -> Filing | UnclearFiling | None:
    """The day on which a message says that something is handed in; None when it names none.

    `now` is the time of the message in Vietnam. A message that names an hour only means today.
    """
    words = normalise(text)
    today = Today(now.date(), past=_tells_of_the_past(words), feasts=feasts)
    meant = _meant(words, mentions(words, today), now.year)
    clock = read_clock(words, day_known=meant is not None)
    if meant is None:
        return Filing(today.day, clock.at, clock.part, said="") if clock and clock.at else None
    said = words[meant.start : meant.end].strip()
    if isinstance(meant.day, Unclear):
        return UnclearFiling(meant.day, said)
    if _is_far(meant.day, today.day.year):
        return UnclearFiling(Unclear.TOO_FAR, said)
    clock = clock or Clock()
    return Filing(meant.day, clock.at, clock.part, said, meant.first_of_span)


def today(now: datetime) -> Filing:
    """The filing of somebody who names no day."""
    return Filing(now.date(), assumed=True)


def _tells_of_the_past(words: str) -> bool:
    return bool(_PAST.search(words)) and not _FUTURE.search(words)


def _meant(words: str, found: list[Mention], this_year: int) -> Mention | None:
    """The day nearest to a word of handing in, days of another kind left out."""
    days = [each for each in found if not _of_another_kind(words, each, this_year)]
    verbs = [match.span() for match in _FILES.finditer(words)]
    if not verbs:
        return days[0] if days and len(words) <= SHORT else None
    near = [each for each in days if _distance(each, verbs) <= SHORT]
    return min(near, key=lambda each: _distance(each, verbs), default=None)


def _of_another_kind(words: str, mention: Mention, this_year: int) -> bool:
    before = words[: mention.start].rstrip()
    if _ANOTHER_DAY.search(before) or _DOCUMENT.search(before):
        return True
    return _is_far(mention.day, this_year) and not _HANDS_IN.search(before)


def _is_far(day: date | Unclear, this_year: int) -> bool:
    return isinstance(day, date) and abs(day.year - this_year) > YEARS


def _distance(mention: Mention, verbs: list[tuple[int, int]]) -> int:
    return min(max(start - mention.end, mention.start - end, 0) for start, end in verbs)
