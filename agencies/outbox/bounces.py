"""Mail that came back: what that says about the letter and about its address."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import writing
from agencies.outbox.leases import Clock, now
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.recipients import Recipients
from agencies.outbox.results import Told, nobody
from agencies.outbox.retries import Retries
from agencies.outbox.tables import bounce as table
from agencies.outbox.tables import delivery
from agencies.outbox.writing import Delivery, Kind, Purpose, State, insert_if_new

SOFT_DELAY_FAILURES = 6  # As after so many failures: a full mailbox is not emptied in a minute.


@dataclass(frozen=True)
class Bounce:
    """One report. `key` is the report's own id, `message_id` that of the letter it is about."""

    key: str
    message_id: str
    hard: bool
    reason: str = ""


class Effect(StrEnum):
    KNOWN = "known"  # Seen before, or about a letter already dealt with.
    UNMATCHED = "unmatched"  # About no letter of ours.
    DEAD = "dead"
    AGAIN = "again"


class Bounces:
    def __init__(
        self,
        engine: AsyncEngine,
        retries: Retries,
        metrics: OutboxMetrics,
        *,
        dead: Told = nobody,
        clock: Clock = now,
    ) -> None:
        self._engine = engine
        self._retries = retries
        self._metrics = metrics
        self._dead = dead
        self._clock = clock

    async def take(self, bounce: Bounce) -> Effect:
        """A hard one ends the letter, a soft one sends it again; a repeat changes nothing."""
        async with writing(self._engine).begin() as connection:
            effect = await self._take(connection, bounce)
        self._metrics.bounces.labels(effect).inc()
        return effect

    async def _take(self, connection: AsyncConnection, bounce: Bounce) -> Effect:
        moment = self._clock()
        found = sa.select(delivery).where(
            delivery.c.provider_id == bounce.message_id,
            delivery.c.recipient_kind == Kind.EMAIL,
        )
        row = (await connection.execute(found.with_for_update())).mappings().first()
        # The same bounce may be told by mail and by webhook: what counts is that the letter was
        # taken as sent until now.
        counts = row is not None and row["state"] == State.SENT
        seen = insert_if_new(connection, table).values(
            key=bounce.key[:300],
            delivery_id=row["id"] if row and counts else None,
            recipient=row["recipient"] if row else "",
            hard=bounce.hard,
            reason=bounce.reason[:300],
            seen_at=moment,
        )
        is_new = (await connection.execute(seen.returning(table.c.id))).first() is not None
        if row is None:
            return Effect.UNMATCHED
        if not (is_new and counts):
            return Effect.KNOWN
        recipients = Recipients(connection, self._retries, moment)
        await recipients.bounced(row["recipient"], hard=bounce.hard, reason=bounce.reason)
        since = row["written_at"]
        if bounce.hard or self._retries.is_hopeless(row["attempts"], since=since, now=moment):
            return await self._end(connection, row, bounce)
        pause = self._retries.delay(SOFT_DELAY_FAILURES)
        again = {
            "state": State.WAITING,
            "not_before": moment + pause,
            "sent_at": None,
            "error": f"bounced: {bounce.reason}"[:300],
        }
        await connection.execute(
            sa.update(delivery).where(delivery.c.id == row["id"]).values(**again)
        )
        return Effect.AGAIN

    async def _end(self, connection: AsyncConnection, row: sa.RowMapping, bounce: Bounce) -> Effect:
        error = f"bounced: {bounce.reason}"[:300]
        ended = sa.update(delivery).where(delivery.c.id == row["id"])
        values = {"state": State.DEAD, "error": error, "ended_at": self._clock()}
        await connection.execute(ended.values(**values))
        told = Delivery(
            recipient_kind=Kind(row["recipient_kind"]),
            recipient=row["recipient"],
            purpose=Purpose(row["purpose"]),
            dedupe_key=row["dedupe_key"],
            case_id=row["case_id"],
            agency_id=row["agency_id"],
            payload=row["payload"],
        )
        await self._dead(connection, told)
        return Effect.DEAD
