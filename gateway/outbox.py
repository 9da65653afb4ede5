"""Sends what was written for citizens: every reply, in order, tried again until it is taken."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.aside import contact_of, showing
from gateway.channels.base import Channel, Sent, Way
from gateway.conversation import Author, Delivery, Mode, may_send
from gateway.database import Database
from gateway.metrics import Metrics
from gateway.signals import wait
from gateway.store import Clock, now
from gateway.tables import Told, conversation, outbox
from gateway.thread import read_reply, unsent

log = structlog.get_logger()

UNSENT = (Told.WAITING, Told.SENDING)
MAX_ATTEMPTS = 8
PATIENCE = timedelta(days=1)  # With what staff wrote: it is somebody's answer.
FIRST_DELAY = 2.0
LONGEST_DELAY = 600.0


class DeliveryFailed(Exception):
    """The provider did not take the reply; it may be tried again."""


class Outbox:
    """The loop over the outbox table. Several may run: a row is leased before it is sent."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        *,
        clock: Clock = now,
        poll_seconds: float = 1.0,
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        self._database = database
        self._channels = channels
        self._metrics = metrics
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._lease = lease
        self._written = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        self._written.set()

    async def run(self) -> None:
        while not self._stopping:
            try:
                while not self._stopping and await self.deliver_next():
                    pass
            except SQLAlchemyError as error:
                log.error("outbox.database", error=type(error).__name__)
            await wait(self._written, self._poll_seconds)

    def stop(self) -> None:
        """Leave the loop after what is being sent now."""
        self._stopping = True
        self.wake()

    async def deliver_next(self) -> bool:
        """Send what is due in one conversation; False when nothing is due anywhere."""
        deliveries = await self._claim()
        if deliveries:
            await self._deliver(deliveries)
        return deliveries is not None

    async def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Send what the caller has just written; the loop sees to the rest."""
        await self._deliver(deliveries)
        self.wake()

    async def _deliver(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            try:
                await self._send(delivery)
            except DeliveryFailed:
                await self._put_off(delivery)
                return
            await self._mark_sent(delivery)

    async def _send(self, delivery: Delivery) -> None:
        channel, user = delivery.conversation.split(":", 1)
        if channel not in self._channels:
            raise DeliveryFailed(f"no channel {channel!r}")
        reply = delivery.reply
        if reply.shows:
            contact = await self._database.read(
                lambda connection: contact_of(connection, delivery.conversation)
            )
            reply = showing(reply, contact)
        for place, part in enumerate(self._channels[channel].parts(reply)):
            mark = f"{delivery.conversation}:{delivery.sequence}:{place}"
            outcome = await self._channels[channel].send(user, part, mark=mark, way=Way.DIRECT)
            if not isinstance(outcome, Sent):
                raise DeliveryFailed(outcome.reason)

    async def _claim(self) -> list[Delivery] | None:
        """Lease the due replies of one conversation, in order, none overtaking another."""
        moment = self._clock()

        def work(connection: sa.Connection) -> list[Delivery] | None:
            head = connection.execute(_head(moment)).mappings().first()
            if head is None:
                return None
            rows = connection.execute(unsent(head["conversation"])).mappings().all()
            waiting = [row for row in rows if row["not_before"] <= moment or _is_in_order(row)]
            due = list(takewhile(lambda row: row["not_before"] <= moment, waiting))
            withheld = [row for row in due if _is_withheld(row, Mode(head["mode"]))]
            claimed = [row for row in due if row not in withheld]
            lease = {"state": Told.SENDING, "lease_until": moment + self._lease}
            connection.execute(_change(claimed, **lease))
            if withheld:
                connection.execute(_change(withheld, state=Told.WITHHELD))
            return [_delivery(row) for row in claimed]

        return await self._database.write(work)

    async def _put_off(self, delivery: Delivery) -> None:
        """Back to waiting, with everything after it, or to the dead letters."""
        attempts, moment = delivery.attempts + 1, self._clock()
        later = sa.update(outbox).where(
            outbox.c.conversation == delivery.conversation,
            outbox.c.sequence > delivery.sequence,
            outbox.c.state == Told.SENDING,
        )

        def work(connection: sa.Connection) -> str:
            row = connection.execute(_of(delivery)).mappings().first()
            if row is None:
                return "failed"
            by_staff = row["author"] == Author.STAFF
            patient = by_staff and row["written_at"] + PATIENCE > moment
            dead = attempts >= MAX_ATTEMPTS and not patient
            connection.execute(later.values(state=Told.WAITING, lease_until=None))
            values = {
                "state": Told.DEAD if dead else Told.WAITING,
                "attempts": attempts,
                "lease_until": None,
                "not_before": moment + delay(attempts),
            }
            connection.execute(_row(delivery).values(**values))
            if not dead:
                return "failed"
            return "dead_of_staff" if by_staff else "dead"

        outcome = await self._database.write(work)
        log.warning("outbox.failed", sequence=delivery.sequence, attempts=attempts, outcome=outcome)
        self._metrics.deliveries.labels(outcome).inc()

    async def _mark_sent(self, delivery: Delivery) -> None:
        self._metrics.deliveries.labels("sent").inc()
        sent = _row(delivery).values(state=Told.SENT, lease_until=None)
        await self._database.write(lambda connection: connection.execute(sent))


def delay(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling, capped, never all at the same moment."""
    seconds = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def _head(moment: datetime) -> sa.Select[Any]:
    """The oldest due reply that has no unsent one before it in its conversation, but for one that
    was tried so often that the rest no longer waits for it."""
    earlier = outbox.alias()
    overtaking = sa.exists().where(
        earlier.c.state.in_(UNSENT),
        earlier.c.conversation == outbox.c.conversation,
        earlier.c.sequence < outbox.c.sequence,
        earlier.c.attempts < MAX_ATTEMPTS,
    )
    left_behind = sa.and_(outbox.c.state == Told.SENDING, outbox.c.lease_until < moment)
    return (
        sa.select(outbox.c.conversation, conversation.c.mode)
        .join(conversation, conversation.c.name == outbox.c.conversation)
        .where(sa.or_(outbox.c.state == Told.WAITING, left_behind))
        .where(outbox.c.not_before <= moment, ~overtaking)
        .order_by(outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)
    )


def _is_in_order(row: sa.RowMapping) -> bool:
    return int(row["attempts"]) < MAX_ATTEMPTS


def _is_withheld(row: sa.RowMapping, mode: Mode) -> bool:
    return row["state"] == Told.WAITING and not may_send(Author(row["author"]), mode)


def _change(rows: Sequence[sa.RowMapping], **values: Any) -> sa.Update:
    return sa.update(outbox).where(outbox.c.id.in_([row["id"] for row in rows])).values(**values)


def _of(delivery: Delivery) -> sa.Select[Any]:
    return sa.select(outbox.c.author, outbox.c.written_at).where(
        outbox.c.conversation == delivery.conversation, outbox.c.sequence == delivery.sequence
    )


def _row(delivery: Delivery) -> sa.Update:
    return sa.update(outbox).where(
        outbox.c.conversation == delivery.conversation, outbox.c.sequence == delivery.sequence
    )


def _delivery(row: sa.RowMapping) -> Delivery:
    reply = read_reply(row["reply"])
    return Delivery(row["conversation"], row["sequence"], reply, row["attempts"])
