"""The agencies process and its commands: serve, migrate, directory load."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from agencies import directory, log
from agencies.api import create_app
from agencies.database import is_current, open_engine, upgrade
from agencies.settings import EXAMPLE_DIRECTORY, Settings
from agencies.store import AgencyStore, Changes

app = typer.Typer(no_args_is_help=True, help="Who answers when the bot cannot?")
directory_app = typer.Typer(no_args_is_help=True, help="The directory of agencies.")
app.add_typer(directory_app, name="directory")


@app.command()
def serve() -> None:
    """Answer requests until stopped."""
    settings = Settings()
    if not asyncio.run(_is_migrated(settings.database_url)):
        typer.echo("the database is not up to date: run `python -m agencies migrate`", err=True)
        raise typer.Exit(1)
    log.configure()
    uvicorn.run(
        create_app(settings, AgencyStore(open_engine(settings.database_url))),
        host=settings.host,
        port=settings.port,
        server_header=False,
        access_log=False,  # A search is somebody's words.
        log_config=None,
    )


@app.command()
def migrate() -> None:
    """Bring the tables up to date and load the directory file."""
    asyncio.run(_migrate(Settings()))


@directory_app.command()
def load(file: Annotated[Path, typer.Argument(help="YAML, as data/agencies.yml.")]) -> None:
    """Make the directory say what FILE says, and print what changed."""
    asyncio.run(_load_once(Settings(), file))


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


async def _load(store: AgencyStore, file: Path) -> None:
    try:
        read = directory.read(file)
    except directory.UnreadableDirectory as error:
        typer.echo(f"the directory was not changed: {error}", err=True)
        raise typer.Exit(2) from error
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
        *(f"  rejected {reject}" for reject in read.rejects),
        *(f"  warning: {warning}" for warning in read.warnings),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    app()
