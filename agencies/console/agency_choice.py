"""The agencies of a scope by name, for lists to choose from."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.staff.scope import Scope
from agencies.tables import agency


@dataclass(frozen=True)
class AgencyName:
    id: int
    code: str
    name: str
    withdrawn: bool  # Still somebody's place of work, but not to be chosen.


async def agency_names(engine: AsyncEngine, scope: Scope) -> dict[int, AgencyName]:
    """By id, in the order of the directory."""
    columns = (agency.c.id, agency.c.code, agency.c.name, agency.c.withdrawn)
    query = sa.select(*columns).where(scope.where(agency.c.id))
    async with engine.connect() as connection:
        rows = await connection.execute(query.order_by(agency.c.position, agency.c.id))
        return {row["id"]: AgencyName(**row) for row in rows.mappings()}
