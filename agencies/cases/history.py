"""Adds to a case's history, and changes a case only if nobody else has meanwhile."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases.model import Actor, Case, EventKind
from agencies.cases.rows import CASES, to_case
from agencies.cases.tables import case_, case_event
from agencies.outbox.writing import insert_if_new

# What the citizen who holds the code may see; what staff say to each other is not in it.
PUBLIC = frozenset(
    {
        EventKind.CREATED,
        EventKind.REGISTERED,
        EventKind.FORWARDED,
        EventKind.TRANSFERRED,
        EventKind.ANSWERED,
        EventKind.ASKED,
        EventKind.CITIZEN_WROTE,
        EventKind.REOPENED,
        EventKind.CLOSED,
        EventKind.DECLINED,
    }
)


async def record(
    connection: AsyncConnection,
    case_id: int,
    kind: EventKind,
    actor: Actor,
    *,
    at: datetime,
    text: str = "",
    data: dict[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """Add an event; False when the same `key` is there already."""
    values = {
        "case_id": case_id,
        "at": at,
        "actor": actor.side,
        "staff_id": actor.staff_id,
        "actor_name": actor.name,
        "kind": kind,
        "public": kind in PUBLIC,
        "text": text,
        "data": data or {},
        "key": key,
    }
    insert = insert_if_new(connection, case_event).values(values).returning(case_event.c.id)
    return (await connection.execute(insert)).first() is not None


async def change(connection: AsyncConnection, case: Case, **values: Any) -> Case | None:
    """The case with new values; None when it was changed by somebody since it was read."""
    update = (
        case_.update()
        .where(case_.c.id == case.id, case_.c.version == case.version)
        .values(version=case.version + 1, **values)
    )
    if (await connection.execute(update)).rowcount == 0:
        return None
    return await read(connection, case_.c.id == case.id)


async def read(
    connection: AsyncConnection, *where: sa.ColumnElement[bool], lock: bool = False
) -> Case | None:
    """The case, or None. With `lock` nobody else changes it in this transaction's time."""
    found = CASES.where(*where)
    statement = found.with_for_update(of=case_) if lock else found
    row = (await connection.execute(statement)).mappings().first()
    return to_case(row) if row else None
