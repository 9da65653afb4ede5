"""Who can be given a case: active staff who see it, and no others."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.staff.model import PERMISSIONS, Permission
from agencies.staff.scope import Scope, scopes_of
from agencies.staff.tables import staff

_WORKING = [role for role, may in PERMISSIONS.items() if Permission.WORK_ON_CASES in may]


@dataclass(frozen=True)
class Colleague:
    id: int
    name: str


class Colleagues:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, agency_id: int, scope: Scope) -> list[Colleague]:
        """Staff of the agency, of those above it and of those it was merged into, whom the scope
        covers: who sees its cases.

        The province's own staff are seen, and so named, only by one another.
        """
        above = scopes_of(sa.select(sa.literal(agency_id).label("id")))
        sees = staff.c.agency_id.in_(sa.select(above.c.id))
        return await self._select(sa.or_(sees, staff.c.agency_id.is_(None)), scope)

    async def all(self, scope: Scope) -> list[Colleague]:
        return await self._select(sa.true(), scope)

    async def names(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Full names by id, of whoever stands in a case that was read within a scope."""
        known = sorted({one for one in ids if one is not None})
        query = sa.select(staff.c.id, staff.c.full_name).where(staff.c.id.in_(known))
        async with self._engine.connect() as connection:
            return {row.id: row.full_name for row in await connection.execute(query)}

    async def _select(self, which: sa.ColumnElement[bool], scope: Scope) -> list[Colleague]:
        query = (
            sa.select(staff.c.id, staff.c.full_name)
            .where(which, staff.c.active, staff.c.role.in_(_WORKING))
            .where(scope.where(staff.c.agency_id))
            .order_by(staff.c.full_name, staff.c.id)
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)
            return [Colleague(row.id, row.full_name) for row in rows]
