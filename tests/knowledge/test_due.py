from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.due import Due, Refusal, due_dates, named_channel
from knowledge.model import (
    Absent,
    Channel,
    Duration,
    Method,
    Procedure,
    Reason,
    Step,
    SubCase,
    TimeUnit,
)
from knowledge.render import Renderer
from tests.knowledge.samples import BIRTH, BIRTH_AGAIN, MARRIAGE, TODAY
from vietnamese.clock import PartOfDay
from vietnamese.dates import Unclear
from vietnamese.filing import Filing, UnclearFiling, read_filing, today
from vietnamese.workdays import ZONE, WorkCalendar

CALENDAR = WorkCalendar.load()
NOW = datetime.combine(TODAY, time(10), ZoneInfo(ZONE))  # A Sunday.
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
CUT_OFF = "Nhận hồ sơ sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo."
AT_ONCE = f"Giải quyết trong ngày nhận hồ sơ. {CUT_OFF}"


def limit(value: str, unit: TimeUnit = TimeUnit.WORKING_DAY) -> Duration:
    return Duration(Decimal(value), unit)


def procedure(*times: Duration | Absent, text: str = "") -> Procedure:
    channels = (Channel.DIRECT, Channel.ONLINE, Channel.POSTAL)
    methods = tuple(Method(c, each, ()) for c, each in zip(channels, times, strict=False))
    return replace(BIRTH, methods=methods, steps=(Step("", text),))


def days(due: Due) -> list[date]:
    return [each.day for each in due.dates]


def render(what: Procedure, due: Due) -> str:
    return Renderer()._text("due", p=what, due=due, methods=what.methods, today=TODAY)


@pytest.mark.parametrize(
    ("filed", "count", "due"),
    [
        (date(2026, 8, 20), "5", date(2026, 8, 26)),
        (date(2026, 11, 20), "3", date(2026, 11, 26)),
        (date(2026, 2, 12), "3", date(2026, 2, 24)),
        (date(2026, 4, 23), "5", date(2026, 5, 5)),
        (date(2026, 4, 28), "2", date(2026, 5, 4)),
    ],
)
def test_counts_as_measured(filed: date, count: str, due: date) -> None:
    assert days(due_dates(procedure(limit(count)), Filing(filed), CALENDAR)) == [due]


def test_ways_of_filing_with_the_same_limit_share_a_day() -> None:
    found = due_dates(procedure(limit("3"), limit("1"), limit("3")), Filing(FRIDAY), CALENDAR)

    assert [[each.channel for each in one.methods] for one in found.dates] == [
        [Channel.DIRECT, Channel.POSTAL],
        [Channel.ONLINE],
    ]
    assert days(found) == [date(2026, 11, 26), MONDAY]


def test_the_way_that_was_named_is_the_only_one_counted() -> None:
    found = due_dates(
        procedure(limit("3"), limit("1")), Filing(FRIDAY), CALENDAR, channel=Channel.ONLINE
    )

    assert days(found) == [MONDAY]


def test_a_way_that_the_record_lacks_changes_nothing() -> None:
    found = due_dates(procedure(limit("3")), Filing(FRIDAY), CALENDAR, channel=Channel.POSTAL)

    assert days(found) == [date(2026, 11, 26)]


def test_a_day_off_counts_as_received_the_next_working_day() -> None:
    found = due_dates(procedure(limit("1")), Filing(date(2026, 11, 21)), CALENDAR)

    assert (found.received, found.day_off, days(found)) == (MONDAY, True, [date(2026, 11, 25)])


def test_numbered_cases_are_counted_where_the_ways_of_filing_have_no_limit() -> None:
    found = due_dates(BIRTH_AGAIN, Filing(FRIDAY), CALENDAR)

    assert days(found) == [date(2026, 11, 25)]


def test_a_chosen_case_is_counted_alone() -> None:
    cases = (SubCase("9.1.01", "Tại xã", limit("2")), SubCase("9.1.02", "Ở xa", limit("5")))
    of_cases = replace(procedure(limit("1")), sub_cases=cases)

    found = due_dates(of_cases, Filing(FRIDAY), CALENDAR, case="9.1.02")

    assert days(found) == [date(2026, 11, 30)]


def test_cases_of_one_name_are_told_apart_by_their_codes() -> None:
    cases = (SubCase("9.1.01", "Tại xã", limit("2")), SubCase("9.1.02", "Tại xã", limit("5")))

    found = due_dates(replace(procedure(), sub_cases=cases), Filing(FRIDAY), CALENDAR)

    assert [each.case for each in found.dates] == ["Tại xã (9.1.01)", "Tại xã (9.1.02)"]


