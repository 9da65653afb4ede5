"""Numbers of the register (sổ theo dõi): one after another, each once, from 1 every year."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases.tables import register
from vietnamese.workdays import ZONE


async def next_number(connection: AsyncConnection, now: datetime) -> tuple[int, int]:
    """The year and the next number in it. Whoever comes second waits for the first to commit."""
    year = now.astimezone(ZoneInfo(ZONE)).year
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(register)
    counted = insert.values(year=year, last=1).on_conflict_do_update(
        index_elements=["year"], set_={"last": register.c.last + 1}
    )
    number = (await connection.execute(counted.returning(register.c.last))).scalar_one()
    return year, int(number)
