"""What the gateway must tell the agencies: written with its cause, tried until they have it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import httpx2
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.database import Database
from gateway.metrics import Metrics
from gateway.outcomes import delay
from gateway.signals import wait
from gateway.store import Clock, now
from gateway.tables import errand

log = structlog.get_logger()

Chore = Callable[[], Awaitable[int]]
LOUDEST = 12  # Failures; the pause grows no longer after them.


class Errands:
    """A loop as the outbox is one: leased rows, growing pauses. Nothing is ever given up.

    Who asked to be forgotten has no way to ask again: their conversation is gone.
    """

    def __init__(
        self,
        database: Database,
        agencies: httpx2.AsyncClient,
        chores: Sequence[Chore],
        metrics: Metrics,
        *,
        clock: Clock = now,
        poll_seconds: float = 5.0,
        lease: timedelta = timedelta(seconds=60),
    ) -> None:
        """`chores` throw away what has had its time."""
        self._database = database
        self._agencies = agencies
        self._chores = chores
        self._metrics = metrics
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._lease = lease
        self._written = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        self._written.set()

    def stop(self) -> None:
        self._stopping = True
        self.wake()

    async def close(self) -> None:
        await self._agencies.aclose()

    async def run(self) -> None:
        while not self._stopping:
            try:
                for chore in self._chores:
                    await chore()
                while not self._stopping and await self.run_next():
                    pass
            except SQLAlchemyError as error:
                log.error("errands.database", error=type(error).__name__)
            await wait(self._written, self._poll_seconds)

    async def run_next(self) -> bool:
        """Run the oldest errand that is due; False when none is."""
        row = await self._claim()
        if row is None:
            return False
        if await self._is_done(row):
            done = sa.delete(errand).where(errand.c.id == row["id"])
            await self._database.write(lambda connection: connection.execute(done))
            self._metrics.errands.labels("done").inc()
        else:
            await self._put_off(row)
        return True

    async def _is_done(self, row: dict[str, Any]) -> bool:
        try:
            response = await self._agencies.post(row["path"], json=row["body"])
        except httpx2.HTTPError as error:
            log.warning("errand.failed", errand=row["id"], error=type(error).__name__)
            return False
        if not response.is_success:
            log.warning("errand.failed", errand=row["id"], status=response.status_code)
        return response.is_success

    async def _claim(self) -> dict[str, Any] | None:
        moment = self._clock()
        free = sa.or_(errand.c.lease_until.is_(None), errand.c.lease_until < moment)
        chosen = sa.select(errand).where(errand.c.not_before <= moment, free)
        chosen = chosen.order_by(errand.c.id).limit(1).with_for_update(skip_locked=True)

        def work(connection: sa.Connection) -> dict[str, Any] | None:
            row = connection.execute(chosen).mappings().first()
            if row is None:
                return None
            lease = {"lease_until": moment + self._lease, "attempts": row["attempts"] + 1}
            connection.execute(sa.update(errand).where(errand.c.id == row["id"]).values(**lease))
            return {**row, **lease}

        return await self._database.write(work)

    async def _put_off(self, row: dict[str, Any]) -> None:
        self._metrics.errands.labels("failed").inc()
        later = self._clock() + delay(min(row["attempts"], LOUDEST))
        back = sa.update(errand).where(errand.c.id == row["id"])
        back = back.values(lease_until=None, not_before=later)
        await self._database.write(lambda connection: connection.execute(back))
