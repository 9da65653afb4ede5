import asyncio

import pytest
from typer.testing import CliRunner

from agencies.database import open_engine, upgrade
from agencies.outbox.commands import outbox_app
from agencies.outbox.leases import Leases
from agencies.outbox.results import Hooks, Results
from agencies.outbox.retries import Retries
from agencies.outbox.writing import Delivery, Kind, Purpose
from agencies.senders.base import Later, Refused
from tests.agencies.outbox.samples import Clock, put, states


@pytest.fixture
def run(database_url, monkeypatch):
    monkeypatch.setenv("AGENCIES_DATABASE_URL", database_url)
    return lambda *arguments: CliRunner().invoke(outbox_app, list(arguments))


def digest(number, kind=Kind.EMAIL, recipient="truc@tinh.gov.vn"):
    return Delivery(
        recipient_kind=kind,
        recipient=recipient,
        purpose=Purpose.DIGEST,
        dedupe_key=f"digest:{number}",
    )


def prepare(url, outcome, *deliveries):
    """Each delivery was tried once and ended like that."""

    async def work():
        engine, clock = open_engine(url), Clock()
        await upgrade(engine)
        await put(engine, *deliveries)
        results = Results(engine, Hooks(), Retries(), clock=clock)
        for leased in await Leases(engine, clock=clock).claim(list(Kind), limit=9):
            await results.keep(leased, outcome)
        await engine.dispose()

    asyncio.run(work())


def states_now(url):
    async def work():
        engine = open_engine(url)
        found = await states(engine)
        await engine.dispose()
        return found

    return asyncio.run(work())


def test_lists_dead_letters_without_naming_conversations(run, database_url):
    prepare(
        database_url,
        Refused("smtp 550 (recipient)"),
        digest(1),
        digest(2, Kind.CITIZEN, "portal:secret-name"),
    )

    result = run("list")

    assert result.exit_code == 0
    assert "1  email  truc@tinh.gov.vn  digest  1 tries  smtp 550 (recipient)" in result.output
    assert "portal:" not in result.output


def test_sends_one_again_or_all(run, database_url):
    prepare(database_url, Refused("smtp 550"), digest(1), digest(2), digest(3))

    one = run("revive", "2")
    after_one = states_now(database_url)
    rest = run("revive")

    assert "1 to be sent again" in one.output
    assert after_one == ["dead", "waiting", "dead"]
    assert "2 to be sent again" in rest.output
    assert states_now(database_url) == ["waiting"] * 3


def test_releases_who_was_held(run, database_url):
    prepare(database_url, Later("smtp: SMTPConnectError", everyone=True), digest(1))

    assert run("release", "*").exit_code == 0
    assert run("release", "*", "--kind", "webhook").exit_code == 1
    assert run("release", "khac@khac.vn").exit_code == 1
