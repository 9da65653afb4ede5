"""Keeps a provider's token valid: one worker fetches a new pair, the others wait for it.

The refresh token is good for one use: a second worker that used it as well would cost us the
account. Why it is done this way: docs/adr/0083.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.credentials import NOBODY, Credentials, Held, Pair, TokenState
from gateway.metrics import Metrics
from gateway.signals import wait
from gateway.store import Clock, now

log = structlog.get_logger()

LOOK_SECONDS = 0.1  # While another worker fetches the new pair.
NEVER_STORED = "no_token"


@dataclass(frozen=True)
class Dead:
    """The provider takes the refresh token no more: a person must get a new pair."""

    reason: str


@dataclass(frozen=True)
class Busy:
    """It could not be asked just now, or wants to be asked later."""

    reason: str


Exchange = Callable[[str], Awaitable[Pair | Dead | Busy]]


class NoToken(Exception):
    """There is none that is valid, and only a person can change that."""


class TokenLater(Exception):
    """There will be one, but not yet."""


class Tokens:
    """The pair of one channel, and the loop that replaces it in time."""

    def __init__(
        self,
        credentials: Credentials,
        exchange: Exchange,
        metrics: Metrics,
        *,
        channel: str,
        clock: Clock = now,
        refresh_after: timedelta = timedelta(hours=20),
        exchange_seconds: float = 15.0,
        pause: timedelta = timedelta(seconds=30),
        patience: float = 20.0,
        poll_seconds: float = 30.0,
    ) -> None:
        """`exchange_seconds` must be well below the lease: who is late is taken for dead. `pause`
        follows a try that came to nothing; `patience` is how long a caller waits for others."""
        self._credentials = credentials
        self._exchange = exchange
        self._metrics = metrics
        self._channel = channel
        self._clock = clock
        self._refresh_after = refresh_after
        self._exchange_seconds = exchange_seconds
        self._pause = pause
        self._patience = patience
        self._poll_seconds = poll_seconds
        self.signature = ""  # By which variant the last webhook call here was signed.
        self._fetching: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._stopping = False

    async def access(self) -> str:
        """The token to show now. Raises NoToken, TokenLater."""
        held = await self._read()
        if held.state.expires_at <= self._clock():
            return await self.renewed(held.access)
        return held.access

    async def renewed(self, failed: str) -> str:
        """Another token than the one that failed, fetched by us or by somebody else meanwhile.

        Raises NoToken, TokenLater.
        """
        try:
            async with asyncio.timeout(self._patience):
                while (held := await self._read()).access == failed:
                    await self._fetch_or_wait(held)
        except TimeoutError as error:
            raise TokenLater("slow") from error
        return held.access

    async def bring(self, pair: Pair) -> None:
        """From a person. Whatever was wrong before is over."""
        await self._credentials.bring(pair)
        log.info("tokens.brought", channel=self._channel)

    async def state(self) -> TokenState | None:
        """None while no pair was ever stored."""
        held = await self._credentials.read()
        return held.state if held else None

    async def told(self) -> dict[str, object]:
        """For /healthz."""
        state = await self.state()
        if state is None:
            return {"age_seconds": None, "fault": NEVER_STORED}
        age = (self._clock() - state.fetched_at).total_seconds()
        return {"age_seconds": round(age), "fault": state.fault}

    async def keep(self) -> None:
        """Replace the pair in time, while the old one is still good; note what was seen."""
        held = await self._credentials.read()
        self._measure(held)
        if held and self.signature not in ("", held.state.signature):
            await self._credentials.note_signature(self.signature)
        if held is None or held.state.fault:
            return
        moment = self._clock()
        if held.state.fetched_at + self._refresh_after <= moment and held.is_free(moment):
            await self._fetch(held)
            self._measure(await self._credentials.read())

    async def run(self) -> None:
        while not self._stopping:
            try:
                await self.keep()
            except Exception as error:  # Whatever it is, the pair still has to be replaced in time.
                log.error("tokens.failed", channel=self._channel, error=type(error).__name__)
            await wait(self._woken, self._poll_seconds)

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    async def close(self) -> None:
        """A pair that is on its way is kept first: there is no second one."""
        if self._fetching:
            await asyncio.wait(self._fetching, timeout=self._exchange_seconds)

    async def _read(self) -> Held:
        held = await self._credentials.read()
        if held is None:
            raise NoToken(NEVER_STORED)
        if held.state.fault and (not held.access or held.state.expires_at <= self._clock()):
            raise NoToken(held.state.fault)
        return held

    async def _fetch_or_wait(self, held: Held) -> None:
        if held.state.fault:
            raise NoToken(held.state.fault)
        if held.is_free(self._clock()):
            await self._fetch(held)
        elif held.lease == NOBODY:
            raise TokenLater("pause")
        else:
            await asyncio.sleep(LOOK_SECONDS)

    async def _fetch(self, held: Held) -> None:
        """To its end, even if who waits for it is cancelled meanwhile."""
        task = asyncio.create_task(self._claim_and_fetch(held))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)
        await asyncio.shield(task)

    async def _claim_and_fetch(self, held: Held) -> None:
        lease = await self._credentials.claim(held)
        if lease is None:
            return
        match await self._ask(held):
            case Pair() as pair:
                await self._keep_pair(held, pair)
            case Dead(reason):
                if await self._credentials.note_fault(held, lease, reason):
                    self._count("dead")
                    log.error("tokens.dead", channel=self._channel, reason=reason)
            case Busy(reason):
                await self._credentials.rest(held, lease, self._pause)
                self._count("failed")
                log.warning("tokens.not_replaced", channel=self._channel, reason=reason)

    async def _ask(self, held: Held) -> Pair | Dead | Busy:
        try:
            async with asyncio.timeout(self._exchange_seconds):
                return await self._exchange(held.refresh)
        except TimeoutError:
            return Busy("timeout")
        except Exception as error:  # The lease rests then, too.
            log.error("tokens.bug", channel=self._channel, error=type(error).__name__)
            return Busy("bug")

    async def _keep_pair(self, held: Held, pair: Pair) -> None:
        """The only good pair there is: tried until the database has it."""
        while True:
            try:
                is_ours = await self._credentials.replace(held, pair)
                break
            except (SQLAlchemyError, OSError) as error:
                log.critical("tokens.not_kept", channel=self._channel, error=type(error).__name__)
                await asyncio.sleep(1.0)
        self._count("replaced" if is_ours else "late")
        age = (self._clock() - held.state.fetched_at).total_seconds()
        log.info("tokens.replaced", channel=self._channel, kept=is_ours, age_seconds=round(age))

    def _count(self, outcome: str) -> None:
        self._metrics.token_refreshes.labels(self._channel, outcome).inc()

    def _measure(self, held: Held | None) -> None:
        self._metrics.token_fault.labels(self._channel).set(held is None or bool(held.state.fault))
        if held:
            age = self._clock() - held.state.fetched_at
            self._metrics.token_age.labels(self._channel).set(age.total_seconds())
