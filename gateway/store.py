"""Conversations, what citizens wrote and what they are told: the tables as plain calls."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.aside import CONTACT, empty, erasure, put_contact
from gateway.conversation import Author, Delivery, Item, Mode, Thread, Turn, may_send
from gateway.database import Database
from gateway.messages import Incoming, Reply
from gateway.tables import Asked, Told, conversation, drawer, inbox, outbox
from gateway.thread import (
    asked_after,
    item_of,
    last_asks,
    last_told,
    read_reply,
    thread_of,
    told_after,
    told_at,
    unsent,
)
from gateway.turns import body_of, leased, next_turn, turn_of

Clock = Callable[[], datetime]


class UnknownConversation(Exception):
    """It was never begun, was erased, or lay idle for too long."""


class NothingTold(Exception):
    """There is no reply at this place of the thread."""


def now() -> datetime:
    return datetime.now(UTC)


class Store:
    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = now,
        idle: timedelta = timedelta(minutes=30),
        lifetime: timedelta = timedelta(hours=24),
        lease: timedelta = timedelta(seconds=30),
        kept: timedelta = timedelta(days=60),
        tell_erasures: bool = False,
    ) -> None:
        """`kept` is how long a thread with a case can be come back to. `tell_erasures` leaves word
        for the agencies that a conversation was erased.

        `idle` ends the chat session with Rasa, `lifetime` the citizen's way back to it."""
        self._database = database
        self._clock = clock
        self._idle = idle
        self._lifetime = lifetime
        self._lease = lease
        self._kept = kept
        self._tell_erasures = tell_erasures

    async def accept(
        self, message: Incoming, *, begin: bool = True, sealed: Incoming | None = None
    ) -> int:
        """Keep a message, once however often it comes, and return its place in the thread.

        `sealed` is kept instead while the bot waits for a contact; the contact goes to the drawer.

        Raises UnknownConversation unless the message may `begin` a conversation.
        """

        def work(connection: sa.Connection) -> int:
            if begin:
                self._begin(connection, message.conversation)
            row = lock(connection, message.conversation)
            if row is None or (not begin and self._is_lapsed(row)):
                raise UnknownConversation(message.conversation)
            key = f"{message.user}:{message.message_id}"
            seen = sa.select(inbox.c.sequence).where(
                inbox.c.channel == message.channel, inbox.c.event_key == key
            )
            place = connection.scalar(seen)
            if place:
                return int(place)
            asks = last_asks(connection, message.conversation)
            given = sealed if sealed and asks == CONTACT else message
            if given.contact:
                put_contact(connection, row["name"], given.contact, at=self._clock())
            return self._insert(connection, row, given, key=key, asks=asks)

        return await self._database.write(work)

    async def claim_turn(self) -> Turn | None:
        """Lease the oldest message whose conversation has none before it still unanswered."""
        moment = self._clock()

        def work(connection: sa.Connection) -> Turn | None:
            row = connection.execute(next_turn(moment)).mappings().first()
            if row is None:
                return None
            claim = {"lease": secrets.token_hex(8), "attempts": row["attempts"] + 1}
            update = sa.update(inbox).where(inbox.c.id == row["id"])
            connection.execute(update.values(**claim, lease_until=moment + self._lease))
            told = connection.execute(last_told(row["conversation"])).mappings().first()
            return turn_of({**row, **claim}, read_reply(told["reply"]) if told else None)

        return await self._database.write(work)

    async def finish_turn(
        self, turn: Turn, replies: Sequence[Reply], author: Author = Author.BOT
    ) -> list[Delivery] | None:
        """Write the replies and mark the message answered, both or neither.

        Returns what the caller is to send now: nothing when earlier replies are still on their
        way. None when nothing is to be said any more: another worker did, the citizen erased the
        conversation, or staff took it over.
        """

        def work(connection: sa.Connection) -> list[Delivery] | None:
            row = lock(connection, turn.conversation)
            done = {"state": Asked.DONE, "lease": None, "lease_until": None}
            if row is None or not connection.execute(leased(turn, done)).rowcount:
                return None
            if not replies:  # Staff have it: what they say is all there is.
                return []
            state = Told.WITHHELD
            if may_send(author, Mode(row["mode"])):
                behind = connection.scalar(sa.select(unsent(turn.conversation).exists()))
                state = Told.WAITING if behind else Told.SENDING
            rows = self._rows(turn, row["sequence"], replies, author=author, state=state)
            connection.execute(sa.insert(outbox), rows)
            changes = {"sequence": rows[-1]["sequence"]}
            connection.execute(_change(turn.conversation, changes | self._of_cases(replies)))
            for reply in replies:
                if reply.case and reply.emptied:
                    connection.execute(empty(turn.conversation, reply.emptied))
            if state is Told.SENDING:
                return [
                    Delivery(turn.conversation, row["sequence"], reply)
                    for row, reply in zip(rows, replies, strict=True)
                ]
            return [] if state is Told.WAITING else None

        return await self._database.write(work)

    async def release_turn(self, turn: Turn) -> None:
        """Give the message back, as if it had not been claimed: the process is stopping."""
        back = {"lease": None, "lease_until": None, "attempts": turn.attempts - 1}
        await self._database.write(lambda connection: connection.execute(leased(turn, back)))

    async def set_mode(self, name: str, mode: Mode) -> None:
        """Raises UnknownConversation."""
        change = _change(name, {"mode": mode, "staff_name": "", "staff_at": None})
        if not await self._database.write(lambda connection: connection.execute(change).rowcount):
            raise UnknownConversation(name)

    async def erase(self, name: str) -> None:
        """Forget a conversation and every word in it."""

        def work(connection: sa.Connection) -> None:
            known = lock(connection, name)
            if known and self._tell_erasures:
                connection.execute(erasure(name, at=self._clock()))
            for table in (inbox, outbox, drawer):
                connection.execute(sa.delete(table).where(table.c.conversation == name))
            connection.execute(sa.delete(conversation).where(conversation.c.name == name))

        await self._database.write(work)

    async def read_thread(self, name: str, after: int = 0) -> Thread:
        """What the citizen sees after a place in the thread. Raises UnknownConversation."""

        def work(connection: sa.Connection) -> Thread:
            row = connection.execute(named(name)).mappings().first()
            if row is None or self._is_lapsed(row):
                raise UnknownConversation(name)
            asked = connection.execute(asked_after(name, after)).mappings().all()
            told = connection.execute(told_after(name, after)).mappings().all()
            return thread_of(asked, told, after)

        return await self._database.read(work)

    async def read_told(self, name: str, sequence: int) -> Item:
        """One reply that the citizen sees. Raises UnknownConversation, and NothingTold."""

        def work(connection: sa.Connection) -> Item:
            row = connection.execute(named(name)).mappings().first()
            if row is None or self._is_lapsed(row):
                raise UnknownConversation(name)
            told = connection.execute(told_at(name, sequence)).mappings().first()
            if told is None:
                raise NothingTold(f"{name} {sequence}")
            return item_of(told)

        return await self._database.read(work)

    async def ping(self) -> None:
        """Raises SQLAlchemyError when the database cannot be reached."""
        await self._database.read(
            lambda connection: connection.execute(sa.select(conversation.c.name).limit(1))
        )

    def _is_lapsed(self, row: sa.RowMapping) -> bool:
        moment = self._clock()
        kept = row["kept_until"] is not None and row["kept_until"] > moment
        return not kept and bool(row["last_activity"] + self._lifetime < moment)

    def _begin(self, connection: sa.Connection, name: str) -> None:
        new = {"name": name, "mode": Mode.BOT, "rasa_session": _session(), "sequence": 0}
        moment = self._clock()
        insert = self._database.insert_if_new(conversation)
        connection.execute(insert.values(**new, begun_at=moment, last_activity=moment))

    def _insert(
        self,
        connection: sa.Connection,
        row: sa.RowMapping,
        message: Incoming,
        *,
        key: str,
        asks: str,
    ) -> int:
        moment, sequence = self._clock(), int(row["sequence"]) + 1
        changes: dict[str, Any] = {"sequence": sequence, "last_activity": moment}
        if row["mode"] == Mode.CLOSED:
            changes |= {"mode": Mode.BOT, "rasa_session": _session()}
        elif row["last_activity"] + self._idle < moment and not asks:  # A form is open.
            changes |= {"rasa_session": _session()}
        connection.execute(_change(row["name"], changes))
        connection.execute(
            sa.insert(inbox).values(
                channel=message.channel,
                event_key=key,
                conversation=row["name"],
                sequence=sequence,
                body=body_of(message),
                received_at=moment,
                state=Asked.NEW,
                attempts=0,
            )
        )
        return sequence

    def _of_cases(self, replies: Sequence[Reply]) -> dict[str, Any]:
        """A thread that a case is part of is kept for its answer."""
        has_case = any(reply.case for reply in replies)
        return {"kept_until": self._clock() + self._kept} if has_case else {}

    def _rows(
        self, turn: Turn, last: int, replies: Sequence[Reply], *, author: Author, state: Told
    ) -> list[dict[str, Any]]:
        moment = self._clock()
        return [
            {
                "conversation": turn.conversation,
                "sequence": last + number,
                "author": author,
                "reply": asdict(reply),
                "dedupe_key": f"turn:{turn.id}:{number}",
                "state": state,
                "attempts": 0,
                "lease_until": moment + self._lease if state is Told.SENDING else None,
                "not_before": moment,
                "written_at": moment,
            }
            for number, reply in enumerate(replies, start=1)
        ]


def named(name: str) -> sa.Select[Any]:
    return sa.select(conversation).where(conversation.c.name == name)


def lock(connection: sa.Connection, name: str) -> sa.RowMapping | None:
    row: sa.RowMapping | None = connection.execute(named(name).with_for_update()).mappings().first()
    return row


def _change(name: str, values: dict[str, Any]) -> sa.Update:
    return sa.update(conversation).where(conversation.c.name == name).values(**values)


def _session() -> str:
    return secrets.token_hex(16)
