"""Conversations, what citizens wrote and what they are told: the tables as plain calls."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.aside import CONTACT, put_contact, throw_out, with_contact
from gateway.conversation import Author, Delivery, Item, Mode, Thread, Turn
from gateway.database import Database
from gateway.messages import Incoming, Reply
from gateway.notes import of_message, of_replies, owner_of
from gateway.tables import Asked, conversation, inbox
from gateway.telling import change, tell
from gateway.thread import asked_after, item_of, thread_of, told_after, told_at
from gateway.turns import body_of, leased, next_turn, turn_of

FORM_WAITS = timedelta(days=7)  # As session_expiration_time of Rasa: both forget it together.

Clock = Callable[[], datetime]
Along = Callable[[sa.Connection], None]  # A part of somebody else's transaction.


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
        staff_patience: timedelta = timedelta(hours=1),
    ) -> None:
        """`kept` is how long a thread with a case can be come back to; `staff_patience` how long
        staff may be silent before a conversation is theirs no more.

        `idle` ends the chat session with Rasa, `lifetime` the citizen's way back to it."""
        self._database = database
        self._clock = clock
        self._idle = idle
        self._lifetime = lifetime
        self._lease = lease
        self._kept = kept
        self._staff_patience = staff_patience

    async def accept(
        self,
        message: Incoming,
        *,
        begin: bool = True,
        sealed: Incoming | None = None,
        along: Along | None = None,
    ) -> int:
        """Keep a message, once however often it comes, and return its place in the thread.

        `sealed` is kept instead while the bot waits for a contact; the contact goes to the drawer.
        `along` is written in the same transaction, before it.

        Raises UnknownConversation unless the message may `begin` a conversation.
        """

        def work(connection: sa.Connection) -> int:
            if begin:
                begin_in(self._database, connection, message.conversation, at=self._clock())
            if along:
                along(connection)
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
            asks = "" if self._begins_anew(row) else row["asks"]
            given = sealed if sealed and asks == CONTACT else message
            if given.contact:
                known = put_contact(connection, row["name"], given.contact, at=self._clock())
                reaches = known.phone or known.email
                given = replace(given, contact=known, unread="" if reaches else given.unread)
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
            return turn_of({**row, **claim}, moment)

        return await self._database.write(work)

    async def finish_turn(
        self,
        turn: Turn,
        replies: Sequence[Reply],
        author: Author = Author.BOT,
        *,
        heard: bool = True,
    ) -> list[Delivery] | None:
        """Write the replies and mark the message answered, both or neither.

        `heard` means that Rasa had the message. Returns what the caller is to send now: nothing
        when earlier replies are still on their way. None when nothing is to be said any more:
        another worker did, the citizen erased the conversation, or staff took it over.
        """

        def work(connection: sa.Connection) -> list[Delivery] | None:
            row = lock(connection, turn.conversation)
            done = {"state": Asked.DONE, "lease": None, "lease_until": None}
            if row is None or not connection.execute(leased(turn, done)).rowcount:
                return None
            if not replies:  # Staff have it: what they say is all there is.
                return []
            moment = self._clock()
            changes = of_replies(replies, at=moment, kept=self._kept)
            if heard and turn.asked_case == row["asked_case"]:
                changes["asked_case"] = ""
            throw_out(connection, turn.conversation, replies)
            return tell(
                connection,
                row,
                replies,
                author=author,
                keys=[f"turn:{turn.id}:{number}" for number in range(1, len(replies) + 1)],
                at=moment,
                lease=self._lease,
                changes=changes,
            )

        return await self._database.write(work)

    async def release_turn(self, turn: Turn) -> None:
        """Give the message back, as if it had not been claimed: the process is stopping."""
        back = {"lease": None, "lease_until": None, "attempts": turn.attempts - 1}
        await self._database.write(lambda connection: connection.execute(leased(turn, back)))

    async def set_mode(self, name: str, mode: Mode) -> None:
        """Raises UnknownConversation."""
        values = {"mode": mode, "staff_name": "", "staff_case": "", "staff_at": None}

        def work(connection: sa.Connection) -> None:
            if lock(connection, name) is None:
                raise UnknownConversation(name)
            change(connection, name, values)

        await self._database.write(work)

    async def read_thread(self, name: str, after: int = 0) -> Thread:
        """What the citizen sees after a place in the thread. Raises UnknownConversation."""

        def work(connection: sa.Connection) -> Thread:
            row = connection.execute(named(name)).mappings().first()
            if row is None or self._is_lapsed(row):
                raise UnknownConversation(name)
            asked = connection.execute(asked_after(name, after)).mappings().all()
            told = connection.execute(told_after(name, after)).mappings().all()
            thread = thread_of(asked, told, after)
            return replace(thread, items=with_contact(connection, name, thread.items))

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
            return with_contact(connection, name, (item_of(told),))[0]

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

    def _begins_anew(self, row: sa.RowMapping) -> bool:
        """Whether Rasa shall know nothing of what was said; an open form waits for longer."""
        waits = FORM_WAITS if row["asks"] else self._idle
        return row["mode"] == Mode.CLOSED or bool(row["last_activity"] + waits < self._clock())

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
        changes |= of_message(row, at=moment)
        if self._begins_anew(row):
            changes |= {"rasa_session": new_session(), "asks": ""}
        if row["mode"] == Mode.CLOSED:
            changes["mode"] = Mode.BOT
        change(connection, row["name"], changes)
        connection.execute(
            sa.insert(inbox).values(
                channel=message.channel,
                event_key=key,
                conversation=row["name"],
                sequence=sequence,
                body=body_of(message, asks=asks),
                case_code=owner_of(row, moment, self._staff_patience),
                received_at=moment,
                state=Asked.NEW,
                attempts=0,
            )
        )
        return sequence


def begin_in(database: Database, connection: sa.Connection, name: str, *, at: datetime) -> None:
    """The conversation, unless it is there."""
    new = {"name": name, "mode": Mode.BOT, "rasa_session": new_session(), "sequence": 0}
    insert = database.insert_if_new(conversation)
    connection.execute(insert.values(**new, begun_at=at, last_activity=at))


def named(name: str) -> sa.Select[Any]:
    return sa.select(conversation).where(conversation.c.name == name)


def lock(connection: sa.Connection, name: str) -> sa.RowMapping | None:
    row: sa.RowMapping | None = connection.execute(named(name).with_for_update()).mappings().first()
    return row


def new_session() -> str:
    return secrets.token_hex(16)
