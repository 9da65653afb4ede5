"""One reply's way to a provider: parts, doubts, what is held, what pauses a whole channel."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.channels.base import Broken, Held, Later, Part, Refused, Way
from gateway.conversation import Author, Mode
from gateway.database import Database
from gateway.messages import Contact, Incoming, Reply
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.rates import Rates
from gateway.store import Store, lock
from gateway.tables import Told, conversation
from gateway.tables import outbox as table
from gateway.telling import change, release
from tests.gateway.conftest import Clock
from tests.gateway.scripted import (
    ANSWER_LOST,
    NEVER_CAME,
    NOTICE,
    Fate,
    ScriptedChannel,
    asked_there,
    by_person,
    drain,
    echo,
    failing,
    send,
    told,
)

WEEK = timedelta(days=7)


@pytest.fixture(params=[True, False], ids=["marks", "text"])
def channel(request: pytest.FixtureRequest, clock: Clock) -> ScriptedChannel:
    return ScriptedChannel(clock, marks=request.param)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def outbox(database: Database, channel: ScriptedChannel, metrics: Metrics, clock: Clock) -> Outbox:
    return Outbox(database, {"zalo": channel}, metrics, clock=clock)


async def rows(database: Database) -> list[tuple[str, int, str]]:
    found = sa.select(table.c.state, table.c.parts_done, table.c.reason).order_by(table.c.id)
    return await database.read(
        lambda connection: [(*row,) for row in connection.execute(found).all()]
    )


async def act(store_database: Database, clock: Clock, name: str = "zalo:an") -> None:
    """The citizen does something that counts."""

    def work(connection: sa.Connection) -> None:
        lock(connection, name)
        change(connection, name, {"acted_at": clock()})
        release(connection, name)

    await store_database.write(work)


def within(window: timedelta, beyond: Way) -> Callable[[bool, timedelta | None], Way]:
    return lambda by_person, since: Way.DIRECT if since is not None and since <= window else beyond


class TestInDoubt:
    async def test_an_echo_settles_it_and_the_rest_follows_at_once(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel
    ) -> None:
        channel.fates = [Fate(), ANSWER_LOST]
        await send(outbox, await told(store, "một|hai|ba", "bốn"))
        await drain(outbox)
        before = channel.seen()

        await echo(outbox, channel)
        await drain(outbox)

        assert before == ["một", "hai"]
        assert channel.seen() == ["một", "hai", "ba", "bốn"]

    async def test_an_echo_before_the_lost_answer_makes_nobody_wait(
        self, store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel
    ) -> None:
        channel.hear = outbox.heard
        channel.fates = [ANSWER_LOST, ANSWER_LOST]

        await send(outbox, await told(store, "một|hai"))
        await drain(outbox)

        assert channel.seen() == ["một", "hai"]
        assert [state for state, *_ in await rows(database)] == [Told.SENT]

    async def test_an_echo_before_the_answer_is_no_second_part(
        self, store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel
    ) -> None:
        channel.hear = outbox.heard

        await send(outbox, await told(store, "một|hai|ba"))

        assert channel.seen() == ["một", "hai", "ba"]
        assert await rows(database) == [(Told.SENT, 3, "")]

    async def test_without_an_echo_it_is_sent_again_after_a_while(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        channel.fates = [NEVER_CAME]
        await send(outbox, await told(store, "một|hai"))
        clock.advance(seconds=39)
        await drain(outbox)
        before = channel.seen()

        clock.advance(seconds=2)
        await drain(outbox)

        assert before == []
        assert channel.seen() == ["một", "hai"]

    async def test_an_echo_that_found_nobody_listening_has_time_to_come_again(
        self, store: Store, database: Database, channel: ScriptedChannel, clock: Clock
    ) -> None:
        """The gateway was away for longer than an echo is waited for."""

        def begun() -> Outbox:
            return Outbox(database, {"zalo": channel}, Metrics(), clock=clock)

        channel.fates = [ANSWER_LOST]
        await send(begun(), await told(store, "một|hai"))
        clock.advance(minutes=5)
        heir = begun()
        for _ in range(3):
            await drain(heir)
            clock.advance(seconds=12)

        await echo(heir, channel)
        await drain(heir)

        assert channel.seen() == ["một", "hai"]

    async def test_an_echo_that_comes_twice_counts_once(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        channel.fates = [ANSWER_LOST, NEVER_CAME]
        await send(outbox, await told(store, "một|hai"))
        [first] = channel.echoed

        heard = [await outbox.heard("zalo", first)]
        await drain(outbox)
        heard.append(await outbox.heard("zalo", first))
        clock.advance(seconds=41)
        await drain(outbox)

        assert heard == [True, True]
        assert channel.seen() == ["một", "hai"]

    @pytest.mark.parametrize("second", [Later("unreachable"), Broken("token")])
    async def test_a_second_try_that_failed_for_certain_leaves_the_first_in_doubt(
        self,
        store: Store,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
        second: Later | Broken,
    ) -> None:
        channel.fates = [ANSWER_LOST, failing(second)]
        await send(outbox, await told(store, "một|hai"))
        clock.advance(seconds=41)
        await drain(outbox)

        await echo(outbox, channel)
        clock.advance(minutes=2)
        await drain(outbox)

        assert channel.calls == 3
        assert channel.seen() == ["một", "hai"]

    async def test_the_same_words_twice_are_two_parts(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        """The echo of the first, which was answered, says nothing of the second."""
        channel.fates = [Fate(), NEVER_CAME]
        await send(outbox, await told(store, "vâng|vâng"))
        await echo(outbox, channel)

        clock.advance(seconds=41)
        await drain(outbox)

        assert channel.seen() == ["vâng", "vâng"]

    async def test_words_of_a_person_are_not_ours(
        self, store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
    ) -> None:
        await send(outbox, await told(store, "một"))

        assert not await outbox.heard("zalo", by_person("an", "Chào anh.", clock()))
        assert not await outbox.heard("zalo", by_person("binh", "một", clock()))

    async def test_an_echo_of_another_provider_is_not_ours(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
    ) -> None:
        """Two providers may call two people by the same id."""
        channel.fates = [ANSWER_LOST]
        await send(outbox, await told(store, "một"))
        [heard] = channel.echoed

        assert not await outbox.heard("messenger", heard)
        assert [done for _, done, _ in await rows(database)] == [0]

    async def test_an_echo_is_known_in_another_composition_of_letters(
        self, store: Store, outbox: Outbox, clock: Clock
    ) -> None:
        await send(outbox, await told(store, "Lệ phí:\n- 8.000 đồng"))

        assert await outbox.heard("zalo", by_person("an", "Lệ phí: - 8.000 đồng ", clock()))


async def test_a_picture_of_a_person_is_no_echo_of_a_notice_without_words(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    channel.ways = within(WEEK, Way.NOTICE)
    channel.notice = lambda reply: Part("")  # type: ignore[method-assign]
    channel.fates = [NEVER_CAME]
    await send(outbox, await told(store, "một"))

    assert not await outbox.heard("zalo", by_person("an", "", clock()))


@pytest.mark.parametrize("mark", ["x", "99.0", "²", "1.x", "99999999999999999999.0"])
async def test_a_mark_that_is_not_ours_settles_nothing(
    store: Store,
    database: Database,
    outbox: Outbox,
    channel: ScriptedChannel,
    clock: Clock,
    mark: str,
) -> None:
    channel.fates = [NEVER_CAME]
    await send(outbox, await told(store, "một"))
    stranger = by_person("an", "khác", clock())

    await outbox.heard("zalo", type(stranger)(**{**vars(stranger), "mark": mark}))

    assert [done for _, done, _ in await rows(database)] == [0]


class TestHeld:
    async def test_in_the_middle_of_an_answer_it_goes_on_from_there(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        channel.fates = [Fate(), failing(Held("-230"))]
        await send(outbox, await told(store, "một|hai|ba", "bốn"))
        clock.advance(days=3)
        await drain(outbox)
        held = await rows(database)

        await act(database, clock)
        await drain(outbox)

        assert held == [(Told.HELD, 1, "-230"), (Told.WAITING, 0, "")]
        assert channel.seen() == ["một", "hai", "ba", "bốn"]

    async def test_what_the_rules_forbid_is_not_even_tried(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        channel.ways = within(WEEK, Way.HOLD)
        await send(outbox, await told(store, "một"))

        assert channel.calls == 0
        assert await rows(database) == [(Told.HELD, 0, "window")]

    async def test_nothing_written_later_overtakes_it(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        channel.fates = [failing(Held("-230"))]
        await send(outbox, await told(store, "một"))
        await send(outbox, await told(store, "hai"))
        await drain(outbox)
        before = channel.seen()

        await act(database, clock)
        await drain(outbox)

        assert before == []
        assert channel.seen() == ["một", "hai"]

    async def test_an_act_during_the_refused_call_is_not_missed(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        class Acting(ScriptedChannel):
            async def send(self, user, part, *, mark, way):  # type: ignore[no-untyped-def]
                if self.calls == 0:
                    await act(database, clock)
                return await super().send(user, part, mark=mark, way=way)

        acting = Acting(clock)
        acting.fates = [failing(Held("-230"))]
        outbox = Outbox(database, {"zalo": acting}, Metrics(), clock=clock)

        await send(outbox, await told(store, "một"))
        await drain(outbox)

        assert acting.seen() == ["một"]

    async def test_it_is_withheld_if_staff_took_over_meanwhile(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        channel.fates = [failing(Held("-230"))]
        await send(outbox, await told(store, "một"))
        await store.set_mode("zalo:an", Mode.STAFF)

        await act(database, clock)
        await drain(outbox)

        assert channel.seen() == []
        assert [state for state, *_ in await rows(database)] == [Told.WITHHELD]


class TestNotice:
    @pytest.fixture(autouse=True)
    def closed(self, channel: ScriptedChannel) -> None:
        channel.ways = within(WEEK, Way.NOTICE)

    async def test_is_sent_once_and_the_answer_when_they_come(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        await send(outbox, await told(store, "một|hai"))
        for _ in range(5):
            await send(outbox, await told(store, "ba"))
            clock.advance(days=1)
            await drain(outbox)
        before = channel.seen()

        await act(database, clock)
        await drain(outbox)

        assert before == [NOTICE]
        assert channel.seen() == [NOTICE, "một", "hai", "ba", "ba", "ba", "ba", "ba"]
        assert channel.said[:2] == [Way.NOTICE, Way.DIRECT]

    async def test_in_doubt_its_echo_settles_it(
        self,
        store: Store,
        database: Database,
        outbox: Outbox,
        channel: ScriptedChannel,
        clock: Clock,
    ) -> None:
        channel.fates = [ANSWER_LOST]
        await send(outbox, await told(store, "một"))
        [heard] = channel.echoed

        assert await outbox.heard("zalo", heard)
        await drain(outbox)
        clock.advance(minutes=1)
        await drain(outbox)
        held = await rows(database)
        await act(database, clock)
        await outbox.heard("zalo", heard)
        await drain(outbox)

        assert [state for state, *_ in held] == [Told.HELD]
        assert channel.seen() == [NOTICE, "một"]

    async def test_it_is_only_held_where_there_is_no_notice(
        self, store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel
    ) -> None:
        channel.notice = lambda reply: None  # type: ignore[method-assign]

        await send(outbox, await told(store, "một"))

        assert channel.calls == 0
        assert await rows(database) == [(Told.HELD, 0, "window")]


async def test_only_what_a_person_wrote_goes_out_as_such(
    store: Store, outbox: Outbox, channel: ScriptedChannel, database: Database
) -> None:
    asked: list[bool] = []

    def way(by_person: bool, since: timedelta | None) -> Way:
        asked.append(by_person)
        return Way.PERSON if by_person else Way.HOLD

    channel.ways = way

    await send(outbox, await told(store, "của cán bộ", author=Author.STAFF))
    await send(outbox, await told(store, "của bot", user="binh"))
    turn = await asked_there(store, "chi")
    program = await store.finish_turn(turn, [Reply("Đã chuyển.")], Author.STAFF)
    await send(outbox, program or [])

    assert asked == [True, False, False]
    assert channel.sent == [("an", "của cán bộ")]
    assert channel.said == [Way.PERSON]


async def test_takeover_while_answering_ends_the_answer(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    class Interrupted(ScriptedChannel):
        async def send(self, user, part, *, mark, way):  # type: ignore[no-untyped-def]
            outcome = await super().send(user, part, mark=mark, way=way)
            await store.set_mode("zalo:an", Mode.STAFF)
            return outcome

    interrupted = Interrupted(clock)
    outbox = Outbox(database, {"zalo": interrupted}, Metrics(), clock=clock)

    await send(outbox, await told(store, "một|hai|ba", "bốn"))
    await drain(outbox)

    assert interrupted.seen() == ["một"]
    assert [state for state, *_ in await rows(database)] == [Told.WITHHELD, Told.WITHHELD]


async def test_what_is_refused_is_a_dead_letter_and_lets_the_next_go(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, metrics: Metrics
) -> None:
    channel.fates = [failing(Refused("-201"))]

    await send(outbox, await told(store, "một", "hai"))

    assert await rows(database) == [(Told.DEAD, 0, "-201"), (Told.SENT, 1, "")]
    counted = metrics.text().decode()
    assert 'gateway_deliveries_total{channel="zalo",outcome="dead"} 1.0' in counted
    assert 'gateway_deliveries_total{channel="zalo",outcome="sent"} 1.0' in counted


async def test_the_wait_a_provider_asks_for_is_kept(
    store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    channel.fates = [failing(Later("-211", seconds=3600))]
    await send(outbox, await told(store, "một"))
    clock.advance(minutes=59)
    await drain(outbox)
    before = channel.calls

    clock.advance(minutes=2)
    await drain(outbox)

    assert before == 1
    assert channel.seen() == ["một"]


async def test_a_broken_account_pauses_all_of_the_channel_and_costs_no_attempt(
    store: Store,
    database: Database,
    outbox: Outbox,
    channel: ScriptedChannel,
    metrics: Metrics,
    clock: Clock,
) -> None:
    channel.usual = failing(Broken("token"))
    await send(outbox, await told(store, "một"))
    await send(outbox, await told(store, "hai", user="binh"))
    await drain(outbox)
    first = channel.calls
    for _ in range(3 * 24):
        await drain(outbox)
        clock.advance(hours=1)
    broken, counted = outbox.states, metrics.text().decode()
    attempts = sa.select(table.c.attempts)
    tried = await database.read(lambda connection: set(connection.scalars(attempts)))

    channel.usual = Fate()
    clock.advance(minutes=11)
    await drain(outbox)

    assert first == 1
    assert tried == {0}
    assert broken == {"zalo": "paused: token"}
    assert 'gateway_channel_paused{channel="zalo",reason="token"} 1.0' in counted
    assert sorted(channel.sent) == [("an", "một"), ("binh", "hai")]
    assert outbox.states == {"zalo": "ok"}


async def test_an_account_that_must_slow_down_waits_as_long_as_told(
    store: Store, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    channel.fates = [failing(Later("-32", seconds=30, all_of_them=True))]
    await send(outbox, await told(store, "một"))
    await send(outbox, await told(store, "hai", user="binh"))
    clock.advance(seconds=29)
    await drain(outbox)
    before = channel.calls

    clock.advance(seconds=2)
    await drain(outbox)

    assert before == 1
    assert sorted(channel.sent) == [("an", "một"), ("binh", "hai")]


async def test_no_more_calls_than_the_account_may_make(
    store: Store, database: Database, channel: ScriptedChannel, clock: Clock
) -> None:
    channel.rate = "3/hour"
    rates = Rates(per_session="1/minute", per_address="1/minute")
    outbox = Outbox(database, {"zalo": channel}, Metrics(), rates=rates, clock=clock)

    await send(outbox, await told(store, "một|hai|ba|bốn|năm"))
    await drain(outbox)

    assert channel.seen() == ["một", "hai", "ba"]
    assert await rows(database) == [(Told.WAITING, 3, "")]
    assert outbox.states == {"zalo": "paused: rate"}
    await rates.limiter.storage.reset()
    clock.advance(hours=1)
    await drain(outbox)
    assert channel.seen() == ["một", "hai", "ba", "bốn", "năm"]


async def test_a_faulty_channel_costs_its_message_only(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel, clock: Clock
) -> None:
    def fault() -> None:
        channel.before = lambda: None
        raise KeyError("text")

    channel.before = fault
    await send(outbox, await told(store, "một"))
    await send(outbox, await told(store, "hai", user="binh"))
    before = list(channel.sent)
    clock.advance(seconds=41)
    await drain(outbox)

    assert before == [("binh", "hai")]
    assert channel.sent == [("binh", "hai"), ("an", "một")]


async def test_shows_the_contact_that_is_kept_beside_the_conversation(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel
) -> None:
    opening = await asked_there(store)
    await send(
        outbox, await store.finish_turn(opening, [Reply("Số của bạn?", asks="contact")]) or []
    )
    words = Incoming("zalo", "an", "số tôi 0912345678", "c1")
    sealed = Incoming("zalo", "an", "[đã giữ riêng]", "c1", contact=Contact(phone="0912345678"))
    await store.accept(words, sealed=sealed)
    turn = await store.claim_turn()
    assert turn is not None
    reply = Reply("Gọi bạn theo số [số].", shows="[số]")

    await send(outbox, await store.finish_turn(turn, [reply]) or [])

    assert channel.seen()[-1] == "Gọi bạn theo số 0912345678."
    kept = sa.select(table.c.reply).order_by(table.c.id.desc())
    last = await database.read(lambda connection: connection.scalar(kept.limit(1)))
    assert "0912345678" not in str(last)


async def test_an_erased_conversation_is_not_written_to(
    store: Store, database: Database, outbox: Outbox, channel: ScriptedChannel
) -> None:
    deliveries = await told(store, "một")

    def erase(connection: sa.Connection) -> None:
        for gone in ("inbox", "outbox"):
            connection.execute(sa.text(f"DELETE FROM {gone}"))  # noqa: S608
        connection.execute(sa.delete(conversation))

    await database.write(erase)
    await send(outbox, deliveries)

    assert channel.calls == 0
