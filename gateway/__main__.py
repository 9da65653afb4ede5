"""Commands of the gateway: `python -m gateway serve`, `python -m gateway migrate`."""

import asyncio

import typer
import uvicorn

from gateway import log
from gateway.api import create_app
from gateway.database import Database
from gateway.settings import Settings

REQUEST_GRACE_SECONDS = 2

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def serve() -> None:
    """Serve the portal page and the channels."""
    settings = Settings()
    if not asyncio.run(_is_current(settings.database_url)):
        typer.echo("The gateway's database is not up to date: run `python -m gateway migrate`.")
        raise typer.Exit(1)
    log.configure()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        access_log=False,  # It would hold the citizens' addresses.
        log_config=None,
        timeout_graceful_shutdown=REQUEST_GRACE_SECONDS,
    )


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    asyncio.run(_migrate(Settings().database_url))
    typer.echo("The gateway's database is up to date.")


async def _is_current(url: str) -> bool:
    database = Database(url)
    try:
        return await database.is_current()
    finally:
        await database.close()


async def _migrate(url: str) -> None:
    database = Database(url)
    try:
        await database.upgrade()
    finally:
        await database.close()


if __name__ == "__main__":
    app()
