"""The fake Messenger is as strict as the real one: deadline, ladder, windows, limits."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from gateway.channels.messenger_signature import HEADER, is_signed, proof_of
from gateway.settings import MessengerSettings
from gateway.testing.messenger import FakeMessenger
from tests.gateway.conftest import Clock
from tests.gateway.test_messenger_channel import SETTINGS, USER

URL = "/v26.0/102938475610293/messages"


class Gateway:
    """Answers the webhook as told."""

    def __init__(self) -> None:
        self.answers: list[int | float] = []  # Statuses, or seconds to think.
        self.bodies: list[bytes] = []
        self.signed: list[bool] = []

    def http(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self._take), base_url="http://g")

    @property
    def items(self) -> list[dict[str, object]]:
        entries = [entry for body in self.bodies for entry in json.loads(body)["entry"]]
        return [item for entry in entries for item in entry.get("messaging", [])]

    async def _take(self, request: httpx2.Request) -> httpx2.Response:
        self.bodies.append(request.content)
        self.signed.append(is_signed(request.content, request.headers[HEADER], "app-secret"))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = 200
        return httpx2.Response(answer)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def fake(gateway: Gateway, clock: Clock) -> AsyncIterator[FakeMessenger]:
    async with gateway.http() as webhook:
        settings = MessengerSettings(**SETTINGS)
        fake = FakeMessenger(settings, webhook=webhook, clock=clock, pace=0.01)
        yield fake
        await fake.close()


async def send(fake: FakeMessenger, *, token: str = "", proof: str = "", **body: object) -> int:
    token = token or SETTINGS["page_token"]
    message = {
        "recipient": {"id": USER},
        "messaging_type": "RESPONSE",
        "message": {"text": "x"},
        **body,
    }
    async with fake.http() as http:
        answer = await http.post(
            f"https://graph.facebook.com{URL}",
            json=message,
            params={"appsecret_proof": proof or proof_of(token, "app-secret")},
            headers={"Authorization": f"Bearer {token}"},
        )
    return 0 if answer.is_success else int(answer.json()["error"]["code"])


async def test_calls_are_signed_over_escaped_letters(fake: FakeMessenger, gateway: Gateway) -> None:
    await fake.write(USER, "ế/")

    assert gateway.signed == [True]
    assert b'"\\u1ebf\\/"' in gateway.bodies[0]


async def test_a_call_that_fails_comes_again_until_it_is_taken(
    fake: FakeMessenger, gateway: Gateway
) -> None:
    gateway.answers = [500, 503, 200]

    await fake.write(USER, "xin chào")
    await fake.settle()

    assert [(one.status, one.attempt) for one in fake.deliveries] == [(500, 0), (503, 1), (200, 2)]
    assert len(set(gateway.bodies)) == 1


async def test_an_answer_after_the_deadline_is_none(fake: FakeMessenger, gateway: Gateway) -> None:
    fake.webhook.deadline = 0.1
    gateway.answers = [0.5]

    await fake.write(USER, "xin chào")
    await fake.settle()

    assert [one.status for one in fake.deliveries] == [0, 200]


async def test_after_the_last_try_nothing_comes_any_more(
    fake: FakeMessenger, gateway: Gateway
) -> None:
    fake.webhook.ladder = (0.0, 0.1)
    gateway.answers = [500, 500, 500]

    await fake.write(USER, "một")
    await fake.settle()
    await fake.write(USER, "hai")

    assert len(gateway.bodies) == 3
    assert not fake.webhook.is_subscribed


async def test_a_batch_is_one_call_and_can_come_in_several_entries_and_the_wrong_way_round(
    fake: FakeMessenger, gateway: Gateway
) -> None:
    fake.webhook.entries = 2
    fake.reorder = True

    async with fake.batched():
        for word in ("một", "hai", "ba"):
            await fake.write(USER, word)

    [body] = gateway.bodies
    assert len(json.loads(body)["entry"]) == 2
    assert [item["message"]["text"] for item in gateway.items] == ["ba", "hai", "một"]  # type: ignore[index]


async def test_calls_can_come_twice(fake: FakeMessenger, gateway: Gateway) -> None:
    fake.duplicate = 1

    await fake.write(USER, "một")

    assert gateway.bodies[0] == gateway.bodies[1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 0),
        ({"message": {"text": "x" * 2000}}, 0),
        ({"message": {"text": "x" * 2001}}, 100),
        ({"message": {"text": ""}}, 100),
        ({"messaging_type": "OTHER"}, 100),
        ({"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}, 100),
        ({"tag": "HUMAN_AGENT"}, 100),
        ({"recipient": {"id": "1"}}, 100),
        ({"token": "old"}, 190),
        ({"proof": "0" * 64}, 100),
    ],
)
async def test_the_send_api_is_strict(
    fake: FakeMessenger, body: dict[str, object], code: int
) -> None:
    await fake.write(USER, "xin chào")

    assert await send(fake, **body) == code  # type: ignore[arg-type]


async def test_quick_replies_have_limits_and_titles_are_cut(fake: FakeMessenger) -> None:
    def replies(count: int, *, title: str = "x", payload: str = "y") -> dict[str, object]:
        one = {"content_type": "text", "title": title, "payload": payload}
        return {"text": "x", "quick_replies": [one] * count}

    await fake.write(USER, "xin chào")

    assert await send(fake, message=replies(13, title="x" * 30)) == 0
    assert await send(fake, message=replies(14)) == 100
    assert await send(fake, message=replies(1, payload="y" * 1001)) == 100
    assert fake.phones[USER][1].buttons[0].title == "x" * 20


async def test_the_windows(fake: FakeMessenger, clock: Clock) -> None:
    tag = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    await fake.write(USER, "xin chào")

    inside = await send(fake, **tag)  # type: ignore[arg-type]
    clock.advance(hours=25)
    after = [await send(fake), await send(fake, **tag)]  # type: ignore[arg-type]
    fake.grants_human_agent = False
    ungranted = await send(fake, **tag)  # type: ignore[arg-type]
    fake.grants_human_agent = True
    clock.advance(days=7)
    late = await send(fake, **tag)  # type: ignore[arg-type]
    await fake.react(USER, "m_1")
    again = await send(fake)

    assert (inside, fake.violations) == (0, ["HUMAN_AGENT inside the window"])
    assert (after, ungranted, late, again) == ([10, 0], 10, 10, 0)


async def test_planned_failures_come_when_they_are_planned(fake: FakeMessenger) -> None:
    await fake.write(USER, "xin chào")
    fake.fail_with, fake.fail_after = (613, 2), 1

    assert [await send(fake) for _ in range(4)] == [0, 613, 613, 0]


async def test_only_buttons_under_the_newest_message_can_be_pressed(fake: FakeMessenger) -> None:
    await fake.write(USER, "xin chào")
    one = {"content_type": "text", "title": "Có", "payload": "có"}
    await send(fake, message={"text": "Đúng không?", "quick_replies": [one]})

    await fake.press(USER, "Có")

    with pytest.raises(LookupError):
        await fake.press(USER, "Có")


async def test_staff_answer_in_the_inbox_with_its_app_or_with_none(
    fake: FakeMessenger, gateway: Gateway
) -> None:
    await fake.staff_write(USER, "một")
    fake.inbox_names_itself = False
    await fake.staff_write(USER, "hai")

    assert ["app_id" in item["message"] for item in gateway.items] == [True, False]  # type: ignore[operator]
    assert [shown.by for shown in fake.phones[USER]] == ["staff", "staff"]


async def test_files_are_where_the_webhook_says(fake: FakeMessenger, gateway: Gateway) -> None:
    await fake.send_image(USER, b"content")

    [item] = gateway.items
    url = item["message"]["attachments"][0]["payload"]["url"]  # type: ignore[index]
    async with fake.http() as http:
        answer = await http.get(url)
    assert url.startswith("https://scontent.fbcdn.net/")
    assert (answer.content, answer.headers["content-type"]) == (b"content", "image/jpeg")
