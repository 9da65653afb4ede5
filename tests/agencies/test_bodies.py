"""No request, whoever sends it, makes the service read without an end."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.api import LONGEST_BODY, create_app
from agencies.cases.room import open_cases
from agencies.cases.settings import CaseSettings
from agencies.outbox import bounce_api
from agencies.outbox.bounces import Bounces
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.retries import Retries
from agencies.settings import Settings
from agencies.store import AgencyStore
from tests.agencies.staffed import FROM_OUR_PAGE, HOST

FORM = {"content-type": "multipart/form-data; boundary=x"}
BEGINNING = b'--x\r\nContent-Disposition: form-data; name="username"; filename="x"\r\n\r\n'
PIECE = b"a" * 16_384
# Far more than anybody may send, but an end all the same, lest a broken limit hang the test.
PIECES = 4000


class Endless:
    """A body that goes on and on; `read` is how much of it was taken."""

    def __init__(self) -> None:
        self.read = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        yield BEGINNING
        for _ in range(PIECES):
            self.read += len(PIECE)
            yield PIECE


def caller(app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url=HOST, headers=FROM_OUR_PAGE)


@pytest.mark.parametrize("path", ["/console/login", "/console/account/password"])
async def test_a_form_without_an_end_is_left_unread(app: FastAPI, path: str) -> None:
    body = Endless()

    async with caller(app) as nobody:
        answer = await nobody.post(path, content=body.pieces(), headers=FORM)

    assert answer.status_code in (413, 303)  # 303: to the login, before anything was read.
    assert body.read <= 2 * LONGEST_BODY


async def test_a_long_form_is_refused_by_its_length(app: FastAPI) -> None:
    async with caller(app) as nobody:
        answer = await nobody.post(
            "/console/login", data={"username": "a" * LONGEST_BODY, "password": "x"}
        )

    assert answer.status_code == 413


async def test_reports_of_bounces_are_not_read_before_their_token(engine: AsyncEngine) -> None:
    app = FastAPI()
    bounce_api.install(app, Bounces(engine, Retries(), OutboxMetrics()), "right")
    body = Endless()

    async with caller(app) as stranger:
        answer = await stranger.post(
            "/bounces",
            content=body.pieces(),
            headers={"content-type": "application/json", "authorization": "Bearer wrong"},
        )

    assert answer.status_code == 403
    assert body.read == 0


async def test_a_case_may_bring_its_files(loaded: AgencyStore) -> None:
    cases = open_cases(loaded.engine, CaseSettings(api_token="right"))
    app = create_app(Settings(), loaded, cases=cases)
    draft = {"text": "a" * LONGEST_BODY}

    async with caller(app) as actions:
        actions.headers["authorization"] = "Bearer right"
        taken = await actions.post("/cases", json=draft)
        other = await actions.post("/routes", json=draft)

    assert taken.status_code == 400  # Read, and found to be no case.
    assert other.status_code == 413
