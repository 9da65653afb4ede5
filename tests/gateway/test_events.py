"""Events are kept once and worked in order, one of a citizen at a time, by whoever is there."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.channels.base import Event, Kind
from gateway.database import Database, open_database, upgrade
from gateway.events import Arrival, Events, Had, Overtaken, last_of
from gateway.forgetting import Forgetting
from gateway.standing import taken_with
from gateway.tables import event
from tests.gateway.conftest import Clock

NOON = datetime.now(UTC) - timedelta(hours=1)  # Whatever is older than it can be is not believed.
PAPER = ("paper",)


@pytest.fixture
def events(database: Database, clock: Clock) -> Events:
    return Events(database, clock=clock)


def an_event(key: str, *, user: str = "an", after: float = 0.0, kind: Kind = Kind.MESSAGE) -> Event:
    at = NOON + timedelta(seconds=after)
    return Event(kind, user, key, at, text=key, raw={"text": key})


def keys(arrivals: list[Arrival]) -> list[str]:
    return [arrival.key for arrival in arrivals]


async def worked(events: Events) -> list[str]:
    """Keys in the order in which one worker gets to them."""
    done: list[str] = []
    while arrivals := await events.claim(PAPER, 1):
        done += keys(arrivals)
        await events.finish(arrivals[0], {})
    return done


async def rows(database: Database) -> list[tuple[str, str, str, dict[str, str]]]:
    chosen = sa.select(event.c.event_key, event.c.user, event.c.state, event.c.raw)
    return await database.read(
        lambda connection: [tuple(row) for row in connection.execute(chosen.order_by("id"))]  # type: ignore[misc]
    )


async def test_an_event_that_comes_many_times_at_once_is_kept_once(
    events: Events, database: Database
) -> None:
    batch = [an_event("m1"), an_event("m2")]

    await asyncio.gather(*(events.keep("paper", batch) for _ in range(6)))

    assert sorted(row[0] for row in await rows(database)) == ["m1", "m2"]


async def test_the_same_key_of_two_channels_is_two_events(
    events: Events, database: Database
) -> None:
    await events.keep("paper", [an_event("m1")])
    await events.keep("pigeon", [an_event("m1")])

    assert len(await rows(database)) == 2


@pytest.mark.parametrize(("hours", "kept"), [(-72, -48), (-1, -1), (0.01, 0.01), (8760, 0)])
async def test_a_providers_clock_is_believed_only_as_far_as_it_can_be_right(
    database: Database, hours: float, kept: float
) -> None:
    moment = datetime.now(UTC)
    events = Events(database, clock=lambda: moment)
    said = Event(Kind.MESSAGE, "an", "m1", moment + timedelta(hours=hours))

    await events.keep("paper", [said])
    [arrival] = await events.claim(PAPER, 1)

    assert arrival.at == moment + timedelta(hours=kept)


async def test_a_key_fits_with_its_user_into_the_inbox_and_with_its_channel_into_the_outbox(
    events: Events,
) -> None:
    await events.keep("paper", [an_event("k" * 100, user="u" * 120)])
    await events.keep("paper", [an_event("k" * 200, user="an"), an_event("k" * 81, user="v" * 118)])

    arrivals = await events.claim(PAPER, 9)

    assert all(len(f"{one.user}:{one.key}") <= 200 for one in arrivals)
    assert all(len(f"echo:messenger:{one.key}") <= 200 for one in arrivals)
    assert "k" * 81 in keys(arrivals)  # It fits as it is.


async def test_one_citizens_events_are_worked_by_the_providers_clock(events: Events) -> None:
    await events.keep("paper", [an_event("m3", after=3), an_event("m1", after=1)])
    await events.keep("paper", [an_event("m2", after=2), an_event("m2b", after=2)])

    assert await worked(events) == ["m1", "m2", "m2b", "m3"]


async def test_an_older_one_that_comes_late_is_still_worked(events: Events) -> None:
    await events.keep("paper", [an_event("m2", after=2)])
    first = await worked(events)
    await events.keep("paper", [an_event("m1", after=1)])

    assert (first, await worked(events)) == (["m2"], ["m1"])


async def test_a_citizens_second_event_waits_for_the_first_and_other_citizens_do_not(
    events: Events,
) -> None:
    await events.keep("paper", [an_event("m1"), an_event("m2", after=1)])
    await events.keep("paper", [an_event("b1", user="binh")])

    arrivals = await events.claim(PAPER, 9)

    assert keys(arrivals) == ["m1", "b1"]
    assert await events.claim(PAPER, 9) == []


async def test_an_older_one_waits_for_what_is_in_hand(events: Events) -> None:
    await events.keep("paper", [an_event("m2", after=2)])
    [later] = await events.claim(PAPER, 9)
    await events.keep("paper", [an_event("m1", after=1)])
    meanwhile = await events.claim(PAPER, 9)

    await events.finish(later, {})

    assert meanwhile == []
    assert keys(await events.claim(PAPER, 9)) == ["m1"]


async def test_an_echo_waits_for_no_message_and_no_message_for_it(events: Events) -> None:
    await events.keep("paper", [an_event("m1")])
    await events.claim(PAPER, 9)
    echoes = [an_event(key, after=place, kind=Kind.ECHO) for place, key in enumerate("ab")]
    await events.keep("paper", echoes)

    arrivals = await events.claim(PAPER, 9)

    assert keys(arrivals) == ["a"]
    assert arrivals[0].kind is Kind.ECHO


async def test_no_more_is_taken_than_there_is_room_for(events: Events) -> None:
    await events.keep("paper", [an_event(f"m{n}", user=user) for n, user in enumerate("abcd")])

    assert len(await events.claim(PAPER, 3)) == 3
    assert len(await events.claim(PAPER, 3)) == 1


async def test_workers_that_look_at_once_never_get_the_same_event(
    events: Events, database_url: str
) -> None:
    other_database = open_database(database_url)
    other = Events(other_database)
    await events.keep("paper", [an_event(f"m{n}", user=user) for n, user in enumerate("abcdefgh")])

    found = await asyncio.gather(*(one.claim(PAPER, 2) for one in (events, other) * 4))
    while more := await other.claim(PAPER, 8):  # Skipped while another worker held them.
        found.append(more)
    await other_database.close()

    assert sorted(key for arrivals in found for key in keys(arrivals)) == [
        f"m{n}" for n in range(8)
    ]


async def test_what_a_dead_worker_left_is_taken_over_when_its_lease_ends(
    events: Events, clock: Clock
) -> None:
    await events.keep("paper", [an_event("m1")])
    [left] = await events.claim(PAPER, 1)
    before = await events.claim(PAPER, 1)

    clock.advance(seconds=61)
    [again] = await events.claim(PAPER, 1)

    assert before == []
    assert (again.id, again.attempts) == (left.id, 2)
    with pytest.raises(Overtaken):
        await events.finish(left, {})
    await events.finish(again, {})


async def test_what_is_given_back_is_not_counted_as_tried(events: Events) -> None:
    await events.keep("paper", [an_event("m1")])
    [arrival] = await events.claim(PAPER, 1)

    await events.release(arrival)
    [again] = await events.claim(PAPER, 1)

    assert again.attempts == 1


async def test_what_is_put_off_holds_up_its_citizen_only(events: Events, clock: Clock) -> None:
    await events.keep("paper", [an_event("m1"), an_event("m2", after=1)])
    await events.keep("paper", [an_event("b1", user="binh")])
    first, _ = await events.claim(PAPER, 9)

    await events.put_off(first, timedelta(seconds=30))
    meanwhile = await events.claim(PAPER, 9)
    clock.advance(seconds=31)

    assert meanwhile == []
    [again] = await events.claim(PAPER, 9)
    assert (again.key, again.attempts) == ("m1", 2)


async def test_what_a_channel_brought_that_is_served_no_more_waits(events: Events) -> None:
    await events.keep("pigeon", [an_event("m1")])

    assert await events.claim(PAPER, 9) == []
    assert keys(await events.claim(("pigeon",), 9)) == ["m1"]


async def test_of_an_erased_citizen_only_that_something_came_is_kept(
    events: Events, database: Database
) -> None:
    await events.keep("paper", [an_event("m1"), an_event("m2", after=1)])
    await events.keep("paper", [an_event("b1", user="binh")])
    [first, _] = await events.claim(PAPER, 9)

    await Forgetting(database).erase("paper:an")
    await events.keep("paper", [an_event("m1"), an_event("m2", after=1)])

    assert await rows(database) == [
        ("m1", "", Had.DONE, {}),
        ("m2", "", Had.DONE, {}),
        ("b1", "binh", Had.NEW, {"text": "b1"}),
    ]
    with pytest.raises(Overtaken):
        await events.finish(first, {"text": "m1"})


async def test_when_something_came_last_is_told_by_channel(events: Events, clock: Clock) -> None:
    await events.keep("pigeon", [an_event("m1")])
    clock.advance(hours=1)
    await events.keep("paper", [an_event("m2")])

    paper, pigeon = [await events.last_at(name) for name in ("paper", "pigeon")]

    assert await events.last_at("nobody") is None
    assert paper is not None
    assert pigeon is not None
    assert timedelta(minutes=59) < paper - pigeon < timedelta(minutes=61)


AN_ARRIVAL = Arrival(1, "paper", "an", Kind.MESSAGE, "m1", {}, NOON, NOON, 1, "lease")


@pytest.mark.parametrize(
    ("chosen", "index"),
    [
        (
            taken_with(AN_ARRIVAL),
            "ix_event_channel_user_at (channel=? AND user=? AND at>? AND at<?)",
        ),
        (last_of("paper"), "ix_event_channel_received_at (channel=?)"),
    ],
    ids=["what came at about the same time", "what came last"],
)
async def test_what_is_asked_for_each_event_reads_only_what_it_answers(
    tmp_path: Path, chosen: sa.Select[Any], index: str
) -> None:
    database = open_database(f"sqlite+aiosqlite:///{tmp_path}/plans.db")
    await database.write(upgrade)

    plan = await database.read(lambda connection: _plan(connection, chosen))
    await database.close()

    [of_event] = [step for step in plan if " event " in step]
    assert of_event.endswith(index)
    assert not any("TEMP B-TREE" in step for step in plan)


def _plan(connection: sa.Connection, chosen: sa.Select[Any]) -> list[str]:
    written = chosen.compile(connection, compile_kwargs={"render_postcompile": True})
    explained = connection.exec_driver_sql(
        f"EXPLAIN QUERY PLAN {written}", tuple("x" for _ in written.positiontup or ())
    )
    return [str(step[3]) for step in explained]
