from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.database import writing
from agencies.outbox.digest import Digest
from agencies.outbox.results import Hooks
from agencies.outbox.reviving import revive_dead
from agencies.outbox.writing import Kind, Purpose
from agencies.senders.base import Later, Refused
from agencies.senders.testing import FakeSender
from tests.agencies.outbox.samples import answer, forward, put, rows

OPERATOR = "truc@tinh.gov.vn"
# The clock of these tests begins at nine in the morning, in Hanoi.


@pytest.fixture
def digest(cases: AsyncEngine, clock) -> Digest:
    return Digest(cases, hour=7, operator=OPERATOR, clock=clock)


def all_ways(make_worker, *outcomes):
    sender = FakeSender(outcomes)
    return make_worker({Kind.EMAIL: sender, Kind.CONSOLE: sender}, Hooks())


async def digests(engine):
    return [row for row in await rows(engine) if row["purpose"] == Purpose.DIGEST]


async def test_tells_the_next_morning_what_was_given_up(cases, make_worker, digest, clock):
    await put(cases, forward(1), forward(2))
    await make_worker(FakeSender([Refused("smtp 550")])).send_due()

    same_day = await digest.write_due()
    clock.pass_(hours=21, minutes=59)
    too_early = await digest.write_due()
    clock.pass_(minutes=1)
    in_time = await digest.write_due()

    assert (same_day, too_early, in_time) == (False, False, True)
    told = await digests(cases)
    assert [(row["recipient_kind"], row["recipient"]) for row in told] == [
        ("console", "to-phan-loai"),
        ("email", "a@example.invalid"),
        ("email", OPERATOR),
    ]
    [letter] = told[0]["payload"]["letters"]
    assert (letter["case"], letter["error"], letter["attempts"]) == ("PA-00000001", "smtp 550", 1)


async def test_tells_each_letter_once(cases, make_worker, digest, clock):
    await put(cases, forward(1))
    worker = all_ways(make_worker, Refused("smtp 550"))
    await worker.send_due()
    clock.pass_(days=1)

    written = [await digest.write_due()]
    clock.pass_(hours=3)
    written.append(await digest.write_due())
    await worker.send_due()
    clock.pass_(hours=21)
    written.append(await digest.write_due())

    assert written == [True, False, False]
    assert len(await digests(cases)) == 3


async def test_tells_a_letter_again_while_no_digest_was_sent(cases, make_worker, digest, clock):
    await put(cases, forward(1))
    await make_worker(FakeSender([Refused("smtp 550")])).send_due()
    clock.pass_(days=1)
    await digest.write_due()
    clock.pass_(days=1)

    assert await digest.write_due()
    await all_ways(make_worker).send_due()
    clock.pass_(days=1)
    assert not await digest.write_due()


async def test_a_letter_that_died_again_is_told_again(cases, make_worker, digest, clock):
    await put(cases, forward(1))
    await make_worker(FakeSender([Refused("smtp 550")])).send_due()
    clock.pass_(days=1)
    await digest.write_due()
    async with writing(cases).begin() as connection:
        await revive_dead(connection, [1])
    clock.pass_(days=30)
    await make_worker(FakeSender([Refused("smtp 551")])).send_due()
    clock.pass_(days=1)

    assert await digest.write_due()
    assert (await digests(cases))[-1]["payload"]["letters"][0]["error"] == "smtp 551"


async def test_no_digest_is_written_by_letter_where_none_can_be_sent(cases, make_worker, clock):
    await put(cases, forward(1))
    await make_worker(FakeSender([Refused("smtp 550")])).send_due()
    clock.pass_(days=1)

    await Digest(cases, operator=OPERATOR, mail=False, clock=clock).write_due()

    assert [row["recipient_kind"] for row in await digests(cases)] == ["console"]


async def test_a_day_without_a_process_loses_no_letter(cases, make_worker, digest, clock):
    await put(cases, forward(1))
    await make_worker(FakeSender([Refused("smtp 550")])).send_due()
    clock.pass_(days=9)

    assert await digest.write_due()
    assert len((await digests(cases))[0]["payload"]["letters"]) == 1


async def test_replicas_write_one_digest(cases, make_worker, clock):
    await put(cases, *(forward(number, recipient=f"a{number}@a.vn") for number in range(1, 6)))
    await make_worker(FakeSender([Refused("smtp 550")] * 5)).send_due()
    clock.pass_(days=1)

    written = [await Digest(cases, clock=clock).write_due() for _ in range(3)]

    assert written == [True, False, False]
    assert len((await digests(cases))[0]["payload"]["letters"]) == 5


async def test_says_what_waits_too_long_and_whom_nothing_is_sent_to(
    cases, make_worker, digest, clock
):
    await put(cases, forward(1), forward(2))
    worker = make_worker(FakeSender([Later("smtp: connect", everyone=True)] * 500))
    for _ in range(24 * 6 + 1):
        await worker.send_due()
        clock.pass_(minutes=10)
    clock.pass_(minutes=-5)

    assert await digest.write_due()
    payload = (await digests(cases))[0]["payload"]
    assert payload["letters"] == []
    assert payload["stuck"] == {"email": 2}
    assert [one["recipient"] for one in payload["held"]] == ["*"]


async def test_says_nothing_on_a_day_without_trouble(cases, make_worker, digest, clock):
    await put(cases, forward(1))
    await make_worker(FakeSender()).send_due()
    clock.pass_(days=1)

    assert not await digest.write_due()
    assert await digests(cases) == []


async def test_what_was_planned_for_later_is_not_stuck(cases, digest, clock):
    await put(cases, forward(1, not_before=clock() + timedelta(days=9)))
    clock.pass_(days=3)

    assert not await digest.write_due()


async def test_does_not_name_a_conversation(cases, make_worker, digest, clock):
    await put(cases, answer(1))
    await make_worker({Kind.CITIZEN: FakeSender([Refused("the conversation is gone")])}).send_due()
    clock.pass_(days=1)

    await digest.write_due()

    for row in await digests(cases):
        assert "portal:" not in str(row["payload"])
        assert "Đã giải quyết" not in str(row["payload"])
