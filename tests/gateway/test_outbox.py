import asyncio

import pytest

from gateway.channels.base import DeliveryFailed
from gateway.conversation import Author, Mode
from gateway.database import Database
from gateway.messages import Reply
from gateway.metrics import Metrics
from gateway.outbox import LONGEST_DELAY, MAX_ATTEMPTS, Outbox, delay
from gateway.staff import StaffDesk
from gateway.store import Store
from gateway.tables import Told
from tests.gateway.conftest import Clock
from tests.gateway.samples import asked, texts


class Provider:
    """A channel to elsewhere that can be out of order."""

    name = "portal"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.failing: set[str] = set()

    async def send(self, user: str, reply: Reply) -> None:
        if reply.text in self.failing:
            raise DeliveryFailed("503")
        self.sent.append((user, reply.text))


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def outbox(database: Database, provider: Provider, clock: Clock) -> Outbox:
    return Outbox(database, {"portal": provider}, Metrics(), clock=clock, poll_seconds=0.05)


async def written(store: Store, *texts: str, user: str = "an", author: Author = Author.BOT) -> None:
    """Replies that nobody has begun to send: they stand behind one whose sender died."""
    first = await asked(store, user=user)
    await store.finish_turn(first, [Reply("trước")])
    second = await asked(store, user=user)
    assert await store.finish_turn(second, [Reply(text) for text in texts], author) == []


async def drain(outbox: Outbox) -> None:
    while await outbox.deliver_next():
        pass


async def test_sends_what_its_writer_left_behind_in_order(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    await written(store, "một", "hai")
    await drain(outbox)
    early = list(provider.sent)

    clock.advance(seconds=31)
    await drain(outbox)

    assert early == []
    assert provider.sent == [("an", "trước"), ("an", "một"), ("an", "hai")]
    assert await texts(store) == ["xin chào", "trước", "xin chào", "một", "hai"]


async def test_what_was_sent_is_not_sent_again(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    turn = await asked(store)
    deliveries = await store.finish_turn(turn, [Reply("một")])
    assert deliveries is not None
    await outbox.deliver(deliveries)

    clock.advance(hours=1)
    await drain(outbox)

    assert provider.sent == [("an", "một")]


async def test_a_failed_reply_holds_back_the_next_and_is_tried_again(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    provider.failing = {"một"}
    turn = await asked(store)
    deliveries = await store.finish_turn(turn, [Reply("một"), Reply("hai")])
    assert deliveries is not None
    await outbox.deliver(deliveries)
    await drain(outbox)
    assert provider.sent == []

    provider.failing = set()
    clock.advance(seconds=5)
    await drain(outbox)

    assert provider.sent == [("an", "một"), ("an", "hai")]


async def test_one_citizens_trouble_does_not_hold_up_another(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    provider.failing = {"của An"}
    await written(store, "của An", user="an")
    await written(store, "của Bình", user="binh")

    clock.advance(seconds=31)
    await drain(outbox)

    assert ("binh", "của Bình") in provider.sent


async def test_is_given_up_after_many_tries_and_then_lets_the_next_go(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    provider.failing = {"một"}
    await written(store, "một", "hai")

    for _ in range(MAX_ATTEMPTS + 1):
        clock.advance(seconds=2 * LONGEST_DELAY)
        await drain(outbox)

    assert provider.sent == [("an", "trước"), ("an", "hai")]


async def test_a_waiting_reply_of_the_bot_is_withheld_once_staff_took_over(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    await written(store, "của bot")
    await store.set_mode("portal:an", Mode.STAFF)

    clock.advance(seconds=31)
    await drain(outbox)

    assert provider.sent == [("an", "trước")]  # Perhaps half sent before: it is sent to its end.
    assert await texts(store, after=2) == ["xin chào"]


async def test_what_staff_write_is_sent_in_every_mode(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    await written(store, "của cán bộ", author=Author.STAFF)
    await store.set_mode("portal:an", Mode.STAFF)

    clock.advance(seconds=31)
    await drain(outbox)

    assert ("an", "của cán bộ") in provider.sent


async def test_two_senders_never_send_the_same_reply(
    store: Store, database: Database, provider: Provider, clock: Clock
) -> None:
    for user in "abcdef":
        await written(store, f"của {user}", user=user)
    clock.advance(seconds=31)
    senders = [Outbox(database, {"portal": provider}, Metrics(), clock=clock) for _ in range(3)]

    await asyncio.gather(*(drain(sender) for sender in senders))
    await drain(senders[0])

    assert len(provider.sent) == len(set(provider.sent)) == 12


async def test_the_loop_sends_soon_and_stops_when_told(
    store: Store, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    await written(store, "một")
    clock.advance(seconds=31)
    loop = asyncio.create_task(outbox.run())

    async with asyncio.timeout(5):
        while len(provider.sent) < 2:
            await asyncio.sleep(0.01)
        outbox.stop()
        await loop

    assert provider.sent[-1] == ("an", "một")


def test_waits_longer_after_each_failure_up_to_a_limit() -> None:
    waits = [delay(attempts).total_seconds() for attempts in (1, 4, 20)]

    assert waits == sorted(waits)
    assert waits[-1] <= LONGEST_DELAY * 1.2


class TestWordsOfStaff:
    """An answer is tried for a day, holds nothing else up, and is not lost without a word."""

    @pytest.fixture
    async def desk(
        self, store: Store, database: Database, provider: Provider, clock: Clock
    ) -> StaffDesk:
        """In a conversation whose channel refuses what they answer."""
        turn = await asked(store)
        await store.finish_turn(turn, [])
        provider.failing = {"Trả lời."}
        desk = StaffDesk(database, clock=clock)
        await desk.write("portal:an", Reply("Trả lời.", case="PA-1"), key="k", purpose="answer")
        clock.advance(seconds=31)
        return desk

    async def test_is_tried_for_a_day(
        self, desk: StaffDesk, outbox: Outbox, provider: Provider, clock: Clock
    ) -> None:
        for _ in range(100):
            await drain(outbox)
            clock.advance(minutes=13)
        provider.failing = set()

        await drain(outbox)

        assert provider.sent == [("an", "Trả lời.")]
        assert await desk.fate("k") == Told.SENT

    async def test_does_not_hold_up_what_comes_after_it(
        self,
        desk: StaffDesk,
        store: Store,
        outbox: Outbox,
        provider: Provider,
        clock: Clock,
    ) -> None:
        for _ in range(MAX_ATTEMPTS):
            await drain(outbox)
            clock.advance(minutes=13)
        await drain(outbox)
        turn = await asked(store)
        await store.finish_turn(turn, [Reply("sau")])

        await drain(outbox)

        assert provider.sent == [("an", "sau")]
        assert await desk.fate("k") == Told.WAITING

    async def test_is_given_up_after_it_where_staff_see_it(
        self, desk: StaffDesk, outbox: Outbox, clock: Clock
    ) -> None:
        for _ in range(130):
            await drain(outbox)
            clock.advance(minutes=13)

        seen = await desk.seen("portal:an", case="PA-1", until=clock())

        assert await desk.fate("k") == Told.DEAD
        assert [(item.reply.text, item.state) for item in seen.items][-1] == (
            "Trả lời.",
            Told.DEAD,
        )
