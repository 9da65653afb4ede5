from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.clock import PartOfDay
from vietnamese.dates import Unclear
from vietnamese.filing import Filing, UnclearFiling, read_filing, today
from vietnamese.text import fold
from vietnamese.workdays import ZONE, WorkCalendar

CALENDAR = WorkCalendar.load()
NOW = datetime(2026, 11, 19, 10, 0, tzinfo=ZoneInfo(ZONE))  # A Thursday.


def read(text: str, now: datetime = NOW) -> Filing | UnclearFiling | None:
    return read_filing(text, now, CALENDAR)


def day(text: str, now: datetime = NOW) -> date:
    filed = read(text, now)
    assert isinstance(filed, Filing), f"{text!r} was read as {filed}"
    return filed.day


DAYS = [
    ("nộp hôm nay thì bao giờ có", date(2026, 11, 19)),
    ("bữa nay nộp chừng nào lấy", date(2026, 11, 19)),
    ("chiều nay tôi nộp", date(2026, 11, 19)),
    ("mai nộp thì khi nào lấy được", date(2026, 11, 20)),
    ("sáng mai em lên xã nộp", date(2026, 11, 20)),
    ("ngày mai", date(2026, 11, 20)),
    ("thế mai thì sao", date(2026, 11, 20)),
    ("ngày mốt nộp", date(2026, 11, 21)),
    ("ngày kia tôi nộp", date(2026, 11, 21)),
    ("hôm qua tôi nộp rồi", date(2026, 11, 18)),
    ("hôm kia nộp", date(2026, 11, 17)),
    ("3 ngày nữa nộp", date(2026, 11, 22)),
    ("hai tuần nữa tôi nộp", date(2026, 12, 3)),
    ("hai tháng nữa nộp", date(2027, 1, 19)),
    ("nộp được 5 ngày rồi", date(2026, 11, 14)),
    ("nộp hồ sơ 2 tuần rồi", date(2026, 11, 5)),
    ("nộp cách đây 3 ngày", date(2026, 11, 16)),
    ("nộp thứ hai tuần sau thì bao giờ lấy được", date(2026, 11, 23)),
    ("vậy thứ tư tuần sau nộp thì khi nào lấy được?", date(2026, 11, 25)),
    ("vay thu tu tuan sau nop thi khi nao lay duoc?", date(2026, 11, 25)),
    ("thứ 2 tới", date(2026, 11, 23)),
    ("thứ hai nộp", date(2026, 11, 23)),
    ("nộp t6", date(2026, 11, 20)),
    ("thứ năm tuần này nộp", date(2026, 11, 19)),
    ("thứ tư tuần sau nữa nộp", date(2026, 12, 2)),
    ("tôi nộp thứ hai tuần trước", date(2026, 11, 9)),
    ("nộp hôm thứ hai", date(2026, 11, 16)),
    ("chủ nhật nộp được không", date(2026, 11, 22)),
    ("cuối tuần nộp", date(2026, 11, 21)),
    ("tuần sau nộp thì sao", date(2026, 11, 23)),
    ("giữa tuần sau nộp", date(2026, 11, 25)),
    ("sang tuần nộp", date(2026, 11, 23)),
    ("đầu tháng sau nộp", date(2026, 12, 1)),
    ("giữa tháng sau nộp", date(2026, 12, 15)),
    ("cuối tháng nộp", date(2026, 11, 30)),
    ("đầu tháng 12 tôi nộp", date(2026, 12, 1)),
    ("cuối tháng mười hai nộp", date(2026, 12, 31)),
    ("sang năm nộp", date(2027, 1, 1)),
    ("ra tết nộp", date(2027, 2, 6)),
    ("nộp trước tết", date(2027, 2, 3)),
    ("mùng 6 tết nộp", date(2027, 2, 11)),
    ("20/11 nộp", date(2026, 11, 20)),
    ("nộp ngày 20-11-2026", date(2026, 11, 20)),
    ("nộp 20.11.2026", date(2026, 11, 20)),
    ("nộp 2026-11-30", date(2026, 11, 30)),
    ("nếu nộp ngày 5 tháng 12", date(2026, 12, 5)),
    ("mùng 5 em nộp", date(2026, 12, 5)),
    ("ngày 20 tôi nộp", date(2026, 11, 20)),
    ("nộp ngày 10 tháng này", date(2026, 11, 10)),
    ("tôi đã nộp ngày 20/10", date(2026, 10, 20)),
    ("đã nộp ngày 5", date(2026, 11, 5)),
    ("5/1 nộp", date(2027, 1, 5)),
]

WORDS_OF_TIME = sorted({word for text, _ in DAYS for word in text.split()} | {"31", "/", "-", "h"})


