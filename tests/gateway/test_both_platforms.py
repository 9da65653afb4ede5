"""The whole gateway behind the fake of each platform: from a phone to the bot and back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from gateway.api import create_app
from gateway.channels.zalo_opening import LIFETIME
from gateway.conversation import Mode
from gateway.credentials import Pair
from gateway.database import Database, open_database, upgrade
from gateway.providers import Providers
from gateway.settings import MessengerSettings, Settings, ZaloSettings
from gateway.tables import conversation, drawer, event, inbox, outbox
from gateway.testing import FakeRasa, Messages
from gateway.testing.messenger import FakeMessenger
from gateway.testing.zalo import FIRST_ACCESS, FIRST_REFRESH, FakeZalo
from tests.gateway.conftest import Clock
from tests.gateway.test_arrivals import OFFICE
from tests.gateway.test_filetypes import JPEG
from tests.gateway.working import TEXTS
from tests.gateway.zalo_samples import KEY, ZALO

MESSENGER = MessengerSettings(
    page_id="1122334455",
    app_id="998877",
    app_secret="app-secret",
    page_token="page-token",
    verify_token="verify",
)
SHORT = TEXTS.greeting_short.text
Platform = FakeZalo | FakeMessenger
USER = "2468458835291979"


def bot(text: str) -> Messages:
    titles = {"chọn": [f"Đăng ký khai sinh cho trẻ em, việc thứ {n}" for n in range(1, 12)]}
    buttons = [{"title": title, "payload": f"về {title}"} for title in titles.get(text, ())]
    if text in ("ngắn", "tiếp"):
        buttons = [{"title": "Lệ phí", "payload": "Lệ phí bao nhiêu?"}]
    said: dict[str, Any] = {"text": f"Bạn hỏi: {text}"}
    asks = {"phản ánh": "files"}.get(text)
    return [said | ({"buttons": buttons} if buttons else {})] + (
        [{"custom": {"asks": asks}}] if asks else []
    )


class ToApp(httpx2.AsyncBaseTransport):
    """To an app that is made later."""

    app: FastAPI

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await httpx2.ASGITransport(app=self.app).handle_async_request(request)


@dataclass(frozen=True)
class Scene:
    platform: Platform
    name: str
    rasa: FakeRasa
    database: Database
    clock: Clock
    app: FastAPI

    def read(self, user: str = USER) -> list[str]:
        return self.platform.read_by(user)

    async def until(self, reached: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not reached():
                await asyncio.sleep(0.02)

    async def read_last(self, text: str, user: str = USER) -> None:
        await self.until(lambda: bool(self.read(user)) and text in self.read(user)[-1])

    async def settle(self) -> None:
        """Until nothing is left to do on either side."""
        await self.platform.settle()
        async with asyncio.timeout(10):
            while await self._busy():
                await asyncio.sleep(0.02)
                await self.platform.settle()

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        return await self.database.read(
            lambda connection: [dict(row) for row in connection.execute(table.select()).mappings()]
        )

    async def _busy(self) -> bool:
        states = {
            row["state"] for table in (event, inbox, outbox) for row in await self.rows(table)
        }
        return bool(states & {"new", "waiting", "sending"})


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa(bot)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    changes = {"agencies_url": "http://agencies", "credentials_key": KEY, "echo_seconds": 1.0}
    return settings.model_copy(update=changes)


@pytest.fixture(params=["zalo", "messenger"])
async def scene(
    request: pytest.FixtureRequest, settings: Settings, rasa: FakeRasa, clock: Clock
) -> AsyncIterator[Scene]:
    database = open_database(settings.database_url)
    await database.write(upgrade)
    way_in = ToApp()
    webhook = httpx2.AsyncClient(transport=way_in, base_url="http://gateway")
    fake: Platform
    if request.param == "zalo":
        fake = FakeZalo(ZALO, webhook=webhook, clock=clock, pace=0.001)
        served = Providers(zalo=ZALO, zalo_http=fake.http(), messenger=MessengerSettings())
    else:
        fake = FakeMessenger(MESSENGER, webhook=webhook, clock=clock, pace=0.01)
        served = Providers(zalo=ZaloSettings(), messenger=MESSENGER, messenger_http=fake.http())
    offices = httpx2.MockTransport(lambda _: httpx2.Response(200, json=OFFICE))
    app = way_in.app = create_app(
        settings,
        rasa_http=rasa.http(),
        agencies_http=httpx2.AsyncClient(transport=offices, base_url="http://agencies"),
        files_http=fake.http(),
        providers=served,
        clock=clock,
    )
    async with app.router.lifespan_context(app):
        for tokens in app.state.parts.tokens.values():
            await tokens.bring(Pair(FIRST_ACCESS, FIRST_REFRESH, LIFETIME))
        yield Scene(fake, request.param, rasa, database, clock, app)
        await fake.close()
    await webhook.aclose()
    await database.close()


async def test_a_citizen_is_greeted_asks_and_is_answered(scene: Scene) -> None:
    await scene.platform.follow(USER)
    await scene.until(lambda: bool(scene.read()))
    await scene.platform.write(USER, "khai sinh ở đâu")
    await scene.read_last("Bạn hỏi: khai sinh ở đâu")
    await scene.settle()

    assert "trợ lý tự động" in scene.read()[0]
    assert len(scene.read()) == 2


async def test_a_button_is_pressed_and_its_number_typed(scene: Scene) -> None:
    await scene.platform.write(USER, "chọn")
    await scene.read_last("11. ")
    await scene.platform.write(USER, "11")
    await scene.read_last("việc thứ 11")
    await scene.platform.write(USER, "ngắn")
    await scene.read_last("Bạn hỏi: ngắn")
    await scene.platform.press(USER, "Lệ phí")
    await scene.platform.settle()
    await scene.read_last("Lệ phí bao nhiêu?")

    assert scene.rasa.texts == [
        "chọn",
        "về Đăng ký khai sinh cho trẻ em, việc thứ 11",
        "ngắn",
        "Lệ phí bao nhiêu?",
    ]


async def test_a_double_tap_is_answered_once(scene: Scene) -> None:
    await scene.platform.write(USER, "ngắn")
    await scene.read_last("Bạn hỏi: ngắn")
    payload = "Lệ phí bao nhiêu?"

    for _ in range(2):
        await scene.platform.write(USER, payload)
    await scene.settle()

    assert scene.rasa.texts == ["ngắn", payload]


async def test_every_call_made_three_times_is_one(scene: Scene) -> None:
    scene.platform.duplicate = 2
    await scene.platform.write(USER, "một")
    await scene.platform.write(USER, "hai")
    await scene.read_last("Bạn hỏi: hai")
    await scene.settle()

    assert scene.read() == [SHORT, "Bạn hỏi: một", "Bạn hỏi: hai"]


async def test_an_echo_that_is_there_first_and_one_that_never_comes_take_nothing_over(
    scene: Scene,
) -> None:
    scene.platform.echo_first = True
    await scene.platform.write(USER, "một")
    await scene.read_last("Bạn hỏi: một")
    scene.platform.echo_first, scene.platform.no_echo = False, True
    await scene.platform.write(USER, "hai")
    await scene.read_last("Bạn hỏi: hai")
    await scene.settle()

    assert scene.read() == [SHORT, "Bạn hỏi: một", "Bạn hỏi: hai"]
    assert [row["mode"] for row in await scene.rows(conversation)] == [Mode.BOT]


async def test_a_lost_answer_whose_echo_comes_is_not_said_twice(scene: Scene) -> None:
    scene.platform.lose_answer = 2
    await scene.platform.write(USER, "một")
    await scene.read_last("Bạn hỏi: một")
    await scene.settle()

    assert scene.read() == [SHORT, "Bạn hỏi: một"]


async def test_a_picture_for_a_report_is_fetched_from_the_platforms_host(scene: Scene) -> None:
    await scene.platform.write(USER, "phản ánh")
    await scene.read_last("Bạn hỏi: phản ánh")
    await scene.settle()

    await scene.platform.send_image(USER, JPEG)
    await scene.read_last("Tôi đã nhận 1 tệp")

    [kept] = await scene.rows(drawer)
    assert kept["content"] == JPEG


async def test_a_person_in_the_platforms_inbox_silences_the_bot(scene: Scene) -> None:
    await scene.platform.write(USER, "một")
    await scene.read_last("Bạn hỏi: một")
    await scene.settle()

    await scene.platform.staff_write(USER, "Tôi là Hoa, tôi trả lời bạn.")
    await scene.settle()
    await scene.platform.write(USER, "vâng")
    await scene.settle()
    said = list(scene.read())
    scene.clock.advance(minutes=61)
    await scene.platform.write(USER, "còn ai không")
    await scene.read_last("Bạn hỏi: còn ai không")

    assert said == [SHORT, "Bạn hỏi: một"]
    assert any("Trợ lý tự động tiếp tục" in text for text in scene.read())
    assert scene.rasa.texts == ["một", "còn ai không"]


async def test_a_takeover_while_the_bot_is_answering_withholds_its_answer(scene: Scene) -> None:
    scene.rasa.seconds = 1.0
    await scene.platform.write(USER, "một")
    await scene.until(lambda: bool(scene.rasa.asked))

    await scene.platform.staff_write(USER, "Tôi trả lời bạn.")
    await scene.settle()

    assert scene.read() == [SHORT]


async def test_where_they_are_becomes_where_to_go(scene: Scene) -> None:
    await scene.platform.send_position(USER, 20.25, 105.97)
    await scene.read_last("Bạn hỏi: Tôi ở Phường Hoa Lư")
    await scene.settle()

    assert "Số 1 đường Tràng An" in scene.read()[1]
    kept = str([await scene.rows(table) for table in (event, inbox, outbox)])
    assert "20.25" not in kept
    assert "105.97" not in kept


async def test_stickers_and_voice_get_a_hint(scene: Scene) -> None:
    await scene.platform.send_sticker(USER)
    await scene.platform.send_voice(USER)
    await scene.read_last(TEXTS.hints["audio"].text)
    await scene.settle()

    assert scene.read() == [SHORT, TEXTS.hints["sticker"].text, TEXTS.hints["audio"].text]


async def test_who_wants_to_be_forgotten_is(scene: Scene) -> None:
    await scene.platform.write(USER, "tên tôi là Nguyễn Văn An")
    await scene.read_last("Nguyễn Văn An")
    await scene.settle()

    await scene.platform.withdraw(USER)
    async with asyncio.timeout(10):
        while await scene.rows(conversation):
            await asyncio.sleep(0.02)
    await scene.settle()

    tables = (conversation, inbox, outbox, drawer, event)
    kept = str([await scene.rows(table) for table in tables])
    assert "Nguyễn Văn An" not in kept
    assert USER not in kept


async def test_no_call_failed(scene: Scene) -> None:
    for text in ("một", "hai", "ba"):
        await scene.platform.write(USER, text)
    await scene.read_last("Bạn hỏi: ba")
    await scene.settle()

    assert {one.status for one in scene.platform.deliveries} == {200}


async def test_a_portal_cookie_or_another_channels_call_is_nothing_here(scene: Scene) -> None:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=scene.app), base_url="http://gateway"
    ) as http:
        statuses = [
            (await http.post(f"/webhooks/{name}", content=b"{}")).status_code
            for name in ("portal", scene.name)
        ]

    assert statuses == [404, 403]
