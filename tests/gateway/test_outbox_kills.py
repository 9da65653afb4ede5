"""A process that dies between any two steps: nothing is lost, nothing is shown twice."""

import asyncio
from collections.abc import Callable
from itertools import count, groupby
from typing import TypeVar

import pytest
import sqlalchemy as sa

from gateway.database import Database
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.store import Store
from gateway.tables import Told
from gateway.tables import outbox as table
from tests.gateway.conftest import Clock
from tests.gateway.scripted import ScriptedChannel, drain, echo, told

T = TypeVar("T")
PARTS = ["một", "hai", "ba", "bốn", "năm"]
LONGEST = 60  # Steps of all this; it ends before.


class Killed(BaseException):
    """Nothing of ours runs after it."""


class Fuse:
    """Ends the process at its step of this number."""

    def __init__(self, at: int, end: BaseException) -> None:
        self._at = at
        self._end = end
        self._steps = 0
        self.is_blown = False

    def step(self) -> None:
        self._steps += 1
        if self._steps == self._at:
            self.is_blown = True
            raise self._end


class FragileDatabase:
    """Its process may die before a transaction, and right after it."""

    def __init__(self, database: Database, fuse: Fuse) -> None:
        self._database = database
        self._fuse = fuse
        self.insert_if_new = database.insert_if_new
        self.close = database.close

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        return await self._database.read(work)

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        self._fuse.step()
        result = await self._database.write(work)
        self._fuse.step()
        return result


class Trial:
    """One citizen's five parts in two replies, one death, and what comes after it."""

    def __init__(self, store: Store, database: Database, clock: Clock, *, marks: bool) -> None:
        self._store = store
        self._database = database
        self._clock = clock
        self.channel = ScriptedChannel(clock, marks=marks)

    def _outbox(self, database: Database) -> Outbox:
        return Outbox(database, {"zalo": self.channel}, Metrics(), clock=self._clock)

    async def die(self, user: str, at: int, end: BaseException, *, by_loop: bool) -> bool:
        """False when it was through before that step."""
        fuse = Fuse(at, end)
        dying = self._outbox(FragileDatabase(self._database, fuse))
        deliveries = await told(self._store, "một|hai|ba", "bốn|năm", user=user)
        if by_loop:
            self._clock.advance(seconds=46)
        self.channel.before = self.channel.after = fuse.step
        work = drain(dying) if by_loop else dying.deliver(deliveries, seconds=30)
        await asyncio.gather(asyncio.create_task(work), return_exceptions=True)
        self.channel.before = self.channel.after = lambda: None
        return fuse.is_blown

    async def recover(self, *, hears: bool) -> None:
        """Another process; the provider delivers the echoes to it."""
        heir = self._outbox(self._database)
        for _ in range(12):
            await drain(heir)
            self._clock.advance(seconds=8)
            if hears:
                await echo(heir, self.channel)


async def unsent(database: Database) -> int:
    left = sa.select(sa.func.count()).where(table.c.state != Told.SENT)
    return int(await database.read(lambda connection: connection.scalar(left)) or 0)


@pytest.mark.parametrize(
    ("end", "by_loop", "marks"),
    [
        pytest.param(Killed, True, False, id="killed-loop-text"),
        pytest.param(Killed, False, True, id="killed-writer-marks"),
        pytest.param(asyncio.CancelledError, True, True, id="cancelled-loop-marks"),
        pytest.param(asyncio.CancelledError, False, False, id="cancelled-writer-text"),
    ],
)
async def test_all_is_shown_once_and_in_order_wherever_it_dies(
    store: Store,
    database: Database,
    clock: Clock,
    end: type[BaseException],
    by_loop: bool,
    marks: bool,
) -> None:
    trial = Trial(store, database, clock, marks=marks)
    for at in count(1):
        user = f"u{at}"
        died = await trial.die(user, at, end(), by_loop=by_loop)
        await trial.recover(hears=True)
        assert trial.channel.seen(user) == PARTS, f"dead at step {at}"
        if not died:
            break

    assert 20 < at < LONGEST
    assert await unsent(database) == 0


async def test_without_an_echo_nothing_is_lost_and_the_order_is_kept(
    store: Store, database: Database, clock: Clock
) -> None:
    """What was in doubt is shown twice then: better than not at all."""
    trial = Trial(store, database, clock, marks=True)
    for at in count(1):
        user = f"u{at}"
        died = await trial.die(user, at, Killed(), by_loop=False)
        await trial.recover(hears=False)
        seen = trial.channel.seen(user)
        doubled = len(seen) - len(PARTS)
        assert doubled in (0, 1)
        assert [text for text, _ in groupby(seen)] == PARTS
        if not died:
            break

    assert await unsent(database) == 0


async def test_an_echo_before_the_call_returns_is_as_good(
    store: Store, database: Database, clock: Clock
) -> None:
    trial = Trial(store, database, clock, marks=False)
    trial.channel.hear = Outbox(database, {"zalo": trial.channel}, Metrics(), clock=clock).heard
    for at in count(1):
        user = f"u{at}"
        died = await trial.die(user, at, Killed(), by_loop=True)
        await trial.recover(hears=False)
        assert trial.channel.seen(user) == PARTS, f"dead at step {at}"
        if not died:
            break
