"""One line of the queue: what of a case is shown without opening it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.cases.model import State, Wish
from agencies.cases.tables import attachment, case_
from agencies.staff.scope import Scope
from agencies.staff.tables import staff
from agencies.tables import agency

FIRST_WORDS = 240
_c = case_.c
_ROW = (
    *(_c.id, _c.code, _c.version, _c.wish, _c.category, _c.state, _c.handling),
    *(_c.procedure_title, _c.place_name, _c.received_at, _c.register_due, _c.forward_due),
    *(_c.reply_due, _c.forwarded_at, _c.assignee_id, _c.reopened, _c.rating),
    sa.func.substr(_c.text, 1, FIRST_WORDS).label("text"),
    (_c.draft != "").label("has_draft"),
    agency.c.code.label("agency_code"),
    agency.c.name.label("agency_name"),
    staff.c.full_name.label("assignee"),
    sa.select(sa.func.count())
    .where(attachment.c.case_id == _c.id)
    .correlate(case_)
    .scalar_subquery()
    .label("attachments"),
)


@dataclass(frozen=True)
class Row:
    """A case as one line of the queue."""

    id: int
    code: str
    version: int
    wish: Wish
    category: str
    state: State
    handling: str
    procedure_title: str
    place_name: str
    received_at: datetime
    register_due: datetime
    forward_due: datetime
    reply_due: datetime
    forwarded_at: datetime | None
    assignee_id: int | None
    reopened: int
    rating: int | None
    text: str
    has_draft: bool
    agency_code: str
    agency_name: str
    assignee: str | None
    attachments: int


async def read_rows(
    connection: AsyncConnection, ids: Iterable[int], scope: Scope
) -> dict[int, Row]:
    """Those of the ids that are within the scope, in the order of the ids."""
    statement = (
        sa.select(*_ROW)
        .join(agency, _c.agency_id == agency.c.id)
        .outerjoin(staff, _c.assignee_id == staff.c.id)
        .where(_c.id.in_(wanted := list(ids)), scope.where(_c.agency_id + 0))
    )
    rows = (await connection.execute(statement)).mappings()
    by_id = {row["id"]: Row(**{**row, **_enums(row)}) for row in rows}
    return {one: by_id[one] for one in wanted if one in by_id}


def _enums(row: sa.RowMapping) -> dict[str, Any]:
    return {"wish": Wish(row["wish"]), "state": State(row["state"])}
