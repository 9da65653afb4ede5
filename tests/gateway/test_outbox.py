"""The loop: what is due is sent, in each conversation in order, by whoever comes first."""

import asyncio

import pytest
import sqlalchemy as sa

from gateway.channels.base import Later
from gateway.channels.portal import PortalChannel
from gateway.conversation import Author, Mode
from gateway.database import Database
from gateway.messages import Reply
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.outbox_rows import MAX_ATTEMPTS
from gateway.signals import Signals
from gateway.staff import StaffDesk
from gateway.store import Store
from gateway.tables import Told
from gateway.tables import outbox as table
from tests.gateway.conftest import Clock
from tests.gateway.samples import asked, texts
from tests.gateway.scripted import (
    Fate,
    ScriptedChannel,
    asked_there,
    drain,
    echo,
    failing,
    send,
    told,
)


@pytest.fixture
def channel(clock: Clock) -> ScriptedChannel:
    return ScriptedChannel(clock)


def outbox_of(database: Database, channel: ScriptedChannel, clock: Clock) -> Outbox:
    channels = {"zalo": channel, "portal": PortalChannel(Signals())}
    return Outbox(database, channels, Metrics(), clock=clock, poll_seconds=0.05)


@pytest.fixture
def outbox(database: Database, channel: ScriptedChannel, clock: Clock) -> Outbox:
    return outbox_of(database, channel, clock)


async def states(database: Database) -> list[str]:
    rows = sa.select(table.c.state).order_by(table.c.id)
    return await database.read(lambda connection: list(connection.scalars(rows)))


