"""Words are thrown away after their time, a conversation when nothing can come in it any more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.database import Database
from gateway.events import Events
from gateway.forgetting import Forgetting
from gateway.messages import Reply
from gateway.store import Store
from gateway.tables import conversation, errand, event, inbox, outbox
from tests.gateway.conftest import Clock
from tests.gateway.samples import asked
from tests.gateway.test_events import an_event

BODIES = sa.select(errand.c.body)


@pytest.fixture
def forgetting(database: Database, clock: Clock) -> Forgetting:
    return Forgetting(database, clock=clock, lifetime=timedelta(days=90))


async def counts(database: Database) -> list[int]:
    tables = (conversation, inbox, outbox)
    return await database.read(
        lambda connection: [
            connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in tables
        ]
    )


async def answered(store: Store, database: Database, *, case: str = "") -> None:
    turn = await asked(store)
    await store.finish_turn(turn, [Reply("xong", case=case)])
    sent = sa.update(outbox).values(state="sent")
    await database.write(lambda connection: connection.execute(sent))


async def test_old_words_go_and_with_the_last_of_them_their_conversation(
    store: Store, forgetting: Forgetting, database: Database, clock: Clock
) -> None:
    await answered(store, database)
    clock.advance(days=89)
    await forgetting.sweep()
    before = await counts(database)
    clock.advance(days=2)

    await forgetting.sweep()

    assert before == [1, 1, 1]
    assert await counts(database) == [0, 0, 0]


async def test_only_the_old_words_of_a_conversation_that_goes_on(
    store: Store, forgetting: Forgetting, database: Database, clock: Clock
) -> None:
    await answered(store, database)
    clock.advance(days=91)
    await answered(store, database)

    await forgetting.sweep()

    assert await counts(database) == [1, 1, 1]


async def test_a_conversation_in_which_an_answer_may_come_stays(
    database: Database, forgetting: Forgetting, clock: Clock
) -> None:
    store = Store(database, clock=clock, kept=timedelta(days=200))
    await answered(store, database, case="PA-1")
    clock.advance(days=100)

    await forgetting.sweep()

    assert await counts(database) == [1, 0, 0]


async def test_what_is_not_answered_or_sent_yet_stays(
    store: Store, forgetting: Forgetting, database: Database, clock: Clock
) -> None:
    turn = await asked(store)
    await store.finish_turn(turn, [Reply("đang gửi")])
    await asked(store)
    clock.advance(days=91)

    await forgetting.sweep()

    assert await counts(database) == [1, 1, 1]


async def test_it_is_done_once_an_hour(
    store: Store, forgetting: Forgetting, database: Database, clock: Clock
) -> None:
    await forgetting.sweep()
    await answered(store, database)
    clock.advance(minutes=59)

    assert await forgetting.sweep() == 0


async def test_what_webhooks_brought_goes_with_its_time_and_what_is_not_worked_stays(
    database: Database, forgetting: Forgetting, clock: Clock
) -> None:
    events = Events(database, clock=clock)
    await events.keep("paper", [an_event("worked", user="an"), an_event("waits", user="binh")])
    [worked, _] = await events.claim(("paper",), 2)
    await events.finish(worked, {})
    clock.advance(days=89)
    await forgetting.sweep()
    before = await keys(database)
    clock.advance(days=2)

    await forgetting.sweep()

    assert before == ["worked", "waits"]
    assert await keys(database) == ["waits"]


async def test_erasing_one_citizen_empties_their_events_on_that_channel_only(
    database: Database, forgetting: Forgetting, clock: Clock
) -> None:
    events = Events(database, clock=clock)
    await events.keep("paper", [an_event("m1", user="an"), an_event("m2", user="binh")])
    await events.keep("pigeon", [an_event("m1", user="an")])

    await forgetting.erase("paper:an")
    await forgetting.erase("paper:")

    chosen = sa.select(event.c.channel, event.c.user, event.c.raw).order_by(event.c.id)
    rows = await database.read(lambda connection: connection.execute(chosen).all())
    assert [tuple(row) for row in rows] == [
        ("paper", "", {}),
        ("paper", "binh", {"text": "m2"}),
        ("pigeon", "an", {"text": "m1"}),
    ]


async def test_agencies_hear_of_an_erasure_after_the_conversation_had_its_time(
    store: Store, database: Database, clock: Clock
) -> None:
    forgetting = Forgetting(database, clock=clock, tell_erasures=True)
    await answered(store, database, case="PA-1")
    clock.advance(days=95)
    await forgetting.sweep()
    left = await counts(database)

    found = await forgetting.erase("portal:an", elsewhere=True)

    bodies = await database.read(lambda connection: list(connection.scalars(BODIES)))
    assert (left, found) == ([0, 0, 0], False)
    assert bodies == [{"conversation": "portal:an"}]


async def test_who_asks_again_and_again_without_a_conversation_gives_agencies_nothing_to_do(
    database: Database,
) -> None:
    forgetting = Forgetting(database, tell_erasures=True)

    found = await forgetting.erase("portal:an")

    assert not found
    assert await database.read(lambda connection: list(connection.scalars(BODIES))) == []


async def keys(database: Database) -> list[str]:
    chosen = sa.select(event.c.event_key).order_by(event.c.id)
    return await database.read(lambda connection: list(connection.scalars(chosen)))
