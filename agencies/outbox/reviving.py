"""Dead letters go out again: under the same key, to the address the directory has now."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.model import ContactState
from agencies.outbox.leases import now
from agencies.outbox.tables import delivery as table
from agencies.outbox.writing import Kind, State
from agencies.tables import agency


async def revive_dead(connection: AsyncConnection, numbers: Collection[int] | None = None) -> int:
    """Back to waiting with a new count of tries, all of them unless told which; how many.

    A message to a citizen whose words or name were erased stays where it is.
    """
    dead = sa.select(table).where(table.c.state == State.DEAD).order_by(table.c.id)
    dead = dead if numbers is None else dead.where(table.c.id.in_(numbers))
    rows = (await connection.execute(dead.with_for_update())).mappings().all()
    whole = [row for row in rows if _is_whole(row)]
    for row in whole:
        fresh = {"state": State.WAITING, "attempts": 0, "failing_since": None, "sent_at": None}
        fresh |= {"not_before": now(), "ended_at": None, "told_at": None}
        fresh |= {"recipient": await _address(connection, row)}
        await connection.execute(sa.update(table).where(table.c.id == row["id"]).values(**fresh))
    return len(whole)


def _is_whole(row: sa.RowMapping) -> bool:
    erased = row["recipient_kind"] == Kind.CITIZEN and not row["payload"].get("text")
    return bool(row["recipient"]) and not erased


async def _address(connection: AsyncConnection, row: sa.RowMapping) -> str:
    """The agency's own of today; that of an operator, or of whoever has none now, as it was."""
    here = agency.c.id == row["agency_id"]
    read = agency.c.contact_state != ContactState.INACTIVE
    if row["recipient_kind"] == Kind.EMAIL and row["agency_id"] is not None:
        found = sa.select(agency.c.email).where(here, read, agency.c.email != "")
        return str((await connection.execute(found)).scalar() or row["recipient"])
    return str(row["recipient"])
