"""The check of the random walk can fail: each promise broken once."""

import pytest

from gateway.client import Choice, Message
from tests.journeys.facts import Records
from tests.journeys.promises import faults

ROW = {
    "code": "1.000001",
    "name": "Cấp thẻ",
    "source": {"captured": "2026-07-18", "url": "https://example.gov.vn/1"},
    "decision_no": "163/QĐ-BTP",
    "methods": [
        {
            "time_value": 3,
            "time_unit": "WORKING_DAY",
            "fees": [{"amount": 75000, "currency": "VND"}],
        }
    ],
    "document_cases": [{"items": [{"name": "Đơn", "original_qty": 2}]}],
}
OTHER = {"code": "1.000002", "name": "Đổi thẻ", "conditions": "Trong 45 ngày, nộp 9.000 đồng."}
LATE = {
    "code": "1.000004",
    "name": "Trả lại thẻ đã cấp trước ngày 01 tháng 8 năm 2024",
    "steps": "Sau 3 giờ chiều thì sang hôm sau.",
}


@pytest.fixture
def records() -> Records:
    return Records([ROW, OTHER, LATE], own="gọi 113", hotline="1800 1096")


@pytest.mark.parametrize(
    "text",
    [
        "Cấp thẻ (mã 1.000001): 3 ngày làm việc, lệ phí 75.000 đồng, bản chính: 2",
        "Nguồn: mã 1.000001, quyết định 163/QĐ-BTP, ngày 18/07/2026, https://example.gov.vn/1",
        "1. Cấp thẻ\n2. Đổi thẻ\nBạn bấm chọn hoặc nhắn số thứ tự.",
        "Cháy nhà, gọi 113 hoặc 1800 1096",
        "Đổi thẻ (mã 1.000002): trong 45 ngày, nộp 9.000 đồng",
        "1. Cấp thẻ\n2. Trả lại thẻ đã cấp trước ngày 01 tháng 8 năm…\nBạn bấm chọn.",
        "Trả lại thẻ (mã 1.000004): nếu nộp sau 15 giờ thì sang hôm sau",
    ],
)
def test_finds_nothing_strange_in_what_the_record_says(records: Records, text: str) -> None:
    assert records.strange(text) == []


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("mã 1.000003", "no procedure has the code 1.000003"),
        ("Cấp thẻ (mã 1.000001): 4 ngày làm việc", "number 4"),
        ("Cấp thẻ (mã 1.000001): 3 tháng", "3 tháng"),
        ("Cấp thẻ (mã 1.000001): 45 ngày", "number 45"),
        ("Cấp thẻ (mã 1.000001): 9.000 đồng", "9.000 đồng"),
        ("Cấp thẻ (mã 1.000001): 3 đồng", "3 đồng"),
        ("Cấp thẻ (mã 1.000001), xem https://example.gov.vn/2", "link https://example.gov.vn/2"),
        ("Lệ phí 75.000 đồng", "number 75.000"),
        ("Trả lại thẻ (mã 1.000004): sau 16 giờ", "number 16"),
        ("1. Trả lại thẻ đã cấp trước ngày 09 tháng…", "number 09"),
    ],
)
def test_finds_what_the_record_does_not_say(records: Records, text: str, fact: str) -> None:
    assert fact in records.strange(text)


def test_what_the_citizen_said_may_be_repeated(records: Records) -> None:
    assert records.strange("Hồ sơ H49-0007", heard="H49-0007") == []


def test_a_day_may_be_counted_where_the_reply_says_so(records: Records) -> None:
    due = "mã 1.000001, ngày nhận kết quả (dự tính): 3 ngày làm việc, chậm nhất 31/12/2026"

    assert records.strange(due) == []
    assert records.strange(f"{due}, sau 9 giờ") == ["number 9", "9 giờ"]
    assert "number 31" in records.strange("mã 1.000001, hạn cuối 31/12/2026")


def test_the_procedure_in_focus_is_what_a_reply_is_about(records: Records) -> None:
    assert records.strange("Lệ phí 75.000 đồng", code="1.000001") == []
    assert records.strange("Lệ phí 75.000 đồng", code="1.000002") != []


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        ([], "no reply"),
        ([Message(1, "assistant", " ")], "an empty reply"),
        ([Message(1, "assistant", "Xin lỗi bạn", status="failed")], "an apology: Xin lỗi bạn"),
        ([Message(1, "assistant", "Internal Server Error")], "not Vietnamese"),
        ([Message(1, "assistant", "Bạn chọn", choices=(Choice("1", ""),))], "a button without"),
    ],
)
def test_finds_what_no_reply_may_be(replies: list[Message], fault: str) -> None:
    assert any(each.startswith(fault) for each in faults(replies))


def test_a_good_reply_has_no_fault() -> None:
    assert faults([Message(1, "assistant", "Bạn cần hỏi thủ tục nào?")]) == []
