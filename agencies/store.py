"""The directory of agencies in the database: search it, replace it by what a file says."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies import tables
from agencies.contact_checks import ContactCheck, checks, outweighed
from agencies.database import writing
from agencies.directory import Directory
from agencies.model import Agency, ContactState
from agencies.rows import from_row, spaced, to_row, words

_table = tables.agency
_parent = tables.agency.alias("parent")
_successor = tables.agency.alias("successor")
_LISTED = sa.not_(_table.c.withdrawn)
_AGENCIES = (
    sa.select(_table, _parent.c.code.label("parent"), _successor.c.code.label("successor"))
    .select_from(_table)
    .outerjoin(_parent, _table.c.parent_id == _parent.c.id)
    .outerjoin(_successor, _table.c.successor_id == _successor.c.id)
    .order_by(_table.c.position, _table.c.id)
)

Known = Mapping[str, sa.RowMapping]


@dataclass(frozen=True)
class Changes:
    """What a load did, by code; `changed` names the facts that differ.

    `kept` is the state of contact that staff found and the file, which says otherwise, left as is.
    """

    added: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]
    withdrawn: tuple[str, ...]
    kept: dict[str, ContactState]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.withdrawn)


@dataclass(frozen=True)
class Load:
    """A load that changed something."""

    at: datetime
    file: str
    example: bool


class AgencyStore:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def engine(self) -> AsyncEngine:
        """The database, for the other rooms of this process."""
        return self._engine

    async def close(self) -> None:
        await self._engine.dispose()

    async def agencies(self, query: str = "") -> list[Agency]:
        """The agencies that match every word of the query, with or without diacritics.

        The words as they stand in a name come first, then all of them in names, then the rest.
        """
        wanted = words(query)
        text = _table.c.search_text
        statement = _AGENCIES.where(_LISTED).where(
            *(text.contains(f" {word}", autoescape=True) for word in wanted)
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(statement)
            found = [from_row(row) for row in rows.mappings()]
        return sorted(found, key=lambda agency: _remoteness(agency, wanted))

    async def agency(self, code: str) -> Agency | None:
        if "\x00" in code:  # PostgreSQL refuses the question.
            return None
        statement = _AGENCIES.where(_LISTED, _table.c.code == code)
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).mappings().first()
        return from_row(row) if row else None

    async def heir(self, code: str) -> Agency | None:
        """Who does the work of a merged or dissolved agency now; None for any other code."""
        seen: set[str] = set()
        then = await self._successor_of(code)
        while then and then not in seen:  # The loads of two files could make a circle.
            seen.add(then)
            if found := await self.agency(then):
                return found
            then = await self._successor_of(then)
        return None

    async def _successor_of(self, code: str) -> str | None:
        if "\x00" in code:
            return None
        joined = _table.join(_successor, _table.c.successor_id == _successor.c.id)
        statement = sa.select(_successor.c.code).select_from(joined)
        async with self._engine.connect() as connection:
            found = await connection.execute(statement.where(_table.c.code == code))
            return found.scalar_one_or_none()

    async def count(self) -> dict[ContactState, int]:
        """How many agencies there are in each state of contact."""
        state = _table.c.contact_state
        statement = sa.select(state, sa.func.count()).where(_LISTED).group_by(state)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        counted = {ContactState(name): number for name, number in rows}
        return {state: counted.get(state, 0) for state in ContactState}

    async def last_load(self) -> Load | None:
        load = tables.directory_load.c
        statement = sa.select(load.loaded_at, load.file, load.example).order_by(load.id.desc())
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement.limit(1))).first()
        if row is None:
            return None
        # SQLite gives the time back without its zone.
        at = row.loaded_at if row.loaded_at.tzinfo else row.loaded_at.replace(tzinfo=UTC)
        return Load(at, row.file, row.example)

    async def replace(self, directory: Directory, *, file: str, example: bool = False) -> Changes:
        """Make the database say what the file says, all of it or nothing.

        An agency that the file lacks is withdrawn; one that was rejected stays as it was; one that
        has a successor is withdrawn and leads to it. What staff found out about a contact stays.
        """
        async with writing(self._engine).begin() as connection:
            rows = (await connection.execute(_AGENCIES)).mappings().all()
            known = {row["code"]: row for row in rows}
            directory, kept = _with_checks(directory, await checks(connection))
            changes = replace(_compare(directory, known), kept=kept)
            await _write(connection, directory, known=known, changes=changes)
            if changes:
                report = asdict(changes) | {"rejected": list(map(str, directory.rejects))}
                load = {"loaded_at": datetime.now(UTC), "file": file, "example": example}
                await connection.execute(
                    tables.directory_load.insert().values(load | {"report": report})
                )
        return changes


def _remoteness(agency: Agency, wanted: list[str]) -> int:
    names = [spaced([name]) for name in (agency.name, *agency.other_names)]
    phrase = spaced(wanted)
    if any(phrase in name for name in names):
        return 0
    return 1 if all(f" {word}" in "".join(names) for word in wanted) else 2


def _with_checks(
    directory: Directory, found: Mapping[str, ContactCheck]
) -> tuple[Directory, dict[str, ContactState]]:
    """The directory with the states that staff found, and those that the file has otherwise."""
    agencies = [outweighed(agency, found.get(agency.code)) for agency in directory.agencies]
    pairs = zip(directory.agencies, agencies, strict=True)
    kept = {new.code: new.contact.state for old, new in pairs if old != new}
    return replace(directory, agencies=tuple(agencies)), kept


def _compare(directory: Directory, known: Known) -> Changes:
    listed = {code for code, row in known.items() if not row["withdrawn"]}
    # A merged agency is not listed, but it is there.
    before = {
        code: from_row(row) for code, row in known.items() if code in listed or row["successor"]
    }
    in_file = {agency.code for agency in directory.agencies}
    differing = {
        agency.code: tuple(_differing(before[agency.code], agency))
        for agency in directory.agencies
        if agency.code in before
    }
    return Changes(
        added=tuple(agency.code for agency in directory.agencies if agency.code not in before),
        changed={code: names for code, names in differing.items() if names},
        withdrawn=tuple(sorted(listed - in_file - directory.rejected_codes)),
        kept={},
    )


def _differing(old: Agency, new: Agency) -> Iterator[str]:
    for field in fields(Agency):
        if getattr(old, field.name) != getattr(new, field.name):
            yield field.name


async def _write(
    connection: AsyncConnection, directory: Directory, *, known: Known, changes: Changes
) -> None:
    ids = {code: row["id"] for code, row in known.items()}
    touched = {*changes.added, *changes.changed}
    for position, agency in enumerate(directory.agencies):
        row = to_row(agency) | {"position": position}
        if agency.code not in ids:
            insert = _table.insert().values(row).returning(_table.c.id)
            ids[agency.code] = (await connection.execute(insert)).scalar_one()
        elif agency.code in touched or known[agency.code]["position"] != position:
            await _update(connection, ids[agency.code], row)
    for agency in directory.agencies:  # Only now does every parent have an id.
        if agency.code in touched:
            links = {
                "parent_id": ids[agency.parent] if agency.parent else None,
                "successor_id": ids[agency.successor] if agency.successor else None,
            }
            await _update(connection, ids[agency.code], links)
    for code in changes.withdrawn:
        await _update(connection, ids[code], {"withdrawn": True})


async def _update(connection: AsyncConnection, row_id: int, values: dict[str, Any]) -> None:
    await connection.execute(_table.update().where(_table.c.id == row_id).values(values))
