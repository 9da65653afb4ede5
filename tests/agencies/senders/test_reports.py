import pytest

from agencies.outbox.bounces import Bounce
from agencies.senders.reports import read_report
from tests.agencies.senders.bounced import report

LETTER = "<0123456789abcdef@tinh.gov.vn>"


@pytest.mark.parametrize("whole", [True, False])
def test_finds_the_letter_that_came_back(whole):
    bounce = read_report(report(LETTER, whole=whole))

    assert bounce == Bounce("<report.1@mx.gov.vn>", LETTER, hard=True, reason="5.1.1")


@pytest.mark.parametrize("status", ["4.4.1", "4.2.2", "5.2.2", "5.3.1", "strange"])
def test_what_may_pass_is_soft(status):
    bounce = read_report(report(LETTER, status=status))

    assert bounce is not None
    assert not bounce.hard


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_letter_that_is_only_late_did_not_come_back(action):
    assert read_report(report(LETTER, action=action)) is None


def test_the_words_of_the_other_server_are_not_kept():
    bounce = read_report(report(LETTER))

    assert bounce is not None
    assert "nguyenvanmau" not in repr(bounce)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: a@a.vn\r\nSubject: hi\r\n\r\nhello",
        report("").replace(b"Message-ID: \r\nFrom", b"From"),
        report(LETTER)[:400],
        report(LETTER).replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_other_mail_is_no_report(raw):
    assert read_report(raw) is None


def test_a_report_without_an_id_is_known_by_its_content():
    raw = report(LETTER).replace(b"Message-ID: <report.1@mx.gov.vn>\r\n", b"")

    first, second = read_report(raw), read_report(raw)

    assert first is not None
    assert first == second
    assert first.key


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/report;b*\r\n\r\nx",
        b"Message-ID: <>\r\nContent-Type: multipart/report;b*\r\n\r\nx",
    ],
)
def test_what_the_library_cannot_read_is_no_report(raw):
    assert read_report(raw) is None


@pytest.mark.parametrize(
    "own", [b"<>", b"<report\x001@mx.gov.vn>", b"<b\xe1o@mx>", b"no id at all"]
)
def test_a_report_with_an_id_that_is_none_is_known_by_its_content(own):
    bounce = read_report(report(LETTER).replace(b"<report.1@mx.gov.vn>", own))

    assert bounce is not None
    assert bounce.key.isalnum()


@pytest.mark.parametrize("about", ["<>", "<a\x00b@mx>", "<bằng chữ@mx>", "x" * 400])
def test_a_report_about_no_letter_is_none(about):
    assert read_report(report(about)) is None


def test_only_a_code_is_kept_as_the_reason():
    bounce = read_report(report(LETTER, status="5.1.1\x00nguyenvanmau"))

    assert bounce is not None
    assert bounce.reason == "5.1.1"
