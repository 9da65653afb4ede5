"""How much of a citizen's conversation is one case's: other agencies may have others in it."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Case
from agencies.cases.tables import case_
from gateway.client import Part


async def own_part(engine: AsyncEngine, case: Case) -> Part:
    """What led to the case: from the case before it, whosever that is, to its own making."""
    earlier = sa.select(sa.func.max(case_.c.received_at)).where(
        case_.c.conversation == case.conversation, case_.c.id < case.id
    )
    async with engine.connect() as connection:
        since = (await connection.execute(earlier)).scalar_one()
    return Part(case.code, until=case.received_at, since=since)
