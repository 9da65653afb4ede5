"""What staff do in a conversation: write in it, take it over, give it back, read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Author, Delivery, Item, Mode
from gateway.database import Database
from gateway.messages import Reply
from gateway.notes import of_staff, owner_of
from gateway.store import Along, Clock, UnknownConversation, begin_in, lock, named, now
from gateway.tables import Told, inbox, outbox
from gateway.telling import change, tell
from gateway.thread import item_of

SEEN = 100  # Messages of a conversation that staff are shown.
TAKEN = "taken"  # Instead of a mode: the staff of another case have it.


class TakenByAnother(Exception):
    """The staff of another case have the conversation."""


@dataclass(frozen=True)
class Seen:
    """A conversation as the staff of a case see it."""

    mode: str
    staff_name: str
    items: tuple[Item, ...]


class StaffDesk:
    """Everything here works on the conversation's row under its lock, as the dialogue does."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = now,
        lease: timedelta = timedelta(seconds=30),
        kept: timedelta = timedelta(days=60),
        patience: timedelta = timedelta(hours=1),
    ) -> None:
        """`kept` is how long the citizen can come back to a thread that a case is part of;
        `patience` how long staff may be silent before it is theirs no more."""
        self._database = database
        self._clock = clock
        self._lease = lease
        self._kept = kept
        self._patience = patience

    async def write(
        self, name: str, reply: Reply, *, key: str, purpose: str = "", author: Author = Author.STAFF
    ) -> list[Delivery]:
        """Put a message into the outbox, once for a key; returns what is to be sent now.

        What is delivered for a `purpose` gets in at any time, talk does not while the staff of
        another case talk. Raises UnknownConversation, TakenByAnother.
        """

        def work(connection: sa.Connection) -> list[Delivery]:
            row = _known(connection, name)
            if connection.scalar(sa.select(outbox.c.id).where(outbox.c.dedupe_key == key)):
                return []
            owner = self._owner(row)
            if not purpose and owner not in ("", reply.case):
                raise TakenByAnother(name)
            changes = {"kept_until": self._clock() + self._kept, **of_staff(row, reply, purpose)}
            if owner and owner == reply.case:
                changes["staff_at"] = self._clock()
            return self._tell(connection, row, reply, key=key, author=author, changes=changes)

        return await self._database.write(work)

    async def fate(self, key: str) -> Told | None:
        """What became of a message."""
        state = sa.select(outbox.c.state).where(outbox.c.dedupe_key == key)
        found = await self._database.read(lambda connection: connection.scalar(state))
        return Told(found) if found else None

    async def take_over(
        self, name: str, staff_name: str, notice: Reply, *, case: str
    ) -> list[Delivery]:
        """From now on the bot is silent; said to the citizen unless it was so already.

        Raises UnknownConversation, TakenByAnother.
        """
        values = {"mode": Mode.STAFF, "staff_name": staff_name, "staff_case": case}
        return await self._change_mode(name, values | {"staff_at": self._clock()}, notice, case)

    async def give_back(self, name: str, notice: Reply, *, case: str) -> list[Delivery]:
        """The bot answers again, and says so. Raises UnknownConversation, TakenByAnother."""
        values = {"mode": Mode.BOT, "staff_name": "", "staff_case": "", "staff_at": None}
        moment = {"given_back_at": self._clock()}
        return await self._change_mode(name, {**values, **moment}, notice, case)

    async def wrote_elsewhere(
        self, name: str, text: str, *, key: str, at: datetime, along: Along
    ) -> None:
        """Somebody wrote to the citizen in the provider's own inbox: the bot is silent from now on,
        as if they had taken it over here. What they said is kept in the thread, once for a key.

        `along` is written in the same transaction, before it.
        """

        def work(connection: sa.Connection) -> None:
            moment = self._clock()
            begin_in(self._database, connection, name, at=moment)
            row = _known(connection, name)
            along(connection)
            same = outbox.c.dedupe_key == key
            if connection.scalar(sa.select(outbox.c.id).where(same)):
                return
            change(connection, name, self._heard_of(row, min(at, moment)))
            if text:
                self._tell(connection, row, Reply(text), key=key, author=Author.STAFF, changes={})
                sent = {"state": Told.SENT, "lease": None, "lease_until": None}
                connection.execute(sa.update(outbox).where(same).values(**sent))

        await self._database.write(work)

    async def seen(
        self, name: str, *, case: str, until: datetime, since: datetime | None = None
    ) -> Seen:
        """What concerns a case, as it is stored: what was said from `since` to `until`, unless
        another case's, and all that is this one's. Raises UnknownConversation."""

        def work(connection: sa.Connection) -> Seen:
            row = connection.execute(named(name)).mappings().first()
            if row is None:
                raise UnknownConversation(name)
            rows = [
                said
                for table, at in ((inbox, inbox.c.received_at), (outbox, outbox.c.written_at))
                for said in connection.execute(
                    _part(table, at, name, case, since, until)
                ).mappings()
            ]
            return Seen(*self._state(row, case), _items(rows))

        return await self._database.read(work)

    def _state(self, row: sa.RowMapping, case: str) -> tuple[str, str]:
        """How the conversation is to the staff of a case."""
        owner = self._owner(row)
        if row["mode"] != Mode.STAFF:
            return row["mode"], row["staff_name"]
        if not owner:  # They are there no more; the bot answers the next message.
            return Mode.BOT, ""
        return (Mode.STAFF, row["staff_name"]) if owner == case else (TAKEN, "")

    async def _change_mode(
        self, name: str, values: dict[str, Any], notice: Reply, case: str
    ) -> list[Delivery]:
        def work(connection: sa.Connection) -> list[Delivery]:
            row = _known(connection, name)
            if self._owner(row) not in ("", case):
                raise TakenByAnother(name)
            who = ("mode", "staff_name", "staff_case")
            if all(row[one] == values[one] for one in who):
                change(connection, name, values)  # They are still there.
                return []
            if values["mode"] == Mode.BOT and row["mode"] == Mode.CLOSED:
                return []
            changes = dict(values)
            if row["mode"] == Mode.STAFF and row["asked_case"] == case:
                changes["asked_case"] = ""  # It was talked about.
            key = f"mode:{name}:{int(row['sequence']) + 1}"
            author = Author.NOTICE
            return self._tell(
                connection, row, notice, key=key, author=author, changes=changes, case=case
            )

        return await self._database.write(work)

    def _heard_of(self, row: sa.RowMapping, at: datetime) -> dict[str, Any]:
        """Providers may tell of it late: when they have gone since, or gave it back."""
        back = row["given_back_at"]
        gone = at + self._patience <= self._clock() or (back is not None and at <= back)
        if gone:
            return {"last_activity": row["last_activity"]}
        last = row["staff_at"] if row["mode"] == Mode.STAFF else None
        changes = {"mode": Mode.STAFF, "staff_at": max(at, last or at)}
        return changes if self._owner(row) else {**changes, "staff_name": "", "staff_case": ""}

    def _owner(self, row: sa.RowMapping) -> str:
        return owner_of(row, self._clock(), self._patience)

    def _tell(
        self,
        connection: sa.Connection,
        row: sa.RowMapping,
        reply: Reply,
        *,
        key: str,
        author: Author,
        changes: dict[str, Any],
        case: str = "",
    ) -> list[Delivery]:
        told = tell(
            connection,
            row,
            [reply],
            author=author,
            keys=[key],
            at=self._clock(),
            lease=self._lease,
            case=case,
            changes=changes,
        )
        return told or []


def _known(connection: sa.Connection, name: str) -> sa.RowMapping:
    row = lock(connection, name)
    if row is None:
        raise UnknownConversation(name)
    return row


def _part(
    table: sa.Table,
    at: sa.ColumnElement[Any],
    name: str,
    case: str,
    since: datetime | None,
    until: datetime,
) -> sa.Select[Any]:
    of_nobody = [table.c.case_code == "", at <= until]
    if since:
        of_nobody.append(at > since)
    concerns = sa.or_(table.c.case_code == case, sa.and_(*of_nobody))
    chosen = sa.select(table).where(table.c.conversation == name, concerns)
    return chosen.order_by(table.c.sequence.desc()).limit(SEEN)


def _items(rows: Sequence[sa.RowMapping]) -> tuple[Item, ...]:
    """What the citizen has read, and what staff should know that they have not."""
    last = sorted(rows, key=lambda row: int(row["sequence"]))[-SEEN:]
    items = (item_of(row) for row in last if row["state"] != Told.WITHHELD)
    return tuple(item for item in items if item.state != Told.DEAD or item.author is Author.STAFF)