@pytest.mark.parametrize(("text", "expected"), DAYS)
def test_reads_a_day(text: str, expected: date) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(("text", "expected"), DAYS)
def test_reads_it_without_diacritics_too(text: str, expected: date) -> None:
    assert day(fold(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "hai thứ giấy tờ",
        "làm lại 2 lần",
        "xin cấp lại lần thứ hai",
        "con thứ hai",
        "cái thứ hai",
        "bên thứ ba",
        "khai thác thu hai san",
        "chị Mai",
        "đăng ký khuyến mại",
        "dang ky khuyen mai thi nop o dau",
        "thuong mai dien tu nop o dau",
        "mai tang phi nop o dau",
        "quận Hoàng Mai nộp ở đâu",
        "mai mốt nộp",
        "nop mot bo ho so",
        "thủ tục 1.001193",
        "H49.12.09-251120-0007",
        "nghị định 123/2015/NĐ-CP",
        "theo nghị định 57/2018/NĐ-CP ngày 17/4/2018 nộp ở đâu",
        "con sinh ngày 5/12/2025 nộp ở đâu",
        "căn cước cấp ngày 12/5/2021",
        "nhà ở đường 30/4",
        "số nhà 12/6",
        "nộp 2-3 bản",
        "nộp 3/4 diện tích",
        "5-7 ngày",
        "nộp 24/7 được không",
        "mất 3 ngày",
        "mất 2 giờ",
        "trong 24h",
        "8 giờ làm việc",
        "mỗi ngày 2 lần",
        "con tôi 6 tháng tuổi",
        "tầng 2",
        "cần giấy tờ gì",
    ],
)
def test_reads_no_day_where_there_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nộp ngày 31/2", Unclear.NO_SUCH_DAY),
        ("nộp 31/2", Unclear.NO_SUCH_DAY),
        ("nộp ngày 29 tháng 2", Unclear.NO_SUCH_DAY),
        ("nộp ngày 32", Unclear.NO_SUCH_DAY),
        ("nộp ngày 30/13", Unclear.NO_SUCH_DAY),
        ("mùng 5 âm lịch nộp", Unclear.LUNAR),
        ("nộp ngày 5 tháng chạp", Unclear.LUNAR),
        ("rằm tháng này nộp", Unclear.LUNAR),
        ("nộp vào 28 tết", Unclear.LUNAR),
        ("nộp 5/12/2999", Unclear.TOO_FAR),
    ],
)
def test_says_why_a_day_cannot_be_taken(text: str, why: Unclear) -> None:
    filed = read(text)

    assert isinstance(filed, UnclearFiling)
    assert filed.why is why


def test_tells_the_day_of_filing_from_a_day_of_birth() -> None:
    assert day("con sinh ngày 20/10/2026, mai em nộp thì bao giờ có") == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("nộp lúc 16h", time(16)),
        ("4 giờ chiều mai nộp", time(16)),
        ("thứ hai 16h30 nộp", time(16, 30)),
        ("mai 4 rưỡi chiều nộp", time(16, 30)),
        ("nộp lúc 16:30 hôm nay", time(16, 30)),
        ("8h sáng thứ hai nộp", time(8)),
        ("mai nộp lúc 3h", time(15)),
        ("nop luc 4 gio chieu", time(16)),
        ("mai nộp sau 15 giờ", time(15, 1)),
    ],
)
def test_reads_the_hour(text: str, at: time) -> None:
    filed = read(text)

    assert isinstance(filed, Filing) and filed.at == at


@pytest.mark.parametrize(
    ("text", "part", "after_three"),
    [
        ("sáng mai nộp", PartOfDay.MORNING, False),
        ("chiều thứ hai nộp", PartOfDay.AFTERNOON, None),
        ("tối nay nộp", PartOfDay.EVENING, True),
        ("mai nộp", None, None),
    ],
)
def test_a_part_of_the_day_may_be_enough_for_the_cut_off(
    text: str, part: PartOfDay | None, after_three: bool | None
) -> None:
    filed = read(text)

    assert isinstance(filed, Filing) and filed.part is part
    assert filed.later_than(time(15)) is after_three


def test_says_when_a_span_was_named() -> None:
    filed = read("tuần sau nộp thì sao")

    assert isinstance(filed, Filing) and filed.first_of_span
    assert filed.said == "tuần sau"


def test_on_a_monday_the_same_weekday_is_the_next_one_unless_this_is_said() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo(ZONE))

    assert day("thứ hai nộp", monday) == date(2026, 11, 30)
    assert day("thứ hai này nộp", monday) == date(2026, 11, 23)


def test_who_names_no_day_is_taken_to_file_today() -> None:
    assert today(NOW) == Filing(date(2026, 11, 19), assumed=True)


@given(st.dates(date(2026, 5, 25), date(2027, 5, 15)))
def test_a_day_and_a_month_are_read_as_the_nearest_such_day(chosen: date) -> None:
    text = f"nộp ngày {chosen.day}/{chosen.month} thì bao giờ có"

    assert day(text) == chosen


@given(st.integers(0, 6), st.integers(0, 400))
def test_a_weekday_of_next_week_is_that_day_of_next_week(weekday: int, passed: int) -> None:
    now = NOW + timedelta(days=passed)
    name = "chủ nhật" if weekday == 6 else f"thứ {weekday + 2}"

    found = day(f"nộp {name} tuần sau", now)

    monday = now.date() - timedelta(days=now.weekday())
    assert found == monday + timedelta(days=7 + weekday)


@given(st.text(max_size=60))
def test_never_fails_on_a_text(text: str) -> None:
    assert isinstance(read(text), Filing | UnclearFiling | None)


@given(st.lists(st.sampled_from(WORDS_OF_TIME), max_size=12))
def test_never_fails_on_words_of_time(words: list[str]) -> None:
    assert isinstance(read(" ".join(words)), Filing | UnclearFiling | None)
