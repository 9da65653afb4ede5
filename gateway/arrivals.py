"""Works what webhooks brought: one event of a citizen at a time, many citizens side by side."""

import asyncio
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from gateway.acts import Acts
from gateway.channels.base import Kind
from gateway.events import Arrival, Events, Overtaken
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.signals import wait

log = structlog.get_logger()

MAX_ATTEMPTS = 5
LONGEST_PAUSE = 600.0  # Seconds, between tries of what is never given up.
STUCK_SECONDS = 60.0


class Arrivals:
    """The loop over the event table. Several may run: an event is leased before it is worked."""

    def __init__(
        self,
        events: Events,
        acts: Acts,
        outbox: Outbox,
        metrics: Metrics,
        channels: Callable[[], Sequence[str]],
        *,
        at_once: int = 16,
        poll_seconds: float = 1.0,
    ) -> None:
        """`channels` are those that are served; what others brought waits."""
        self._events = events
        self._acts = acts
        self._outbox = outbox
        self._metrics = metrics
        self._channels = channels
        self._at_once = at_once
        self._poll_seconds = poll_seconds
        self._came = asyncio.Event()
        self._stopping = False
        self.tasks: set[asyncio.Task[None]] = set()
        self._looked_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Whether the loop came by lately."""
        return time.monotonic() - self._looked_at < STUCK_SECONDS

    def wake(self) -> None:
        """Something came: look now."""
        self._came.set()

    async def run(self) -> None:
        while not self._stopping:
            try:
                started = await self.start_next()
            except SQLAlchemyError as error:
                log.error("arrivals.database", error=type(error).__name__)
                started = 0
            if not started:
                await wait(self._came, self._poll_seconds)

    async def start_next(self) -> int:
        """Begin to work what is due, as much as there is room for; how many that is."""
        self._looked_at = time.monotonic()
        room, channels = self._at_once - len(self.tasks), self._channels()
        if not room or not channels:
            return 0
        arrivals = await self._events.claim(channels, room)
        if self._stopping:  # Since it looked.
            for arrival in arrivals:
                await self._events.release(arrival)
            return 0
        for arrival in arrivals:
            task = asyncio.create_task(self._work(arrival))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return len(arrivals)

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, give what runs some time, then hand the rest back."""
        self._stopping = True
        self.wake()
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, arrival: Arrival) -> None:
        try:
            await self._try(arrival)
        except Overtaken:
            self._count(arrival, "overtaken")
        except SQLAlchemyError as error:
            # The lease runs out and the event is worked again: nothing was written.
            log.error("event.unwritten", id=arrival.id, error=type(error).__name__)
        except asyncio.CancelledError:
            await self._events.release(arrival)
            raise
        finally:
            self.wake()  # The citizen's next event may go.

    async def _try(self, arrival: Arrival) -> None:
        if arrival.attempts > MAX_ATTEMPTS and arrival.kind is not Kind.WITHDRAWN:
            await self._give_up(arrival)  # It took its worker down each time.
            return
        try:
            outcome, told = await self._acts.work(arrival)
        except Overtaken:
            raise
        except (OperationalError, InterfaceError) as error:
            log.error("event.database", id=arrival.id, error=type(error).__name__)
            await self._events.release(arrival, timedelta(seconds=self._poll_seconds))
        except Exception as error:  # The one catch-all: a citizen is never left without reply.
            await self._failed(arrival, error)
        else:
            self._count(arrival, outcome)
            await self._outbox.deliver(told)

    async def _failed(self, arrival: Arrival, error: Exception) -> None:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"  # Not the message: it may quote them.
        log.error("event.failed", id=arrival.id, error=type(error).__name__, where=where)
        # Who wants to be forgotten does not ask again.
        if arrival.attempts >= MAX_ATTEMPTS and arrival.kind is not Kind.WITHDRAWN:
            await self._give_up(arrival)
            return
        self._count(arrival, "put_off")
        await self._events.put_off(arrival, pause(arrival.attempts))

    async def _give_up(self, arrival: Arrival) -> None:
        log.error("event.given_up", id=arrival.id, channel=arrival.channel)
        told = await self._acts.give_up(arrival)
        self._count(arrival, "failed")
        await self._outbox.deliver(told)

    def _count(self, arrival: Arrival, outcome: str) -> None:
        self._metrics.worked.labels(arrival.channel, outcome).inc()


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling, capped."""
    return timedelta(seconds=min(2.0 ** (attempts - 1), LONGEST_PAUSE))
