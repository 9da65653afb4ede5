"""What providers' webhooks brought: the event table as plain calls."""

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from gateway.channels.base import Event, Kind
from gateway.database import Database
from gateway.store import Clock, now
from gateway.tables import event

# Its conversation's name, and keys made of that, must fit into their columns; among them
# "{user}:{key}" of the inbox and "echo:{channel}:{key}" of the outbox.
_USER = re.compile(r"[!-~]{0,120}")
_KEY = re.compile(r"[!-~]{1,180}")
LONGEST = 200
OLDEST = timedelta(days=2)  # No provider tries again for as long.
AHEAD = timedelta(minutes=1)  # Their clock may go before ours; the order of events is by theirs.


class Had(StrEnum):
    """States of an event row."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"  # Given up after many tries: a person must look.


class Overtaken(Exception):
    """The event is this worker's no more: another has it, or its citizen was forgotten."""


@dataclass(frozen=True)
class Arrival:
    """An event that this process, and no other, is working."""

    id: int
    channel: str
    user: str
    kind: Kind
    key: str
    raw: dict[str, Any]
    at: datetime  # By the provider's clock.
    received_at: datetime
    attempts: int
    lease: str

    @property
    def conversation(self) -> str:
        return f"{self.channel}:{self.user}"


class Events:
    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = now,
        lease: timedelta = timedelta(seconds=60),
    ) -> None:
        """`lease` is longer than the work on any one event."""
        self._database = database
        self._clock = clock
        self._lease = lease

    async def keep(self, channel: str, events: Sequence[Event]) -> None:
        """All of them or none, each once however often it comes."""
        rows = [self._row(channel, one) for one in map(fitting, events)]
        if rows:
            insert = self._database.insert_if_new(event).values(rows)
            await self._database.write(lambda connection: connection.execute(insert), first=True)

    async def claim(self, channels: Collection[str], most: int) -> list[Arrival]:
        """Lease what is due of several citizens: of each the first that is not worked yet."""
        moment = self._clock()

        def work(connection: sa.Connection) -> list[Arrival]:
            rows = connection.execute(_due(channels, moment, most)).mappings().all()
            lease = secrets.token_hex(8)
            claim = {"lease": lease, "lease_until": moment + self._lease}
            ids = [row["id"] for row in rows]
            claimed = sa.update(event).where(event.c.id.in_(ids))
            if ids:
                connection.execute(claimed.values(**claim, attempts=event.c.attempts + 1))
            return [_arrival(row, lease) for row in rows]

        return await self._database.write(work)

    async def finish(self, arrival: Arrival, raw: dict[str, Any]) -> None:
        """It is worked; of what came only `raw` is kept."""
        await self._database.write(lambda connection: finish(connection, arrival, raw))

    async def empty(self, arrival: Arrival) -> None:
        """It is worked; only that it came is kept, not of whom."""
        await self._database.write(lambda connection: finish(connection, arrival, {}, user=""))

    async def release(self, arrival: Arrival, pause: timedelta = timedelta(0)) -> None:
        """Give it back as if it had not been claimed: neither it nor its worker is to blame."""
        values = {"lease": None, "lease_until": None, "attempts": arrival.attempts - 1}
        await self._change(arrival, {**values, "not_before": self._clock() + pause})

    async def put_off(self, arrival: Arrival, pause: timedelta) -> None:
        """It is tried again, and the citizen's later events wait for it."""
        values = {"lease": None, "lease_until": None, "not_before": self._clock() + pause}
        await self._change(arrival, values)

    async def last_at(self, channel: str) -> datetime | None:
        """When the last event came that was kept."""
        last = last_of(channel)
        return await self._database.read(lambda connection: connection.scalar(last))

    async def _change(self, arrival: Arrival, values: dict[str, Any]) -> None:
        await self._database.write(
            lambda connection: connection.execute(_ours(arrival).values(**values))
        )

    def _row(self, channel: str, one: Event) -> dict[str, Any]:
        moment = self._clock()
        return {
            "channel": channel,
            "event_key": one.key,
            "user": one.user,
            "kind": one.kind,
            "raw": one.raw,
            "at": _believed(one.at, moment),
            "received_at": moment,
            "state": Had.NEW,
            "not_before": moment,
        }


