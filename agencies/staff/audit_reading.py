"""The audit as somebody reads it: the latest entries first, of one person or about one thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.staff.tables import audit, staff

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which entries; empty for all. `before` is the id that the page before ended with."""

    username: str = ""
    action: str = ""
    object_id: str = ""
    before: int | None = None


@dataclass(frozen=True)
class Entry:
    id: int
    at: datetime
    who: str | None  # None: nobody was signed in, or a command of the machine itself.
    ip: str
    action: str
    object_kind: str
    object_id: str
    detail: Mapping[str, Any]


async def entries(engine: AsyncEngine, asked: Asked) -> tuple[Entry, ...]:
    """A page of them; PAGE entries mean that there may be more."""
    columns = [audit.c[name] for name in Entry.__annotations__ if name != "who"]
    query = (
        sa.select(*columns, staff.c.full_name.label("who"))
        .outerjoin(staff, staff.c.id == audit.c.staff_id)
        .where(*_conditions(asked))
        .order_by(audit.c.id.desc())
        .limit(PAGE)
    )
    async with engine.connect() as connection:
        return tuple(Entry(**row) for row in (await connection.execute(query)).mappings())


def _conditions(asked: Asked) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if asked.username:
        conditions.append(staff.c.username == asked.username)
    if asked.action:
        conditions.append(audit.c.action == asked.action)
    if asked.object_id:
        conditions.append(audit.c.object_id == asked.object_id)
    if asked.before is not None:
        conditions.append(audit.c.id < asked.before)
    return conditions
