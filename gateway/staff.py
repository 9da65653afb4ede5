"""What staff do in a conversation: write in it, take it over, give it back, read it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from gateway.conversation import Author, Delivery, Item, Mode
from gateway.database import Database
from gateway.messages import Reply
from gateway.store import Clock, UnknownConversation, lock, named, now
from gateway.tables import Told, conversation, outbox
from gateway.thread import asked_after, item_of, told_after, unsent

SEEN = 100  # Messages of a conversation that staff are shown.


@dataclass(frozen=True)
class Seen:
    """A conversation as staff see it."""

    mode: Mode
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
    ) -> None:
        """`kept` is how long the citizen can come back to a thread that a case is part of."""
        self._database = database
        self._clock = clock
        self._lease = lease
        self._kept = kept

    async def write(
        self, name: str, reply: Reply, *, key: str, author: Author = Author.STAFF
    ) -> list[Delivery]:
        """Put a message into the outbox, once for a key; returns what is to be sent now.

        Raises UnknownConversation.
        """

        def work(connection: sa.Connection) -> list[Delivery]:
            row = _known(connection, name)
            if connection.scalar(sa.select(outbox.c.id).where(outbox.c.dedupe_key == key)):
                return []
            changes: dict[str, Any] = {"kept_until": self._clock() + self._kept}
            if row["mode"] == Mode.STAFF:
                changes |= {"staff_at": self._clock()}
            return self._insert(connection, row, reply, key=key, author=author, changes=changes)

        return await self._database.write(work)

    async def is_sent(self, key: str) -> bool:
        """Whether the channel has taken it."""
        state = sa.select(outbox.c.state).where(outbox.c.dedupe_key == key)
        found = await self._database.read(lambda connection: connection.scalar(state))
        return bool(found == Told.SENT)

    async def take_over(self, name: str, staff_name: str, notice: Reply) -> list[Delivery]:
        """From now on the bot is silent; said to the citizen unless it was so already.

        Raises UnknownConversation.
        """
        values = {"mode": Mode.STAFF, "staff_name": staff_name, "staff_at": self._clock()}
        return await self._change_mode(name, values, notice)

    async def give_back(self, name: str, notice: Reply) -> list[Delivery]:
        """The bot answers again, and says so. Raises UnknownConversation."""
        values = {"mode": Mode.BOT, "staff_name": "", "staff_at": None}
        return await self._change_mode(name, values, notice)

    async def seen(self, name: str) -> Seen:
        """The last messages, as they are stored. Raises UnknownConversation."""

        def work(connection: sa.Connection) -> Seen:
            row = connection.execute(named(name)).mappings().first()
            if row is None:
                raise UnknownConversation(name)
            after = max(0, int(row["sequence"]) - SEEN)
            asked = connection.execute(asked_after(name, after)).mappings().all()
            told = connection.execute(told_after(name, after)).mappings().all()
            return Seen(Mode(row["mode"]), row["staff_name"], _items(asked, told))

        return await self._database.read(work)

    async def _change_mode(
        self, name: str, values: dict[str, Any], notice: Reply
    ) -> list[Delivery]:
        def work(connection: sa.Connection) -> list[Delivery]:
            row = _known(connection, name)
            same = row["mode"] == values["mode"] and row["staff_name"] == values["staff_name"]
            if same or (values["mode"] == Mode.BOT and row["mode"] == Mode.CLOSED):
                return []
            key = f"mode:{name}:{int(row['sequence']) + 1}"
            author = Author.NOTICE
            return self._insert(connection, row, notice, key=key, author=author, changes=values)

        return await self._database.write(work)

    def _insert(
        self,
        connection: sa.Connection,
        row: sa.RowMapping,
        reply: Reply,
        *,
        key: str,
        author: Author,
        changes: dict[str, Any],
    ) -> list[Delivery]:
        """Returns what is to be sent now: nothing when earlier replies are still on their way."""
        name, sequence, moment = row["name"], int(row["sequence"]) + 1, self._clock()
        behind = bool(connection.scalar(sa.select(unsent(name).exists())))
        connection.execute(
            sa.insert(outbox).values(
                conversation=name,
                sequence=sequence,
                author=author,
                reply=asdict(reply),
                dedupe_key=key,
                state=Told.WAITING if behind else Told.SENDING,
                attempts=0,
                lease_until=None if behind else moment + self._lease,
                not_before=moment,
                written_at=moment,
            )
        )
        change = sa.update(conversation).where(conversation.c.name == name)
        connection.execute(change.values(**changes, sequence=sequence))
        return [] if behind else [Delivery(name, sequence, reply)]


def _known(connection: sa.Connection, name: str) -> sa.RowMapping:
    row = lock(connection, name)
    if row is None:
        raise UnknownConversation(name)
    return row


def _items(asked: Sequence[sa.RowMapping], told: Sequence[sa.RowMapping]) -> tuple[Item, ...]:
    shown = (row for row in (*asked, *told) if row["state"] not in (Told.WITHHELD, Told.DEAD))
    return tuple(item_of(row) for row in sorted(shown, key=lambda row: int(row["sequence"])))
