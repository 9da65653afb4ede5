"""The queue of cases: one page of it, and what is to be done, always within somebody's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.cases.codes import read_code
from agencies.cases.model import OPEN, State
from agencies.cases.tables import case_
from agencies.console.marks import SOON_DAYS
from agencies.console.queue_filter import ALL, ME, NOBODY, OPEN_ONES, Due, Filter, Order, Place
from agencies.console.queue_row import Row, read_rows
from agencies.console.queue_words import holds, wanted_words
from agencies.staff.scope import Scope
from agencies.staff.sessions import Clock
from agencies.tables import agency
from vietnamese.workdays import ZONE, WorkCalendar

PAGE = 50
MOST_COUNTED = 1000
NARROW = 8  # So many agencies are looked up one by one.
_DAY = timedelta(days=1)
_c = case_.c
# The queue is read in its order until a page is full, from indexes that hold all that the filters
# ask for (migration 0005). Other indexes would find the cases in one state, sort them all, and be
# slower by far: a column inside an expression keeps planners away from them.
_state = sa.func.coalesce(_c.state, sa.literal_column("''"))
# Constants, as in the partial indexes.
IS_OPEN = _state.in_([sa.literal_column(f"'{state}'") for state in OPEN])
# The same in other words, for the few with a draft: they have an index of their own.
_NOT_DONE = _state.not_in([state for state in State if state not in OPEN])
_DRAFTED = _c.draft != sa.literal_column("''")
_RUNS = _c.state != State.WAITING


@dataclass(frozen=True)
class Page:
    """`found` is counted on the first page, to MOST_COUNTED; `next`, `previous` are queries."""

    rows: tuple[Row, ...]
    found: int | None
    next: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Counts:
    """Of the open cases in the scope."""

    open: int
    received: int
    overdue: int
    soon: int
    mine: int
    nobodys: int
    drafted: int


class Queue:
    def __init__(self, engine: AsyncEngine, calendar: WorkCalendar, clock: Clock) -> None:
        self._engine = engine
        self._calendar = calendar
        self._clock = clock

    def soon(self) -> datetime:
        """The end of the last day that counts as due soon."""
        today = self._clock().astimezone(ZoneInfo(ZONE)).date()
        return _midnight(self._calendar.after(today, SOON_DAYS) + _DAY)

    async def page(self, wanted: Filter, scope: Scope, staff_id: int, *, by_contacts: bool) -> Page:
        """One page of what the filter lets through; words of contacts are searched if allowed."""
        async with self._engine.connect() as connection:
            where = await self._where(connection, wanted, scope, staff_id, by_contacts)
            first = wanted.after is None and wanted.before is None
            statement = _ids(wanted, where).limit(MOST_COUNTED + 1 if first else PAGE + 1)
            ids = (await connection.execute(statement)).scalars().all()
            rows = await read_rows(connection, ids[:PAGE], scope)
        return _page(wanted, rows, more=len(ids) > PAGE, found=len(ids) if first else None)

    async def every(
        self, wanted: Filter, scope: Scope, staff_id: int, *, by_contacts: bool, most: int
    ) -> list[int]:
        """The ids of all that the filter lets through, in its order, for an export."""
        async with self._engine.connect() as connection:
            where = await self._where(connection, wanted, scope, staff_id, by_contacts)
            statement = sa.select(_c.id).where(*where).order_by(*_order(wanted)).limit(most)
            return list((await connection.execute(statement)).scalars())

    async def counts(self, scope: Scope, staff_id: int) -> Counts:
        late = sa.and_(_RUNS, _c.reply_due < self._clock())
        soon = sa.and_(_RUNS, _c.reply_due >= self._clock(), _c.reply_due < self.soon())
        columns = {
            "received": _c.state == State.RECEIVED,
            "overdue": late,
            "soon": soon,
            "mine": _c.assignee_id == staff_id,
            "nobodys": _c.assignee_id.is_(None),
        }
        statement = sa.select(
            sa.func.count().label("open"),
            *(sa.func.count(sa.case((what, 1))).label(name) for name, what in columns.items()),
        ).where(IS_OPEN, _within(scope, narrow=_is_narrow(scope)))
        drafted = sa.select(sa.func.count()).where(_DRAFTED, IS_OPEN, _within(scope, narrow=False))
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).mappings().one()
            waiting = await connection.scalar(drafted.select_from(case_))
        return Counts(**row, drafted=waiting or 0)

    async def agencies(self, scope: Scope) -> list[tuple[str, str]]:
        """Code and name of each agency whose cases are seen."""
        statement = sa.select(agency.c.code, agency.c.name).where(scope.where(agency.c.id))
        async with self._engine.connect() as connection:
            rows = await connection.execute(statement.order_by(agency.c.position, agency.c.id))
            return [(row.code, row.name) for row in rows]

    async def _where(
        self,
        connection: AsyncConnection,
        wanted: Filter,
        scope: Scope,
        staff_id: int,
        by_contacts: bool,
    ) -> list[sa.ColumnElement[bool]]:
        narrow = _is_narrow(scope) and not wanted.words and not wanted.drafted
        where = [_within(scope, narrow=narrow), *self._plain(wanted, staff_id)]
        if wanted.agency:
            named = sa.select(agency.c.id).where(agency.c.code == wanted.agency)
            where.append(_c.agency_id == named.scalar_subquery())
        if wanted.words:
            where.append(await _says(connection, wanted.words, scope, by_contacts))
        return where

    def _plain(self, wanted: Filter, staff_id: int) -> Iterable[sa.ColumnElement[bool]]:
        if wanted.state == OPEN_ONES:
            yield _NOT_DONE if wanted.drafted else IS_OPEN
        elif wanted.state != ALL:
            yield _state == wanted.state
            if wanted.is_open:
                yield IS_OPEN
        if wanted.due == Due.OVERDUE:
            yield from (IS_OPEN, _RUNS, _c.reply_due < self._clock())
        elif wanted.due == Due.SOON:
            now = self._clock()
            yield from (IS_OPEN, _RUNS, _c.reply_due >= now, _c.reply_due < self.soon())
        if wanted.drafted:
            yield _DRAFTED
        if wanted.wish:
            yield _c.wish == wanted.wish
        if wanted.category:
            yield _c.category == wanted.category
        if wanted.assignee == NOBODY:
            yield sa.func.coalesce(_c.assignee_id, 0) == 0
        elif wanted.assignee:
            yield _c.assignee_id == (staff_id if wanted.assignee == ME else int(wanted.assignee))
        if wanted.since:
            yield _c.received_at >= _midnight(wanted.since)
        if wanted.until:
            yield _c.received_at < _midnight(wanted.until + _DAY)


def _is_narrow(scope: Scope) -> bool:
    return scope.agency_ids is not None and len(scope.agency_ids) <= NARROW


def _within(scope: Scope, *, narrow: bool) -> sa.ColumnElement[bool]:
    """The scope; a wide one is not looked up agency by agency."""
    return scope.where(_c.agency_id if narrow else _c.agency_id + 0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE))


async def _says(
    connection: AsyncConnection, words: str, scope: Scope, by_contacts: bool
) -> sa.ColumnElement[bool]:
    """A case by its code however it was typed, else by the beginnings of words."""
    if code := read_code(words):
        here = sa.select(_c.id).where(_c.code == code, scope.where(_c.agency_id))
        if (found := await connection.scalar(here)) is not None:
            return sa.and_(_c.id == found)
    if by_contacts:
        return holds(connection, wanted_words(words))
    return sa.and_(_c.dossier_code == words)


def _order(wanted: Filter, *, backwards: bool = False) -> tuple[sa.ColumnElement[Any], ...]:
    if (wanted.sorted_by is Order.NEWEST) != backwards:
        return _sort(wanted).desc(), _c.id.desc()
    return _sort(wanted).asc(), _c.id.asc()


def _sort(wanted: Filter) -> sa.ColumnElement[datetime]:
    return _c.received_at if wanted.sorted_by is Order.NEWEST else _c.reply_due


def _ids(wanted: Filter, where: list[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    backwards = wanted.before is not None
    statement = sa.select(_c.id).where(*where)
    if place := wanted.after or wanted.before:
        here = sa.tuple_(_sort(wanted), _c.id)
        there = sa.tuple_(sa.literal(place.at, _sort(wanted).type), sa.literal(place.case_id))
        further = (wanted.sorted_by is Order.DUE) != backwards
        statement = statement.where(here > there if further else here < there)
    return statement.order_by(*_order(wanted, backwards=backwards))


def _page(wanted: Filter, rows: dict[int, Row], *, more: bool, found: int | None) -> Page:
    shown = list(rows.values())
    if wanted.before:
        shown.reverse()
    if not shown:
        return Page((), found)
    by = "received_at" if wanted.sorted_by is Order.NEWEST else "reply_due"
    first, last = (Place(getattr(row, by), row.id) for row in (shown[0], shown[-1]))
    has_next = more if not wanted.before else True
    has_previous = more if wanted.before else wanted.after is not None
    return Page(
        rows=tuple(shown),
        found=found,
        next=wanted.at_page(after=last) if has_next else "",
        previous=wanted.at_page(before=first) if has_previous else "",
    )
