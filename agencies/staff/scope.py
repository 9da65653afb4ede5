"""Which agencies' rows somebody may see: put into every query of staff (row-level scope)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.tables import agency


@dataclass(frozen=True)
class Scope:
    """The agencies whose rows are seen; None is the whole province.

    >>> Scope.of([3]).covers(4), Scope.everything().covers(4), Scope.of([]).covers(4)
    (False, True, False)
    """

    agency_ids: frozenset[int] | None

    @classmethod
    def everything(cls) -> Self:
        return cls(None)

    @classmethod
    def of(cls, agency_ids: Iterable[int]) -> Self:
        return cls(frozenset(agency_ids))

    def where(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """The condition for a query whose rows name their agency in `column`."""
        if self.agency_ids is None:
            return sa.true()
        if not self.agency_ids:
            return sa.false()
        return column.in_(sorted(self.agency_ids))

    def covers(self, agency_id: int | None) -> bool:
        """Whether a row of this agency is seen; a row of no agency only by the whole province."""
        if self.agency_ids is None:
            return True
        return agency_id is not None and agency_id in self.agency_ids


async def scope_below(connection: AsyncConnection, agency_id: int | None) -> Scope:
    """An agency, all below it and all that were merged into one of these; None: everything.

    Withdrawn units stay in: their open cases are still somebody's to finish.
    """
    if agency_id is None:
        return Scope.everything()
    below = sa.select(sa.literal(agency_id).label("id")).cte("below", recursive=True)
    upper = sa.or_(agency.c.parent_id == below.c.id, agency.c.successor_id == below.c.id)
    # UNION, not UNION ALL: a circle of mergers must come to an end.
    below = below.union(sa.select(agency.c.id).join(below, upper))
    return Scope.of((await connection.execute(sa.select(below.c.id))).scalars())


def scopes_of(start: sa.Select[tuple[int]]) -> sa.CTE:
    """The other way round: ids of the agencies in whose scope these are, they themselves too."""
    above = start.cte("above", recursive=True)
    upper = agency.alias()
    leads_to = sa.or_(upper.c.id == agency.c.parent_id, upper.c.id == agency.c.successor_id)
    steps = sa.select(upper.c.id).join(agency, leads_to).join(above, agency.c.id == above.c.id)
    return above.union(steps)
