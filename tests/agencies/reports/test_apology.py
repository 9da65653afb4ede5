import io
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from agencies.reports.apology import Dossier, Letter, draft, faults, plain, warnings, words
from agencies.reports.apology_paper import paper
from tests.agencies.cases.conftest import CALENDAR

TODAY = date(2026, 11, 23)
LATE = Dossier(
    agency="Sở Tư pháp tỉnh Mẫu",
    code="H19.07-261101-0001",
    applicant="Bà Lê Thị Mẫu",
    procedure="Đăng ký khai sinh",
    received=date(2026, 11, 2),
    promised=date(2026, 11, 20),
    reason="Cơ quan phối hợp chưa trả lời",
    new_date=date(2026, 11, 27),
    place="Thái Nguyên",
)


def found(**facts):
    return [(one.code, one.field) for one in faults(replace(LATE, **facts), CALENDAR, TODAY)]


def printed(letter):
    pages = PdfReader(io.BytesIO(paper(letter))).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(unicodedata.normalize("NFC", text).split())


def test_a_sound_dossier_has_no_faults():
    assert found() == []
    assert list(warnings(LATE, CALENDAR, TODAY)) == []


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"received": date(2026, 11, 24)}, ("received_later", "received")),
        ({"promised": date(2026, 11, 1)}, ("promised_before", "promised")),
        ({"new_date": date(2026, 11, 20)}, ("new_before", "new_date")),
        ({"new_date": date(2026, 11, 23)}, ("new_past", "new_date")),
        ({"new_date": date(2026, 11, 28)}, ("new_off", "new_date")),  # A Saturday.
        ({"new_date": date(2026, 11, 24)}, ("new_off", "new_date")),  # A public holiday.
        ({"new_date": date(2027, 2, 8)}, ("new_off", "new_date")),  # Tết.
        ({"new_date": date(2099, 1, 5)}, ("beyond", "new_date")),
    ],
)
def test_dates_that_cannot_be_are_named(facts, fault):
    assert fault in found(**facts)


def test_a_saturday_that_is_worked_is_a_day_like_others():
    dossier = replace(
        LATE,
        received=date(2026, 8, 3),
        promised=date(2026, 8, 18),
        new_date=date(2026, 8, 22),
    )

    assert list(faults(dossier, CALENDAR, date(2026, 8, 20))) == []


def test_says_which_working_day_comes_next():
    [fault] = faults(replace(LATE, new_date=date(2026, 11, 28)), CALENDAR, TODAY)

    assert fault.says() == "Ngày hẹn mới là ngày nghỉ. Ngày làm việc tiếp theo: 30/11/2026."


def test_warns_of_a_dossier_that_is_not_late_yet_and_of_days_nobody_announced():
    early = replace(LATE, promised=TODAY)
    far = replace(LATE, new_date=date(2029, 3, 5))

    assert [one.code for one in warnings(early, CALENDAR, TODAY)] == ["not_late"]
    assert [one.code for one in warnings(far, CALENDAR, TODAY)] == ["guess"]


def test_the_draft_holds_every_fact():
    body = draft(LATE, TODAY)

    for told in (
        "Ngày 02/11/2026, Sở Tư pháp tỉnh Mẫu tiếp nhận",
        '"Đăng ký khai sinh", mã hồ sơ H19.07-261101-0001',
        "đã hẹn là ngày 20/11/2026",
        "Lý do: Cơ quan phối hợp chưa trả lời.",
        "hẹn trả kết quả vào ngày 27/11/2026",
        "xin lỗi",
    ):
        assert told in body


def test_before_the_promised_day_nothing_is_said_to_be_late():
    assert "chậm trễ" not in draft(replace(LATE, promised=TODAY), TODAY)


def test_a_reason_with_braces_is_only_words():
    assert "{agency} {0}." in draft(replace(LATE, reason="{agency} {0}"), TODAY)


@pytest.mark.parametrize("title", list(words()["titles"]))
def test_paper_and_text_hold_the_letter_under_each_title(title):
    letter = Letter(replace(LATE, title=title), draft(LATE, TODAY), TODAY)
    form = words()["titles"][title]

    for text in (printed(letter), " ".join(plain(letter).split())):
        assert form["title"].upper() in text
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert "Thái Nguyên, ngày 23 tháng 11 năm 2026" in text
        assert "Kính gửi: Bà Lê Thị Mẫu" in text
        assert "hẹn trả kết quả vào ngày 27/11/2026" in text
        assert "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ" in text


def test_the_form_is_named_with_its_source():
    letter = Letter(LATE, draft(LATE, TODAY), TODAY)

    assert "Mẫu số 04 (Phụ lục I, Thông tư 03/2025/TT-VPCP)" in printed(letter)


def test_what_staff_wrote_is_printed_as_they_wrote_it():
    letter = Letter(LATE, "Đoạn một.\n\n=HAI()\nĐoạn ba.", TODAY)

    text = printed(letter)
    assert "Đoạn một. =HAI() Đoạn ba." in text


def test_a_long_letter_goes_on_on_the_next_page():
    letter = Letter(LATE, "\n".join(f"Đoạn thứ {n}." for n in range(80)), TODAY)

    text = printed(letter)
    assert "Đoạn thứ 79." in text
    assert "THỦ TRƯỞNG CƠ QUAN" in text
