"""Days named by their place in a week, a month or a year: "thứ hai tuần sau", "đầu tháng 12"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from vietnamese.phrases import Phrase, phrase
from vietnamese.terms import months_later
from vietnamese.text import fold
from vietnamese.today import WEEK, Rule, Today

_WORDS = {"hai": 0, "ba": 1, "tu": 2, "bon": 2, "nam": 3, "sau": 4, "bay": 5}
_SUNDAY, _SATURDAY, _WEDNESDAY = 6, 5, 2
_WHEN = "này|sau nữa|sau|tới nữa|tới|kế tiếp|trước|rồi|qua|vừa rồi|vừa qua"
_WEEKDAY = Phrase(
    r"\b(?:thứ (?P<word>hai|ba|tư|bốn|năm|sáu|bảy|bẩy)|(?:thứ ?|t)(?P<number>[2-7])"
    r"|chủ nhật|chúa nhật|cn)\b"
    rf"(?: (?:của )?(?:(?P<week>tuần (?:{_WHEN}))|(?P<which>này|tới|sau|đến|vừa rồi|vừa qua"
    r"|hôm trước|trước|rồi)))?(?!\w)"
)
# "Lần thứ hai", "bên thứ ba": an order. Without its marks "thu hai" is also "thu hải (sản)".
_ORDINAL = phrase(
    r"\b(lần|cái|con|người|bên|cấp|tục|hợp|đứa|bé|vợ|chồng|hàng|hạng|tầng|bước|ý|án|số|điều|mục|câu"
    r"|loại|cách|quyển|bản|thửa|căn|chiếc|cháu|đời|nhà|xe|ngôi|việc|dòng|năm|phiên|đợt|nhóm)$"
)
# What stands before a weekday on which something is done; at the beginning nothing does.
_LEADS = phrase(
    r"(^|[,.;:?!(\-]|\b(sáng|trưa|chiều|tối|vào|ngày|hôm|bữa|nộp|đi|tới|đến|từ|đúng|mà|nếu|ra|lên|gửi"
    r"|thế|vậy|còn|sang|qua|hồ sơ|đơn|giờ|\d+h|h\d\d|tôi|em|mình|tui|cháu|định|tính|mới|sẽ|để))$"
)
_FOLLOWS = phrase(
    r"^ ?($|[,.;?!)]|(này|thì|nộp|tôi|tui|em|mình|mới|có|được|đi|lên|ra|gửi|là|lúc|hồi|vào|tầm"
    r"|khoảng|sáng|trưa|chiều|tối|bao|khi|chừng|mấy|ngày|\d))"
)
_MONTH_WORDS = {
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
_MONTHS = r"\d{1,2}|mười hai|mười một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười"
_EDGE = r"(?:(?P<edge>đầu|giữa|cuối) )"


def _weekday(match: re.Match[str], today: Today) -> date | None:
    if not _names_a_day(match):
        return None
    day = today.monday + timedelta(days=_index(match))
    week, which = fold(match["week"] or "")[5:], fold(match["which"] or "")
    if week:
        return day + _weeks(week) * WEEK
    if which == "nay" and day == today.day:
        return day
    if _weeks(which) < 0 or (not which and today.past):
        return day if day < today.day else day - WEEK
    return day if day > today.day else day + WEEK


def _names_a_day(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()].rstrip(), match.string[match.end() :]
    if _ORDINAL.search(before):
        return False
    return bool(
        match["week"] or match["which"] or (_LEADS.search(before) and _FOLLOWS.match(after))
    )


def _index(match: re.Match[str]) -> int:
    if match["number"]:
        return int(match["number"]) - 2
    return _WORDS[fold(match["word"])] if match["word"] else _SUNDAY


def _weeks(when: str) -> int:
    """How many weeks or months away: "tuần này", "tuần sau nữa"."""
    ahead = {"": 0, "nay": 0, "sau": 1, "toi": 1, "den": 1, "ke tiep": 1}
    return 2 if "nua" in when else ahead.get(when, -1)


def _week(match: re.Match[str], today: Today) -> date | None:
    weeks = _weeks(fold(match["when"])) if match["when"] else 1
    offset = {"giua": _WEDNESDAY, "cuoi": _SATURDAY}.get(fold(match["edge"] or ""), 0)
    day = today.monday + weeks * WEEK + timedelta(days=offset)
    return max(day, today.day) if weeks == 0 else day


def _weekend(match: re.Match[str], today: Today) -> date:
    return max(today.monday + timedelta(days=_SATURDAY), today.day)


def _month(match: re.Match[str], today: Today) -> date | None:
    first = _first_of_month(match, today)
    if first is None:
        return None
    last = months_later(first, 1) - timedelta(days=1)
    # Article 146.2 of the Civil Code: the first, the fifteenth and the last day of the month.
    edge = fold(match["edge"] or "")
    day = {"giua": first.replace(day=15), "cuoi": last}.get(edge, first)
    return max(day, today.day) if first == today.month(0) and not today.past else day


def _first_of_month(match: re.Match[str], today: Today) -> date | None:
    if not match["number"]:
        return today.month(_weeks(fold(match["when"] or "")))
    months = (today.month(offset) for offset in range(-11, 12))
    number = _month_number(fold(match["number"]))
    named = [each for each in months if each.month == number]
    return today.upcoming(named) if named else None


def _month_number(word: str) -> int:
    if word.isdigit():
        return int(word)
    ten, _, rest = word.partition(" ")
    return _MONTH_WORDS[ten] + {"": 0, "mot": 1, "hai": 2}[rest]


def _year(match: re.Match[str], today: Today) -> date:
    return date(today.day.year + 1, 1, 1)


WEEKS = (
    Rule(_WEEKDAY, _weekday),
    Rule(Phrase(rf"\b{_EDGE}?(?:trong )?tuần (?P<when>{_WHEN})\b"), _week, span=True),
    Rule(Phrase(rf"\b{_EDGE}?(?:sang|qua) tuần\b(?P<when>)"), _week, span=True),
    Rule(Phrase(r"\bcuối tuần(?: này)?\b(?! sau| tới| trước| rồi| qua)"), _weekend, span=True),
    Rule(
        Phrase(rf"\b{_EDGE}tháng(?: (?:(?P<when>{_WHEN})|(?P<number>{_MONTHS})))?\b(?!/)"),
        _month,
        span=True,
    ),
    Rule(
        Phrase(
            rf"\b(?P<edge>)(?P<when>)(?:vào|sang|qua|trong|nộp) tháng (?P<number>{_MONTHS})\b"
            r"(?! ?/)"
        ),
        _month,
        span=True,
    ),
    Rule(
        Phrase(
            r"\b(?P<edge>)(?P<number>)(?<!mấy )(?<!may )(?<!\d )"
            r"tháng (?P<when>sau|tới|trước|vừa rồi)\b(?! hạn| lúc| đó)"
        ),
        _month,
        span=True,
    ),
    Rule(
        Phrase(
            r"\b(?:đầu|sang|qua) năm(?: (?:sau|tới|mới))?\b(?! (?:\d|vang|phi|định))"
            r"|\b(?<!việt )(?<!viet )năm (?:sau|tới)\b"
        ),
        _year,
        span=True,
    ),
)
