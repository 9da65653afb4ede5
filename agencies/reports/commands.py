"""The weekly report and retention at the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import sqlalchemy as sa
import typer

from agencies.cases.settings import CaseSettings
from agencies.database import open_engine
from agencies.reports.paper import paper
from agencies.reports.room import ReportRoom, open_reports
from agencies.reports.week import Week
from agencies.reports.weekly import Report
from agencies.reports.workbook import workbook
from agencies.retention_rules import UnreadableRetention
from agencies.settings import Settings
from agencies.staff.scope import scope_below
from agencies.tables import agency
from vietnamese.workdays import WorkCalendar

retention_app = typer.Typer(no_args_is_help=True, help="Personal data whose time is over.")
PRINTERS: dict[str, Callable[[Report], bytes]] = {".pdf": paper, ".xlsx": workbook}
T = TypeVar("T")


def report(
    out: Annotated[Path, typer.Option(help="The file to write: .pdf or .xlsx.")],
    week: Annotated[str, typer.Option(help="As 2026-W47; the last whole week without it.")] = "",
    of: Annotated[str, typer.Option("--agency", help="Only this agency and those below.")] = "",
) -> None:
    """Write the report of a week."""
    if out.suffix.lower() not in PRINTERS:
        raise typer.BadParameter(f"{out.name}: .pdf or .xlsx", param_hint="--out")
    try:
        wanted = Week.read(week) if week else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--week") from error
    made = asyncio.run(_with_room(lambda room: _report(room, wanted, of)))
    if made is None:
        typer.echo(f"no agency has the code {of}", err=True)
        raise typer.Exit(2)
    out.write_bytes(PRINTERS[out.suffix.lower()](made))
    if made.kept_for_ever:
        typer.echo(f"no retention is set for: {', '.join(made.kept_for_ever)}", err=True)
    typer.echo(f"{made.week}: {made.total.received} received, written to {out}")


@retention_app.command("run")
def run_retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Erase what is due: by the periods that are set, and what open cases still owed."""

    async def work(room: ReportRoom) -> tuple[list[str], tuple[str, ...]]:
        verb = "would be erased" if dry_run else "erased"
        done = await room.retention.run(dry_run=dry_run)
        lines = [
            f"{one.data_class} of {one.cases} cases {verb} ({one.why}{_basis(one.basis)})"
            for one in done
        ]
        return lines, room.retention.unset

    lines, unset = asyncio.run(_with_room(work))
    for line in lines or ["nothing is due"]:
        typer.echo(line)
    if unset:
        typer.echo(f"WARNING: kept for ever, no period is set: {', '.join(unset)}", err=True)


def _basis(basis: str) -> str:
    return f", {basis}" if basis else ""


async def _report(room: ReportRoom, week: Week | None, of: str) -> Report | None:
    wanted = week or Week.of(room.clock()).before
    async with room.reports.engine.connect() as connection:
        found = sa.select(agency.c.id, agency.c.name).where(agency.c.code == of)
        row = (await connection.execute(found)).first()
        if of and row is None:
            return None
        scope = await scope_below(connection, row.id if row else None)
    return await room.reports.weekly(wanted, scope, name=row.name if row else "")


async def _with_room(work: Callable[[ReportRoom], Awaitable[T]]) -> T:
    engine = open_engine(Settings().database_url)
    try:
        calendar = WorkCalendar.load(CaseSettings().work_calendar)
        return await work(open_reports(engine, calendar))
    except UnreadableRetention as error:
        typer.echo(f"retention cannot be read: {error}", err=True)
        raise typer.Exit(2) from error
    finally:
        await engine.dispose()
