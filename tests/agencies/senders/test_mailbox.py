import pytest
from pydantic import SecretStr

from agencies.senders.mailbox import LARGEST, Mailbox, MailboxDown
from agencies.senders.settings import ImapSettings
from tests.agencies.senders.bounced import report
from tests.agencies.senders.imap_server import PASSWORD, ImapServer

LETTER = "<0123456789abcdef@tinh.gov.vn>"


def mailbox(server, take, password=PASSWORD):
    settings = ImapSettings(
        host="127.0.0.1",
        port=server.port,
        security="none",
        username="tra-lai",
        password=SecretStr(password),
        seconds=5.0,
    )
    return Mailbox(settings, take)


@pytest.fixture
def taken():
    return []


@pytest.fixture
def take(taken):
    async def take(bounce):
        taken.append(bounce.key)

    return take


async def test_takes_every_report_once(taken, take):
    mails = [report(LETTER, own_id=f"<r{number}@mx>") for number in range(3)]

    async with ImapServer(*mails) as server:
        first = await mailbox(server, take).look()
        second = await mailbox(server, take).look()

    assert (first, second) == (3, 0)
    assert taken == ["<r0@mx>", "<r1@mx>", "<r2@mx>"]
    assert set(map(frozenset, server.flags.values())) == {frozenset({"\\Seen"})}


async def test_leaves_other_mail_to_a_person(taken, take):
    async with ImapServer(b"From: a@a.vn\r\n\r\nxin chao") as server:
        await mailbox(server, take).look()

    assert taken == []
    assert server.flags[0] == {"\\Seen", "\\Flagged"}


async def test_a_report_that_could_not_be_taken_is_taken_the_next_time(taken):
    failing = [True]

    async def take(bounce):
        if bounce.key == "<r1@mx>" and failing:
            failing.clear()
            raise RuntimeError("the database is away")
        taken.append(bounce.key)

    async with ImapServer(*(report(LETTER, own_id=f"<r{n}@mx>") for n in range(3))) as server:
        await mailbox(server, take).look()
        first = list(taken)
        await mailbox(server, take).look()

    assert first == ["<r0@mx>", "<r2@mx>"], "the others do not wait for it"
    assert taken == ["<r0@mx>", "<r2@mx>", "<r1@mx>"]


async def test_a_mail_that_cannot_be_read_is_flagged_and_the_next_is_taken(taken, take):
    broken = b"Message-ID: <>\r\nContent-Type: multipart/report;b*\r\n\r\nx"

    async with ImapServer(broken, report(LETTER)) as server:
        await mailbox(server, take).look()

    assert taken == ["<report.1@mx.gov.vn>"]
    assert server.flags[0] == {"\\Seen", "\\Flagged"}


async def test_does_not_fetch_what_is_too_large_to_be_a_report(taken, take):
    async with ImapServer(report(LETTER) + b"x" * LARGEST) as server:
        await mailbox(server, take).look()

    assert server.fetched == []
    assert server.flags[0] == {"\\Seen", "\\Flagged"}


async def test_a_wrong_password_is_for_later(take):
    async with ImapServer() as server:
        with pytest.raises(MailboxDown):
            await mailbox(server, take, password="sai").look()


async def test_a_server_that_is_away_is_for_later(take):
    async with ImapServer() as server:
        box = mailbox(server, take)

    with pytest.raises(MailboxDown):
        await box.look()
