"""`python -m gateway channels check`: what of each channel is set up, verified, about to expire."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated

import httpx2
import typer
from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.base import Channel, Finding, NotConfigured
from gateway.channels_state import Running, outbox_findings, read_running, webhook_findings
from gateway.database import Database, is_current, open_database
from gateway.events import Events
from gateway.metrics import Metrics
from gateway.outbox_counts import counts
from gateway.providers import Providers, open_channels
from gateway.settings import MessengerSettings, Settings, ZaloSettings
from gateway.store import now
from gateway.texts import Texts

app = typer.Typer(no_args_is_help=True, help=__doc__)

OK, OFF, FAULT = "ok", "off", "fault"
SECONDS = 5.0  # For the running gateway to say how it is.
LEAST = 8  # Characters of a secret that is one.
Line = tuple[str, Finding]  # With the channel it is about.


@app.callback()
def channels() -> None:
    """The ways in which citizens reach the gateway."""


@app.command()
def check(
    gateway: Annotated[
        str, typer.Option(envvar="GATEWAY_URL", help="Where the running gateway answers.")
    ] = "",
) -> None:
    """Tell what of each channel is set up, verified, expired; ends with 1 when there is a fault.

    The platforms are asked, nothing is sent to anybody, and no secret is shown.
    """
    settings, zalo, messenger = Settings(), ZaloSettings(), MessengerSettings()
    url = gateway or f"http://127.0.0.1:{settings.port}"
    lines = asyncio.run(_looked(settings, zalo, messenger, url))
    typer.echo(table(hidden(lines, secrets_of(settings, zalo, messenger))))
    if any(finding.state == FAULT for _, finding in lines):
        raise typer.Exit(1)


async def _looked(
    settings: Settings, zalo: ZaloSettings, messenger: MessengerSettings, url: str
) -> list[Line]:
    database = open_database(settings.database_url)
    providers = {
        "zalo": Providers(zalo=zalo, messenger=MessengerSettings(page_id="")),
        "messenger": Providers(zalo=ZaloSettings(oa_id=""), messenger=messenger),
    }
    try:
        if fault := await _database_fault(database):
            return [("gateway", fault)]
        async with httpx2.AsyncClient(base_url=url, timeout=SECONDS) as http:
            running = await read_running(http)
        lines = [("gateway", of_gateway(running, url))]
        for name, provider in providers.items():
            found = await _of_provider(name, provider, settings, database, running)
            lines += [(name, finding) for finding in found]
        return lines
    finally:
        await database.close()


async def _database_fault(database: Database) -> Finding | None:
    try:
        if await database.write(is_current):
            return None
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", FAULT, f"cannot be read: {type(error).__name__}")
    return Finding("database", FAULT, "not up to date: run `python -m gateway migrate`")


async def _of_provider(
    name: str, provider: Providers, settings: Settings, database: Database, running: Running | None
) -> Sequence[Finding]:
    if missing := not_served(name, provider):
        return (missing,)
    metrics = Metrics()
    texts = Texts(hotline=settings.hotline, length_limit=settings.message_length)
    try:
        [channel] = open_channels(provider, settings, database, metrics, texts)
    except NotConfigured as error:
        return (Finding("settings", FAULT, str(error)),)
    last = await Events(database).last_at(name)
    unsent = [one for one in await database.read(counts) if one.channel == name]
    try:
        found = await of_channel(channel)
    finally:
        await channel.close()
    return (*found, *webhook_findings(name, last, running, now()), *outbox_findings(unsent))


def not_served(name: str, provider: Providers) -> Finding | None:
    """Why the channel is not opened at all: nobody asked for it, or settings are missing."""
    zalo, messenger = provider.zalo, provider.messenger
    account, missing = (
        (zalo.oa_id, zalo.missing) if name == "zalo" else (messenger.page_id, messenger.missing)
    )
    if not account:
        setting = "ZALO_OA_ID" if name == "zalo" else "MESSENGER_PAGE_ID"
        return Finding("channel", OFF, f"not configured: {setting} is not set")
    return Finding("settings", FAULT, f"missing: {', '.join(missing)}") if missing else None


async def of_channel(channel: Channel) -> Sequence[Finding]:
    """What the channel finds; a check that fails itself is a fault, and no end of the others."""
    try:
        return await channel.check()
    except Exception as error:  # The text of an error may hold an address with a token.
        return (Finding("check", FAULT, f"failed: {type(error).__name__}"),)


def of_gateway(running: Running | None, url: str) -> Finding:
    if running is None:
        unknown = "signatures and pauses are not known"
        return Finding("process", "warning", f"no answer at {url}: {unknown}")
    return Finding("process", OK if running.healthy else FAULT, f"{running.word} at {url}")


def secrets_of(*settings: Settings | ZaloSettings | MessengerSettings) -> Iterator[str]:
    """Values that must not be shown, whatever tells them; a shorter one would hide words."""
    for each in settings:
        for name, field in type(each).model_fields.items():
            value = getattr(each, name)
            if not field.repr and isinstance(value, str) and len(value) >= LEAST:
                yield value


def hidden(lines: Iterable[Line], secrets: Iterable[str]) -> list[Line]:
    known = sorted(set(secrets), key=len, reverse=True)
    cleaned = []
    for channel, finding in lines:
        detail = finding.detail
        for secret in known:
            detail = detail.replace(secret, "***")
        cleaned.append((channel, replace(finding, detail=detail)))
    return cleaned


def table(lines: Sequence[Line]) -> str:
    """A line each, in columns."""
    rows = [("CHANNEL", "SUBJECT", "STATE", "DETAIL")]
    rows += [(name, found.subject, found.state, found.detail) for name, found in lines]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )
