"""`python -m gateway channels check`: what an operator reads, and that no secret is in it."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from gateway.__main__ import app
from gateway.channels.base import Event, Finding, Kind
from gateway.channels_cli import hidden, of_channel, of_gateway, secrets_of, table
from gateway.channels_state import Running, outbox_findings, read_running, webhook_findings
from gateway.database import open_database, upgrade
from gateway.events import Events
from gateway.metrics import Metrics
from gateway.outbox_counts import Count
from gateway.settings import MessengerSettings, Settings, ZaloSettings
from gateway.tables import Told
from tests.gateway.conftest import Clock
from tests.gateway.scripted import ScriptedChannel

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRET = "a-secret-that-nobody-reads"
ACCOUNT = {
    "ZALO_OA_ID": "388613280878808645",
    "ZALO_APP_ID": "360846524940903967",
    "ZALO_APP_SECRET": SECRET,
    "ZALO_OA_SECRET": f"{SECRET}-either",
    "ZALO_API_URL": "http://127.0.0.1:9",
    "ZALO_OAUTH_URL": "http://127.0.0.1:9",
}


class CheckedChannel(ScriptedChannel):
    """Finds what a test says, or fails."""

    def __init__(self, *found: Finding, fails: Exception | None = None) -> None:
        super().__init__(Clock())
        self._found = found
        self._fails = fails

    async def check(self) -> tuple[Finding, ...]:
        if self._fails:
            raise self._fails
        return self._found


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/gateway.db"


@pytest.fixture
def run(url: str) -> Callable[..., Result]:
    """The command over a migrated database, with a gateway that is not running."""

    async def migrate() -> None:
        database = open_database(url)
        await database.write(upgrade)
        await database.close()

    asyncio.run(migrate())

    def call(**environment: str) -> Result:
        nothing = {"ZALO_OA_ID": "", "MESSENGER_PAGE_ID": "", "GATEWAY_CREDENTIALS_KEY": ""}
        own = {"GATEWAY_DATABASE_URL": url, "GATEWAY_URL": "http://127.0.0.1:9"}
        return CliRunner().invoke(app, ["channels", "check"], env={**nothing, **own, **environment})

    return call


def lines(result: Result, about: str) -> list[list[str]]:
    """Subject, state and detail of the lines about a channel."""
    found = (re.split(r"\s{2,}", line, maxsplit=3) for line in result.output.splitlines())
    return [cells for name, *cells in found if name == about]


def test_channels_that_nobody_asked_for_are_no_fault(run: Callable[..., Result]) -> None:
    result = run()

    assert result.exit_code == 0
    assert "not configured: ZALO_OA_ID is not set" in result.output
    assert "not configured: MESSENGER_PAGE_ID is not set" in result.output
    assert "no answer at http://127.0.0.1:9" in result.output


def test_settings_that_are_missing_are_named(run: Callable[..., Result]) -> None:
    result = run(ZALO_OA_ID="1", MESSENGER_PAGE_ID="2", MESSENGER_APP_ID="3")

    assert result.exit_code == 1
    assert "missing: ZALO_APP_ID, ZALO_APP_SECRET, ZALO_OA_SECRET" in result.output
    missing = "MESSENGER_APP_SECRET, MESSENGER_PAGE_TOKEN, MESSENGER_VERIFY_TOKEN"
    assert f"missing: {missing}" in result.output


def test_a_key_that_is_none_is_said_without_the_key(run: Callable[..., Result]) -> None:
    result = run(**ACCOUNT, GATEWAY_CREDENTIALS_KEY=f"{SECRET}-as-well")

    assert result.exit_code == 1
    assert "GATEWAY_CREDENTIALS_KEY holds no Fernet key" in result.output
    assert SECRET not in result.output


def test_an_account_without_a_token_is_a_fault_and_the_others_are_still_looked_at(
    run: Callable[..., Result],
) -> None:
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    result = run(**ACCOUNT, GATEWAY_CREDENTIALS_KEY=key)

    assert result.exit_code == 1
    assert ["token", "fault", "none: run `python -m gateway zalo tokens`"] in lines(result, "zalo")
    assert "none has ever come" in result.output
    assert "MESSENGER_PAGE_ID is not set" in result.output
    assert SECRET not in result.output


def test_a_database_that_was_not_migrated_is_the_only_fault_that_is_told(url: str) -> None:
    result = CliRunner().invoke(app, ["channels", "check"], env={"GATEWAY_DATABASE_URL": url})

    assert result.exit_code == 1
    assert "run `python -m gateway migrate`" in result.output


async def test_what_a_channel_finds_is_told() -> None:
    found = (Finding("token", "ok", "2.0 hours old"), Finding("package", "fault", "ended"))

    assert await of_channel(CheckedChannel(*found)) == found


async def test_a_check_that_fails_is_a_fault_without_its_words() -> None:
    channel = CheckedChannel(fails=ValueError(f"https://graph.example/?access_token={SECRET}"))

    [finding] = await of_channel(channel)

    assert finding == Finding("check", "fault", "failed: ValueError")


def test_a_secret_that_a_platform_repeats_is_hidden() -> None:
    messenger = MessengerSettings(page_id="1", app_secret=SECRET, page_token="abc")
    detail = f"Invalid OAuth access token {SECRET}: abc"

    [(_, finding)] = hidden(
        [("messenger", Finding("page token", "fault", detail))],
        secrets_of(Settings(), ZaloSettings(), messenger),
    )

    assert finding.detail == "Invalid OAuth access token ***: abc"


def test_every_line_stands_in_columns() -> None:
    text = table(
        [("zalo", Finding("token", "ok", "fresh")), ("messenger", Finding("a", "fault", "b  c"))]
    )

    assert text.splitlines() == [
        "CHANNEL    SUBJECT  STATE  DETAIL",
        "zalo       token    ok     fresh",
        "messenger  a        fault  b  c",
    ]


# What the running gateway knows.


def gateway(
    health: object, metrics: Metrics | None = None, status: int = 200
) -> httpx2.AsyncClient:
    pages = {
        "/healthz": httpx2.Response(status, json=health),
        "/metrics": httpx2.Response(200, content=(metrics or Metrics()).text()),
    }
    transport = httpx2.MockTransport(lambda request: pages[request.url.path])
    return httpx2.AsyncClient(transport=transport, base_url="http://gateway")


def counting(taken: int = 0, rejected: int = 0, **variants: int) -> Metrics:
    metrics = Metrics()
    metrics.webhooks.labels("zalo", "taken").inc(taken)
    metrics.webhooks.labels("zalo", "rejected").inc(rejected)
    metrics.webhooks.labels("messenger", "taken").inc(99)
    for variant, number in variants.items():
        metrics.signatures.labels("zalo", variant.replace("_", "-")).inc(number)
    return metrics


async def running(health: object, metrics: Metrics | None = None, status: int = 200) -> Running:
    found = await read_running(gateway(health, metrics, status))
    assert found is not None
    return found


async def by_subject(seen: Running, last: datetime | None = AT) -> dict[str, Finding]:
    found = webhook_findings("zalo", last, seen, AT + timedelta(minutes=150))
    return {finding.subject: finding for finding in found}


async def test_says_how_calls_were_signed_and_when_the_last_event_came() -> None:
    seen = await running({"status": "ok", "zalo": "ok"}, counting(12, app_body=11, oa_body=1))

    found = await by_subject(seen)

    assert found["last event"] == Finding("last event", "ok", "2 hours ago")
    assert found["webhook calls"].state == "ok"
    assert found["webhook calls"].detail == "12 taken; signed app-body: 11, oa-body: 1"
    assert found["sending"].state == "ok"


async def test_calls_that_were_all_rejected_are_a_fault() -> None:
    found = await by_subject(await running({"status": "ok"}, counting(rejected=3)))

    assert found["webhook calls"].state == "fault"
    assert "is the secret the right one?" in found["webhook calls"].detail


async def test_some_calls_that_were_rejected_are_worth_a_look() -> None:
    found = await by_subject(await running({"status": "ok"}, counting(9, rejected=1, app_body=9)))

    assert found["webhook calls"].state == "warning"


async def test_a_channel_that_is_paused_is_a_fault_with_its_reason() -> None:
    found = await by_subject(await running({"status": "ok", "zalo": "paused: token"}))

    assert found["sending"] == Finding("sending", "fault", "paused: token")


async def test_a_gateway_in_trouble_is_a_fault_and_one_that_is_away_a_warning() -> None:
    down = await running({"status": "down"}, status=503)

    assert of_gateway(down, "http://gateway").state == "fault"
    assert of_gateway(None, "http://gateway").state == "warning"


@pytest.mark.parametrize("health", ["no object", ["nor this"]])
async def test_another_program_at_the_address_is_no_gateway(health: object) -> None:
    assert await read_running(gateway(health)) is None


async def test_a_gateway_that_cannot_be_reached_is_none() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse), base_url="http://gateway")

    assert await read_running(http) is None


def test_the_age_of_the_last_event_is_read_from_the_database(
    url: str, run: Callable[..., Result]
) -> None:
    async def keep() -> None:
        database = open_database(url)
        event = Event(Kind.MESSAGE, "1", "key", datetime.now(UTC), "xin chào")
        await Events(database).keep("zalo", [event])
        await database.close()

    asyncio.run(keep())
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    result = run(**ACCOUNT, GATEWAY_CREDENTIALS_KEY=key)

    assert "seconds ago" in result.output


def test_replies_that_are_held_are_told_and_those_given_up_are_a_warning() -> None:
    unsent = [
        Count("zalo", Told.DEAD, "-201", 2, AT),
        Count("zalo", Told.HELD, "-230", 3, AT),
        Count("zalo", Told.WAITING, "", 9, AT),
    ]

    assert list(outbox_findings(unsent)) == [
        Finding("replies", "warning", "2 dead (-201)"),
        Finding("replies", "ok", "3 held (-230)"),
    ]
