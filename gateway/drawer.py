"""What a citizen hands over beside the conversation: how to reach them, photographs, scans.

It is kept until a case has it, at most for some hours, and is shown to nobody but the citizen and
the one call that makes the case. ADR 69 says why it is kept here.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from gateway.aside import CONTACT, FILE, row_of
from gateway.database import Database
from gateway.messages import Contact
from gateway.store import Clock, UnknownConversation, lock, now
from gateway.tables import drawer

MOST_FILES = 5
_SHOWN = (drawer.c.id, drawer.c.name, drawer.c.media_type, drawer.c.size)


class NotAsked(Exception):
    """Nobody asked for a file just now."""


class DrawerFull(Exception):
    """As many files as a case may have are there already."""


@dataclass(frozen=True)
class Kept:
    """A file in the drawer, by what the citizen may know of it."""

    id: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Contents:
    """All that goes into a case; `upto` is the last of it."""

    contact: Contact
    files: tuple[tuple[Kept, bytes], ...]
    upto: int


class Drawer:
    def __init__(
        self, database: Database, *, clock: Clock = now, kept: timedelta = timedelta(hours=24)
    ) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    async def put_file(
        self, name: str, file_name: str, media_type: str, content: bytes, *, event_key: str = ""
    ) -> Kept:
        """`event_key` is what brought it, which brings it once however often it is worked.

        Raises UnknownConversation, NotAsked, DrawerFull.
        """

        def work(connection: sa.Connection) -> Kept:
            row = lock(connection, name)
            if row is None:
                raise UnknownConversation(name)
            same = sa.and_(_files_of(name), drawer.c.event_key == event_key)
            if event_key and (kept := _first(connection, same)):
                return kept
            if not row["asks"]:
                raise NotAsked(name)
            here = sa.select(sa.func.count()).select_from(drawer).where(_files_of(name))
            if (connection.scalar(here) or 0) >= MOST_FILES:
                raise DrawerFull(name)
            values = row_of(name, FILE, file_name, media_type, content, event_key)
            result = connection.execute(
                sa.insert(drawer).values(**values, added_at=self._clock()).returning(drawer.c.id)
            )
            return Kept(int(result.scalar_one()), file_name, media_type, len(content))

        return await self._database.write(work)

    async def files(self, name: str) -> tuple[Kept, ...]:
        chosen = sa.select(*_SHOWN).where(_files_of(name)).order_by(drawer.c.id)
        rows = await self._database.read(lambda connection: connection.execute(chosen).all())
        return tuple(Kept(*row) for row in rows)

    async def take_out(self, name: str, id: int) -> None:
        """The citizen thinks better of a file."""
        gone = sa.delete(drawer).where(_files_of(name), drawer.c.id == id)
        await self._database.write(lambda connection: connection.execute(gone))

    async def contents(self, name: str) -> Contents:
        """Everything, for the call that makes the case. It stays until that has succeeded."""
        chosen = sa.select(drawer).where(drawer.c.conversation == name).order_by(drawer.c.id)
        rows = await self._database.read(
            lambda connection: connection.execute(chosen).mappings().all()
        )
        contacts = [Contact(**json.loads(row["content"])) for row in rows if row["kind"] == CONTACT]
        files = tuple((_kept(row), bytes(row["content"])) for row in rows if row["kind"] == FILE)
        upto = max((int(row["id"]) for row in rows), default=0)
        return Contents(contacts[-1] if contacts else Contact(), files, upto)

    async def clear_out(self) -> int:
        """Throw away what no case came for in time."""
        old = sa.delete(drawer).where(drawer.c.added_at < self._clock() - self._kept)
        return await self._database.write(lambda connection: connection.execute(old).rowcount)


def _first(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Kept | None:
    row = connection.execute(sa.select(*_SHOWN).where(which).limit(1)).first()
    return Kept(*row) if row else None


def _files_of(name: str) -> sa.ColumnElement[bool]:
    return sa.and_(drawer.c.conversation == name, drawer.c.kind == FILE)


def _kept(row: sa.RowMapping) -> Kept:
    return Kept(row["id"], row["name"], row["media_type"], row["size"])
