"""What changed lately, for open pages: one look at the database serves all of this process."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.tables import case_, case_event
from agencies.staff.scope import Scope
from agencies.tables import agency

logger = logging.getLogger(__name__)

# A transaction that began first may commit last: so many ids are looked at again.
OVERLAP = 200
AT_ONCE = 500
LONGEST_LINE = 100  # Of what a page has not heard yet; more is one "something changed".


@dataclass(frozen=True)
class Change:
    """Something happened with a case; `agency_ids` are those who had it before or have it now."""

    event_id: int
    code: str
    agency_ids: frozenset[int]

    def seen_by(self, scope: Scope) -> bool:
        return any(scope.covers(agency_id) for agency_id in self.agency_ids)


class Pulse:
    """Looks every few seconds while anybody listens, and not otherwise."""

    def __init__(self, engine: AsyncEngine, *, seconds: float) -> None:
        self._engine = engine
        self._seconds = seconds
        self._lines: set[asyncio.Queue[Change]] = set()
        self._task: asyncio.Task[None] | None = None
        self._known: deque[int] = deque(maxlen=2 * OVERLAP + AT_ONCE)

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[Change]]:
        line: asyncio.Queue[Change] = asyncio.Queue(LONGEST_LINE)
        self._lines.add(line)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        try:
            yield line
        finally:
            self._lines.discard(line)
            if not self._lines and self._task:
                self._task.cancel()
                self._task = None

    async def _run(self) -> None:
        last = await self._begin()
        while True:
            await asyncio.sleep(self._seconds)
            try:
                async for change in self._news(last):
                    last = max(last, change.event_id)
                    self._tell(change)
            except SQLAlchemyError as error:
                logger.warning("changes cannot be looked for: %s", type(error).__name__)

    def _tell(self, change: Change) -> None:
        for line in self._lines:
            if not line.full():  # A page that does not read is told enough by what is there.
                line.put_nowait(change)

    async def _begin(self) -> int:
        """Everything so far is known. While the database is away nothing is, so it waits."""
        while True:
            try:
                return await self._last()
            except SQLAlchemyError:
                await asyncio.sleep(self._seconds)

    async def _last(self) -> int:
        async with self._engine.connect() as connection:
            last = await connection.scalar(sa.select(sa.func.max(case_event.c.id))) or 0
            recent = sa.select(case_event.c.id).where(case_event.c.id > last - OVERLAP)
            self._known.extend((await connection.execute(recent)).scalars())
        return int(last)

    async def _news(self, last: int) -> AsyncIterator[Change]:
        event = case_event.c
        query = (
            sa.select(event.id, event.data, case_.c.code, case_.c.agency_id)
            .join(case_, event.case_id == case_.c.id)
            .where(event.id > last - OVERLAP, event.id.not_in(list(self._known)[-OVERLAP:]))
            .order_by(event.id)
            .limit(AT_ONCE)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
            news = [row for row in rows if row.id not in self._known]
            before = await self._ids(connection, [_from(row.data) for row in news])
        self._known.extend(row.id for row in news)
        for row in news:
            was = before.get(_from(row.data))
            yield Change(row.id, row.code, frozenset({row.agency_id, *([was] if was else ())}))

    async def _ids(self, connection: AsyncConnection, codes: list[str]) -> dict[str, int]:
        named = {code for code in codes if code}
        if not named:
            return {}
        query = sa.select(agency.c.code, agency.c.id).where(agency.c.code.in_(named))
        return {row.code: row.id for row in await connection.execute(query)}


def _from(data: object) -> str:
    """Who had a case that was transferred: their page has to lose it."""
    return str(data.get("from", "")) if isinstance(data, dict) else ""
