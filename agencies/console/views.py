"""Searches of the queue that somebody keeps under a name of their own."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.console.queue_filter import Filter
from agencies.console.tables import saved_view
from agencies.database import writing
from agencies.outbox.writing import insert_if_new
from agencies.staff.sessions import Clock
from vietnamese.text import clean

MOST = 20
LONGEST_NAME = 60


@dataclass(frozen=True)
class View:
    id: int
    name: str
    query: str


class Views:
    """Everybody has their own: no method takes another's."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def of(self, staff_id: int) -> list[View]:
        columns = (saved_view.c.id, saved_view.c.name, saved_view.c.query)
        query = sa.select(*columns).where(saved_view.c.staff_id == staff_id)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(saved_view.c.id))
            return [View(**row) for row in rows.mappings()]

    async def keep(self, staff_id: int, name: str, query: str) -> bool:
        """Under this name, in place of what had it; False without a name or with too many."""
        name = clean(name).replace("\n", " ")[:LONGEST_NAME]
        values = {"query": Filter.read(dict(parse_qsl(query))).query()}
        kept = await self.of(staff_id)
        if not name or (len(kept) >= MOST and name not in {view.name for view in kept}):
            return False
        row = values | {"staff_id": staff_id, "name": name, "created_at": self._clock()}
        mine = (saved_view.c.staff_id == staff_id, saved_view.c.name == name)
        async with writing(self._engine).begin() as connection:
            await connection.execute(insert_if_new(connection, saved_view).values(row))
            await connection.execute(saved_view.update().where(*mine).values(values))
        return True

    async def drop(self, staff_id: int, view_id: int) -> None:
        mine = (saved_view.c.staff_id == staff_id, saved_view.c.id == view_id)
        async with writing(self._engine).begin() as connection:
            await connection.execute(saved_view.delete().where(*mine))
