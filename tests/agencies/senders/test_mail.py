import re
from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from pypdf import PdfReader

from agencies.outbox.writing import Purpose
from agencies.senders.base import Added
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail, NotAnAddress
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter
from tests.agencies.senders.samples import AT, CATEGORIES, KEY, case, parcel


@pytest.fixture
def mail():
    letters = Letters(CATEGORIES, console_url="https://xuly.tinh.gov.vn/")
    settings = SmtpSettings(sender="mot-cua@tinh.gov.vn", reply_to="vanphong@tinh.gov.vn")
    return Mail(settings, letters, SheetPrinter(letters))


def read(message):
    return message_from_bytes(message.as_bytes(), policy=default)


def text_of(message):
    return message.get_body(("plain",)).get_content()


def test_a_letter_carries_the_same_id_at_every_try(mail):
    first, second = mail.write(parcel()), mail.write(parcel())

    assert first["Message-ID"] == second["Message-ID"] == f"<{KEY}@tinh.gov.vn>"
    assert first.as_bytes() == second.as_bytes()


def test_letters_about_a_case_are_one_thread_and_those_of_another_are_not(mail):
    forward = mail.write(parcel())
    warning = mail.write(parcel(key="f" * 32, purpose=Purpose.WARNING))
    other = mail.write(parcel(case=case(code="PA-0000-0000")))

    assert forward["References"] == forward["In-Reply-To"] == warning["References"]
    assert forward["Message-ID"] != warning["Message-ID"]
    assert other["References"] != forward["References"]


def test_a_forwarding_letter_says_what_it_is_and_has_the_sheet_with_it(mail):
    message = read(mail.write(parcel()))

    [sheet] = message.iter_attachments()
    words = text_of(message)
    assert message["Subject"] == (
        "[PA-7K2M-9QXT] Phản ánh, kiến nghị chuyển Sở Tư pháp tỉnh Mẫu giải quyết"
    )
    assert message["Reply-To"] == "vanphong@tinh.gov.vn"
    assert message["Auto-Submitted"] == "auto-generated"
    assert sheet.get_filename() == "phieu-chuyen-PA-7K2M-9QXT.pdf"
    assert "Hạn trả lời: 17:00 23/11/2026" in words
    assert "https://xuly.tinh.gov.vn/console/cases/PA-7K2M-9QXT" in words
    assert not re.search(r"\n\n\n", words)


def test_who_wrote_it_stands_on_the_sheet_and_not_in_the_letter(mail):
    message = read(mail.write(parcel()))
    [sheet] = message.iter_attachments()
    pages = PdfReader(BytesIO(sheet.get_content())).pages
    printed = "".join(page.extract_text() for page in pages)

    for words in ("Nguyễn Thị Mẫu", "0000 000 009", "hẹn trả kết quả ba lần"):
        assert words in printed
        assert words not in text_of(message)


@pytest.mark.parametrize(
    ("purpose", "payload", "expected"),
    [
        (Purpose.WARNING, {"what": "reply", "share": 80}, "Đã qua 80% thời gian"),
        (Purpose.WARNING, {"what": "overdue"}, "đã quá hạn trả lời"),
        (Purpose.WARNING, {"what": "waiting"}, "chưa bổ sung thông tin"),
        (Purpose.WARNING, {"event": "reopened"}, "chưa được giải quyết"),
        (Purpose.WARNING, {"what": "something new"}, "cần được xem lại"),
        (Purpose.STATUS, {"event": "citizen_wrote"}, "đã gửi thêm nội dung"),
        (Purpose.QUESTION, {"text": "Xin cho biết mã hồ sơ."}, "Xin cho biết mã hồ sơ."),
        (Purpose.STATUS, {"text": "Đã vào sổ."}, "Đã vào sổ."),
        (Purpose.ANSWER, {"text": "Xong.", "author_name": "Sở Tư pháp"}, "Sở Tư pháp"),
    ],
)
def test_every_purpose_has_its_words(mail, purpose, payload, expected):
    message = read(mail.write(parcel(purpose=purpose, payload=payload)))

    assert expected in text_of(message)
    assert message["Subject"].startswith("[PA-7K2M-9QXT] ")
    assert list(message.iter_attachments()) == []


def test_a_case_that_is_forwarded_again_says_why(mail):
    message = read(mail.write(parcel(payload={"event": "reopened"})))

    assert "chưa được giải quyết" in text_of(message)
    assert len(list(message.iter_attachments())) == 1


ADDED = Added(AT, "citizen_wrote", "Nay lại thêm một lần hẹn nữa.", 2)


def printed(message):
    [sheet] = read(message).iter_attachments()
    return "".join(page.extract_text() for page in PdfReader(BytesIO(sheet.get_content())).pages)


@pytest.mark.parametrize(
    ("purpose", "payload"),
    [
        (Purpose.STATUS, {"event": "citizen_wrote"}),
        (Purpose.WARNING, {"event": "reopened"}),
        (Purpose.FORWARD, {}),
    ],
)
def test_what_the_citizen_added_stands_on_the_sheet_and_not_in_the_letter(mail, purpose, payload):
    message = mail.write(parcel(purpose=purpose, payload=payload, added=(ADDED,)))

    assert "Nay lại thêm một lần hẹn nữa." in printed(message)
    assert "Nội dung bổ sung, 09:00 16/11/2026" in printed(message)
    assert "hẹn nữa" not in text_of(message)
    assert "Tệp người dân gửi kèm: 2" in text_of(message)
    assert (
        message.as_bytes()
        == mail.write(parcel(purpose=purpose, payload=payload, added=(ADDED,))).as_bytes()
    )


def test_who_wrote_it_is_told_to_whom_the_case_is_given_only(mail):
    told = mail.write(
        parcel(purpose=Purpose.WARNING, payload={"event": "reopened"}, added=(ADDED,))
    )

    assert "Nguyễn Thị Mẫu" not in printed(told)


def test_erased_words_leave_no_heading(mail):
    message = mail.write(parcel(added=(Added(AT, "reopened"),)))

    assert "Lý do" not in printed(message)


def test_the_digest_lists_letters_and_what_waits(mail):
    letter = {"case": "PA-1", "kind": "email", "recipient": "a@a.vn", "attempts": 9}
    held = {"kind": "email", "recipient": "*", "until": "09:00 24/11/2026", "error": "smtp 421"}
    payload = {
        "day": "23/11/2026",
        "letters": [letter | {"error": "smtp 550"}],
        "stuck": {"webhook": 3},
        "held": [held],
    }
    message = read(mail.write(parcel(purpose=Purpose.DIGEST, payload=payload, case=None)))

    words = text_of(message)
    assert message["Subject"] == "Một Cửa: tin chưa gửi được ngày 23/11/2026"
    assert "- PA-1: thư điện tử, a@a.vn, 9 lần thử, lý do: smtp 550" in words
    assert "- kết nối hệ thống: 3 tin" in words
    assert "- thư điện tử, tất cả, đến 09:00 24/11/2026, lý do: smtp 421" in words


def test_no_name_of_an_agency_adds_a_header(mail):
    message = mail.write(parcel(case=case(agency_name="Sở\r\nBcc: ai@do.vn\r\n")))

    assert read(message)["Bcc"] is None
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize(
    "address", ["", "khong", "a@b@c", "a@a.vn\nBcc: b@b.vn", "a@a.vn, b@b.vn", "đ@a.vn", "@a.vn"]
)
def test_nothing_is_written_to_what_is_no_address(mail, address):
    with pytest.raises(NotAnAddress):
        mail.write(parcel(recipient=address))
