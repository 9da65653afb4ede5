"""Commands of the gateway: `python -m gateway serve`, `python -m gateway migrate`."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
import typer
import uvicorn

from gateway import channels_cli, log, messenger_cli, outbox_cli, zalo_cli
from gateway.api import create_app
from gateway.channels.base import NotConfigured
from gateway.database import is_current, open_database, upgrade
from gateway.settings import Settings

REQUEST_GRACE_SECONDS = 2

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, help=__doc__)
app.add_typer(channels_cli.app, name="channels")
app.add_typer(outbox_cli.app, name="outbox")
app.add_typer(zalo_cli.app, name="zalo")
app.add_typer(messenger_cli.app, name="messenger")


@app.command()
def serve() -> None:
    """Serve the portal page and the channels."""
    settings = Settings()
    if not asyncio.run(_run(settings.database_url, is_current)):
        typer.echo("The gateway's database is not up to date: run `python -m gateway migrate`.")
        raise typer.Exit(1)
    log.configure()
    try:
        served = create_app(settings)
    except NotConfigured as error:
        typer.echo(f"The gateway does not start: {error}.")
        raise typer.Exit(1) from error
    uvicorn.run(
        served,
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
    asyncio.run(_run(Settings().database_url, upgrade))
    typer.echo("The gateway's database is up to date.")


async def _run(url: str, work: Callable[[sa.Connection], T]) -> T:
    database = open_database(url)
    try:
        return await database.write(work)
    finally:
        await database.close()


if __name__ == "__main__":
    app()
