"""How a conversation ends: forgotten at the citizen's wish, begun anew, or swept after its time."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway import events
from gateway.aside import erasure
from gateway.conversation import Author, Delivery
from gateway.database import Database
from gateway.messages import Reply
from gateway.store import Clock, UnknownConversation, lock, new_session, now
from gateway.tables import Asked, Told, conversation, drawer, inbox, outbox
from gateway.telling import tell

PAUSE = timedelta(hours=1)
ON_THE_WAY = (Told.WAITING, Told.SENDING)


class Forgetting:
    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = now,
        lifetime: timedelta = timedelta(days=90),
        lease: timedelta = timedelta(seconds=30),
        tell_erasures: bool = False,
    ) -> None:
        """`lifetime` is how long words are kept. `tell_erasures` leaves word for the agencies that
        a conversation was erased."""
        self._database = database
        self._clock = clock
        self._lifetime = lifetime
        self._lease = lease
        self._tell_erasures = tell_erasures
        self._swept_at: datetime | None = None

    async def erase(self, name: str, *, elsewhere: bool = False) -> bool:
        """Forget a conversation and every word in it; returns whether there was one.

        `elsewhere` tells agencies even if there was none: they may hold its cases for longer than
        its words are kept here. They take that as often as it comes.
        """

        def work(connection: sa.Connection) -> bool:
            known = lock(connection, name) is not None
            if self._tell_erasures and (known or elsewhere):
                connection.execute(erasure(name, at=self._clock()))
            for table in (inbox, outbox, drawer):
                connection.execute(sa.delete(table).where(table.c.conversation == name))
            connection.execute(sa.delete(conversation).where(conversation.c.name == name))
            return bool(events.forget(connection, name)) or known

        return await self._database.write(work)

    async def begin_anew(self, name: str, notice: Reply) -> list[Delivery]:
        """The bot remembers nothing of it and no form is open; cases and their answers stay.

        Raises UnknownConversation.
        """

        def work(connection: sa.Connection) -> list[Delivery]:
            row = lock(connection, name)
            if row is None:
                raise UnknownConversation(name)
            connection.execute(sa.delete(drawer).where(drawer.c.conversation == name))
            key = f"anew:{name}:{int(row['sequence']) + 1}"
            told = tell(
                connection,
                row,
                [notice],
                author=Author.NOTICE,
                keys=[key],
                at=self._clock(),
                lease=self._lease,
                changes={"rasa_session": new_session(), "asks": ""},
            )
            return told or []

        return await self._database.write(work)

    async def sweep(self) -> int:
        """Throw away words that are older than they may be, and conversations that are empty; every
        hour, however often it is called."""
        if self._swept_at and self._clock() < self._swept_at + PAUSE:
            return 0
        self._swept_at = self._clock()
        before = self._swept_at - self._lifetime
        asked = sa.delete(inbox).where(inbox.c.received_at < before, inbox.c.state == Asked.DONE)
        told = sa.delete(outbox).where(
            outbox.c.written_at < before, outbox.c.state.not_in(ON_THE_WAY)
        )
        return await self._database.write(
            lambda connection: (
                connection.execute(asked).rowcount
                + connection.execute(told).rowcount
                + connection.execute(events.worked_before(before)).rowcount
                + connection.execute(self._deserted()).rowcount
            )
        )

    def _deserted(self) -> sa.Delete:
        """Nothing is left in them, and no case may still bring an answer."""
        moment, name = self._clock(), conversation.c.name
        left = (
            sa.exists().where(table.c.conversation == name) for table in (inbox, outbox, drawer)
        )
        waited = sa.or_(conversation.c.kept_until.is_(None), conversation.c.kept_until < moment)
        silent = conversation.c.last_activity < moment - self._lifetime
        return sa.delete(conversation).where(silent, waited, *(~some for some in left))
