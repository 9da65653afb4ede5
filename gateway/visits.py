"""What a citizen's act changes in their conversation, written in one transaction with the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.aside import CONTACT
from gateway.channels.base import Kind
from gateway.conversation import Author, Delivery, Mode
from gateway.database import Database
from gateway.events import Arrival, Had, finish
from gateway.messages import Reply
from gateway.store import Along, Clock, begin_in, lock, now
from gateway.tables import outbox
from gateway.telling import change, release, tell
from gateway.texts import Texts

GREETED_ONCE_IN = timedelta(minutes=10)


@dataclass(frozen=True)
class Notice:
    """Something the gateway says; nothing of its kind is said again within `pause`."""

    kind: str
    reply: Reply
    pause: timedelta = timedelta(0)


class Visits:
    def __init__(
        self,
        database: Database,
        texts: Texts,
        *,
        clock: Clock = now,
        lapse: timedelta = timedelta(hours=24),
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        """After `lapse` a citizen is told again whom they write to."""
        self._database = database
        self._texts = texts
        self._clock = clock
        self._lapse = lapse
        self._lease = lease

    async def come(
        self, arrival: Arrival, raw: dict[str, Any], notices: Sequence[Notice] = ()
    ) -> list[Delivery]:
        """They acted, without words for the bot. Returns what the caller is to send now.

        Raises Overtaken.
        """
        told: list[Delivery] = []
        await self._database.write(self.beginning(arrival, raw, notices, told))
        return told

    async def acted(self, arrival: Arrival, raw: dict[str, Any]) -> None:
        """Nothing is said, and who has no conversation gets none. Raises Overtaken."""

        def work(connection: sa.Connection) -> None:
            row = lock(connection, arrival.conversation)
            finish(connection, arrival, raw)
            if row:
                change_if_any(connection, row, _moved(connection, row, arrival))

        await self._database.write(work)

    async def give_up(self, arrival: Arrival, raw: dict[str, Any]) -> list[Delivery]:
        """Nothing came of it, which whoever wrote is told. Raises Overtaken."""
        if arrival.kind is not Kind.MESSAGE:
            await self._database.write(
                lambda connection: finish(connection, arrival, raw, Had.FAILED)
            )
            return []
        told: list[Delivery] = []
        sorry = [Notice("apology", self._texts.apology)]
        write = self.beginning(arrival, raw, sorry, told, state=Had.FAILED)
        await self._database.write(write)
        return told

    def beginning(
        self,
        arrival: Arrival,
        raw: dict[str, Any],
        notices: Sequence[Notice],
        told: list[Delivery],
        *,
        state: Had = Had.DONE,
    ) -> Along:
        """As a part of the transaction that keeps their words: the conversation begins, providers'
        windows open, what was held may go, greetings and notices are said before the answer.

        `told` gets what the caller is to send then. `raw` is what is kept of the event, unless a
        contact was asked for: then its words may be sealed. The part raises Overtaken, and with it
        the whole transaction.
        """

        def work(connection: sa.Connection) -> None:
            moment = self._clock()
            begin_in(self._database, connection, arrival.conversation, at=moment)
            row = lock(connection, arrival.conversation)
            if row is None:  # A row that was just put there.
                raise LookupError("the conversation is gone under its lock")
            finish(connection, arrival, {} if row["asks"] == CONTACT else raw, state)
            changes = _moved(connection, row, arrival)
            greetings = self._greetings(row, arrival)
            if greetings:
                changes["greeted_at"] = moment
            said = [*greetings, *(one for one in notices if self._is_due(connection, row, one))]
            told.extend(self._tell(connection, row, arrival, said, changes))

        return work

    def _tell(
        self,
        connection: sa.Connection,
        row: sa.RowMapping,
        arrival: Arrival,
        notices: Sequence[Notice],
        changes: dict[str, Any],
    ) -> list[Delivery]:
        if not notices:
            change_if_any(connection, row, changes)
            return []
        told = tell(
            connection,
            row,
            [notice.reply for notice in notices],
            author=Author.NOTICE,
            keys=[f"{_key(notice.kind, arrival.conversation)}{arrival.id}" for notice in notices],
            at=self._clock(),
            lease=self._lease,
            changes=changes,
        )
        return told or []

    def _greetings(self, row: sa.RowMapping, arrival: Arrival) -> list[Notice]:
        """That it is an automatic assistant; unless a person is with them."""
        moment, greeted_at = self._clock(), row["greeted_at"]
        if row["mode"] == Mode.STAFF:
            return []
        if arrival.kind is Kind.GREETED:
            again = greeted_at is None or greeted_at + GREETED_ONCE_IN < moment
            return [Notice("greeting", self._texts.greeting)] if again else []
        if greeted_at is None or max(greeted_at, row["last_activity"]) + self._lapse < moment:
            return [Notice("greeting", self._texts.greeting_short)]
        return []

    def _is_due(self, connection: sa.Connection, row: sa.RowMapping, notice: Notice) -> bool:
        if not notice.pause:
            return True
        since: datetime = self._clock() - notice.pause
        lately = sa.select(outbox.c.id).where(
            outbox.c.conversation == row["name"],
            outbox.c.dedupe_key.startswith(_key(notice.kind, row["name"]), autoescape=True),
            outbox.c.written_at > since,
        )
        return connection.scalar(lately.limit(1)) is None


def change_if_any(connection: sa.Connection, row: sa.RowMapping, changes: dict[str, Any]) -> None:
    if changes:
        change(connection, row["name"], changes)


def _moved(connection: sa.Connection, row: sa.RowMapping, arrival: Arrival) -> dict[str, Any]:
    """Providers count from the last act, which an older one that comes late is not."""
    if row["acted_at"] and row["acted_at"] >= arrival.at:
        return {}
    release(connection, row["name"])
    return {"acted_at": arrival.at}


def _key(kind: str, name: str) -> str:
    return f"{kind}:{name}:"
