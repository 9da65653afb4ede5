import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from agencies.cases.tables import case_
from agencies.database import writing
from agencies.outbox.results import Hooks
from agencies.outbox.writing import Kind, Purpose
from agencies.senders.base import HELD, Later, Refused, Sent, Skipped
from agencies.senders.testing import FakeSender
from tests.agencies.outbox.samples import (
    START,
    answer,
    forward,
    forwarded,
    mark_forwarded,
    put,
    rows,
    states,
)


async def change_case(engine, number, **values):
    async with writing(engine).begin() as connection:
        await connection.execute(sa.update(case_).where(case_.c.id == number).values(**values))


async def test_sends_what_is_due_and_tells_the_case(cases, make_worker):
    sender = FakeSender()
    await put(cases, forward(1), forward(2))

    tries = await make_worker(sender).send_due()

    assert tries == 2
    assert await states(cases) == ["sent", "sent"]
    assert await forwarded(cases) == [True, True, *[False] * 78]


async def test_a_parcel_holds_the_case_as_it_is_when_it_is_sent(cases, make_worker):
    sender = FakeSender()
    await put(cases, forward(1))
    await change_case(cases, 1, procedure_title="Đăng ký khai sinh")

    await make_worker(sender).send_due()

    [parcel] = sender.tries
    assert parcel.case.procedure_title == "Đăng ký khai sinh"
    assert parcel.case.agency_name == "Sở Tư pháp tỉnh Mẫu"


async def test_is_not_called_forwarded_before_it_was_sent(cases, make_worker):
    sender = FakeSender([Later("smtp 451"), Refused("smtp 550")])
    await put(cases, forward(1), forward(2))

    await make_worker(sender).send_due()

    assert await forwarded(cases) == [False] * 80


async def test_what_waits_for_later_is_not_sent_now(cases, make_worker, clock):
    sender = FakeSender()
    await put(cases, forward(1, not_before=START + timedelta(hours=1)))
    worker = make_worker(sender)

    assert await worker.send_due() == 0
    clock.pass_(hours=1)
    assert await worker.send_due() == 1


async def test_tries_again_later_and_later_with_the_same_key(cases, make_worker, clock):
    sender = FakeSender([Later("smtp 451")] * 3)
    await put(cases, forward(1))
    worker = make_worker(sender)
    waits = []

    for _ in range(4):
        await worker.send_due()
        [row] = await rows(cases)
        waits.append((row["not_before"] - clock()).total_seconds())
        clock.moment = max(row["not_before"], clock.moment)

    assert waits[:3] == [30, 60, 120]
    assert await states(cases) == ["sent"]
    assert len({parcel.key for parcel in sender.tries}) == 1


async def test_waits_as_long_as_the_other_side_asked(cases, make_worker):
    sender = FakeSender([Later("webhook: 429", after=timedelta(minutes=5))])
    await put(cases, forward(1))

    await make_worker(sender).send_due()

    [row] = await rows(cases)
    assert row["not_before"] == START + timedelta(minutes=5)


async def test_gives_up_after_three_days_and_tells_the_case(cases, make_worker, clock):
    given_up = []

    async def dead(connection, delivery):
        given_up.append(delivery.case_id)

    sender = FakeSender([Later("smtp 451")] * 1000)
    await put(cases, forward(1))
    worker = make_worker(sender, Hooks(dead=dead))

    while await states(cases) == ["waiting"]:
        await worker.send_due()
        clock.pass_(minutes=10)

    assert await states(cases) == ["dead"]
    assert given_up == [1]
    assert timedelta(hours=72) <= clock() - START < timedelta(hours=73)


async def test_gives_nothing_up_because_this_process_stood_still(cases, make_worker, clock):
    sender = FakeSender([Later("smtp 451")] * 2)
    await put(cases, forward(1))
    worker = make_worker(sender)

    await worker.send_due()
    clock.pass_(days=10)
    await worker.send_due()

    assert await states(cases) == ["waiting"]


async def test_what_is_refused_for_good_is_a_dead_letter_at_once(cases, make_worker):
    sender = FakeSender([Refused("smtp 550 (recipient)")])
    await put(cases, forward(1))

    await make_worker(sender).send_due()

    [row] = await rows(cases)
    assert (row["state"], row["error"]) == ("dead", "smtp 550 (recipient)")


