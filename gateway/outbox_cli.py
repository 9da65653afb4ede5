"""Commands for what citizens did not get: `python -m gateway outbox`, `... outbox retry`."""

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

import sqlalchemy as sa
import typer

from gateway.database import open_database
from gateway.outbox_counts import counts
from gateway.outbox_rows import revived
from gateway.settings import Settings
from gateway.store import now

T = TypeVar("T")

app = typer.Typer(help="What is on its way to citizens, held, or given up.")


@app.callback(invoke_without_command=True)
def show(context: typer.Context) -> None:
    """Replies that citizens do not have, by channel, state and reason, and since when."""
    if context.invoked_subcommand:
        return
    found = asyncio.run(_run(counts))
    if not found:
        typer.echo("Every reply has been sent.")
    for one in found:
        why = f" ({one.reason})" if one.reason else ""
        since = one.oldest.astimezone().isoformat(sep=" ", timespec="minutes")
        typer.echo(f"{one.channel}: {one.replies} {one.state}{why}, the oldest of {since}")


@app.command()
def retry(
    channel: Annotated[str, typer.Option(help="Of which channel: portal, zalo, messenger.")],
) -> None:
    """Try again to send what was given up (dead); nothing that was sent is sent again."""
    statement = revived(channel, now())
    number = asyncio.run(_run(lambda connection: connection.execute(statement).rowcount))
    typer.echo(f"{number} replies are tried again.")


async def _run(work: Callable[[sa.Connection], T]) -> T:
    database = open_database(Settings().database_url)
    try:
        return await database.write(work)
    finally:
        await database.close()
