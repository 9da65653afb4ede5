"""Files that were sent with a case, within somebody's scope."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Case
from agencies.cases.tables import attachment, case_
from agencies.staff.scope import Scope

_c = attachment.c


@dataclass(frozen=True)
class FiledAs:
    """A file without its content."""

    id: int
    name: str
    media_type: str
    size: int
    added_at: datetime
    by: str


@dataclass(frozen=True)
class Content:
    name: str
    media_type: str
    content: bytes


class Filed:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, case: Case) -> list[FiledAs]:
        """The files of a case that was read within a scope."""
        columns = (_c.id, _c.name, _c.media_type, _c.size, _c.added_at, _c.by)
        query = sa.select(*columns).where(_c.case_id == case.id).order_by(_c.id)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)
            return [FiledAs(**row) for row in rows.mappings()]

    async def content(self, code: str, number: int, scope: Scope) -> Content | None:
        """One file of the case with this code, if the case is within the scope."""
        query = (
            sa.select(_c.name, _c.media_type, _c.content)
            .join(case_, _c.case_id == case_.c.id)
            .where(case_.c.code == code, _c.id == number, scope.where(case_.c.agency_id))
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return Content(**row) if row else None