async def test_sends_what_its_writer_left_behind_in_order(
    store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    await told(store, "trước", "sau")
    assert await told(store, "cuối") == []
    await drain(outbox)
    early = channel.seen()

    clock.advance(seconds=46)
    await drain(outbox)

    assert early == []
    assert channel.seen() == ["trước", "sau", "cuối"]


async def test_what_was_sent_is_not_sent_again(
    store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    await send(outbox, await told(store, "một"))

    clock.advance(hours=1)
    await drain(outbox)

    assert channel.seen() == ["một"]


async def test_the_page_reads_what_was_left_behind_in_order(
    store: Store, outbox: Outbox, clock: Clock
) -> None:
    await store.finish_turn(await asked(store), [Reply("một")])
    await store.finish_turn(await asked(store), [Reply("hai")])
    before = await texts(store)

    clock.advance(seconds=46)
    await drain(outbox)

    assert before == ["xin chào", "một", "xin chào"]
    assert await texts(store) == ["xin chào", "một", "xin chào", "hai"]


async def test_the_page_has_a_reply_when_its_writer_is_done(
    store: Store, database: Database, outbox: Outbox
) -> None:
    deliveries = await store.finish_turn(await asked(store), [Reply("một"), Reply("hai")])
    assert deliveries is not None

    await outbox.deliver(deliveries)

    assert await states(database) == [Told.SENT, Told.SENT]


async def test_a_failed_reply_holds_back_the_next_and_is_tried_again(
    store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    channel.fates = [failing(Later("500"))]
    await send(outbox, await told(store, "một", "hai"))
    await drain(outbox)
    early = channel.seen()

    clock.advance(seconds=5)
    await drain(outbox)

    assert early == []
    assert channel.seen() == ["một", "hai"]


async def test_one_citizens_trouble_does_not_hold_up_another(
    store: Store, outbox: Outbox, channel: ScriptedChannel
) -> None:
    channel.fates = [failing(Later("500"))]

    await send(outbox, await told(store, "của An", user="an"))
    await send(outbox, await told(store, "của Bình", user="binh"))

    assert channel.sent == [("binh", "của Bình")]


async def test_what_fails_alone_lets_the_next_go_after_many_tries_and_is_tried_on(
    store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    deliveries = await told(store, "một", "hai")
    for number in range(MAX_ATTEMPTS):
        channel.fates = [failing(Later("-200"))]
        await send(outbox, deliveries) if number == 0 else await drain(outbox)
        await send(outbox, await told(store, "khác", user="binh"))  # The channel works.
        clock.advance(minutes=13)
    channel.fates = [failing(Later("-200"))]
    await drain(outbox)
    given_way = channel.seen()

    clock.advance(minutes=13)
    await drain(outbox)

    assert given_way == ["hai"]
    assert channel.seen() == ["hai", "một"]


class TestWhereNobodyElseWrites:
    """One citizen's reply is refused for ever, and nothing shows that the channel works."""

    @pytest.fixture
    def channel(self, clock: Clock) -> ScriptedChannel:
        class Poisoned(ScriptedChannel):
            async def send(self, user, part, *, mark, way):  # type: ignore[no-untyped-def]
                if part.text == "hỏng":
                    return Later("-1234")
                return await super().send(user, part, mark=mark, way=way)

        return Poisoned(clock)

    async def test_their_next_reply_goes_out_all_the_same(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        await send(outbox, await told(store, "hỏng", "tốt"))

        for _ in range(40):
            clock.advance(minutes=3)
            await drain(outbox)

        assert channel.seen() == ["tốt"]

    async def test_another_citizen_does_not_wait(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        await send(outbox, await told(store, "hỏng"))
        for _ in range(5):
            clock.advance(minutes=3)
            await drain(outbox)

        await send(outbox, await told(store, "tốt", user="binh"))

        assert channel.seen("binh") == ["tốt"]
        assert outbox.states == {"zalo": "ok"}


async def test_what_fails_for_a_day_is_given_up(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    channel.usual = failing(Later("500"))
    await send(outbox, await told(store, "một"))

    for _ in range(100):
        clock.advance(minutes=14)
        await drain(outbox)
    almost = await states(database)
    for _ in range(6):
        clock.advance(minutes=14)
        await drain(outbox)

    assert (almost, await states(database)) == ([Told.WAITING], [Told.DEAD])


async def test_a_waiting_reply_of_the_bot_is_withheld_once_staff_took_over(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    await told(store, "trước")
    await told(store, "của bot")
    await store.set_mode("zalo:an", Mode.STAFF)

    clock.advance(seconds=46)
    await drain(outbox)

    assert channel.seen() == []
    assert await states(database) == [Told.WITHHELD, Told.WITHHELD]


async def test_what_staff_write_is_sent_in_every_mode(
    store: Store, outbox: Outbox, channel: ScriptedChannel
) -> None:
    deliveries = await told(store, "của cán bộ", author=Author.STAFF)
    await store.set_mode("zalo:an", Mode.STAFF)

    await send(outbox, deliveries)

    assert channel.seen() == ["của cán bộ"]


async def test_two_workers_never_send_the_same_reply(
    store: Store, database: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    for user in "abcdef":
        await told(store, "một|hai", user=user)
    clock.advance(seconds=46)
    channel.usual = Fate(seconds=0.01)
    workers = [outbox_of(database, channel, clock) for _ in range(3)]

    await asyncio.gather(*(drain(worker) for worker in workers))
    await drain(workers[0])

    assert sorted(channel.sent) == sorted(
        (user, part) for user in "abcdef" for part in ("một", "hai")
    )
    assert all(channel.seen(user) == ["một", "hai"] for user in "abcdef")


async def test_who_is_overtaken_stops_and_what_they_sent_counts(
    store: Store, database: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    """A worker that stood still during a call finds its row taken when it goes on."""
    slow, fast = (outbox_of(database, channel, clock) for _ in range(2))
    deliveries = await told(store, "một|hai")
    channel.fates = [Fate(seconds=0.5)]
    standing = asyncio.create_task(send(slow, deliveries))
    while not channel.at_once:
        await asyncio.sleep(0.01)
    clock.advance(seconds=31)
    taken = await fast._claim()
    assert taken is not None

    await standing
    stopped = channel.seen()
    await fast._send([taken])
    clock.advance(seconds=60)
    await drain(fast)

    assert stopped == ["một"]
    assert channel.seen() == ["một", "hai"]


async def test_conversations_are_sent_side_by_side_up_to_a_bound(
    store: Store, database: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    for user in "abcdefgh":
        await told(store, "một|hai", user=user)
    clock.advance(seconds=46)
    channel.usual = Fate(seconds=0.1)
    outbox = Outbox(
        database, {"zalo": channel}, Metrics(), clock=clock, poll_seconds=0.05, sends_at_once=4
    )
    loop = asyncio.create_task(outbox.run())

    async with asyncio.timeout(10):
        while len(channel.sent) < 16:
            await asyncio.sleep(0.01)
    outbox.stop()
    await loop

    assert channel.most_at_once == 4


async def test_the_loop_stops_after_what_is_being_sent(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    await told(store, "một")
    clock.advance(seconds=46)
    channel.usual = Fate(seconds=0.3)
    loop = asyncio.create_task(outbox.run())
    async with asyncio.timeout(5):
        while not channel.at_once:
            await asyncio.sleep(0.01)

        outbox.stop()
        await loop

    assert await states(database) == [Told.SENT]


async def test_who_has_no_time_left_gives_back_what_is_not_sent(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    channel.usual = Fate(seconds=60, arrives=False)
    loop = asyncio.create_task(outbox.run())
    await outbox.deliver(await told(store, "một", "hai"))
    async with asyncio.timeout(5):
        while not channel.at_once:
            await asyncio.sleep(0.01)

    outbox.stop()
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    given_back = await states(database)
    channel.usual = Fate()
    heir = outbox_of(database, channel, clock)
    clock.advance(seconds=41)
    await drain(heir)

    assert given_back == [Told.WAITING, Told.WAITING]
    assert channel.seen() == ["một", "hai"]


async def test_what_is_written_after_the_end_is_left_to_the_next_process(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    outbox.stop()
    await outbox.run()

    await outbox.deliver(await told(store, "một", "hai"), seconds=5)
    left = (channel.calls, await states(database))
    await drain(outbox_of(database, channel, clock))

    assert left == (0, [Told.WAITING, Told.WAITING])
    assert channel.seen() == ["một", "hai"]


async def test_a_slow_provider_does_not_hold_up_who_wrote_the_reply(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel
) -> None:
    channel.usual = Fate(seconds=0.3)
    deliveries = await told(store, "một")

    async with asyncio.timeout(0.2):
        await outbox.deliver(deliveries)

    async with asyncio.timeout(5):
        while await states(database) != [Told.SENT]:
            await asyncio.sleep(0.01)


async def test_what_is_written_for_a_channel_that_is_not_served_waits(
    store: Store, database: Database, clock: Clock
) -> None:
    outbox = Outbox(database, {}, Metrics(), clock=clock)

    await send(outbox, await told(store, "một"))

    assert await states(database) == [Told.WAITING]


class TestHourOfOutage:
    """A platform that answers 500 for an hour: nothing is lost, doubled or out of order."""

    async def test_all_goes_out_in_order_soon_after(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        channel.usual = failing(Later("500"))
        for minute in range(60):
            if minute % 20 == 0:
                for user in ("an", "binh"):
                    await send(outbox, await told(store, f"{minute}|tiếp", user=user))
            await drain(outbox)
            clock.advance(minutes=1)
        calls = channel.calls
        channel.usual = Fate()

        clock.advance(minutes=2)
        await drain(outbox)
        clock.advance(minutes=2)
        await drain(outbox)

        expected = ["0", "tiếp", "20", "tiếp", "40", "tiếp"]
        assert channel.seen("an") == channel.seen("binh") == expected
        assert calls < 130  # It is asked at most about once a minute for each.

    async def test_one_citizen_alone_gets_all_in_order_too(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        channel.usual = failing(Later("500"))
        await send(outbox, await told(store, "một", "hai"))
        for _ in range(60):
            clock.advance(minutes=1)
            await drain(outbox)
        await send(outbox, await told(store, "ba"))
        channel.usual = Fate()

        for _ in range(3):
            clock.advance(minutes=1)
            await drain(outbox)

        assert channel.seen() == ["một", "hai", "ba"]


class TestWordsOfStaff:
    async def test_are_given_up_where_staff_see_it(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        desk = StaffDesk(database, clock=clock)
        await store.finish_turn(await asked_there(store), [])
        channel.usual = failing(Later("500"))
        reply = Reply("Trả lời.", case="PA-1", by="Bà Hoa")
        await send(outbox, await desk.write("zalo:an", reply, key="k", purpose="answer"))
        waiting = await desk.fate("k")

        for _ in range(106):
            clock.advance(minutes=14)
            await drain(outbox)

        seen = await desk.seen("zalo:an", case="PA-1", until=clock())
        assert (waiting, await desk.fate("k")) == (Told.WAITING, Told.DEAD)
        assert seen.items[-1].state == Told.DEAD


async def test_echoes_of_what_was_sent_change_nothing(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel
) -> None:
    await send(outbox, await told(store, "một|hai", "ba"))

    heard = await echo(outbox, channel)
    await drain(outbox)

    assert heard == [True, True, True]
    assert channel.seen() == ["một", "hai", "ba"]
    assert await states(database) == [Told.SENT, Told.SENT]
