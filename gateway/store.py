"""Conversations, what citizens wrote and what they are told: the tables as plain calls."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Author, Delivery, Item, Mode, Thread, Turn, may_send
from gateway.database import Database
from gateway.messages import Incoming, Reply
from gateway.tables import Asked, Told, conversation, inbox, outbox
from gateway.thread import asked_after, item_of, thread_of, told_after, told_at, unsent
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
    ) -> None:
        """`idle` ends the chat session with Rasa, `lifetime` the citizen's way back to it."""
        self._database = database
        self._clock = clock
        self._idle = idle
        self._lifetime = lifetime
        self._lease = lease

    async def accept(self, message: Incoming, *, begin: bool = True) -> int:
        """Keep a message, once however often it comes, and return its place in the thread.

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
            return connection.scalar(seen) or self._insert(connection, row, message, key)

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
            return turn_of({**row, **claim})

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
            connection.execute(_change(turn.conversation, {"sequence": rows[-1]["sequence"]}))
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
            lock(connection, name)
            for table in (inbox, outbox):
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
        self, connection: sa.Connection, row: sa.RowMapping, message: Incoming, key: str
    ) -> int:
        moment, sequence = self._clock(), int(row["sequence"]) + 1
        changes: dict[str, Any] = {"sequence": sequence, "last_activity": moment}
        if row["mode"] == Mode.CLOSED:
            changes |= {"mode": Mode.BOT, "rasa_session": _session()}
        elif row["last_activity"] + self._idle < moment:
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
