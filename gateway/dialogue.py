"""Answers what stands in the inbox: one turn at a time per conversation, many side by side."""

import asyncio
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.clean import has_words
from gateway.conversation import Author, Mode, Turn
from gateway.masking import Masking
from gateway.messages import Reply
from gateway.metrics import Metrics
from gateway.outbox import Outbox
from gateway.rasa import Cause, Rasa, RasaFailed
from gateway.signals import Signals, wait
from gateway.store import Clock, Store, now
from gateway.texts import Texts

log = structlog.get_logger()

MAX_ATTEMPTS = 3
STUCK_SECONDS = 60.0
SILENT = {"masked", "unread", "staff"}  # Nothing of what was masked is said beside these.


class Dialogue:
    def __init__(
        self,
        store: Store,
        rasa: Rasa,
        outbox: Outbox,
        *,
        texts: Texts,
        masking: Masking,
        signals: Signals,
        metrics: Metrics,
        clock: Clock = now,
        staff_patience: timedelta = timedelta(hours=1),
        turns_at_once: int = 16,
        poll_seconds: float = 1.0,
    ) -> None:
        self._store = store
        self._rasa = rasa
        self._outbox = outbox
        self._texts = texts
        self._masking = masking
        self._signals = signals
        self._metrics = metrics
        self._clock = clock
        self._staff_patience = staff_patience
        self._free = asyncio.Semaphore(turns_at_once)
        self._poll_seconds = poll_seconds
        self._arrived = asyncio.Event()
        self.turns: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._looked_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Whether the loop came by lately; a turn may hold it up, but not for so long."""
        return time.monotonic() - self._looked_at < STUCK_SECONDS

    def wake(self) -> None:
        """There is a new message: look now."""
        self._arrived.set()

    async def run(self) -> None:
        while not self._stopping:
            try:
                started = await self.start_next()
            except SQLAlchemyError as error:
                log.error("dialogue.database", error=type(error).__name__)
                started = False
            if not started:
                await wait(self._arrived, self._poll_seconds)

    async def start_next(self) -> bool:
        """Begin the next turn as soon as there is room; False when there is none to begin."""
        await self._free.acquire()
        self._looked_at = time.monotonic()
        turn = None
        try:
            turn = None if self._stopping else await self._store.claim_turn()
        finally:
            if turn is None:
                self._free.release()
        if turn is None:
            return False
        task = asyncio.create_task(self._work(turn))
        self.turns.add(task)
        task.add_done_callback(self.turns.discard)
        return True

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, give the running turns some time, then hand the rest back."""
        self._stopping = True
        self.wake()
        if self.turns:
            _, late = await asyncio.wait(self.turns, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, turn: Turn) -> None:
        try:
            await self._answer(turn)
        except SQLAlchemyError as error:
            # The lease runs out and the turn is worked again: nothing was written.
            log.error("turn.unwritten", inbox=turn.id, error=type(error).__name__)
        except asyncio.CancelledError:
            await self._store.release_turn(turn)
            raise
        finally:
            self._free.release()
            self.wake()  # The conversation's next message may go.

    async def _answer(self, turn: Turn) -> None:
        replies, outcome, author = await self._replies(turn)
        replies = (*self._before(turn, outcome), *replies)
        heard = outcome == "answered"
        deliveries = await self._store.finish_turn(turn, replies, author, heard=heard)
        self._note(turn, "dropped" if deliveries is None else outcome)
        if deliveries is None:
            self._signals.wake(turn.conversation)
        else:
            await self._outbox.deliver(deliveries)

    def _before(self, turn: Turn, outcome: str) -> tuple[Reply, ...]:
        """What the gateway has done with personal data, besides the answer."""
        if outcome in SILENT:
            return ()
        if turn.sealed:
            return (self._texts.contact_read,)
        if turn.masked:
            return (self._texts.masked_in_form if turn.asks else self._texts.masked,)
        return ()

    def _note(self, turn: Turn, outcome: str) -> None:
        seconds = (now() - turn.received_at).total_seconds()
        self._metrics.turns.labels(outcome).inc()
        self._metrics.turn_seconds.observe(seconds)
        log.info("turn.done", inbox=turn.id, outcome=outcome, seconds=round(seconds, 3))

    async def _replies(self, turn: Turn) -> tuple[Sequence[Reply], str, Author]:
        if turn.mode is Mode.STAFF:
            return await self._beside_staff(turn)
        if turn.mode in self._texts.notices:
            return (self._texts.notices[turn.mode],), "notice", Author.NOTICE
        if turn.unread:
            return (self._texts.contact_unread[turn.unread],), "unread", Author.BOT
        if turn.masked and not turn.sealed and self._masking.asks_nothing(turn.text):
            return (self._texts.masked_all,), "masked", Author.BOT
        if not has_words(turn.text):
            return (self._texts.no_words,), "no_words", Author.BOT
        try:
            return await self._ask(turn), "answered", Author.BOT
        except RasaFailed as failure:
            self._metrics.apologies.labels(failure.cause.value).inc()
            log.error("turn.failed", inbox=turn.id, cause=failure.cause.value)
            return (self._texts.apology,), "apology", Author.BOT

    async def _beside_staff(self, turn: Turn) -> tuple[Sequence[Reply], str, Author]:
        """Silent, as they said that they are there; unless they are there no more."""
        if turn.staff_at and turn.staff_at + self._staff_patience > self._clock():
            return (), "staff", Author.NOTICE
        await self._store.set_mode(turn.conversation, Mode.BOT)
        replies, outcome, author = await self._replies(replace(turn, mode=Mode.BOT, staff_at=None))
        return (self._texts.given_back(""), *replies), outcome, author

    async def _ask(self, turn: Turn) -> Sequence[Reply]:
        if turn.attempts > MAX_ATTEMPTS:
            raise RasaFailed(Cause.GAVE_UP)
        # "[số đã che]" tells a person what was there; to the search it would be three more words.
        question = replace(turn, text=self._masking.without_tokens(turn.text))
        with self._metrics.rasa_seconds.time():
            try:
                return await self._rasa.ask(question)
            except RasaFailed:
                raise
            except Exception as error:  # The one catch-all: a citizen is never left without reply.
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{place.filename}:{place.lineno}"  # Not the message: it may quote them.
                log.error("turn.bug", inbox=turn.id, error=type(error).__name__, where=where)
                raise RasaFailed(Cause.BUG) from error
