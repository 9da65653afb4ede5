"""Which agency a case really goes to: a successor of a dissolved one, triage without owner."""

import logging
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.model import ContactState, Kind
from agencies.tables import agency

logger = logging.getLogger(__name__)


class NobodyToReceive(Exception):
    """The directory has neither the agency nor a triage unit: it was not loaded."""


@dataclass(frozen=True)
class Addressee:
    """What a case needs to know of an agency."""

    id: int
    code: str
    name: str
    email: str  # "" when nobody reads it.


async def addressee(connection: AsyncConnection, code: str) -> Addressee:
    """The agency with this code, its living successor, or the triage unit."""
    row = await _row(connection, agency.c.code == code) if "\x00" not in code else None
    return await _living(connection, row)


async def living(connection: AsyncConnection, agency_id: int) -> Addressee:
    """The agency itself while it exists, then its successor, then the triage unit."""
    return await _living(connection, await _row(connection, agency.c.id == agency_id))


async def superior(connection: AsyncConnection, agency_id: int) -> Addressee:
    """The unit above; of an agency without one, the triage unit, whose office coordinates."""
    row = await _row(connection, agency.c.id == agency_id)
    above = row["parent_id"] if row else None
    if above is None:
        return await _living(connection, None)
    return await living(connection, above)


async def triage(connection: AsyncConnection) -> Addressee:
    return await _living(connection, None)


async def _living(connection: AsyncConnection, row: sa.RowMapping | None) -> Addressee:
    seen: set[int] = set()
    while row is not None and row["withdrawn"] and row["id"] not in seen:
        seen.add(row["id"])
        after = row["successor_id"]
        row = await _row(connection, agency.c.id == after) if after else None
    if row is None or row["withdrawn"]:
        row = await _row(connection, agency.c.kind == Kind.TRIAGE, sa.not_(agency.c.withdrawn))
    if row is None:
        logger.error("the directory has no triage unit")
        raise NobodyToReceive
    reads = row["contact_state"] != ContactState.INACTIVE
    return Addressee(row["id"], row["code"], row["name"], row["email"] if reads else "")


async def _row(connection: AsyncConnection, *where: sa.ColumnElement[bool]) -> sa.RowMapping | None:
    found = sa.select(agency).where(*where).order_by(agency.c.position).limit(1)
    return (await connection.execute(found)).mappings().first()
