"""Staff in a conversation: what they write is shown once; while they have it the bot is silent."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest
from fastapi import FastAPI

from gateway.channels.base import Held, Later, Outcome, Refused
from gateway.client import (
    ConversationGone,
    GatewayClient,
    Message,
    Part,
    StaffLine,
    StaffView,
    Taken,
)
from gateway.database import open_database, upgrade
from gateway.parts import Parts
from gateway.session import COOKIE, user_of
from gateway.settings import Settings
from gateway.staff_api import StaffApi, StaffMessage
from gateway.testing import FakeRasa, StreamingTransport
from tests.gateway.conftest import Clock, browser, running
from tests.gateway.scripted import Fate, ScriptedChannel, asked_there

TOKEN = "t0ken"
UNTIL = datetime.fromisoformat("2100-01-01T00:00:00+00:00")
OURS = Part("PA-1", UNTIL)
OTHERS = Part("PA-2", UNTIL)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"staff_token": TOKEN})


def line_with(app: FastAPI, token: str) -> StaffLine:
    transport = StreamingTransport(app)
    headers = {"Authorization": f"Bearer {token}"}
    return StaffLine(
        httpx2.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)
    )


@pytest.fixture
async def line(app: FastAPI) -> AsyncIterator[StaffLine]:
    line = line_with(app, TOKEN)
    yield line
    await line.close()


async def begun(citizen: GatewayClient, http: httpx2.AsyncClient) -> str:
    """A conversation in which something was asked; its name."""
    await citizen.ask("xin chào")
    return f"portal:{user_of(http.cookies[COOKIE])}"


async def shown(citizen: GatewayClient) -> list[tuple[str, str]]:
    return [(message.sender, message.text) for message in await citizen.thread()]


def as_seen(view: StaffView | Taken) -> StaffView:
    assert isinstance(view, StaffView)
    return view


async def texts_of(line: StaffLine, name: str, part: Part) -> list[str]:
    return [message.text for message in (await line.read(name, part)).messages]


async def test_a_message_of_staff_is_shown_with_the_name_of_who_answers(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine
) -> None:
    name = await begun(citizen, http)

    delivery = await line.write(
        name, "Đã giải quyết.", key="d1", author_name="UBND xã A", case_code="PA-1", rate=True
    )

    last = (await citizen.thread())[-1]
    assert delivery == "sent"
    assert (last.sender, last.text, last.by) == ("staff", "Đã giải quyết.", "UBND xã A")
    assert (last.case, last.answers_case) == ("PA-1", True)


async def test_the_same_key_twice_is_one_message(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine
) -> None:
    name = await begun(citizen, http)

    deliveries = await asyncio.gather(*(line.write(name, "Một lần.", key="d1") for _ in range(5)))

    assert set(deliveries) <= {"sent", "queued"}
    assert (await shown(citizen)).count(("staff", "Một lần.")) == 1
    assert await line.write(name, "Một lần.", key="d1") == "sent"


async def test_the_same_key_in_two_conversations_is_two_messages(
    app: FastAPI, citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine
) -> None:
    name = await begun(citizen, http)
    async with browser(app) as other:
        others = GatewayClient(other)
        others_name = await begun(others, other)

        await line.write(name, "Cho An.", key="d1")
        await line.write(others_name, "Cho Bình.", key="d1")

        assert ("staff", "Cho Bình.") in await shown(others)
        assert ("staff", "Cho An.") not in await shown(others)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "tökén"])
async def test_without_the_token_nothing_is_said_or_shown(
    app: FastAPI, citizen: GatewayClient, http: httpx2.AsyncClient, token: str
) -> None:
    name = await begun(citizen, http)
    path = f"/staff/v1/conversations/{name}"
    headers = [(b"authorization", b"Bearer " + token.encode())]
    async with httpx2.AsyncClient(
        transport=StreamingTransport(app), base_url="http://gateway"
    ) as stranger:
        answers = [
            await stranger.get(path, headers=headers),
            await stranger.post(
                f"{path}/messages", json={"key": "k", "text": "x"}, headers=headers
            ),
            await stranger.post(
                f"{path}/mode", json={"mode": "staff", "case_code": "PA-1"}, headers=headers
            ),
            await stranger.get(path),
        ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert len(await shown(citizen)) == 2


async def test_without_a_setting_the_staff_api_is_closed(
    settings: Settings, rasa: FakeRasa
) -> None:
    headers = {"Authorization": "Bearer "}
    async with running(settings.model_copy(update={"staff_token": ""}), rasa) as app:
        line = StreamingTransport(app)
        async with httpx2.AsyncClient(transport=line, base_url="http://gateway") as http:
            answer = await http.get("/staff/v1/conversations/portal:an", headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize("name", ["portal:nobody", "portal:../../etc", "fax:1", "portal:a b"])
async def test_an_unknown_conversation_is_gone(line: StaffLine, name: str) -> None:
    for call in (
        line.write(name, "Xin chào.", key="d1"),
        line.take_over(name, "Bà Hoa", OURS),
        line.give_back(name, "Bà Hoa", OURS),
        line.read(name, OURS),
    ):
        with pytest.raises(ConversationGone):
            await call


async def test_an_erased_conversation_is_gone_and_stays_so(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine
) -> None:
    name = await begun(citizen, http)
    await line.write(name, "Đã nhận.", key="d1")
    await citizen.erase()

    with pytest.raises(ConversationGone):
        await line.write(name, "Đã nhận.", key="d1")
    with pytest.raises(ConversationGone):
        await line.write(name, "Trả lời.", key="d2")


async def test_while_staff_have_the_conversation_the_bot_is_silent(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine, rasa: FakeRasa
) -> None:
    name = await begun(citizen, http)
    await line.take_over(name, "Bà Hoa", OURS)

    assert await citizen.ask("còn ai không?") == []

    view = await line.read(name, OURS)
    assert rasa.texts == ["xin chào"]
    assert (view.mode, view.staff_name) == ("staff", "Bà Hoa")
    assert view.messages[-1].text == "còn ai không?"


async def test_taking_over_is_said_once(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine
) -> None:
    name = await begun(citizen, http)

    await line.take_over(name, "Bà Hoa", OURS)
    await line.take_over(name, "Bà Hoa", OURS)

    said = [text for _, text in await shown(citizen) if "Bà Hoa" in text]
    assert len(said) == 1


async def test_the_bot_returns_when_staff_close_it_and_says_so(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine
) -> None:
    name = await begun(citizen, http)
    await line.take_over(name, "Bà Hoa", OURS)
    await citizen.ask("còn ai không?")

    view = as_seen(await line.give_back(name, "Bà Hoa", OURS))
    [reply] = await citizen.ask("lệ phí?")

    assert (view.mode, view.staff_name) == ("bot", "")
    assert "trợ lý tự động tiếp tục" in view.messages[-1].text
    assert reply.text == "Bạn hỏi: lệ phí?"


async def test_a_takeover_while_the_bot_is_answering_wins(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine, rasa: FakeRasa
) -> None:
    name = await begun(citizen, http)
    rasa.seconds = 1.5
    asking = asyncio.create_task(citizen.ask("lệ phí?"))
    await asyncio.sleep(0.15)

    await line.take_over(name, "Bà Hoa", OURS)
    await line.write(name, "Để tôi trả lời.", key="d1", author_name="Bà Hoa", case_code="PA-1")
    heard = await asking

    assert "Để tôi trả lời." in [message.text for message in heard]
    assert not any(message.sender == "assistant" and "Bạn hỏi" in message.text for message in heard)


async def test_a_message_of_staff_while_the_bot_is_answering_loses_neither(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine, rasa: FakeRasa
) -> None:
    name = await begun(citizen, http)
    rasa.seconds = 0.4
    asking = asyncio.create_task(citizen.ask("lệ phí?"))
    await asyncio.sleep(0.15)

    await line.write(name, "Trả lời phản ánh.", key="d1", author_name="UBND xã A")
    await asking

    senders = [sender for sender, _ in await shown(citizen)][2:]
    assert senders == ["citizen", "staff", "assistant"]


async def test_staff_who_fall_silent_do_not_leave_the_citizen_alone(
    citizen: GatewayClient,
    http: httpx2.AsyncClient,
    line: StaffLine,
    clock: Clock,
) -> None:
    name = await begun(citizen, http)
    await line.take_over(name, "Bà Hoa", OURS)
    clock.advance(minutes=61)

    replies: list[Message] = await citizen.ask("còn ai không?")

    assert "không còn trong cuộc trò chuyện" in replies[0].text
    assert replies[1].text == "Bạn hỏi: còn ai không?"
    assert (await line.read(name, OURS)).mode == "bot"


async def test_an_answer_after_days_is_there_when_the_citizen_comes_back(
    citizen: GatewayClient, http: httpx2.AsyncClient, line: StaffLine, clock: Clock
) -> None:
    name = await begun(citizen, http)
    await line.write(name, "Đã nhận phản ánh.", key="d1", case_code="PA-1")
    clock.advance(days=10)

    await line.write(name, "Đã giải quyết.", key="d2", case_code="PA-1")

    assert ("staff", "Đã giải quyết.") in await shown(citizen)


@pytest.mark.parametrize(
    "body",
    [
        {"key": "", "text": "x"},
        {"key": "k" * 101, "text": "x"},
        {"key": "k", "text": ""},
        {"key": "k", "text": "\u200b"},
        {"key": "k", "text": "x" * 20_001},
        {"key": "k"},
    ],
)
async def test_a_malformed_message_is_not_shown(
    app: FastAPI, citizen: GatewayClient, http: httpx2.AsyncClient, body: dict[str, str]
) -> None:
    name = await begun(citizen, http)
    async with httpx2.AsyncClient(
        transport=StreamingTransport(app), base_url="http://gateway"
    ) as staff:
        answer = await staff.post(
            f"/staff/v1/conversations/{name}/messages",
            json=body,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    assert answer.status_code == 422
    assert len(await shown(citizen)) == 2


class TestThroughProvider:
    """What staff hear of a message that goes out through a provider."""

    @pytest.fixture
    async def parts(self, settings: Settings, clock: Clock) -> AsyncIterator[Parts]:
        database = open_database(settings.database_url)
        await database.write(upgrade)
        await database.close()
        parts = Parts(settings, clock=clock)
        await asked_there(parts.store)
        async with parts.running():
            yield parts

    @pytest.fixture
    def channel(self, parts: Parts, clock: Clock) -> ScriptedChannel:
        channel = ScriptedChannel(clock)
        parts.channels[channel.name] = channel
        return channel

    @pytest.mark.parametrize(
        ("outcome", "told"),
        [
            (None, "sent"),
            (Held("-230"), "held"),
            (Refused("-201"), "dead"),
            (Later("500"), "queued"),
        ],
    )
    async def test_is_what_became_of_it(
        self, parts: Parts, channel: ScriptedChannel, outcome: Outcome | None, told: str
    ) -> None:
        channel.usual = Fate(outcome, arrives=outcome is None)
        message = StaffMessage(key="k", text="Đã xong.", author_name="Bà Hoa", case_code="PA-1")
        api = StaffApi(parts)

        delivered = await api.write("zalo:an", message)

        seen = await api.read("zalo:an", "PA-1", UNTIL)
        assert delivered.delivery == told
        assert [one.delivery for one in seen.messages][-1] == told

    async def test_is_that_it_is_on_its_way_when_the_provider_is_slow(
        self, parts: Parts, channel: ScriptedChannel
    ) -> None:
        channel.usual = Fate(seconds=0.5)
        message = StaffMessage(key="k", text="Đã xong.", author_name="Bà Hoa", case_code="PA-1")
        api = StaffApi(parts, seconds=0.1)

        first = await api.write("zalo:an", message)
        async with asyncio.timeout(5):
            while (again := await api.write("zalo:an", message)).delivery != "sent":
                await asyncio.sleep(0.05)

        assert (first.delivery, again.delivery) == ("queued", "sent")
        assert channel.seen() == ["Đã xong."]