def fitting(one: Event) -> Event:
    """An event whose names fit into the table, whatever the provider sends.

    A key outlives its citizen (`forget`), so it does not name them.
    """
    if not _KEY.fullmatch(one.key) or (one.user and one.user in one.key) or _is_too_long(one):
        one = replace(one, key=hashlib.sha256(one.key.encode("utf-8", "replace")).hexdigest())
    if not _USER.fullmatch(one.user):
        return replace(one, kind=Kind.UNKNOWN, user="", raw={})
    return one


def _believed(at: datetime, received_at: datetime) -> datetime:
    """As much of what a provider says of the time as can be; windows are counted from it."""
    return received_at if at > received_at + AHEAD else max(at, received_at - OLDEST)


def _is_too_long(one: Event) -> bool:
    return len(f"{one.user}:{one.key}") > LONGEST


def finish(
    connection: sa.Connection,
    arrival: Arrival,
    raw: dict[str, Any],
    state: Had = Had.DONE,
    *,
    user: str | None = None,
) -> None:
    """In the transaction with what the event has led to; the row names `user` instead, if given.

    Raises Overtaken.
    """
    values: dict[str, Any] = {"state": state, "raw": raw, "lease": None, "lease_until": None}
    if user is not None:
        values["user"] = user
    if not connection.execute(_ours(arrival).values(**values)).rowcount:
        raise Overtaken(str(arrival.id))


def forget(connection: sa.Connection, conversation: str) -> int:
    """Only that they came is kept, so that a replay brings nothing back; returns how many did."""
    channel, _, user = conversation.partition(":")
    if not user:
        return 0
    # With the states the index finds them.
    theirs = (event.c.channel == channel, event.c.user == user, event.c.state.in_(list(Had)))
    values: dict[str, Any] = {
        "raw": {},
        "user": "",
        "state": Had.DONE,
        "lease": None,
        "lease_until": None,
    }
    return connection.execute(sa.update(event).where(*theirs).values(**values)).rowcount


def last_of(channel: str) -> sa.Select[Any]:
    last = sa.select(event.c.received_at).where(event.c.channel == channel)
    return last.order_by(event.c.received_at.desc()).limit(1)


def worked_before(moment: datetime) -> sa.Delete:
    return sa.delete(event).where(event.c.received_at < moment, event.c.state != Had.NEW)


def _ours(arrival: Arrival) -> sa.Update:
    return sa.update(event).where(
        event.c.id == arrival.id, event.c.lease == arrival.lease, event.c.state == Had.NEW
    )


def _due(channels: Collection[str], moment: datetime, most: int) -> sa.Select[Any]:
    other = event.alias()
    before = sa.or_(
        other.c.at < event.c.at, sa.and_(other.c.at == event.c.at, other.c.id < event.c.id)
    )
    in_hand = sa.and_(other.c.lease_until >= moment, other.c.id != event.c.id)
    # A part that is in doubt waits for its echo, which therefore waits for nothing.
    alike = (other.c.kind == Kind.ECHO) == (event.c.kind == Kind.ECHO)
    blocked = sa.exists().where(
        other.c.state == Had.NEW,
        other.c.channel == event.c.channel,
        other.c.user == event.c.user,
        alike,
        sa.or_(before, in_hand),
    )
    free = sa.or_(event.c.lease_until.is_(None), event.c.lease_until < moment)
    return (
        sa.select(event)
        .where(event.c.state == Had.NEW, event.c.channel.in_(channels), ~blocked)
        .where(free, event.c.not_before <= moment)
        .order_by(event.c.id)
        .limit(most)
        .with_for_update(of=event, skip_locked=True)
    )


def _arrival(row: sa.RowMapping, lease: str) -> Arrival:
    return Arrival(
        id=row["id"],
        channel=row["channel"],
        user=row["user"],
        kind=Kind(row["kind"]),
        key=row["event_key"],
        raw=row["raw"],
        at=row["at"],
        received_at=row["received_at"],
        attempts=row["attempts"] + 1,
        lease=lease,
    )
