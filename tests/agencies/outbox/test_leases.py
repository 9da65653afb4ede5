"""No two workers take the same row: in one process and in several, however many rows."""

import asyncio
from collections import Counter

import sqlalchemy as sa

from agencies.database import open_engine, writing
from agencies.outbox.leases import Leases, key_of
from agencies.outbox.tables import delivery
from agencies.outbox.writing import Kind, Purpose
from agencies.senders.testing import WebhookReceiver
from tests.agencies.outbox.samples import START, answer, forward, put, states
from tests.agencies.outbox.worker_process import AGENCY, SECRET, Orders, ended, start

MANY = 200


def many(kind=Kind.EMAIL, recipient="a@a.gov.vn"):
    return (
        forward(
            number % 30 + 1,
            recipient_kind=kind,
            recipient=recipient,
            purpose=Purpose.WARNING,
            dedupe_key=f"warning:{number}",
        )
        for number in range(MANY)
    )


async def test_workers_that_look_at_the_same_moment_take_different_rows(cases, database_url):
    await put(cases, *many())
    engines = [open_engine(database_url) for _ in range(4)]
    taken = []

    async def take(engine):
        leases = Leases(engine, clock=lambda: START)
        while leased := await leases.claim([Kind.EMAIL], limit=3):
            taken.extend(one.id for one in leased)

    await asyncio.gather(*map(take, engines))
    for engine in engines:
        await engine.dispose()

    assert len(taken) == MANY
    assert Counter(taken).most_common(1)[0][1] == 1


async def test_processes_that_work_side_by_side_send_each_row_once(cases, database_url):
    await put(cases, *many(Kind.WEBHOOK, AGENCY))

    async with WebhookReceiver(secret=SECRET) as receiver:
        orders = Orders(database_url, webhook_port=receiver.port)
        processes = [start(orders) for _ in range(3)]
        codes = await asyncio.gather(*map(ended, processes))

    assert codes == [0, 0, 0]
    assert len(receiver.calls) == MANY, "not even a repeat that the receiver would have noticed"
    assert len(receiver.worked) == MANY
    assert set(await states(cases)) == {"sent"}


async def test_a_leased_row_is_nobody_elses_until_the_lease_ends(cases, clock):
    await put(cases, forward(1))
    leases = Leases(cases, clock=clock)

    first = await leases.claim([Kind.EMAIL], limit=9)
    second = await leases.claim([Kind.EMAIL], limit=9)
    clock.pass_(minutes=3, seconds=1)
    third = await leases.claim([Kind.EMAIL], limit=9)

    assert [len(first), len(second), len(third)] == [1, 0, 1]
    assert first[0].lease != third[0].lease
    assert first[0].parcel.key == third[0].parcel.key


async def test_a_backlog_goes_out_in_the_order_of_each_conversation(cases, clock):
    """Three hundred messages of a hundred citizens, as after a day without the gateway.

    With statistics SQLite 3.40 once took every one for held back by an earlier one.
    """
    names = [f"portal:{number:020}" for number in range(100)]
    messages = [(turn, name) for turn in range(3) for name in names]
    await put(cases, *(answer(1, f"{t} {name}", recipient=name) for t, name in messages))
    async with writing(cases).begin() as connection:
        await connection.execute(sa.text("ANALYZE"))
    leases, taken = Leases(cases, clock=clock), []

    while leased := await leases.claim([Kind.CITIZEN], limit=40):
        taken += [one.delivery.payload["text"] for one in leased]
        async with writing(cases).begin() as connection:
            of_these = sa.update(delivery).where(delivery.c.id.in_([one.id for one in leased]))
            await connection.execute(of_these.values(state="sent"))

    assert taken == [f"{turn} {name}" for turn, name in messages]


async def test_what_is_being_sent_holds_back_the_rest_of_its_conversation_only(cases, clock):
    names = ("portal:mot", "portal:mot", "portal:hai")
    await put(cases, *(answer(1, f"{i}", recipient=name) for i, name in enumerate(names)))
    leases = Leases(cases, clock=clock)

    first = await leases.claim([Kind.CITIZEN], limit=9)
    second = await leases.claim([Kind.CITIZEN], limit=9)

    assert [one.delivery.payload["text"] for one in first] == ["0", "2"]
    assert second == []


async def test_takes_only_what_it_has_a_way_for(cases, clock):
    await put(cases, forward(1))

    assert await Leases(cases, clock=clock).claim([Kind.WEBHOOK], limit=9) == []


def test_keys_of_a_database_that_begins_anew_are_new_ones():
    before = key_of(1, "forward:1", START)
    after = key_of(1, "forward:1", START.replace(year=2027))

    assert before != after
