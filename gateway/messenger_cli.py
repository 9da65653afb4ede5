"""`python -m gateway messenger`: what citizens see of the Page before they write."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx2
import typer

from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.messenger import client_of
from gateway.channels.messenger_client import MessengerClient, Problem
from gateway.channels.messenger_profile import Profile, read_profile, unlike
from gateway.settings import MessengerSettings

app = typer.Typer(no_args_is_help=True, help=__doc__)

T = TypeVar("T")
Lines = tuple[str, ...]


@app.callback()
def messenger() -> None:
    """Facebook Messenger: greeting, first questions, menu."""


@app.command()
def profile() -> None:
    """Give Meta the greeting, the first questions and the menu of messenger_profile.yml; only what
    it does not have yet."""
    settings = MessengerSettings()
    if not settings.page_id or settings.missing:
        missing = ", ".join(settings.missing or ("MESSENGER_PAGE_ID",))
        typer.echo(f"Messenger is not set up; not set: {missing}", err=True)
        raise typer.Exit(1)
    try:
        lines = asyncio.run(_with_client(settings, lambda client: hand_over(client)))
    except (Unreachable, NoAnswer, Problem) as error:
        typer.echo(f"Meta did not take it: {error}", err=True)
        raise typer.Exit(1) from error
    for line in lines:
        typer.echo(line)


async def hand_over(client: MessengerClient, wanted: Profile | None = None) -> Lines:
    """What was done, a line for each setting. Raises as the client does."""
    wanted = wanted or read_profile()
    other = await unlike(client, wanted)
    if other:
        await client.set_profile(other)
    return tuple(f"{name}: {'set' if name in other else 'as it was'}" for name in wanted.settings())


async def _with_client(
    settings: MessengerSettings, work: Callable[[MessengerClient], Awaitable[T]]
) -> T:
    async with httpx2.AsyncClient(timeout=settings.seconds) as http:
        return await work(client_of(settings, http))
