"""Everything the gateway is made of, wired once from the settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import httpx2
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.acts import Acts
from gateway.arrivals import Arrivals
from gateway.channels.base import Channel
from gateway.channels.messenger import MessengerChannel
from gateway.channels.portal import PortalChannel
from gateway.channels.zalo import ZaloChannel
from gateway.database import open_database
from gateway.dialogue import Dialogue
from gateway.drawer import MOST_FILES, Drawer
from gateway.errands import Errands
from gateway.events import Events
from gateway.fetching import Fetching, fetching_client
from gateway.forgetting import Forgetting
from gateway.given import GivenFiles
from gateway.hearing import Hearing
from gateway.inbox import Inbox
from gateway.masking import Masking
from gateway.messenger_deletion import Deletions
from gateway.metrics import Metrics
from gateway.nearby import Nearby
from gateway.outbox import Outbox
from gateway.providers import Providers, open_channels
from gateway.rasa import Rasa
from gateway.rates import Rates
from gateway.settings import Settings
from gateway.sheet import SheetPrinter
from gateway.signals import Signals
from gateway.staff import StaffDesk
from gateway.standing import Standings
from gateway.store import Clock, Store, now
from gateway.texts import Texts
from gateway.visits import Visits

log = structlog.get_logger()

# SIGTERM to exit takes less than five seconds: uvicorn has two for requests, turns have these.
TURN_GRACE_SECONDS = 1.5
LOOP_GRACE_SECONDS = 0.5
TOKENS = "tokens"  # Without this loop a provider fails after hours, and the portal never.


class Parts:
    def __init__(
        self,
        settings: Settings,
        *,
        rasa_http: httpx2.AsyncClient | None = None,
        agencies_http: httpx2.AsyncClient | None = None,
        files_http: httpx2.AsyncClient | None = None,
        providers: Providers | None = None,
        clock: Clock = now,
    ) -> None:
        """Raises NotConfigured."""
        self.settings = settings
        self.metrics = Metrics()
        self.signals = Signals()
        self.texts = Texts(
            hotline=settings.hotline,
            length_limit=settings.message_length,
            megabytes=settings.file_bytes // 2**20,
            files=MOST_FILES,
        )
        self.masking = Masking()
        self.printer = SheetPrinter()
        self.rates = Rates(
            per_session=settings.rate_per_session,
            per_address=settings.rate_per_address,
            storage=settings.rate_storage,
        )
        self.portal = PortalChannel(self.signals)
        self._rasa_http = rasa_http or httpx2.AsyncClient(
            base_url=settings.rasa_url, timeout=settings.rasa_timeout_seconds
        )
        self.rasa = Rasa(self._rasa_http, seconds=settings.rasa_timeout_seconds)
        self._database = open_database(settings.database_url)
        self.store = Store(
            self._database,
            clock=clock,
            idle=timedelta(minutes=settings.chat_idle_minutes),
            lifetime=timedelta(hours=settings.session_hours),
            lease=timedelta(seconds=settings.rasa_timeout_seconds + settings.takeover_seconds),
            kept=timedelta(days=settings.case_days),
            staff_patience=timedelta(minutes=settings.staff_idle_minutes),
        )
        self.forgetting = Forgetting(
            self._database,
            clock=clock,
            lifetime=timedelta(days=settings.keep_days),
            tell_erasures=bool(settings.agencies_url),
        )
        self.drawer = Drawer(
            self._database, clock=clock, kept=timedelta(hours=settings.drawer_hours)
        )
        self.channels: dict[str, Channel] = {self.portal.name: self.portal}
        opened = open_channels(
            providers or Providers(),
            settings,
            self._database,
            self.metrics,
            self.texts,
            clock=clock,
        )
        self.channels |= {channel.name: channel for channel in opened}
        zalo = self.channels.get(ZaloChannel.name)
        self.tokens = {zalo.name: zalo.tokens} if isinstance(zalo, ZaloChannel) else {}
        self.deletions = self._deletions(clock)
        agencies = agencies_http or agencies_at(settings)
        chores = (self.drawer.clear_out, self.forgetting.sweep)
        self.errands = Errands(
            self._database,
            agencies,
            (*chores, self.deletions.sweep) if self.deletions else chores,
            self.metrics,
            clock=clock,
        )
        self.staff = StaffDesk(
            self._database,
            clock=clock,
            kept=timedelta(days=settings.case_days),
            patience=timedelta(minutes=settings.staff_idle_minutes),
        )
        self.outbox = Outbox(
            self._database,
            self.channels,
            self.metrics,
            rates=self.rates,
            clock=clock,
            poll_seconds=settings.poll_seconds,
            echo=timedelta(seconds=settings.echo_seconds),
            missed_echo=timedelta(seconds=settings.missed_echo_seconds),
            patience=timedelta(hours=settings.patience_hours),
            sends_at_once=settings.sends_at_once,
        )
        self.dialogue = Dialogue(
            self.store,
            self.rasa,
            self.outbox,
            texts=self.texts,
            masking=self.masking,
            signals=self.signals,
            metrics=self.metrics,
            clock=clock,
            staff_patience=timedelta(minutes=settings.staff_idle_minutes),
            turns_at_once=settings.turns_at_once,
            poll_seconds=settings.poll_seconds,
        )
        self.inbox = Inbox(
            self.store,
            self.signals,
            self.dialogue.wake,
            masking=self.masking,
            sealed_text=self.texts.sealed,
            length_limit=settings.message_length,
        )
        self.events = Events(self._database, clock=clock)
        self._fetching = Fetching(files_http or fetching_client(), most_bytes=settings.file_bytes)
        self.arrivals = self._arrivals(Nearby(agencies if settings.agencies_url else None), clock)
        self._loops: list[asyncio.Task[None]] = []

    def _deletions(self, clock: Clock) -> Deletions | None:
        messenger = self.channels.get(MessengerChannel.name)
        if not isinstance(messenger, MessengerChannel):
            return None
        return Deletions(
            self._database,
            self.forgetting,
            messenger,
            erased=lambda: self.errands.wake(),
            clock=clock,
        )

    def _arrivals(self, nearby: Nearby, clock: Clock) -> Arrivals:
        """What works the events of providers."""
        settings, lapse = self.settings, timedelta(hours=self.settings.session_hours)
        patience = timedelta(minutes=settings.staff_idle_minutes)
        standings = Standings(
            self._database, self.masking, self.texts.shown, clock=clock, staff_patience=patience
        )
        visits = Visits(self._database, self.texts, clock=clock, lapse=lapse)
        hearing = Hearing(
            self.events,
            visits,
            standings,
            self.inbox,
            GivenFiles(self._fetching, self.drawer),
            nearby,
            self.rates,
            self.texts,
        )
        acts = Acts(
            self.channels,
            self.events,
            hearing,
            visits,
            self.outbox,
            self.staff,
            self.forgetting,
            self.masking,
            erased=self.errands.wake,
        )
        return Arrivals(
            self.events,
            acts,
            self.outbox,
            self.metrics,
            lambda: self.providers,
            poll_seconds=settings.poll_seconds,
        )

    @property
    def providers(self) -> tuple[str, ...]:
        """The channels that call our webhook."""
        return tuple(name for name in self.channels if name != self.portal.name)

    @property
    def is_alive(self) -> bool:
        """Whether messages are being worked and replies sent."""
        needed = [loop for loop in self._loops if loop.get_name() != TOKENS]
        running = bool(needed) and not any(loop.done() for loop in needed)
        return running and self.dialogue.is_alive and self.arrivals.is_alive

    @asynccontextmanager
    async def running(self, _app: object = None) -> AsyncIterator[None]:
        """The loops, for as long as the app serves."""
        # What a killed process left behind in SQLite's log is taken up once, by one connection.
        with suppress(SQLAlchemyError, OSError):
            await self._database.read(lambda connection: None)
        self._loops = [
            asyncio.create_task(self.arrivals.run(), name="arrivals"),
            asyncio.create_task(self.dialogue.run(), name="dialogue"),
            asyncio.create_task(self.outbox.run(), name="outbox"),
            asyncio.create_task(self.errands.run(), name="errands"),
            *(asyncio.create_task(kept.run(), name=TOKENS) for kept in self.tokens.values()),
        ]
        for loop in self._loops:
            loop.add_done_callback(_report)
        try:
            yield
        finally:
            self.outbox.stop()
            self.errands.stop()
            for kept in self.tokens.values():
                kept.stop()
            await asyncio.gather(
                self.arrivals.stop(TURN_GRACE_SECONDS), self.dialogue.stop(TURN_GRACE_SECONDS)
            )
            _, late = await asyncio.wait(self._loops, timeout=LOOP_GRACE_SECONDS)
            for loop in late:
                loop.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await self._rasa_http.aclose()
            await self._fetching.close()
            for channel in self.channels.values():
                await channel.close()
            await self.errands.close()
            await self._database.close()


def agencies_at(settings: Settings) -> httpx2.AsyncClient:
    token = settings.agencies_token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.AsyncClient(base_url=settings.agencies_url, headers=headers, timeout=10.0)


def _report(loop: asyncio.Task[None]) -> None:
    error = None if loop.cancelled() else loop.exception()
    if error:
        log.critical("loop.died", loop=loop.get_name(), error=type(error).__name__)