async def test_a_way_that_is_not_in_use_is_no_dead_letter(cases, make_worker):
    sender = FakeSender([Skipped("the address is fictional")])
    await put(cases, forward(1))

    await make_worker(sender).send_due()

    assert await states(cases) == ["withdrawn"]


async def test_one_broken_recipient_does_not_hold_up_the_others(cases, make_worker):
    sender = FakeSender([Later("webhook: 503")])
    await put(cases, forward(1, recipient="a@a.gov.vn"))
    worker = make_worker(sender)
    await worker.send_due()
    await put(cases, forward(2, recipient="a@a.gov.vn"), forward(3, recipient="b@b.gov.vn"))

    await worker.send_due()

    assert await states(cases) == ["waiting", "waiting", "sent"]


async def test_a_broken_mail_server_is_asked_once_in_a_while_not_once_for_each_letter(
    cases, make_worker, clock
):
    sender = FakeSender([Later("smtp: connect", everyone=True)] * 8)
    await put(cases, forward(1))
    worker = make_worker(sender)
    await worker.send_due()
    await put(cases, *(forward(number, recipient=f"a{number}@a.vn") for number in range(2, 31)))

    tries = await worker.send_due()
    clock.pass_(minutes=10)
    later = await worker.send_due()

    assert tries == 0
    assert 1 <= later <= 4


async def test_messages_to_a_citizen_keep_their_order(cases, make_worker, clock):
    sender = FakeSender([Later("gateway: 500")])
    await put(cases, answer(1, "một"), answer(1, "hai"), answer(1, "ba"))
    worker = make_worker({Kind.CITIZEN: sender})

    await worker.send_due()
    clock.pass_(minutes=20)
    await worker.send_due()

    assert [parcel.payload["text"] for parcel in sender.taken.values()] == ["một", "hai", "ba"]


async def test_a_case_that_was_transferred_meanwhile_is_not_sent_to_the_old_agency(
    cases, make_worker
):
    sender = FakeSender()
    await put(cases, forward(1, agency_id=2))
    await change_case(cases, 1, agency_id=3)

    await make_worker(sender).send_due()

    assert sender.tries == []
    assert await states(cases) == ["withdrawn"]


@pytest.mark.parametrize(("payload", "tries"), [({"owner": True}, 0), ({"what": "overdue"}, 1)])
async def test_nor_is_what_was_told_to_it_as_the_owner_only(cases, make_worker, payload, tries):
    sender = FakeSender()
    facts = {"purpose": Purpose.WARNING, "payload": payload}
    await put(cases, forward(1, agency_id=2, **facts))
    await change_case(cases, 1, agency_id=3)

    await make_worker(sender).send_due()

    assert len(sender.tries) == tries


async def test_an_erased_case_is_not_sent(cases, make_worker):
    sender = FakeSender()
    await put(cases, forward(1))
    await change_case(cases, 1, erased_at=START)

    await make_worker(sender).send_due()

    assert sender.tries == []
    assert await states(cases) == ["withdrawn"]


FAULTS = [RuntimeError("a fault of ours"), sa.exc.IntegrityError("x", {}, Exception("x"))]


@pytest.mark.parametrize("fault", FAULTS, ids=["ours", "the database's"])
async def test_what_was_sent_is_not_sent_again_because_its_fact_could_not_be_written(
    cases, make_worker, clock, fault
):
    failing = [True]

    async def sent(connection, delivery):
        await mark_forwarded(connection, delivery)
        if failing[0]:
            raise fault

    sender = FakeSender()
    await put(cases, forward(1))
    worker = make_worker(sender, Hooks(sent=sent))

    await worker.send_due()
    before = await forwarded(cases)
    failing[0] = False
    clock.pass_(minutes=1)
    await worker.send_due()

    assert not any(before)
    assert (await forwarded(cases))[0]
    assert await states(cases) == ["sent"]
    assert len(sender.tries) == 1


async def test_what_the_other_side_holds_is_told_as_held(cases, make_worker, clock):
    told, failing = [], [True]

    async def held(connection, delivery):
        if failing.pop() if failing else False:
            raise RuntimeError("a fault of ours")
        told.append("held")

    async def sent(connection, delivery):
        told.append("sent")

    sender = FakeSender([Sent(f"{HELD}gateway:1")])
    await put(cases, forward(1))
    worker = make_worker(sender, Hooks(sent=sent, held=held))

    await worker.send_due()
    clock.pass_(minutes=1)
    await worker.send_due()

    assert told == ["held"]
    assert await states(cases) == ["sent"]
    assert len(sender.tries) == 1


