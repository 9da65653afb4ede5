from dataclasses import replace
from datetime import time

import pytest

from knowledge.cutoff import CutOff, cut_off_of
from knowledge.model import Absent, Channel, Method, Reason, Step
from tests.knowledge.samples import BIRTH

PLAIN = replace(BIRTH, methods=(), steps=())


def said(text: str) -> CutOff | None:
    return cut_off_of(replace(PLAIN, steps=(Step("", text),)))


@pytest.mark.parametrize(
    ("text", "hour", "same_day"),
    [
        ("Tiếp nhận hồ sơ sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo.", 15, False),
        (
            "Giải quyết ngay trong ngày tiếp nhận hồ sơ; nếu nhận hồ sơ sau 15 giờ mà chưa xong thì"
            " trả kết quả trong ngày làm việc tiếp theo.",
            15,
            True,
        ),
        (
            "Trong ngày làm việc nhận đủ hồ sơ; nếu thời điểm nhận hồ sơ, sau 16h cùng ngày thì có"
            " thể hoàn thành trong ngày làm việc tiếp theo",
            16,
            True,
        ),
        ("Hồ sơ được nộp sau 15:00 thì trả vào ngày làm việc kế tiếp", 15, False),
        ("Trong ngày; nhận hồ sơ sau 3 giờ chiều thì sang ngày làm việc tiếp theo", 15, True),
    ],
)
def test_reads_the_hour_and_what_holds_before_it(text: str, hour: int, same_day: bool) -> None:
    assert said(text) == CutOff(time(hour), same_day)


def test_reads_minutes() -> None:
    found = said("Nhận hồ sơ sau 15 giờ 30 phút thì trả kết quả ngày làm việc tiếp theo")

    assert found == CutOff(time(15, 30), same_day=False)


@pytest.mark.parametrize(
    "text",
    [
        "Tiếp nhận hồ sơ sau 16 giờ thì văn bản trả lời được gửi trong ngày làm việc tiếp theo.",
        "Người đến lưu trú sau 23 giờ thì thông báo trước 8 giờ ngày hôm sau.",
        "Giờ làm việc: từ 7 giờ 30 phút đến 11 giờ 30 phút, từ thứ Hai đến thứ Sáu.",
        "Nhận hồ sơ và trả lời không quá 24 giờ kể từ khi nhận đủ hồ sơ.",
        "Nhận hồ sơ sau 15 ngày thì trả kết quả trong ngày làm việc tiếp theo.",
        "Nhận hồ sơ sau 45 giờ thì trả kết quả trong ngày làm việc tiếp theo.",
    ],
)
def test_reads_none_where_the_result_does_not_depend_on_an_hour(text: str) -> None:
    assert said(text) is None


def test_reads_it_from_the_remark_and_the_time_of_a_method() -> None:
    text = "Ngay trong ngày nhận hồ sơ; nhận hồ sơ sau 15 giờ thì trả ngày làm việc tiếp theo"
    absent = Absent(Reason.NOT_A_NUMBER, text)
    methods = (Method(Channel.DIRECT, absent, ()), Method(Channel.ONLINE, absent, (), text))

    assert cut_off_of(replace(PLAIN, methods=methods[:1])) == CutOff(time(15), same_day=True)
    assert cut_off_of(replace(PLAIN, methods=methods[1:])) == CutOff(time(15), same_day=True)


def test_of_several_hours_the_earliest_counts() -> None:
    text = "nhận hồ sơ sau {} giờ thì trả kết quả trong ngày làm việc tiếp theo"
    steps = (Step("", text.format(16)), Step("", text.format(15)))

    found = cut_off_of(replace(PLAIN, steps=steps))

    assert found is not None and found.hour == time(15)
