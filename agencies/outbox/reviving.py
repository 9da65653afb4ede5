"""What failed goes out again: under the same key, to the address the directory has now."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.model import ContactState
from agencies.outbox.leases import EVERYONE, now
from agencies.outbox.recipients import Recipients
from agencies.outbox.retries import Retries
from agencies.outbox.tables import delivery as table
from agencies.outbox.writing import Kind, State
from agencies.tables import agency


async def revive_dead(connection: AsyncConnection, numbers: Collection[int] | None = None) -> int:
    """Dead letters, all of them unless told which; how many."""
    dead = sa.select(table).where(table.c.state == State.DEAD).order_by(table.c.id)
    dead = dead if numbers is None else dead.where(table.c.id.in_(numbers))
    rows = (await connection.execute(dead.with_for_update())).mappings().all()
    return await try_again(connection, rows)


async def try_again(connection: AsyncConnection, rows: Sequence[sa.RowMapping]) -> int:
    """Now, with a new count of tries if they were given up; how many.

    A message to a citizen whose words or name were erased stays where it is, and what is being
    sent just now needs nothing.
    """
    tried = 0
    for row in rows:
        if row["state"] == State.SENDING or not _is_whole(row):
            continue
        fresh = {"not_before": now(), "recipient": await _address(connection, row)}
        if row["state"] == State.DEAD:
            fresh |= {"state": State.WAITING, "attempts": 0, "failing_since": None}
            fresh |= {"sent_at": None, "ended_at": None, "told_at": None}
        await connection.execute(sa.update(table).where(table.c.id == row["id"]).values(**fresh))
        tried += 1
    return tried


async def release(connection: AsyncConnection, rows: Sequence[sa.RowMapping]) -> None:
    """Whoever asks for these knows that their recipients, and the ways to them, work again."""
    recipients = Recipients(connection, Retries(), now())
    for kind, recipient in {(Kind(row["recipient_kind"]), row["recipient"]) for row in rows}:
        await recipients.release(kind, recipient)
        await recipients.release(kind, EVERYONE)


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
