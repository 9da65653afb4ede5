"""Conversations, what citizens wrote and what they are told: the tables as plain calls."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.conversation import Author, Mode, Thread, Turn, may_send
from gateway.database import Database
from gateway.messages import Incoming, Reply
from gateway.tables import Asked, Told, conversation, inbox, outbox
from gateway.thread import asked_after, told_after, visible

Clock = Callable[[], datetime]


class UnknownConversation(Exception):
    """It was never begun, was erased, or lay idle for too long."""


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
        async with self._database.write() as connection:
            if begin:
                await self._begin(connection, message.conversation)
            row = await _lock(connection, message.conversation)
            if row is None or (not begin and self._is_lapsed(row)):
                raise UnknownConversation(message.conversation)
            key = f"{message.user}:{message.message_id}"
            seen = await connection.scalar(
                sa.select(inbox.c.sequence).where(
                    inbox.c.channel == message.channel, inbox.c.event_key == key
                )
            )
            return seen or await self._insert(connection, row, message, key)

    async def claim_turn(self) -> Turn | None:
        """Lease the oldest message whose conversation has none before it still unanswered."""
        moment = self._clock()
        async with self._database.write() as connection:
            row = (await connection.execute(_next_turn(moment))).mappings().first()
            if row is None:
                return None
            claim = {"lease": secrets.token_hex(8), "attempts": row["attempts"] + 1}
            await connection.execute(
                sa.update(inbox)
                .where(inbox.c.id == row["id"])
                .values(**claim, lease_until=moment + self._lease)
            )
        return _turn({**row, **claim})

    async def finish_turn(
        self, turn: Turn, replies: Sequence[Reply], author: Author = Author.BOT
    ) -> bool:
        """Write the replies and mark the message answered, both or neither.

        False when nothing is to be said any more: another worker did, the citizen erased the
        conversation, or staff took it over.
        """
        async with self._database.write() as connection:
            row = await _lock(connection, turn.conversation)
            done = await connection.execute(
                sa.update(inbox)
                .where(inbox.c.id == turn.id, inbox.c.lease == turn.lease)
                .values(state=Asked.DONE, lease=None, lease_until=None)
            )
            if row is None or not done.rowcount:
                return False
            state = Told.WAITING if may_send(author, Mode(row["mode"])) else Told.WITHHELD
            rows = self._rows(turn, row["sequence"], replies, author=author, state=state)
            if rows:
                await connection.execute(sa.insert(outbox), rows)
                last = {"sequence": rows[-1]["sequence"]}
                await connection.execute(_change(turn.conversation, last))
        return state is Told.WAITING

    async def release_turn(self, turn: Turn) -> None:
        """Give the message back, as if it had not been claimed: the process is stopping."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(inbox)
                .where(inbox.c.id == turn.id, inbox.c.lease == turn.lease)
                .values(lease=None, lease_until=None, attempts=turn.attempts - 1)
            )

    async def set_mode(self, name: str, mode: Mode) -> None:
        """Raises UnknownConversation."""
        async with self._database.write() as connection:
            changed = await connection.execute(_change(name, {"mode": mode}))
        if not changed.rowcount:
            raise UnknownConversation(name)

    async def erase(self, name: str) -> None:
        """Forget a conversation and every word in it."""
        async with self._database.write() as connection:
            await _lock(connection, name)
            for table in (inbox, outbox):
                await connection.execute(sa.delete(table).where(table.c.conversation == name))
            await connection.execute(sa.delete(conversation).where(conversation.c.name == name))

    async def read_thread(self, name: str, after: int = 0) -> Thread:
        """What the citizen sees after a place in the thread. Raises UnknownConversation."""
        async with self._database.read() as connection:
            row = (await connection.execute(_named(name))).mappings().first()
            if row is None or self._is_lapsed(row):
                raise UnknownConversation(name)
            asked = (await connection.execute(asked_after(name, after))).mappings().all()
            told = (await connection.execute(told_after(name, after))).mappings().all()
        pending = any(row["state"] == Asked.NEW for row in asked)
        rows = sorted((*asked, *told), key=lambda row: int(row["sequence"]))
        return Thread(tuple(visible(rows, after)), pending)

    async def ping(self) -> None:
        """Raises SQLAlchemyError when the database cannot be reached."""
        async with self._database.read() as connection:
            await connection.execute(sa.select(conversation.c.name).limit(1))

    def _is_lapsed(self, row: sa.RowMapping) -> bool:
        return bool(row["last_activity"] + self._lifetime < self._clock())

    async def _begin(self, connection: AsyncConnection, name: str) -> None:
        new = {"name": name, "mode": Mode.BOT, "rasa_session": _session(), "sequence": 0}
        moment = self._clock()
        insert = self._database.insert_if_new(conversation)
        await connection.execute(insert.values(**new, begun_at=moment, last_activity=moment))

    async def _insert(
        self, connection: AsyncConnection, row: sa.RowMapping, message: Incoming, key: str
    ) -> int:
        moment, sequence = self._clock(), int(row["sequence"]) + 1
        changes: dict[str, Any] = {"sequence": sequence, "last_activity": moment}
        if row["mode"] == Mode.CLOSED:
            changes |= {"mode": Mode.BOT, "rasa_session": _session()}
        elif row["last_activity"] + self._idle < moment:
            changes |= {"rasa_session": _session()}
        await connection.execute(_change(row["name"], changes))
        await connection.execute(
            sa.insert(inbox).values(
                channel=message.channel,
                event_key=key,
                conversation=row["name"],
                sequence=sequence,
                body={"text": message.text, "message_id": message.message_id},
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
                "not_before": moment,
                "written_at": moment,
            }
            for number, reply in enumerate(replies, start=1)
        ]


def _named(name: str) -> sa.Select[Any]:
    return sa.select(conversation).where(conversation.c.name == name)


async def _lock(connection: AsyncConnection, name: str) -> sa.RowMapping | None:
    found = await connection.execute(_named(name).with_for_update())
    row: sa.RowMapping | None = found.mappings().first()
    return row


def _change(name: str, values: dict[str, Any]) -> sa.Update:
    return sa.update(conversation).where(conversation.c.name == name).values(**values)


def _next_turn(moment: datetime) -> sa.Select[Any]:
    earlier = inbox.alias()
    blocked = sa.exists().where(
        earlier.c.state == Asked.NEW,
        earlier.c.conversation == inbox.c.conversation,
        earlier.c.sequence < inbox.c.sequence,
    )
    return (
        sa.select(inbox, conversation.c.mode, conversation.c.rasa_session)
        .join(conversation, conversation.c.name == inbox.c.conversation)
        .where(inbox.c.state == Asked.NEW, ~blocked)
        .where(sa.or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < moment))
        .order_by(inbox.c.id)
        .limit(1)
        .with_for_update(of=inbox, skip_locked=True)
    )


def _turn(row: dict[str, Any]) -> Turn:
    return Turn(
        id=row["id"],
        conversation=row["conversation"],
        channel=row["channel"],
        text=row["body"]["text"],
        message_id=row["body"]["message_id"],
        mode=Mode(row["mode"]),
        rasa_session=row["rasa_session"],
        attempts=row["attempts"],
        lease=row["lease"],
        received_at=row["received_at"],
    )


def _session() -> str:
    return secrets.token_hex(16)
