"""Keeps what became of a try, together with the fact it makes true."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import writing
from agencies.outbox.digest import mark_told
from agencies.outbox.leases import Clock, Leased, now
from agencies.outbox.recipients import Recipients
from agencies.outbox.retries import Retries
from agencies.outbox.tables import delivery as table
from agencies.outbox.writing import Delivery, Purpose, State
from agencies.senders.base import Later, Outcome, Refused, Sent, Skipped

Told = Callable[[AsyncConnection, Delivery], Awaitable[None]]
ERROR_LENGTH = 300


async def nobody(connection: AsyncConnection, delivery: Delivery) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Hooks:
    """Called in the transaction in which a delivery ends: `sent` says "đã chuyển" only then."""

    sent: Told = nobody
    dead: Told = nobody
    held: Told = nobody  # Instead of `sent`, when it waits for its recipient elsewhere.


class Results:
    def __init__(
        self, engine: AsyncEngine, hooks: Hooks, retries: Retries, *, clock: Clock = now
    ) -> None:
        self._engine = engine
        self._hooks = hooks
        self._retries = retries
        self._clock = clock

    async def keep(self, leased: Leased, outcome: Outcome) -> State | None:
        """The state the row has now; None when the lease had gone to another worker."""
        moment = self._clock()
        async with writing(self._engine).begin() as connection:
            recipients = Recipients(connection, self._retries, moment)
            match outcome:
                case Sent(provider_id):
                    values = {"provider_id": provider_id[:300], "sent_at": moment}
                    state = await self._end(connection, leased, State.SENT, values)
                    if state:
                        await recipients.took(leased.delivery)
                        if leased.delivery.purpose == Purpose.DIGEST:
                            written_at = leased.parcel.written_at
                            await mark_told(connection, leased.delivery.payload, written_at)
                        told = self._hooks.held if outcome.is_held else self._hooks.sent
                        await told(connection, leased.delivery)
                case Refused(reason):
                    values = {"error": reason[:ERROR_LENGTH], "ended_at": moment}
                    state = await self._end(connection, leased, State.DEAD, values)
                    if state:
                        await self._hooks.dead(connection, leased.delivery)
                case Skipped(reason):
                    values = {"error": reason[:ERROR_LENGTH], "ended_at": moment}
                    state = await self._end(connection, leased, State.WITHDRAWN, values)
                case Later():
                    state = await self._put_off(connection, recipients, leased, outcome)
        return state

    async def note_accepted(self, leased: Leased, provider_id: str) -> None:
        """It went out, but its fact could not be written: it must not be sent again for that."""
        moment = self._clock()
        async with writing(self._engine).begin() as connection:
            failures = leased.attempts + 1
            values = {
                "state": State.WAITING,
                "attempts": failures,
                "not_before": moment + self._retries.delay(failures),
                "provider_id": provider_id[:300],
                "sent_at": moment,
                "error": "sent, but the record of it failed",
            }
            await self._change(connection, leased, values)

    async def _put_off(
        self, connection: AsyncConnection, recipients: Recipients, leased: Leased, later: Later
    ) -> State | None:
        moment = self._clock()
        failures = leased.attempts + 1
        since = leased.failing_since or moment
        # A broken way of ours is nobody's fault: it makes all wait and gives nothing up.
        hopeless = not later.everyone and self._retries.is_hopeless(
            failures, since=since, now=moment
        )
        values = {
            "attempts": failures,
            "failing_since": since,
            "error": later.reason[:ERROR_LENGTH],
            "not_before": moment + self._retries.delay(failures, at_least=later.after),
        }
        if later.everyone:  # The wait is that of the way, so that all go out once it works.
            values |= {"failing_since": leased.failing_since, "not_before": moment}
        values |= {"ended_at": moment} if hopeless else {}
        state = State.DEAD if hopeless else State.WAITING
        if not await self._change(connection, leased, values | {"state": state}):
            return None
        await recipients.failed(leased.delivery, later)
        if hopeless:
            await self._hooks.dead(connection, leased.delivery)
        return state

    async def _end(
        self, connection: AsyncConnection, leased: Leased, state: State, values: dict[str, Any]
    ) -> State | None:
        cleared = {"state": state, "attempts": leased.attempts + 1, "error": ""}
        cleared |= {"failing_since": None}
        return state if await self._change(connection, leased, cleared | values) else None

    async def _change(
        self, connection: AsyncConnection, leased: Leased, values: dict[str, Any]
    ) -> bool:
        """Only while the lease is ours: another worker may have taken the row over."""
        held = sa.update(table).where(
            table.c.id == leased.id,
            table.c.lease == leased.lease,
            table.c.state == State.SENDING,
        )
        values = {"lease": None, "lease_until": None} | values
        return (await connection.execute(held.values(**values))).rowcount == 1