@pytest.mark.parametrize(
    ("filed", "day", "if_late"),
    [
        (Filing(FRIDAY), FRIDAY, MONDAY),
        (Filing(FRIDAY, time(9)), FRIDAY, None),
        (Filing(FRIDAY, time(15)), FRIDAY, None),
        (Filing(FRIDAY, time(16)), MONDAY, None),
        (Filing(FRIDAY, part=PartOfDay.MORNING), FRIDAY, None),
        (Filing(FRIDAY, part=PartOfDay.EVENING), MONDAY, None),
        (Filing(date(2026, 11, 21), time(16)), MONDAY, None),
    ],
)
def test_a_record_of_the_same_day_is_taken_at_its_word(
    filed: Filing, day: date, if_late: date | None
) -> None:
    [found] = due_dates(procedure(limit("1"), text=AT_ONCE), filed, CALENDAR).dates

    assert (found.day, found.if_late) == (day, if_late)


def test_the_cut_off_hour_typed_as_a_limit_is_no_limit_of_hours() -> None:
    typed = procedure(limit("15", TimeUnit.HOUR), text=AT_ONCE)

    [found] = due_dates(typed, Filing(FRIDAY, time(16)), CALENDAR).dates

    assert found.day == MONDAY


def test_a_longer_limit_starts_a_working_day_later_after_the_cut_off() -> None:
    longer = procedure(limit("2"), text=CUT_OFF)

    [unknown] = due_dates(longer, Filing(FRIDAY), CALENDAR).dates
    [late] = due_dates(longer, Filing(FRIDAY, time(15, 30)), CALENDAR).dates

    assert (unknown.day, unknown.if_late) == (date(2026, 11, 25), date(2026, 11, 26))
    assert (late.day, late.if_late) == (date(2026, 11, 26), None)


def test_hours_end_at_an_hour_when_that_of_filing_is_known() -> None:
    of_hours = procedure(limit("2", TimeUnit.HOUR))

    [known] = due_dates(of_hours, Filing(FRIDAY, time(16, 30)), CALENDAR).dates
    [unknown] = due_dates(of_hours, Filing(FRIDAY), CALENDAR).dates

    assert (known.day, known.at) == (MONDAY, time(9))
    assert (unknown.day, unknown.at) == (MONDAY, None)


@pytest.mark.parametrize(
    "what",
    [
        procedure(Absent(Reason.NO_UNIT)),
        procedure(Absent(Reason.NOT_A_NUMBER, "Theo hợp đồng")),
        MARRIAGE,
    ],
)
def test_refuses_where_nothing_can_be_counted(what: Procedure) -> None:
    found = due_dates(what, Filing(FRIDAY), CALENDAR)

    assert found.refused is Refusal.NOT_COUNTABLE
    assert found.dates == ()


def test_refuses_a_day_that_does_not_exist() -> None:
    found = due_dates(BIRTH, UnclearFiling(Unclear.NO_SUCH_DAY, "31/2"), CALENDAR)

    assert found.refused is Refusal.UNCLEAR_DAY


def test_refuses_what_ends_beyond_the_calendar() -> None:
    found = due_dates(procedure(limit("90", TimeUnit.YEAR)), Filing(FRIDAY), CALENDAR)

    assert found.refused is Refusal.TOO_FAR


def test_names_only_the_days_off_that_mattered() -> None:
    working = due_dates(procedure(limit("3")), Filing(FRIDAY), CALENDAR)
    calendar_days = due_dates(procedure(limit("20", TimeUnit.DAY)), Filing(FRIDAY), CALENDAR)

    assert [each.day for each in working.holidays] == [date(2026, 11, 24)]
    assert calendar_days.holidays == ()


def test_says_when_the_holidays_of_the_year_are_a_forecast() -> None:
    count = procedure(limit("3"))

    assert not due_dates(count, Filing(FRIDAY), CALENDAR).forecast
    assert due_dates(count, Filing(date(2027, 1, 29)), CALENDAR).forecast


def test_keeps_the_version_of_the_calendar() -> None:
    assert due_dates(BIRTH, Filing(FRIDAY), CALENDAR).calendar == CALENDAR.version


@pytest.mark.parametrize(
    ("question", "channel"),
    [
        ("nộp online mai thì bao giờ có", Channel.ONLINE),
        ("nop truc tuyen", Channel.ONLINE),
        ("gửi qua bưu điện thứ hai", Channel.POSTAL),
        ("nộp trực tiếp", Channel.DIRECT),
        ("nộp trực tiếp hay qua mạng", None),
        ("mai nộp", None),
    ],
)
def test_reads_the_way_of_filing(question: str, channel: Channel | None) -> None:
    assert named_channel(question) is channel


