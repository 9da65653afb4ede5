"""What an operator does about dead letters: list them, send them again, release an address."""

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import TemporaryDirectory
from typing import Annotated, TypeVar

import sqlalchemy as sa
import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.database import open_engine, writing
from agencies.outbox.leases import now
from agencies.outbox.recipients import Recipients
from agencies.outbox.retries import Retries
from agencies.outbox.reviving import revive_dead
from agencies.outbox.tables import delivery as table
from agencies.outbox.trial import run_trial
from agencies.outbox.writing import Kind, State
from agencies.settings import Settings

outbox_app = typer.Typer(no_args_is_help=True, help="What could not be sent.")
T = TypeVar("T")


@outbox_app.command("list")
def list_() -> None:
    """Print the dead letters: number, way, recipient, tries, reason."""
    for row in asyncio.run(_run(_dead)):
        recipient = "" if row["recipient_kind"] == Kind.CITIZEN else row["recipient"]
        typer.echo(
            f"{row['id']}  {row['recipient_kind']}  {recipient}  {row['purpose']}  "
            f"{row['attempts']} tries  {row['error']}"
        )


@outbox_app.command()
def revive(
    numbers: Annotated[list[int] | None, typer.Argument(help="As `list` prints them.")] = None,
) -> None:
    """Send dead letters again, all of them unless told which."""
    revived = asyncio.run(_run(lambda connection: revive_dead(connection, numbers)))
    typer.echo(f"{revived} to be sent again")


@outbox_app.command()
def release(
    recipient: Annotated[str, typer.Argument(help="An address, or * for all of the kind.")],
    kind: Annotated[Kind, typer.Option(help="By which way.")] = Kind.EMAIL,
) -> None:
    """End the pause of a recipient that failed or bounced."""

    async def work(connection: AsyncConnection) -> bool:
        return await Recipients(connection, Retries(), now()).release(kind, recipient)

    if not asyncio.run(_run(work)):
        typer.echo("nothing is known of this recipient", err=True)
        raise typer.Exit(1)
    typer.echo("released")


@outbox_app.command()
def trial(
    cases: Annotated[int, typer.Option(min=1, help="How many.")] = 1000,
    database: Annotated[str, typer.Option(help="An empty one; a file of its own unless set.")] = "",
    seed: Annotated[int, typer.Option(help="Of the faults.")] = 1,
) -> None:
    """Send invented cases to servers of its own, through faults and kills, and count."""
    with TemporaryDirectory() as folder:
        url = database or f"sqlite+aiosqlite:///{folder}/trial.db"
        report = asyncio.run(run_trial(url, cases, seed=seed))
    typer.echo(str(report))
    raise typer.Exit(bool(report.lost or report.twice))


async def _dead(connection: AsyncConnection) -> list[sa.RowMapping]:
    found = sa.select(table).where(table.c.state == State.DEAD).order_by(table.c.id)
    return list((await connection.execute(found)).mappings())


async def _run(work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    engine = open_engine(Settings().database_url)
    try:
        async with writing(engine).begin() as connection:
            return await work(connection)
    finally:
        await engine.dispose()
