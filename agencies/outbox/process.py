"""The outbox as it runs beside the app: worker, daily digest, and the mailbox of bounces."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.outbox.bounces import Bounces
from agencies.outbox.digest import Digest
from agencies.outbox.leases import Leases
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.results import Hooks, Results
from agencies.outbox.settings import OutboxSettings
from agencies.outbox.worker import Worker
from agencies.outbox.writing import Kind
from agencies.senders.base import Sender
from agencies.senders.mailbox import Mailbox
from agencies.senders.settings import ImapSettings

logger = logging.getLogger(__name__)

LEASES_PER_TRY = 3  # A lease is so many times longer than a try may take.
DIGEST_SECONDS = 60.0


class OutboxProcess:
    def __init__(
        self,
        settings: OutboxSettings,
        engine: AsyncEngine,
        senders: Mapping[Kind, Sender],
        hooks: Hooks,
        *,
        imap: ImapSettings | None = None,
        mail: bool = True,
    ) -> None:
        """`mail`: letters can be sent from here."""
        self._settings = settings
        self._senders = senders
        self._imap = imap
        self._engine = engine
        retries = settings.retries()
        length = timedelta(seconds=settings.send_seconds * LEASES_PER_TRY)
        self._registry = CollectorRegistry()
        self.metrics = OutboxMetrics(self._registry)
        self.bounces = Bounces(engine, retries, self.metrics, dead=hooks.dead)
        self._digest = Digest(
            engine, hour=settings.digest_hour, operator=settings.operator, mail=mail
        )
        self.worker = Worker(
            Leases(engine, length=length),
            Results(engine, hooks, retries),
            senders,
            self.metrics,
            at_once=settings.at_once,
            poll_seconds=settings.poll_seconds,
            send_seconds=settings.send_seconds,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Until the block ends; what is being sent then is sent to its end."""
        if not self._settings.enabled:
            yield
            return
        worker = asyncio.create_task(self.worker.run())
        others = [asyncio.create_task(_repeat(*loop)) for loop in self._loops()]
        try:
            yield
        finally:
            self.worker.stop()
            for task in others:
                task.cancel()
            await asyncio.gather(worker, *others, return_exceptions=True)
            for sender in self._senders.values():
                await sender.close()

    @property
    def bounce_token(self) -> str:
        token = self._settings.bounce_token
        return token.get_secret_value() if token else ""

    async def metrics_page(self) -> bytes:
        """Its part of /metrics, counted now."""
        await self.metrics.look(self._engine)
        return generate_latest(self._registry)

    def _loops(self) -> Iterator[tuple[Callable[[], Awaitable[object]], float]]:
        yield self._digest.write_due, DIGEST_SECONDS
        if self._imap and self._imap.host:
            yield Mailbox(self._imap, self.bounces.take).look, self._imap.minutes * 60


async def _repeat(work: Callable[[], Awaitable[object]], seconds: float) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # Nobody would notice that it does not run any more.
            logger.error("put off until the next time: %s", type(error).__name__)
        await asyncio.sleep(seconds)
