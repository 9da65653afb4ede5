"""The mail server is away for a day: nothing is lost, nothing is doubled, and it is not stormed."""

from agencies.outbox.results import Hooks
from agencies.outbox.writing import Purpose
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter
from agencies.senders.smtp import EmailSender
from agencies.senders.testing import Fault, SmtpServer
from tests.agencies.outbox.samples import forward, forwarded, mark_forwarded, put, rows, states


def email_to(port):
    settings = SmtpSettings(
        host="127.0.0.1", port=port, security="none", sender="mot-cua@tinh.gov.vn", seconds=0.5
    )
    letters = Letters({})
    return EmailSender(settings, Mail(settings, letters, SheetPrinter(letters)))


def to_many():
    """Without a sheet to draw, which would take most of the time."""
    return (
        forward(number, recipient=f"noi-{number}@gov.vn", purpose=Purpose.WARNING)
        for number in range(1, 41)
    )


async def test_a_mail_server_that_is_away_for_a_day(cases, make_worker, clock):
    async with SmtpServer() as server:
        port = server.port  # Nobody listens there once it is closed.
    await put(cases, *to_many())
    worker = make_worker(email_to(port), Hooks(sent=mark_forwarded))
    tries = 0

    for _ in range(24 * 6):
        tries += await worker.send_due()
        clock.pass_(minutes=10)
    before = await states(cases)
    async with SmtpServer(port=port) as server:
        while set(await states(cases)) != {"sent"}:
            await worker.send_due()
            clock.pass_(minutes=1)

    assert before == ["waiting"] * 40
    assert tries <= 4 * 24 * 6, "one round in ten minutes, not one for each letter"
    assert len(server.accepted) == len(server.letters) == 40
    assert (await forwarded(cases))[:40] == [True] * 40


async def test_a_mail_server_that_puts_off_drops_and_forgets_to_answer(cases, make_worker, clock):
    faults = [fault for fault in Fault if fault not in (Fault.NONE, Fault.FINAL)] * 6
    async with SmtpServer(faults=faults) as server:
        await put(cases, *to_many())
        worker = make_worker(email_to(server.port), Hooks(sent=mark_forwarded))

        while set(await states(cases)) != {"sent"}:
            await worker.send_due()
            clock.pass_(minutes=10)

    assert len(server.letters) == 40
    assert len(server.accepted) > 40, "some were sent again, under the same Message-ID"
    assert sum(await forwarded(cases)) == 40


async def test_an_address_nobody_has_is_a_dead_letter_and_the_rest_go_out(cases, make_worker):
    async with SmtpServer(faults=[Fault.FINAL]) as server:
        await put(cases, *to_many())
        worker = make_worker(email_to(server.port))

        await worker.send_due()

    assert sorted(await states(cases)) == ["dead"] + ["sent"] * 39
    assert len(server.letters) == 39
    [dead] = [row for row in await rows(cases) if row["state"] == "dead"]
    assert dead["error"] == "smtp 550 (recipient)"
