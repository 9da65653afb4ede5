"""The process is killed between any two steps of sending; the next one finishes its work."""

import asyncio
import os
import signal
from datetime import timedelta

import pytest
import sqlalchemy as sa

from agencies.cases.tables import case_event
from agencies.outbox.writing import Kind, Purpose
from agencies.senders.testing import SmtpServer, WebhookReceiver
from tests.agencies.outbox.samples import forward, put, rows, states
from tests.agencies.outbox.worker_process import (
    AGENCY,
    SECRET,
    Orders,
    ended,
    start,
    worker_of,
)

KILLED = -signal.SIGKILL
SMTP_STAGES = ("connected", "EHLO", "MAIL", "RCPT", "DATA", "content", "taken", "told", "QUIT")
HTTP_STAGES = ("content", "taken", "told")


@pytest.fixture
async def smtp():
    async with SmtpServer() as server:
        yield server


@pytest.fixture
async def receiver():
    async with WebhookReceiver(secret=SECRET) as server:
        yield server


@pytest.fixture
def orders(database_url, smtp, receiver):
    return Orders(database_url, smtp.port, receiver.port)


def to_send(kind, number):
    """No forwarding letter: its sheet takes long to draw, and dies like any other."""
    recipient = AGENCY if kind is Kind.WEBHOOK else "tiepnhan@sotuphap.gov.vn"
    return forward(number, recipient_kind=kind, recipient=recipient, purpose=Purpose.WARNING)


async def finish(engine, orders):
    """Other workers, after the dead one's lease; a busy machine may need more than one try."""
    for tries in range(1, 20):
        ahead = timedelta(minutes=10 * tries)
        later = Orders(orders.url, orders.smtp_port, orders.webhook_port, ahead=ahead)
        await worker_of(engine, later).send_due()
        if set(await states(engine)) == {"sent"}:
            break


async def forwarded_events(engine):
    found = sa.select(case_event.c.case_id).order_by(case_event.c.case_id)
    async with engine.connect() as connection:
        return list((await connection.execute(found)).scalars())


@pytest.mark.parametrize("kind", [Kind.EMAIL, Kind.WEBHOOK])
async def test_killed_at_any_step_with_the_database(cases, orders, smtp, receiver, kind):
    point = 0
    while True:
        point += 1
        await put(cases, to_send(kind, point))
        process = start(Orders(orders.url, smtp.port, receiver.port, die_at=point))
        code = await ended(process)
        await finish(cases, orders)
        assert set(await states(cases)) == {"sent"}
        if code == 0:
            break
        assert code == KILLED

    taken = smtp.letters if kind is Kind.EMAIL else receiver.worked
    assert point > 12, "there are more steps than that"
    assert len(taken) == point, "one for each, none lost"
    assert await forwarded_events(cases) == list(range(1, point + 1))


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        *((Kind.EMAIL, stage) for stage in SMTP_STAGES),
        *((Kind.WEBHOOK, stage) for stage in HTTP_STAGES),
    ],
)
async def test_killed_while_it_talks_to_the_other_side(cases, orders, smtp, receiver, kind, stage):
    server = smtp if kind is Kind.EMAIL else receiver
    await put(cases, to_send(kind, 1))
    begun = asyncio.Event()

    async def kill(seen):
        if seen == stage and not begun.is_set():
            begun.set()
            os.kill(process.pid, signal.SIGKILL)
            await ended(process)

    server.seen = kill
    process = start(orders)
    code = await ended(process)
    await finish(cases, orders)

    assert code == KILLED
    assert len(smtp.letters) + len(receiver.worked) == 1
    assert await states(cases) == ["sent"]
    assert await forwarded_events(cases) == [1]


async def test_a_process_that_dies_again_and_again_loses_and_doubles_nothing(cases, orders, smtp):
    await put(cases, *(to_send(Kind.EMAIL, number) for number in range(1, 21)))
    lives = Orders(orders.url, smtp.port, lease=timedelta(seconds=1), lives=True)

    while any(row["state"] != "sent" for row in await rows(cases)):
        process = start(lives)
        await asyncio.sleep(0.7)
        process.kill()
        await ended(process)

    assert len(smtp.letters) == 20
    assert await forwarded_events(cases) == list(range(1, 21))
