"""Days named by their distance from today: "mai", "hôm qua", "3 ngày nữa", "ra Tết"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from vietnamese.phrases import Phrase, phrase
from vietnamese.terms import months_later
from vietnamese.text import fold
from vietnamese.today import WEEK, Rule, Today

_WORDS = "một hai ba bốn năm sáu bảy tám chín mười"
_NUMBERS = {fold(word): number for number, word in enumerate(_WORDS.split(), start=1)}
_COUNT = rf"(?P<count>\d{{1,3}}|{_WORDS.replace(' ', '|')})"
_UNIT = "(?P<unit>ngày|hôm|bữa|tuần|tháng)"
_PART = "sáng|trưa|chiều|xế|tối|đêm|khuya"
_WHO = "(?:tôi|tui|em|mình|mik|con|cháu|tớ|anh|chị|bác|cô|chú|nhà em|nhà tôi|t|e)"
_DOES = "(?:mới |định |tính |sẽ )?(?:nộp|gửi|đi|làm|lên|ra|mang|đem|tới|đến|ghé)"
_HANDS_IN = "(?:nộp|gửi)(?: (?:hồ sơ|đơn|giấy|giấy tờ))?(?: (?:vào|từ))?"
_NEVER_MAI = "(?! (?:táng|châu|mốt|mối|sau|kia|một))"
# Words that end in an unmarked "mai": thương mại, khuyến mãi, and names.
_NOT_TOMORROW = phrase(r"(thương|khuyến|hoàng|thị|hoa|cành|cây|văn|nguyễn|trần|phường|đường)$")
_NEW_YEAR_LASTS = 10  # Days after the first one during which "Tết" is still this one.


def _in(days: int) -> Callable[[re.Match[str], Today], date]:
    return lambda match, today: today.day + timedelta(days=days)


def _tomorrow(match: re.Match[str], today: Today) -> date | None:
    before = match.string[: match.start()].rstrip()
    return None if _NOT_TOMORROW.search(before) else today.day + timedelta(days=1)


def _moved(sign: int) -> Callable[[re.Match[str], Today], date]:
    def read(match: re.Match[str], today: Today) -> date:
        word, unit = fold(match["count"]), fold(match["unit"])
        count = sign * (int(word) if word.isdigit() else _NUMBERS[word])
        if unit == "thang":
            return months_later(today.day, count)
        return today.day + count * (WEEK if unit == "tuan" else timedelta(days=1))

    return read


def _new_year(today: Today) -> date:
    this = today.feasts.new_year(today.day.year)
    over = this + timedelta(days=_NEW_YEAR_LASTS) < today.day
    return today.feasts.new_year(today.day.year + 1) if over and not today.past else this


def _after_new_year(match: re.Match[str], today: Today) -> date:
    """The first day of the year, which is a day off: the first working day after it counts."""
    return _new_year(today)


def _before_new_year(match: re.Match[str], today: Today) -> date:
    return today.feasts.before(_new_year(today))


def _day_of_new_year(match: re.Match[str], today: Today) -> date:
    word = fold(match["count"])
    day = int(word) if word.isdigit() else _NUMBERS[word]
    return _new_year(today) + timedelta(days=day - 1)


RELATIVE = (
    Rule(Phrase(rf"\b(?:hôm|hum|bữa|{_PART}) (?:nay|ni)\b|\bhnay\b"), _in(0)),
    Rule(Phrase(rf"\bnay(?= (?:{_WHO} )?nộp)|\blát nữa\b"), _in(0)),
    Rule(Phrase(rf"\bbây giờ(?= (?:{_WHO} )?(?:đi )?nộp)|\bnộp (?:ngay |luôn )?bây giờ\b"), _in(0)),
    Rule(Phrase(rf"\b(?:hôm|hum|bữa|hồi|ngày|{_PART}) qua\b|\bhqua\b"), _in(-1)),
    Rule(Phrase(r"\b(?:hôm|bữa) kia\b"), _in(-2)),
    Rule(Phrase(r"\bhôm kìa\b"), _in(-3)),
    Rule(Phrase(rf"\b(?:hôm|bữa|ngày|{_PART}) (?:mai|mơi)\b{_NEVER_MAI}"), _in(1)),
    Rule(Phrase(rf"\bmai\b{_NEVER_MAI}(?= (?:{_WHO} )?{_DOES}\b)"), _tomorrow),
    Rule(
        Phrase(rf"(?:^|\b(?:thế|vậy|nếu|còn|từ) )mai\b{_NEVER_MAI}(?= thì| là| có|[,?.!]|$)"),
        _in(1),
    ),
    Rule(Phrase(rf"\b{_HANDS_IN} mai\b{_NEVER_MAI}"), _tomorrow),
    Rule(Phrase(r"\b(?:ngày|bữa) mốt\b(?! \d)"), _in(2)),
    Rule(Phrase(rf"\b(?:sáng|trưa|chiều|tối) mốt\b|(?<!mai )\bmốt(?= (?:{_WHO} )?nộp)"), _in(2)),
    Rule(Phrase(rf"\b(?:ngày|{_PART}) kia\b"), _in(2)),
    Rule(
        Phrase(
            rf"\b{_COUNT} {_UNIT} (?:nữa|tới)\b(?! mới| là| sinh|(?: thì| tới| đến)? (?:hết|hạn))"
        ),
        _moved(1),
    ),
    Rule(Phrase(rf"\bcách đây (?:khoảng |chừng |độ )?{_COUNT} {_UNIT}\b"), _moved(-1)),
    Rule(Phrase(rf"\b{_COUNT} {_UNIT} trước\b(?! khi)"), _moved(-1)),
    Rule(
        Phrase(
            rf"\b(?:nộp|gửi)(?: (?:hồ sơ|đơn|giấy tờ|rồi))* (?:được |đã |hơn |cả )*{_COUNT} {_UNIT}"
            r" (?:rồi|nay|ni)\b"
        ),
        _moved(-1),
    ),
    Rule(
        Phrase(r"\b(?:sau|ra|qua|hết|xong) (?:tết|nghỉ tết)(?: xong)?\b(?! dương)"),
        _after_new_year,
        True,
    ),
    Rule(Phrase(r"\btrước (?:tết|nghỉ tết)\b(?! dương)"), _before_new_year),
    Rule(Phrase(rf"\b(?:mùng|mồng) {_COUNT} tết\b"), _day_of_new_year),
)
