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
