"""A migrated database with cases in it, a clock that is moved by hand, and a worker over both."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.outbox.leases import Leases
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.results import Hooks, Results
from agencies.outbox.retries import Retries
from agencies.outbox.worker import Worker
from agencies.outbox.writing import Kind
from agencies.senders.base import Sender
from agencies.store import AgencyStore
from tests.agencies.outbox.samples import Clock, mark_forwarded, write_cases

RETRIES = Retries(spread=0)
LEASE = timedelta(minutes=3)

MakeWorker = Callable[..., Worker]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def cases(loaded: AgencyStore, engine: AsyncEngine) -> AsyncEngine:
    """The database, with eighty cases at one agency."""
    await write_cases(engine, 80, agency_code="so-tu-phap")
    return engine


@pytest.fixture
def make_worker(cases: AsyncEngine, clock: Clock) -> MakeWorker:
    """A worker whose senders are the given ones, by kind; e-mail only, for one given alone."""

    def make(sender: Sender | dict[Kind, Sender], hooks: Hooks | None = None) -> Worker:
        senders = sender if isinstance(sender, dict) else {Kind.EMAIL: sender}
        return Worker(
            Leases(cases, clock=clock, length=LEASE),
            Results(cases, hooks or Hooks(sent=mark_forwarded), RETRIES, clock=clock),
            senders,
            OutboxMetrics(),
            send_seconds=5.0,
            poll_seconds=0.01,
        )

    return make
