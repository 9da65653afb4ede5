"""What could not be sent, for a person to look at: given up, or waiting for too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.tables import case_
from agencies.outbox.leases import UNSENT
from agencies.outbox.tables import delivery as table
from agencies.outbox.writing import Kind, State
from agencies.staff.scope import Scope
from agencies.tables import agency

PAGE = 50
LONG = timedelta(hours=1)
# Of a message to a citizen it is the agency that the case is with.
AGENCY = sa.func.coalesce(table.c.agency_id, case_.c.agency_id)


@dataclass(frozen=True)
class Trouble:
    id: int
    kind: Kind
    purpose: str
    recipient: str  # "" for a citizen: the name of a conversation is nobody's business.
    agency_name: str
    case_code: str
    dead: bool
    attempts: int
    error: str
    since: datetime
    next_try: datetime | None


def late(at: datetime, after: timedelta) -> sa.ColumnElement[bool]:
    """Waits for longer than that; what was written for a later time does not."""
    tried = sa.or_(table.c.attempts > 0, table.c.not_before < at - after)
    return sa.and_(table.c.state.in_(UNSENT), table.c.written_at < at - after, tried)


async def troubles(
    engine: AsyncEngine, scope: Scope, at: datetime, *, before: int | None = None
) -> list[Trouble]:
    """One page of them, newest first; `before` is the last id of the page before."""
    found = (
        sa.select(table, case_.c.code, agency.c.name.label("agency_name"))
        .select_from(_WITH_CASE.outerjoin(agency, agency.c.id == AGENCY))
        .where(_wrong(at), scope.where(AGENCY))
        .order_by(table.c.id.desc())
        .limit(PAGE)
    )
    found = found if before is None else found.where(table.c.id < before)
    async with engine.connect() as connection:
        return [_trouble(row) for row in (await connection.execute(found)).mappings()]


async def seen(
    connection: AsyncConnection, scope: Scope, at: datetime, *, number: int | None = None
) -> Sequence[sa.RowMapping]:
    """Those that the scope covers, or the one with this number; nobody changes them meanwhile."""
    which = table.c.state == State.DEAD if number is None else table.c.id == number
    found = sa.select(table).select_from(_WITH_CASE)
    found = found.where(which, _wrong(at), scope.where(AGENCY)).order_by(table.c.id)
    return (await connection.execute(found.with_for_update(of=table))).mappings().all()


_WITH_CASE = table.outerjoin(case_, case_.c.id == table.c.case_id)


def _wrong(at: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(table.c.state == State.DEAD, late(at, LONG))


def _trouble(row: sa.RowMapping) -> Trouble:
    dead = row["state"] == State.DEAD
    failing = row["ended_at"] if dead else row["failing_since"]
    return Trouble(
        id=row["id"],
        kind=Kind(row["recipient_kind"]),
        purpose=row["purpose"],
        recipient="" if row["recipient_kind"] == Kind.CITIZEN else row["recipient"],
        agency_name=row["agency_name"] or "",
        case_code=row["code"] or "",
        dead=dead,
        attempts=row["attempts"],
        error=row["error"],
        since=failing or row["written_at"],
        next_try=None if dead else row["not_before"],
    )
