"""Answers that are ready to be filled in (mẫu trả lời), of an agency or of the whole province."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.console.tables import answer_template
from agencies.database import writing
from agencies.staff.scope import Scope
from agencies.staff.sessions import Clock
from agencies.tables import agency
from vietnamese.text import clean

LONGEST_TITLE = 120
LONGEST_TEXT = 10_000
_BLANK = re.compile(r"\{(\w+)\}")
_table = answer_template.c


@dataclass(frozen=True)
class ReadyAnswer:
    """`agency_id` None: for everybody in the province."""

    id: int
    agency_id: int | None
    agency_name: str | None
    title: str
    text: str


@dataclass(frozen=True)
class Draft:
    """What a form says of one; `text` may have blanks such as {code}."""

    title: str
    text: str
    agency_id: int | None

    @classmethod
    def read(cls, title: str, text: str, agency_id: int | None) -> "Draft":
        title = clean(title).replace("\n", " ")[:LONGEST_TITLE]
        return cls(title, clean(text)[:LONGEST_TEXT], agency_id)

    @property
    def complete(self) -> bool:
        return bool(self.title and self.text)


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of blanks; a blank that is not known stays, to be seen.

    >>> fill_in("Phản ánh {code}, {when}", {"code": "PA-1"})
    'Phản ánh PA-1, {when}'
    """
    return _BLANK.sub(lambda blank: values.get(blank.group(1), blank.group()), text)


class ReadyAnswers:
    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def usable(self, scope: Scope) -> list[ReadyAnswer]:
        """Those of the scope's agencies and the province's."""
        return await self._select(sa.or_(_table.agency_id.is_(None), scope.where(_table.agency_id)))

    async def changeable(self, scope: Scope) -> list[ReadyAnswer]:
        return await self._select(_own(scope))

    async def add(self, draft: Draft, scope: Scope, by: int) -> int | None:
        """Its id; None when the agency is not in the scope or something is missing."""
        if not draft.complete or not scope.covers(draft.agency_id):
            return None
        values = self._values(draft, by) | {"withdrawn": False}
        insert = answer_template.insert().values(values).returning(_table.id)
        async with writing(self._engine).begin() as connection:
            return int((await connection.execute(insert)).scalar_one())

    async def change(self, number: int, draft: Draft, scope: Scope, by: int) -> bool:
        if not draft.complete or not scope.covers(draft.agency_id):
            return False
        return await self._update(number, scope, self._values(draft, by))

    async def withdraw(self, number: int, scope: Scope, by: int) -> bool:
        values = {"withdrawn": True, "changed_by": by, "changed_at": self._clock()}
        return await self._update(number, scope, values)

    def _values(self, draft: Draft, by: int) -> dict[str, Any]:
        return {
            "agency_id": draft.agency_id,
            "title": draft.title,
            "text": draft.text,
            "changed_by": by,
            "changed_at": self._clock(),
        }

    async def _select(self, *where: sa.ColumnElement[bool]) -> list[ReadyAnswer]:
        query = (
            sa.select(
                _table.id,
                _table.agency_id,
                agency.c.name.label("agency_name"),
                _table.title,
                _table.text,
            )
            .select_from(answer_template)
            .outerjoin(agency, _table.agency_id == agency.c.id)
            .where(sa.not_(_table.withdrawn), *where)
            .order_by(_table.title, _table.id)
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)
            return [ReadyAnswer(**row) for row in rows.mappings()]

    async def _update(self, number: int, scope: Scope, values: dict[str, Any]) -> bool:
        mine = (_table.id == number, sa.not_(_table.withdrawn), _own(scope))
        async with writing(self._engine).begin() as connection:
            done = await connection.execute(answer_template.update().where(*mine).values(values))
        return done.rowcount == 1


def _own(scope: Scope) -> sa.ColumnElement[bool]:
    """NULL, the province's own, is in no list of agencies."""
    return scope.where(_table.agency_id)
