"""What is known of each recipient: whether it takes what is sent, and until when to leave it be."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.outbox.leases import EVERYONE
from agencies.outbox.retries import Retries
from agencies.outbox.tables import bounce
from agencies.outbox.tables import recipient_state as table
from agencies.outbox.writing import Delivery, Kind, insert_if_new
from agencies.senders.base import Later

LONGEST_HOLD = timedelta(minutes=10)  # After that one try finds out whether it works again.
# Bounces are counted over five weeks, as froide does; every hold ends by itself.
BOUNCE_WINDOW = timedelta(weeks=5)
HARD_LIMIT, SOFT_LIMIT = 2, 5
BOUNCE_HOLD, LONGEST_BOUNCE_HOLD = timedelta(days=1), timedelta(days=7)


class Recipients:
    """Inside one transaction, at one moment."""

    def __init__(self, connection: AsyncConnection, retries: Retries, moment: datetime) -> None:
        self._connection = connection
        self._retries = retries
        self._moment = moment

    async def took(self, delivery: Delivery) -> None:
        """It works: what failed before is forgotten, a hold for bounces is not."""
        fine = {"failures": 0, "failing_since": None, "error": "", "changed_at": self._moment}
        kind = delivery.recipient_kind
        failing = sa.update(table).where(table.c.kind == kind, table.c.failures > 0)
        ours = failing.where(table.c.recipient == delivery.recipient)
        everyone = failing.where(table.c.recipient == EVERYONE)
        await self._connection.execute(ours.values(**fine))
        await self._connection.execute(everyone.values(held_until=None, **fine))

    async def failed(self, delivery: Delivery, later: Later) -> None:
        """Leave it be for a while: what else waits for it would fail, too."""
        recipient = EVERYONE if later.everyone else delivery.recipient
        state = await self._state(delivery.recipient_kind, recipient)
        failures = state["failures"] + 1
        pause = min(self._retries.delay(failures, at_least=later.after), LONGEST_HOLD)
        until = self._moment + pause
        await self._change(
            state,
            failures=failures,
            failing_since=state["failing_since"] or self._moment,
            held_until=max(state["held_until"] or until, until),
            error=later.reason[:300],
        )

    async def bounced(self, address: str, *, hard: bool, reason: str) -> None:
        """Counted, and held for a while when it happens often. Never for ever."""
        state = await self._state(Kind.EMAIL, address)
        since = self._moment - BOUNCE_WINDOW
        counted = sa.select(sa.func.count()).where(
            bounce.c.recipient == address,
            bounce.c.hard.is_(hard),
            bounce.c.delivery_id.is_not(None),
            bounce.c.seen_at >= since,
        )
        number: int = (await self._connection.execute(counted)).scalar_one()
        beyond = number - (HARD_LIMIT if hard else SOFT_LIMIT)
        held = state["held_until"]
        if beyond >= 0:
            pause = min(BOUNCE_HOLD * (1 << min(beyond, 5)), LONGEST_BOUNCE_HOLD)
            held = max(held or self._moment, self._moment + pause)
        column = "hard_bounces" if hard else "soft_bounces"
        values = {column: number, "held_until": held, "error": reason[:300]}
        await self._change(state, **values)

    async def release(self, kind: Kind, recipient: str) -> bool:
        """An operator knows better: send to it again from now on."""
        found = sa.update(table).where(table.c.kind == kind, table.c.recipient == recipient)
        values = {"held_until": None, "failures": 0, "failing_since": None, "error": ""}
        return (await self._connection.execute(found.values(**values))).rowcount > 0

    async def _state(self, kind: Kind, recipient: str) -> sa.RowMapping:
        new = {"kind": kind, "recipient": recipient, "changed_at": self._moment, "error": ""}
        new |= {"failures": 0, "hard_bounces": 0, "soft_bounces": 0}
        await self._connection.execute(insert_if_new(self._connection, table).values(**new))
        found = sa.select(table).where(table.c.kind == kind, table.c.recipient == recipient)
        return (await self._connection.execute(found.with_for_update())).mappings().one()

    async def _change(self, state: sa.RowMapping, **values: Any) -> None:
        one = sa.update(table).where(table.c.id == state["id"])
        await self._connection.execute(one.values(changed_at=self._moment, **values))
