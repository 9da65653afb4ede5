"""The loop over the outbox. Several may run, in one process or in many."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from sqlalchemy.exc import OperationalError

from agencies.outbox.leases import Leased, Leases
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.results import Results
from agencies.outbox.writing import Kind, State
from agencies.senders.base import Later, Outcome, Sender, Sent, Skipped

logger = logging.getLogger(__name__)

RECORD_PAUSES = (0.1, 0.5, 2.0)  # Seconds between tries to write down what was sent.


class Worker:
    def __init__(
        self,
        leases: Leases,
        results: Results,
        senders: Mapping[Kind, Sender],
        metrics: OutboxMetrics,
        *,
        at_once: int = 4,
        poll_seconds: float = 1.0,
        send_seconds: float = 60.0,
    ) -> None:
        """`send_seconds` must be shorter than a lease: who is slow must not be overtaken."""
        self._leases = leases
        self._results = results
        self._senders = senders
        self._metrics = metrics
        self._at_once = at_once
        self._poll_seconds = poll_seconds
        self._send_seconds = send_seconds
        self._awake = asyncio.Event()
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There may be something to send."""
        self._awake.set()

    def stop(self) -> None:
        """Leave the loop after what is being sent now."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        try:
            while not self._stopping:
                if not await self._start_due():
                    await self._wait()
        finally:
            await asyncio.gather(*self._running)

    async def send_due(self) -> int:
        """Send all that is due now, and return how many tries that took."""
        tries = 0
        while leased := await self._leases.claim(self._senders, limit=self._at_once):
            await asyncio.gather(*map(self.deliver, leased))
            tries += len(leased)
        return tries

    async def deliver(self, leased: Leased) -> None:
        """One try, and the record of it. What cannot be recorded is found by its lease later."""
        outcome = await self._try(leased)
        try:
            state = await self._keep(leased, outcome)
        except Exception as error:
            logger.error("delivery %s: not recorded: %s", leased.id, type(error).__name__)
            return
        self._tell(leased, outcome, state)

    async def _start_due(self) -> bool:
        free = self._at_once - len(self._running)
        if not free:
            return False
        try:
            leased = await self._leases.claim(self._senders, limit=free)
        except Exception as error:  # A driver has errors of its own while its server is away.
            logger.error("the outbox cannot be read: %s", type(error).__name__)
            return False
        for one in leased:
            task = asyncio.create_task(self.deliver(one))
            self._running.add(task)
            task.add_done_callback(self._done)
        return bool(leased)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.wake()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), self._poll_seconds)
        self._awake.clear()

    async def _try(self, leased: Leased) -> Outcome:
        if leased.accepted is not None:
            return Sent(leased.accepted)
        if leased.moot:
            return Skipped(leased.moot)
        sender = self._senders[leased.delivery.recipient_kind]
        try:
            async with asyncio.timeout(self._send_seconds):
                return await sender.send(leased.parcel)
        except TimeoutError:
            return Later("it took too long")
        except Exception as error:  # A faulty sender must not end the loop.
            logger.error("delivery %s: the sender failed: %s", leased.id, type(error).__name__)
            return Later(f"unexpected: {type(error).__name__}")

    async def _keep(self, leased: Leased, outcome: Outcome) -> State | None:
        """Raises OperationalError when the database stays away, and nothing is known of it."""
        for pause in RECORD_PAUSES:
            try:
                return await self._results.keep(leased, outcome)
            except OperationalError:  # Locked, or away for a moment: what was sent is not said.
                await asyncio.sleep(pause)
            except Exception as error:  # A hook failed: its fact waits, what was sent stays sent.
                logger.error("delivery %s: its fact failed: %s", leased.id, type(error).__name__)
                if not isinstance(outcome, Sent):
                    return None
                await self._results.note_accepted(leased, outcome.provider_id)
                return State.WAITING
        return await self._results.keep(leased, outcome)

    def _tell(self, leased: Leased, outcome: Outcome, state: State | None) -> None:
        kind = leased.delivery.recipient_kind
        result = "lost_lease" if state is None else type(outcome).__name__.lower()
        result = "dead" if state == State.DEAD else result
        self._metrics.tries.labels(kind, result).inc()
        if isinstance(outcome, Sent):
            logger.info("delivery %s by %s: %s", leased.id, kind, result)
        else:
            logger.warning("delivery %s by %s: %s, %s", leased.id, kind, result, outcome.reason)