async def test_a_database_that_is_locked_for_a_moment_is_asked_again(cases, make_worker):
    left = [2]

    async def sent(connection, delivery):
        await mark_forwarded(connection, delivery)
        left[0] -= 1
        if left[0] >= 0:
            raise sa.exc.OperationalError("x", {}, Exception("database is locked"))

    sender = FakeSender()
    await put(cases, forward(1))

    await make_worker(sender, Hooks(sent=sent)).send_due()

    assert await states(cases) == ["sent"]
    assert len(sender.tries) == 1
    assert sum(await forwarded(cases)) == 1


async def test_a_faulty_sender_does_not_end_the_loop(cases, make_worker):
    class Faulty(FakeSender):
        async def send(self, parcel):
            if not self.tries:
                self.tries.append(parcel)
                raise RuntimeError("a fault of ours")
            return await super().send(parcel)

    sender = Faulty()
    await put(cases, forward(1, recipient="a@a.vn"), forward(2, recipient="b@b.vn"))

    await make_worker(sender).send_due()

    [first, second] = await rows(cases)
    assert (first["state"], first["error"]) == ("waiting", "unexpected: RuntimeError")
    assert second["state"] == "sent"


async def test_a_worker_that_lost_its_lease_changes_nothing(cases, make_worker, clock):
    slow = make_worker(FakeSender([Refused("too late")]))
    [leased] = await claim_after(cases, slow, forward(1))
    clock.pass_(minutes=4)
    await make_worker(FakeSender()).send_due()

    await slow.deliver(leased)

    assert await states(cases) == ["sent"]


async def claim_after(cases, worker, delivery):
    await put(cases, delivery)
    return await worker._leases.claim([Kind.EMAIL], limit=1)


async def test_a_clock_that_is_put_back_leaves_nothing_behind(cases, make_worker, clock):
    worker = make_worker(FakeSender())
    await claim_after(cases, worker, forward(1))
    clock.pass_(days=-2)
    await put(cases, forward(2), at=clock())

    await worker.send_due()

    assert await states(cases) == ["sent", "sent"]


async def test_a_clock_that_jumps_ahead_while_sending_sends_under_the_same_key(
    cases, make_worker, clock
):
    begun, overtaken = asyncio.Event(), asyncio.Event()

    class Slow(FakeSender):
        async def send(self, parcel):
            begun.set()
            await overtaken.wait()
            return await super().send(parcel)

    slow = Slow()
    sender = FakeSender()
    slow.tries, slow.taken = sender.tries, sender.taken
    first, second = make_worker(slow), make_worker(sender)
    [leased] = await claim_after(cases, first, forward(1))
    sending = asyncio.create_task(first.deliver(leased))
    await begun.wait()
    clock.pass_(hours=1)

    await second.send_due()
    overtaken.set()
    await sending

    assert len(sender.tries) == 2
    assert len(sender.taken) == 1
    assert await states(cases) == ["sent"]


async def test_the_loop_sends_what_comes_and_ends_after_what_it_is_sending(cases, make_worker):
    begun, finish = asyncio.Event(), asyncio.Event()

    class Slow(FakeSender):
        async def send(self, parcel):
            begun.set()
            await finish.wait()
            return Sent()

    worker = make_worker(Slow())
    loop = asyncio.create_task(worker.run())
    await put(cases, forward(1))
    await asyncio.wait_for(begun.wait(), 10)
    worker.stop()
    finish.set()
    await asyncio.wait_for(loop, 10)

    assert await states(cases) == ["sent"]


@pytest.mark.parametrize("seconds", [0.05])
async def test_a_sender_that_does_not_come_back_is_given_up_for_now(cases, make_worker, seconds):
    class Stuck(FakeSender):
        async def send(self, parcel):
            await asyncio.sleep(60)
            return Sent()

    worker = make_worker(Stuck())
    worker._send_seconds = seconds
    await put(cases, forward(1))

    await worker.send_due()

    [row] = await rows(cases)
    assert (row["state"], row["error"]) == ("waiting", "it took too long")