def test_prints_the_day_with_its_weekday_and_what_was_assumed() -> None:
    what = procedure(limit("3"), Absent(Reason.NOT_PUBLISHED))
    filed = read_filing("nộp thứ sáu tuần trước", NOW, CALENDAR)
    assert isinstance(filed, Filing)

    text = render(what, due_dates(what, replace(filed, day=FRIDAY), CALENDAR))

    assert "Ngày nộp: Thứ Sáu, 20/11/2026." in text
    assert "- Trực tiếp (3 ngày làm việc): chậm nhất Thứ Năm, 26/11/2026\n" in text
    assert "- Trực tuyến: không tính được; bản công bố không ghi" in text
    assert "24/11/2026 (Ngày Văn hóa Việt Nam)" in text
    assert "Hồ sơ đầy đủ, hợp lệ" in text
    assert CALENDAR.version in text


def test_prints_that_today_was_taken_and_that_it_is_a_day_off() -> None:
    what = procedure(limit("1"))

    text = render(what, due_dates(what, today(NOW), CALENDAR))

    assert "lấy hôm nay: Chủ nhật, 22/11/2026" in text
    assert "nhận vào ngày làm việc kế tiếp, Thứ Hai, 23/11/2026" in text


def test_prints_both_days_around_the_cut_off() -> None:
    what = procedure(limit("1"), text=AT_ONCE)

    text = render(what, due_dates(what, Filing(MONDAY), CALENDAR))

    assert "Thứ Hai, 23/11/2026; nếu nộp sau 15 giờ thì Thứ Tư, 25/11/2026" in text


def test_prints_a_worked_saturday_and_a_day_that_is_over() -> None:
    what = procedure(limit("5"))

    text = render(what, due_dates(what, Filing(date(2026, 8, 20)), CALENDAR))

    assert "Thứ Tư, 26/08/2026 (ngày này đã qua)" in text
    assert "Thứ Bảy, 22/08/2026 là ngày làm bù, có tính" in text


def test_prints_the_records_words_when_it_refuses() -> None:
    what = procedure(Absent(Reason.NOT_A_NUMBER, "Theo thời hạn ghi trong hợp đồng"))

    text = render(what, due_dates(what, Filing(FRIDAY), CALENDAR))

    assert "không tính được" in text
    assert "- Trực tiếp: Theo thời hạn ghi trong hợp đồng" in text
    assert "chậm nhất" not in text


@pytest.mark.parametrize("why", Unclear)
def test_asks_again_for_a_day_that_cannot_be_taken(why: Unclear) -> None:
    text = render(BIRTH, due_dates(BIRTH, UnclearFiling(why, "31/2"), CALENDAR))

    assert "“31/2”" in text and "22/11/2026" in text


UNITS = st.sampled_from([TimeUnit.WORKING_DAY, TimeUnit.DAY, TimeUnit.HOUR])
VALUES = st.decimals(Decimal("0.5"), Decimal(90), places=1)
FILED = st.dates(date(2026, 1, 1), date(2030, 12, 31))
HOURS = st.none() | st.times().map(lambda each: each.replace(second=0, microsecond=0))
TEXTS = st.sampled_from(["", CUT_OFF, AT_ONCE])


@given(day=FILED, at=HOURS, value=VALUES, unit=UNITS, text=TEXTS)
def test_nothing_is_due_on_a_day_off_or_before_it_was_filed(
    day: date, at: time | None, value: Decimal, unit: TimeUnit, text: str
) -> None:
    [found] = due_dates(
        procedure(Duration(value, unit), text=text), Filing(day, at), CALENDAR
    ).dates

    assert CALENDAR.is_working(found.day) and found.day >= day
    assert found.if_late is None or (CALENDAR.is_working(found.if_late) and at is None)
    assert found.if_late is None or found.if_late > found.day


@given(day=FILED, at=HOURS, value=VALUES, more=VALUES, unit=UNITS, text=TEXTS)
def test_a_longer_limit_or_a_later_filing_is_never_due_sooner(
    day: date, at: time | None, value: Decimal, more: Decimal, unit: TimeUnit, text: str
) -> None:
    def due(filed: date, count: Decimal) -> date:
        what = procedure(Duration(count, unit), text=text)
        return days(due_dates(what, Filing(filed, at), CALENDAR))[0]

    assert due(day, value) <= due(day + timedelta(days=1), value)
    # The hour of the cut-off in the place of a limit is no number of hours.
    if unit is not TimeUnit.HOUR or not text:
        assert due(day, value) <= due(day, value + more)
