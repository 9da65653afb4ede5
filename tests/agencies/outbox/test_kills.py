"""The process is killed between any two steps of its work; the next one finishes it."""

import asyncio
import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from agencies.cases.tables import case_event
from agencies.database import writing
from agencies.outbox.tables import bounce, delivery
from agencies.outbox.writing import Kind
from agencies.senders.testing import GatewayServer, SmtpServer, WebhookReceiver
from agencies.tables import agency
from tests.agencies.outbox.samples import answer, forward, put, rows, states
from tests.agencies.outbox.worker_process import (
    AGENCY,
    MORNING,
    RETURNED,
    SECRET,
    Orders,
    ended,
    start,
    work_of,
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
async def gateway():
    async with GatewayServer() as server:
        yield server


@pytest.fixture
def orders(database_url, smtp, receiver, gateway):
    return Orders(database_url, smtp.port, receiver.port, gateway.port)


@pytest.fixture
async def to_send(cases):
    """A case to forward, with its sheet; what it makes true is told to the citizen, too."""
    async with cases.connect() as connection:
        found = sa.select(agency.c.id).where(agency.c.code == AGENCY)
        here = (await connection.execute(found)).scalar_one()

    def make(kind, number):
        if kind is Kind.CITIZEN:
            return answer(number)
        recipient = AGENCY if kind is Kind.WEBHOOK else "tiepnhan@sotuphap.gov.vn"
        return forward(number, here, recipient_kind=kind, recipient=recipient)

    return make


async def finish(engine, orders):
    """Other workers, after the dead one's lease; a busy machine may need more than one try."""
    for tries in range(1, 20):
        later = replace(orders, die_at=0, ahead=timedelta(minutes=10 * tries))
        await worker_of(engine, later).send_due()
        if set(await states(engine)) == {"sent"}:
            break


async def events(engine, kind="forwarded"):
    found = sa.select(case_event.c.case_id).where(case_event.c.kind == kind)
    async with engine.connect() as connection:
        return list((await connection.execute(found.order_by(case_event.c.case_id))).scalars())


def taken_by(kind, smtp, receiver, gateway):
    servers = {Kind.EMAIL: smtp.letters, Kind.WEBHOOK: receiver.worked}
    return len(servers.get(kind, gateway.worked))


# After a webhook come the same steps as after a letter: every third of them is enough.
@pytest.mark.parametrize(
    ("kind", "stride"), [(Kind.EMAIL, 1), (Kind.WEBHOOK, 3), (Kind.CITIZEN, 1)]
)
async def test_killed_at_any_step_with_the_database(
    cases, orders, to_send, smtp, receiver, gateway, kind, stride
):
    number, code = 0, KILLED
    while code == KILLED:
        number += 1
        await put(cases, to_send(kind, number))
        code = await ended(start(replace(orders, die_at=1 + stride * (number - 1))))
        await finish(cases, orders)
        assert set(await states(cases)) == {"sent"}

    every_case = list(range(1, number + 1))
    assert code == 0
    assert number * stride > 12, "there are more steps than that"
    assert taken_by(kind, smtp, receiver, gateway) == number, "one for each, none lost"
    assert len(gateway.worked) == number, "each citizen is told once"
    assert await events(cases, "delivered" if kind is Kind.CITIZEN else "forwarded") == every_case


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        *((Kind.EMAIL, stage) for stage in SMTP_STAGES),
        *((Kind.WEBHOOK, stage) for stage in HTTP_STAGES),
        *((Kind.CITIZEN, stage) for stage in HTTP_STAGES),
    ],
)
async def test_killed_while_it_talks_to_the_other_side(
    cases, orders, to_send, smtp, receiver, gateway, kind, stage
):
    server = {Kind.EMAIL: smtp, Kind.WEBHOOK: receiver, Kind.CITIZEN: gateway}[kind]
    await put(cases, to_send(kind, 1))
    begun = asyncio.Event()

    async def kill(seen):
        if seen == stage and not begun.is_set():
            begun.set()
            os.kill(process.pid, signal.SIGKILL)
            await asyncio.shield(end)

    server.seen = kill
    process = start(orders)
    end = asyncio.ensure_future(ended(process))  # One only: two would share the one exit code.
    code = await end
    await finish(cases, orders)

    assert code == KILLED
    assert taken_by(kind, smtp, receiver, gateway) == len(gateway.worked) == 1
    assert set(await states(cases)) == {"sent"}
    assert len(await events(cases, "forwarded") + await events(cases, "delivered")) == 1


async def test_killed_at_any_step_of_taking_a_bounce(cases, orders, to_send):
    point, code = 0, KILLED
    while code == KILLED:
        point += 1
        await start_anew(cases)
        await put(cases, to_send(Kind.EMAIL, 1))
        async with writing(cases).begin() as connection:
            sent = {"state": "sent", "provider_id": RETURNED, "attempts": 1}
            await connection.execute(sa.update(delivery).values(**sent))
        code = await ended(start(replace(orders, work="bounce", die_at=point)))
        await work_of(cases, replace(orders, work="bounce"))

        assert (await rows(cases))[0]["state"] == "dead"
        assert await events(cases, "undeliverable") == [1], "the history says it once"
        async with cases.connect() as connection:
            assert len((await connection.execute(sa.select(bounce))).all()) == 1

    assert code == 0
    assert point > 8, "there are more steps than that"


async def test_killed_at_any_step_of_writing_the_digest(cases, orders, to_send):
    point, code = 0, KILLED
    while code == KILLED:
        point += 1
        await start_anew(cases)
        await put(cases, to_send(Kind.EMAIL, 1))
        ended_at = MORNING - timedelta(days=2)
        async with writing(cases).begin() as connection:
            dead = sa.update(delivery).values(state="dead", ended_at=ended_at)
            await connection.execute(dead)
        digest = replace(orders, work="digest")
        code = await ended(start(replace(digest, die_at=point)))
        await work_of(cases, digest)

        digests = [row for row in await rows(cases) if row["purpose"] == "digest"]
        assert [row["recipient_kind"] for row in digests] == ["console", "email", "email"]
        assert all(len(row["payload"]["letters"]) == 1 for row in digests)

    assert code == 0
    assert point > 8, "there are more steps than that"


async def start_anew(engine):
    async with writing(engine).begin() as connection:
        for table in (bounce, delivery, case_event):
            await connection.execute(sa.delete(table))


async def test_a_process_that_dies_again_and_again_loses_and_doubles_nothing(
    cases, orders, to_send, smtp, gateway
):
    await put(cases, *(to_send(Kind.EMAIL, number) for number in range(1, 11)))
    lives = replace(orders, lease=timedelta(seconds=1), lives=True)

    while any(row["state"] != "sent" for row in await rows(cases)):
        process = start(lives)
        await asyncio.sleep(1.0)
        process.kill()
        await ended(process)

    assert len(smtp.letters) == len(gateway.worked) == 10
    assert await events(cases) == list(range(1, 11))
