"""Sends what was written for citizens: every reply, in order, tried again until it is taken."""

import asyncio
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.base import Channel, Event
from gateway.conversation import Author, Delivery, Mode, may_send
from gateway.database import Database
from gateway.echoes import Echoes
from gateway.metrics import Metrics
from gateway.outbox_counts import show
from gateway.outbox_rows import change, given_back, next_reply
from gateway.outcomes import Rules
from gateway.pausing import Pauses
from gateway.rates import Rates
from gateway.sending import Sending
from gateway.signals import wait
from gateway.store import Clock, now
from gateway.tables import Told
from gateway.thread import read_reply

log = structlog.get_logger()


class Outbox:
    """The loop over the outbox table. Several may run: a row is leased before it is sent.

    Conversations are sent side by side; a provider's call takes its time.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        *,
        rates: Rates | None = None,
        clock: Clock = now,
        poll_seconds: float = 1.0,
        lease: timedelta = timedelta(seconds=30),
        echo: timedelta = timedelta(seconds=40),
        missed_echo: timedelta = timedelta(seconds=40),
        patience: timedelta = timedelta(hours=24),
        sends_at_once: int = 16,
    ) -> None:
        """`echo` is how long an echo is waited for before a part in doubt is sent again, and
        `missed_echo` how long for one that came while nobody listened, before this process began;
        `patience` how long a reply may go on failing before it is given up."""
        self._database = database
        self._channels = channels
        self._metrics = metrics
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._lease = lease
        self._pauses = Pauses(metrics, clock=clock)
        self._echoes = Echoes(database, clock=clock)
        self._sending = Sending(
            database,
            channels,
            metrics,
            self._pauses,
            rates,
            Rules(echo, missed_echo, patience, clock()),
            clock=clock,
            lease=lease,
        )
        self._free = asyncio.Semaphore(sends_at_once)
        self._running: set[asyncio.Task[None]] = set()
        self._written = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        self._written.set()

    async def run(self) -> None:
        """Until told to stop; what is being sent then is sent to its end, if there is time."""
        try:
            while not self._stopping:
                if not await self._start_next():
                    await wait(self._written, self._poll_seconds)
            while self._running:
                await asyncio.wait(self._running)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def stop(self) -> None:
        """Leave the loop after what is being sent now."""
        self._stopping = True
        self.wake()

    async def deliver_next(self) -> bool:
        """Send the next due reply; False when nothing is due anywhere."""
        delivery = await self._claim()
        if delivery:
            await self._send([delivery])
        return delivery is not None

    async def deliver(self, deliveries: Sequence[Delivery], *, seconds: float = 0.0) -> None:
        """Send what the caller has just written; the loop sees to the rest.

        A provider is waited for no longer than `seconds`, and not called any more once the loop
        was told to stop: nobody would be left to hear what became of the call.
        """
        name = deliveries[0].conversation.split(":", 1)[0] if deliveries else ""
        channel = self._channels.get(name)
        if channel and not channel.echoes:
            await self._send(deliveries)
        elif deliveries and self._stopping:
            await self._give_back(deliveries[0])
        elif deliveries:
            task = self._start(self._send_when_free(deliveries))
            if seconds:
                await asyncio.wait({task}, timeout=seconds)
        self.wake()

    async def heard(self, channel: str, event: Event) -> bool:
        """Take an echo of the channel in; False when somebody else said it."""
        is_ours = await self._echoes.heard(channel, event)
        self.wake()
        return is_ours

    @property
    def states(self) -> dict[str, str]:
        """A word on each provider."""
        reasons = {
            name: self._pauses.reason(name) for name, one in self._channels.items() if one.echoes
        }
        return {name: f"paused: {why}" if why else "ok" for name, why in reasons.items()}

    async def count(self) -> None:
        """Put what waits into the metrics."""
        await self._database.read(lambda connection: show(connection, self._metrics, self._clock()))

    async def _start_next(self) -> bool:
        """Begin the next reply as soon as there is room; False when none is due."""
        await self._free.acquire()
        delivery = None
        try:
            delivery = None if self._stopping else await self._claim()
        except SQLAlchemyError as error:
            log.error("outbox.database", error=type(error).__name__)
        finally:
            if delivery is None:
                self._free.release()
        if delivery:
            self._start(self._send_and_free([delivery]))
        return delivery is not None

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _send_when_free(self, deliveries: Sequence[Delivery]) -> None:
        try:
            await self._free.acquire()
        except asyncio.CancelledError:
            await self._give_back(deliveries[0])
            raise
        await self._send_and_free(deliveries)

    async def _send_and_free(self, deliveries: Sequence[Delivery]) -> None:
        try:
            await self._send(deliveries)
        finally:
            self._free.release()
            self.wake()  # The conversation's next reply may go.

    async def _send(self, deliveries: Sequence[Delivery]) -> None:
        """All of one lease, in order; after the first that is not sent the rest waits again."""
        try:
            for delivery in deliveries:
                if not await self._sending.send(delivery):
                    await self._give_back(delivery)
                    return
        except SQLAlchemyError as error:
            log.error("outbox.database", error=type(error).__name__)  # The lease runs out.
        except asyncio.CancelledError:
            await self._give_back(deliveries[0])
            raise

    async def _give_back(self, delivery: Delivery) -> None:
        rest = given_back(delivery.conversation, delivery.lease)
        await self._database.write(lambda connection: connection.execute(rest))

    async def _claim(self) -> Delivery | None:
        moment, lease = self._clock(), secrets.token_hex(16)
        due = next_reply(moment, self._pauses.resting())
        taken = {"state": Told.SENDING, "lease": lease, "lease_until": moment + self._lease}

        def work(connection: sa.Connection) -> Delivery | None:
            while row := connection.execute(due).mappings().first():
                if not _is_withheld(row):
                    connection.execute(change(row["id"], **taken))
                    reply = read_reply(row["reply"])
                    return Delivery(row["conversation"], row["sequence"], reply, lease)
                connection.execute(change(row["id"], state=Told.WITHHELD))
            return None

        return await self._database.write(work)


def _is_withheld(row: sa.RowMapping) -> bool:
    """What somebody had begun to send is perhaps seen by now."""
    return row["state"] == Told.WAITING and not may_send(Author(row["author"]), Mode(row["mode"]))
