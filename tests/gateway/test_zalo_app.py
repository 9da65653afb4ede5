"""A citizen on Zalo and the whole gateway: from the signed call to what the phone shows."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI

from gateway.api import create_app
from gateway.credentials import Pair
from gateway.database import open_database, upgrade
from gateway.providers import Providers
from gateway.settings import MessengerSettings, Settings
from gateway.testing import FakeRasa, StreamingTransport
from gateway.testing.zalo import FIRST_ACCESS, FIRST_REFRESH, FakeZalo
from tests.gateway.conftest import Clock
from tests.gateway.zalo_samples import KEY, USER, ZALO


class Late(httpx2.AsyncBaseTransport):
    """The way to an app that is made after the one who calls it."""

    app: FastAPI

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await StreamingTransport(self.app).handle_async_request(request)


@pytest.fixture
def late() -> Late:
    return Late()


@pytest.fixture
async def phone(late: Late, clock: Clock) -> AsyncIterator[FakeZalo]:
    webhook = httpx2.AsyncClient(transport=late, base_url="http://gateway")
    fake = FakeZalo(ZALO, webhook=webhook, clock=clock, pace=0.001)
    yield fake
    await fake.close()


@pytest.fixture
async def gateway(
    settings: Settings, rasa: FakeRasa, clock: Clock, phone: FakeZalo, late: Late
) -> AsyncIterator[FastAPI]:
    database = open_database(settings.database_url)
    await database.write(upgrade)
    await database.close()
    providers = Providers(
        zalo=ZALO, zalo_http=phone.http(), messenger=MessengerSettings(page_id="")
    )
    keyed = settings.model_copy(update={"credentials_key": KEY})
    app = create_app(keyed, rasa_http=rasa.http(), providers=providers, clock=clock)
    late.app = app
    async with app.router.lifespan_context(app):
        pair = Pair(FIRST_ACCESS, FIRST_REFRESH, timedelta(hours=25))
        await app.state.parts.tokens["zalo"].bring(pair)
        yield app


@pytest.fixture
async def http(late: Late, gateway: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=late, base_url="http://gateway") as http:
        yield http


async def eventually(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.02)


async def test_a_question_is_answered_on_the_phone(phone: FakeZalo, gateway: FastAPI) -> None:
    await phone.write(USER, "Đăng ký khai sinh cần gì?")

    await eventually(lambda: "Bạn hỏi: Đăng ký khai sinh cần gì?" in phone.read_by(USER))
    await phone.settle()

    assert {one.status for one in phone.deliveries} == {200}
    assert phone.read_by(USER).count("Bạn hỏi: Đăng ký khai sinh cần gì?") == 1


async def test_a_button_is_a_question_like_any_other(
    phone: FakeZalo, rasa: FakeRasa, gateway: FastAPI
) -> None:
    button = {"title": "Lệ phí", "payload": "Lệ phí bao nhiêu?"}
    rasa.answer = lambda text: [{"text": f"Bạn hỏi: {text}", "buttons": [button]}]
    await phone.write(USER, "Khai sinh")
    await eventually(lambda: "Bạn hỏi: Khai sinh" in phone.read_by(USER))

    await phone.press(USER, "Lệ phí")

    await eventually(lambda: "Bạn hỏi: Lệ phí bao nhiêu?" in phone.read_by(USER))


async def test_an_expired_token_delays_no_answer(phone: FakeZalo, http: httpx2.AsyncClient) -> None:
    phone.tokens.expire()

    await phone.write(USER, "Khai sinh")

    await eventually(lambda: "Bạn hỏi: Khai sinh" in phone.read_by(USER))
    told = (await http.get("/healthz")).json()
    assert told["tokens"]["zalo"]["fault"] == ""
    assert phone.calls["/v4/oa/access_token"] == 1


async def test_the_age_and_the_fault_of_a_token_are_told(
    phone: FakeZalo, http: httpx2.AsyncClient, clock: Clock
) -> None:
    clock.advance(hours=3)
    young = (await http.get("/healthz")).json()["tokens"]["zalo"]
    phone.tokens.revoke()
    await phone.write(USER, "Khai sinh")
    await eventually(lambda: phone.calls["/v4/oa/access_token"] == 1)
    await asyncio.sleep(0.3)
    dead = (await http.get("/healthz")).json()["tokens"]["zalo"]

    assert 3 * 3600 <= young["age_seconds"] < 3 * 3600 + 60
    assert (young["fault"], dead["fault"]) == ("", "-14014")


async def test_a_forged_call_is_refused_and_a_genuine_one_counted(
    phone: FakeZalo, http: httpx2.AsyncClient
) -> None:
    event = {"event_name": "follow", "timestamp": "1732230000123"}
    body = json.dumps(event).encode()
    headers = phone.hooks.sign(body, event["timestamp"])

    genuine = await http.post("/webhooks/zalo", content=body, headers=headers)
    forged = await http.post("/webhooks/zalo", content=body + b" ", headers=headers)

    assert (genuine.status_code, forged.status_code) == (200, 403)
    counted = (await http.get("/metrics")).text
    assert 'gateway_signatures_total{channel="zalo",variant="app-body"} 1.0' in counted
