"""`python -m gateway zalo tokens` over real HTTP: only a working pair of our account is kept."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import httpx2
import pytest
import uvicorn
from typer.testing import CliRunner, Result

from gateway.__main__ import app
from gateway.credentials import Credentials, Held, open_cipher
from gateway.database import open_database
from gateway.testing.zalo import FIRST_ACCESS, FIRST_REFRESH, FakeZalo
from tests.gateway.processes import free_port
from tests.gateway.zalo_samples import KEY, ZALO

PAIR = f"{FIRST_ACCESS}\n{FIRST_REFRESH}\n"


@dataclass
class Installation:
    fake: FakeZalo
    environment: dict[str, str]
    database_url: str

    def give(self, text: str, **environment: str) -> Result:
        said = {**self.environment, **environment}
        return CliRunner().invoke(app, ["zalo", "tokens"], input=text, env=said)

    def kept(self) -> Held | None:
        async def read() -> Held | None:
            database = open_database(self.database_url)
            try:
                return await Credentials(database, "zalo", open_cipher(KEY)).read()
            finally:
                await database.close()

        return asyncio.run(read())


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    fake, port = FakeZalo(ZALO, webhook=httpx2.AsyncClient()), free_port()
    server = uvicorn.Server(uvicorn.Config(fake.app, port=port, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    url = f"sqlite+aiosqlite:///{tmp_path}/gateway.db"
    environment = {
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_CREDENTIALS_KEY": KEY,
        "ZALO_API_URL": f"http://127.0.0.1:{port}",
        "ZALO_OAUTH_URL": f"http://127.0.0.1:{port}",
        **{f"ZALO_{name.upper()}": getattr(ZALO, name) for name in ("oa_id", "app_id")},
        "ZALO_APP_SECRET": ZALO.app_secret,
        "ZALO_OA_SECRET": ZALO.oa_secret,
    }
    assert CliRunner().invoke(app, ["migrate"], env=environment).exit_code == 0
    yield Installation(fake, environment, url)
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    "text",
    [
        PAIR,
        f"\n  {FIRST_ACCESS}  \n\n{FIRST_REFRESH}",
        json.dumps({"access_token": FIRST_ACCESS, "refresh_token": FIRST_REFRESH}),
    ],
    ids=["lines", "spaces", "json"],
)
def test_keeps_a_pair_that_works(installation: Installation, text: str) -> None:
    given = installation.give(text)

    held = installation.kept()
    assert given.exit_code == 0, given.output
    assert held is not None
    assert (held.access, held.refresh) == (FIRST_ACCESS, FIRST_REFRESH)
    assert FIRST_ACCESS not in given.output
    assert FIRST_REFRESH not in given.output


def test_a_new_pair_takes_the_place_of_a_dead_one(installation: Installation) -> None:
    installation.give(PAIR)
    issued = installation.fake.tokens.issue()

    given = installation.give(f"{issued.access}\n{issued.refresh}\n")

    held = installation.kept()
    assert given.exit_code == 0
    assert held is not None
    assert held.access == issued.access


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "are needed"),
        ("one\n", "are needed"),
        ("one\ntwo\nthree\n", "are needed"),
        ("with space\ntwo\n", "are needed"),
        ("mộ\ntwo\n", "are needed"),
        ("{", "are needed"),
        ('{"access_token": 1}', "are needed"),
        ("wrong\ntoken\n", "-216"),
    ],
)
def test_refuses_what_is_no_pair(installation: Installation, text: str, why: str) -> None:
    given = installation.give(text)

    assert given.exit_code == 1
    assert why in given.output
    assert installation.kept() is None


def test_refuses_the_pair_of_another_account(installation: Installation) -> None:
    installation.fake.account["oaid"] = "1"

    given = installation.give(PAIR)

    assert given.exit_code == 1
    assert "nothing was changed" in given.output
    assert installation.kept() is None


def test_changes_nothing_while_zalo_is_down(installation: Installation) -> None:
    installation.fake.down = True

    given = installation.give(PAIR)

    assert (given.exit_code, installation.kept()) == (1, None)


@pytest.mark.parametrize("name", ["ZALO_OA_ID", "ZALO_APP_SECRET", "GATEWAY_CREDENTIALS_KEY"])
def test_names_the_setting_that_is_missing(installation: Installation, name: str) -> None:
    given = installation.give(PAIR, **{name: ""})

    assert given.exit_code == 1
    assert name in given.output


def test_what_is_typed_is_not_shown(installation: Installation) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "gateway", "zalo", "tokens"]
    environment = {**os.environ, **installation.environment}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)

    shown = b""
    for asked, token in ((b"Access token", FIRST_ACCESS), (b"Refresh token", FIRST_REFRESH)):
        while asked not in shown:
            shown += os.read(ours, 1000)
        time.sleep(0.2)  # Until the echo is switched off.
        os.write(ours, f"{token}\n".encode())
    code = process.wait(30)
    shown += os.read(ours, 1000)
    os.close(ours)

    assert code == 0, shown
    assert b"are kept" in shown
    assert not any(token.encode() in shown for token in (FIRST_ACCESS, FIRST_REFRESH))
    assert installation.kept() is not None


@pytest.mark.parametrize("name", ["ZALO_OA_SECRET", "GATEWAY_CREDENTIALS_KEY"])
def test_the_gateway_does_not_start_without_it(installation: Installation, name: str) -> None:
    environment = {**os.environ, **installation.environment, name: ""}

    served = subprocess.run(
        [sys.executable, "-m", "gateway", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert served.returncode == 1
    assert name in served.stdout
