"""The loop that lets time do its work on cases. Several may run: each case is locked first."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from agencies.cases.room import CaseRoom
from agencies.cases.store import CaseStore

logger = logging.getLogger(__name__)


class Ticker:
    def __init__(self, cases: CaseStore, *, every_seconds: float = 60.0) -> None:
        self._cases = cases
        self._every_seconds = every_seconds
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        while not self._stopped.is_set():
            try:
                await self._cases.tick()
            except Exception as error:  # Deadlines go on: one bad round must not end the loop.
                logger.error("the clock could not be looked at: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._every_seconds)

    def stop(self) -> None:
        """Leave the loop after the cases being looked at now."""
        self._stopped.set()


@contextlib.asynccontextmanager
async def ticking(room: CaseRoom | None) -> AsyncIterator[None]:
    """Run the loop until the block ends, unless the settings leave it to another process."""
    if room is None or not room.settings.tick_seconds:
        yield
        return
    ticker = Ticker(room.cases, every_seconds=room.settings.tick_seconds)
    task = asyncio.create_task(ticker.run())
    try:
        yield
    finally:
        ticker.stop()
        await task
