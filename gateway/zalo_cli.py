"""`python -m gateway zalo tokens`: how the first pair comes in, and a new one when it is dead."""

import asyncio
import json
import sys
from typing import Any, NoReturn

import typer

from gateway.channels.base import NotConfigured
from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.zalo_check import names_account
from gateway.channels.zalo_client import Answer, Unavailable, ZaloClient
from gateway.channels.zalo_opening import open_client, open_tokens, pair_of
from gateway.credentials import Pair
from gateway.database import Database, is_current, open_database
from gateway.metrics import Metrics
from gateway.settings import Settings, ZaloSettings

app = typer.Typer(no_args_is_help=True, help="The Zalo account.")


@app.callback()
def zalo() -> None:
    """The Zalo account."""


@app.command()
def tokens() -> None:
    """Keep a new pair of tokens, as Zalo's API Explorer shows it.

    They are typed in without being shown. From a pipe: the access token and the refresh token, a
    line each, or the JSON that Zalo answers.
    """
    settings = ZaloSettings()
    if not settings.oa_id:
        _refuse("ZALO_OA_ID is not set")
    pair = _typed() if sys.stdin.isatty() else _piped(sys.stdin.read())
    if pair is None:
        _refuse("an access token and a refresh token are needed, without spaces in them")
    try:
        asyncio.run(_keep(Settings(), settings, pair))
    except NotConfigured as error:
        _refuse(str(error))
    typer.echo(f"The tokens of account {settings.oa_id} are kept.")


def _typed() -> Pair | None:
    access = typer.prompt("Access token", hide_input=True)
    refresh = typer.prompt("Refresh token", hide_input=True)
    return _pair({"access_token": access.strip(), "refresh_token": refresh.strip()})


def _piped(text: str) -> Pair | None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("{"):
        try:
            return _pair(json.loads(text))
        except ValueError:
            return None
    if len(lines) != 2:
        return None
    return _pair({"access_token": lines[0], "refresh_token": lines[1]})


def _pair(data: dict[str, Any]) -> Pair | None:
    pair = pair_of(Answer(0, data))
    if pair is None or not all(_is_token(one) for one in (pair.access, pair.refresh)):
        return None
    return pair


def _is_token(text: str) -> bool:
    return text.isascii() and text.isprintable() and bool(text) and " " not in text


async def _keep(settings: Settings, zalo: ZaloSettings, pair: Pair) -> None:
    client = open_client(zalo)
    database = open_database(settings.database_url)
    try:
        kept = open_tokens(zalo, database, Metrics(), client, key=settings.credentials_key)
        await _prove(client, database, zalo, pair)
        await kept.bring(pair)
    finally:
        await client.close()
        await database.close()


async def _prove(client: ZaloClient, database: Database, zalo: ZaloSettings, pair: Pair) -> None:
    """Before anything is overwritten: the token works, and is this account's."""
    if not await database.write(is_current):
        _refuse("the gateway's database is not up to date: run `python -m gateway migrate`")
    try:
        answer = await client.account(pair.access)
    except (Unreachable, NoAnswer, Unavailable) as error:
        _refuse(f"Zalo did not answer ({type(error).__name__}): nothing was changed")
    if answer.code:
        _refuse(f"Zalo refuses the access token (error {answer.code}): nothing was changed")
    if not names_account(answer.data, zalo.oa_id):
        _refuse(f"the token is not account {zalo.oa_id}'s: nothing was changed")


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
