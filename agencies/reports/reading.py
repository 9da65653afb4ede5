"""Reads the histories of a week from the database, within a scope, and makes the report."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.model import OPEN, EventKind, Wish
from agencies.cases.tables import case_, case_event
from agencies.erasures import erasures
from agencies.reports import counting
from agencies.reports.history import READ, CaseHistory, Moment
from agencies.reports.settings import ReportSettings
from agencies.reports.week import Week
from agencies.reports.weekly import Report
from agencies.retention_rules import RetentionRules
from agencies.staff.scope import Scope
from agencies.tables import agency
from vietnamese.workdays import WorkCalendar

_COLUMNS = (
    case_.c.id,
    case_.c.code,
    case_.c.agency_id,
    case_.c.field,
    case_.c.wish,
    case_.c.procedure_code,
    case_.c.procedure_title,
    case_.c.received_at,
    case_.c.reply_due,
)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reports:
    engine: AsyncEngine
    calendar: WorkCalendar
    settings: ReportSettings
    retention: RetentionRules
    clock: Callable[[], datetime]

    async def weekly(self, week: Week, scope: Scope, *, name: str = "") -> Report:
        """The report of a week on the cases of a scope; `name` is whose scope it is."""
        async with self.engine.connect() as connection:
            names, heirs = await _agencies(connection)
            cases = await _histories(connection, week, scope, heirs)
        # Records of erasures name no agency: they are the province's.
        whole = scope.agency_ids is None
        erased = await erasures(self.engine, week.start, week.end) if whole else []
        as_of = min(week.end, max(self.clock(), week.start))
        parts: dict[str, Any] = {
            "week": week,
            "as_of": as_of,
            "minimum": self.settings.minimum,
        }
        top = self.settings.top
        return Report(
            **parts,
            scope=name,
            total=counting.figures(cases, week, as_of),
            total_before=counting.figures(cases, week.before, week.start),
            agencies=counting.lines(cases, counting.by_agency(names), **parts),
            fields=counting.lines(cases, counting.by_field, **parts),
            agency_fields=counting.lines(cases, counting.by_agency_and_field(names), **parts),
            questions=counting.bottlenecks(cases, Wish.QUESTION, week, top),
            feedback=counting.bottlenecks(cases, Wish.FEEDBACK, week, top),
            uncatalogued=counting.uncatalogued(cases, week),
            working_days=sum(map(self.calendar.is_working, _days(week))),
            days_off=tuple((day.day, day.name) for day in self.calendar.holidays(*week.days)),
            erased=tuple(erased),
            kept_for_ever=self.retention.unset,
        )


async def _agencies(
    connection: AsyncConnection,
) -> tuple[Mapping[int, tuple[str, str]], Mapping[int, int]]:
    """Code and name of every agency by id, and who does the work of each now."""
    columns = (agency.c.id, agency.c.code, agency.c.name, agency.c.successor_id)
    rows = (await connection.execute(sa.select(*columns))).all()
    after = {row.id: row.successor_id for row in rows}
    return {row.id: (row.code, row.name) for row in rows}, {
        row.id: _last(row.id, after) for row in rows
    }


def _last(agency_id: int, after: Mapping[int, int | None]) -> int:
    seen = {agency_id}
    while (then := after.get(agency_id)) is not None and then not in seen:
        seen.add(then)
        agency_id = then
    return agency_id


async def _histories(
    connection: AsyncConnection, week: Week, scope: Scope, heirs: Mapping[int, int]
) -> list[CaseHistory]:
    """The cases that have any part in the week or the one before."""
    since = week.before.start
    moved = sa.select(case_event.c.case_id).where(
        case_event.c.kind.in_(READ), case_event.c.at >= since
    )
    wanted = sa.and_(
        scope.where(case_.c.agency_id),
        case_.c.received_at < week.end,
        sa.or_(
            case_.c.received_at >= since,
            case_.c.state.in_(OPEN),
            case_.c.id.in_(moved),
        ),
    )
    moments = await _moments(connection, sa.select(case_.c.id).where(wanted))
    rows = await connection.execute(sa.select(*_COLUMNS).where(wanted).order_by(case_.c.id))
    return [
        CaseHistory(
            **{name: row[name] for name in row if name != "agency_id"},
            agency=heirs[row["agency_id"]],
            moments=tuple(moments[row["id"]]),
        )
        for row in rows.mappings()
    ]


async def _moments(
    connection: AsyncConnection, ids: sa.Select[tuple[int]]
) -> Mapping[int, list[Moment]]:
    columns = (case_event.c.case_id, case_event.c.at, case_event.c.kind, case_event.c.data)
    found = sa.select(*columns).where(case_event.c.case_id.in_(ids), case_event.c.kind.in_(READ))
    by_case: dict[int, list[Moment]] = defaultdict(list)
    for row in await connection.execute(found.order_by(case_event.c.at, case_event.c.id)):
        by_case[row.case_id].append(_moment(row.at, row.kind, row.data))
    return by_case


def _moment(at: datetime, kind: str, data: Mapping[str, Any]) -> Moment:
    due = data.get("reply_due")
    return Moment(
        at=at,
        kind=EventKind(kind),
        due=datetime.fromisoformat(due) if isinstance(due, str) else None,
        score=data.get("score"),
        about=data.get("what") or data.get("reason") or "",
    )


def _days(week: Week) -> list[Any]:
    return [week.days[0] + number * _DAY for number in range(7)]
