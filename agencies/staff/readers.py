"""Whether anybody looks at the console for an agency: what lies there unseen has told nobody."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.staff.model import PERMISSIONS, Permission
from agencies.staff.scope import scopes_of
from agencies.staff.tables import staff
from agencies.tables import agency


class Readers:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of_cases(self, agency_code: str) -> bool:
        async with self._engine.connect() as connection:
            return await reads_cases(connection, agency_code)

    async def of_deliveries(self) -> bool:
        seeing = sa.select(staff.c.id).where(_may(Permission.SEE_DELIVERIES)).limit(1)
        async with self._engine.connect() as connection:
            return (await connection.execute(seeing)).first() is not None


async def reads_cases(connection: AsyncConnection, agency_code: str) -> bool:
    """Whether an active account covers the agency: its own, of a unit above, or the province's."""
    above = scopes_of(sa.select(agency.c.id).where(agency.c.code == agency_code))
    covers = sa.or_(staff.c.agency_id.is_(None), staff.c.agency_id.in_(sa.select(above.c.id)))
    found = sa.select(staff.c.id).where(_may(Permission.READ_CASES), covers).limit(1)
    return (await connection.execute(found)).first() is not None


def _may(permission: Permission) -> sa.ColumnElement[bool]:
    roles = [role for role, allowed in PERMISSIONS.items() if permission in allowed]
    return sa.and_(staff.c.active, staff.c.role.in_(roles))
