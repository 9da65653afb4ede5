"""The agencies process and its commands: serve, migrate, directory, staff, report and more."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies import directory, log
from agencies.api import create_app
from agencies.cases.room import CaseRoom, open_cases
from agencies.cases.settings import CaseSettings
from agencies.cases.told import Told
from agencies.contact_checks import check_contact
from agencies.database import is_current, open_engine, upgrade
from agencies.directory_layout import write_template
from agencies.model import ContactState
from agencies.outbox.commands import outbox_app
from agencies.outbox.opening import open_outbox
from agencies.outbox.results import Hooks
from agencies.reports.commands import report, retention_app
from agencies.reports.room import ReportRoom, open_reports
from agencies.retention_rules import UnreadableRetention
from agencies.rules import UnreadableRules
from agencies.senders.settings import SmtpSettings, WebhookSettings
from agencies.senders.webhook import UnreadableEndpoints, read_endpoints
from agencies.settings import EXAMPLE_DIRECTORY, Settings
from agencies.staff.commands import audit_app, staff_app
from agencies.staff.settings import StaffSettings
from agencies.store import AgencyStore, Changes
from agencies.units import Units

app = typer.Typer(no_args_is_help=True, help="Who answers when the bot cannot?")
directory_app = typer.Typer(no_args_is_help=True, help="The directory of agencies.")
app.add_typer(directory_app, name="directory")
app.add_typer(staff_app, name="staff")
app.add_typer(audit_app, name="audit")
app.add_typer(outbox_app, name="outbox")
app.add_typer(retention_app, name="retention")
app.command("report")(report)


@app.command()
def serve() -> None:
    """Answer requests until stopped."""
    settings = Settings()
    if not asyncio.run(_is_migrated(settings.database_url)):
        typer.echo("the database is not up to date: run `python -m agencies migrate`", err=True)
        raise typer.Exit(1)
    log.configure()
    engine = open_engine(settings.database_url)
    cases = _open_cases(engine)
    reports = _open_reports(engine, cases)
    told = Told(mail=SmtpSettings().can_send)
    outbox = open_outbox(
        engine,
        Hooks(sent=told.sent, dead=told.dead, held=told.held),
        {category.code: category.name for category in cases.rules.categories},
        console_url=StaffSettings().public_url,
    )
    uvicorn.run(
        create_app(settings, AgencyStore(engine), outbox=outbox, cases=cases, reports=reports),
        host=settings.host,
        port=settings.port,
        server_header=False,
        access_log=False,  # A search is somebody's words.
        log_config=None,
        proxy_headers=True,
        forwarded_allow_ips=StaffSettings().trusted_proxies,
    )


@app.command()
def migrate() -> None:
    """Bring the tables up to date and load the directory file."""
    asyncio.run(_migrate(Settings()))


@directory_app.command()
def load(file: Annotated[Path, typer.Argument(help="YAML as data/agencies.yml, or XLSX.")]) -> None:
    """Make the directory say what FILE says, and print what changed."""
    asyncio.run(_load_once(Settings(), file))


@directory_app.command()
def template(
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.")],
    source: Annotated[Path | None, typer.Option("--from", help="Fill it from this file.")] = None,
) -> None:
    """Write the workbook in which staff keep the directory, empty or filled."""
    write_template(file, _read(source).agencies if source else ())
    typer.echo(f"written to {file}; load it with: python -m agencies directory load {file}")


@directory_app.command()
def contact(code: str, state: ContactState) -> None:
    """Say that an agency's contact was checked: no file turns that back for the same address."""
    try:
        known = asyncio.run(_check_contact(Settings(), code, state))
    except ValueError as error:
        typer.echo(f"{code}: {error}", err=True)
        raise typer.Exit(2) from error
    if not known:
        typer.echo(f"no agency has the code {code}", err=True)
        raise typer.Exit(2)
    typer.echo(f"{code}: {state}")


def _open_cases(engine: AsyncEngine) -> CaseRoom:
    try:
        endpoints = read_endpoints(WebhookSettings().endpoints)
        webhooks, mail = frozenset(endpoints), SmtpSettings().can_send
        return open_cases(engine, CaseSettings(), webhooks=webhooks, mail=mail)
    except (UnreadableRules, UnreadableEndpoints, ValueError) as error:
        typer.echo(f"rules, calendar or webhooks cannot be used: {error}", err=True)
        raise typer.Exit(2) from error


def _open_reports(engine: AsyncEngine, cases: CaseRoom) -> ReportRoom:
    try:
        return open_reports(engine, cases.calendar)
    except UnreadableRetention as error:
        typer.echo(f"retention cannot be read: {error}", err=True)
        raise typer.Exit(2) from error


async def _is_migrated(url: str) -> bool:
    engine = open_engine(url)
    try:
        return await is_current(engine)
    finally:
        await engine.dispose()


async def _migrate(settings: Settings) -> None:
    engine = open_engine(settings.database_url)
    store = AgencyStore(engine)
    try:
        await upgrade(engine)
        last = await store.last_load()
        if settings.directory is None and last is not None and not last.example:
            typer.echo(f"directory: as loaded from {last.file}")
        else:
            await _load(store, settings.directory or EXAMPLE_DIRECTORY)
    finally:
        await store.close()


async def _load_once(settings: Settings, file: Path) -> None:
    store = AgencyStore(open_engine(settings.database_url))
    try:
        await _load(store, file)
    finally:
        await store.close()


async def _check_contact(settings: Settings, code: str, state: ContactState) -> bool:
    engine = open_engine(settings.database_url)
    try:
        return await check_contact(engine, code, state, at=datetime.now(UTC))
    finally:
        await engine.dispose()


def _read(file: Path) -> directory.Directory:
    try:
        return directory.read(file, units=Units.load())
    except directory.UnreadableDirectory as error:
        typer.echo(f"the directory was not changed: {error}", err=True)
        raise typer.Exit(2) from error


async def _load(store: AgencyStore, file: Path) -> None:
    read = _read(file)
    example = file.resolve() == EXAMPLE_DIRECTORY.resolve()
    changes = await store.replace(read, file=str(file), example=example)
    typer.echo(_report(read, changes))


def _report(read: directory.Directory, changes: Changes) -> str:
    unchanged = len(read.agencies) - len(changes.added) - len(changes.changed)
    lines = [
        f"directory: {len(read.agencies)} agencies read, {len(read.rejects)} rejected",
        f"  {len(changes.added)} added, {len(changes.changed)} changed, "
        f"{len(changes.withdrawn)} withdrawn, {unchanged} as before",
        *(f"  changed {code}: {', '.join(names)}" for code, names in changes.changed.items()),
        *(f"  withdrawn {code}" for code in changes.withdrawn),
        *(f"  {one.code} leads to {one.successor}" for one in read.agencies if one.successor),
        *(f"  {code} stays {state}, as staff found" for code, state in changes.kept.items()),
        *(f"  rejected {reject}" for reject in read.rejects),
        *(f"  warning: {warning}" for warning in read.warnings),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    app()
