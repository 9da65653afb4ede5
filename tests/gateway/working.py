"""A worker of arrivals on a database, without an app around it, which can be killed at any step."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import httpx2

from gateway.acts import Acts
from gateway.arrivals import Arrivals
from gateway.channels.base import Channel
from gateway.database import Database, Work
from gateway.drawer import Drawer
from gateway.events import Events
from gateway.fetching import Fetching, fetching_client
from gateway.forgetting import Forgetting
from gateway.given import GivenFiles
from gateway.hearing import Hearing
from gateway.inbox import Inbox
from gateway.masking import Masking
from gateway.metrics import Metrics
from gateway.nearby import Nearby
from gateway.outbox import Outbox
from gateway.rates import Rates
from gateway.signals import Signals
from gateway.staff import StaffDesk
from gateway.standing import Standings
from gateway.store import Store
from gateway.texts import Texts
from gateway.visits import Visits
from tests.gateway.conftest import Clock

TEXTS = Texts(hotline="1900 0000", length_limit=2000)
T = TypeVar("T")
Handle = Callable[[httpx2.Request], httpx2.Response]


class Killed(BaseException):
    """As SIGKILL: nothing is done about it."""


class Steps:
    """Counts what a worker does to the world, and kills it before a step or right after it."""

    def __init__(self, kill_at: int = 0) -> None:
        self.count = 0
        self._kill_at = kill_at

    def step(self) -> None:
        self.count += 1
        if self.count == self._kill_at:
            raise Killed


class Stepping:
    """A database each transaction of which is two steps: before it, and when it is committed."""

    def __init__(self, database: Database, steps: Steps) -> None:
        self._database = database
        self._steps = steps
        self.insert_if_new = database.insert_if_new

    async def read(self, work: Work[T]) -> T:
        return await self._database.read(work)

    async def write(self, work: Work[T], *, first: bool = False) -> T:
        self._steps.step()
        result = await self._database.write(work)
        self._steps.step()
        return result

    async def close(self) -> None:
        await self._database.close()


async def drain(arrivals: Arrivals) -> None:
    """Until nothing is due any more."""
    while await arrivals.start_next():
        for end in await asyncio.gather(*arrivals.tasks, return_exceptions=True):
            if isinstance(end, BaseException):
                raise end


def worker(
    database: Database,
    channel: Channel,
    clock: Clock,
    *,
    steps: Steps | None = None,
    files: Handle | None = None,
    agencies: Handle | None = None,
    rate: str = "1000/minute",
    tell_erasures: bool = False,
) -> Arrivals:
    stepping = Stepping(database, steps or Steps())
    channels, masking, metrics = {channel.name: channel}, Masking(), Metrics()
    events = Events(stepping, clock=clock)
    visits = Visits(stepping, TEXTS, clock=clock)
    outbox = Outbox(stepping, channels, metrics, clock=clock)
    inbox = Inbox(
        Store(stepping, clock=clock),
        Signals(),
        lambda: None,
        masking=masking,
        sealed_text=TEXTS.sealed,
        length_limit=2000,
    )
    fetching = Fetching(fetching_client(_transport(files)), most_bytes=10_000)
    nearby = httpx2.AsyncClient(transport=_transport(agencies), base_url="http://agencies")
    hearing = Hearing(
        events,
        visits,
        Standings(stepping, masking, TEXTS.shown, clock=clock),
        inbox,
        GivenFiles(fetching, Drawer(stepping, clock=clock)),
        Nearby(nearby),
        Rates(per_session=rate, per_address=rate),
        TEXTS,
    )
    acts = Acts(
        channels,
        events,
        hearing,
        visits,
        outbox,
        StaffDesk(stepping, clock=clock, patience=timedelta(hours=1)),
        Forgetting(stepping, clock=clock, tell_erasures=tell_erasures),
        masking,
        erased=lambda: None,
    )
    return Arrivals(events, acts, outbox, metrics, lambda: list(channels), poll_seconds=0.05)


def _transport(handle: Handle | None) -> httpx2.MockTransport:
    def nobody(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("nobody there")

    return httpx2.MockTransport(handle or nobody)
