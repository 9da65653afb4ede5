"""The Messenger channel against the fake platform: what goes out, and how each try ends."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gateway.channels.base import (
    Broken,
    Channel,
    Held,
    Kind,
    Later,
    MalformedWebhook,
    Outcome,
    Part,
    Refused,
    RejectedWebhook,
    Sent,
    Way,
)
from gateway.channels.messenger import MessengerChannel
from gateway.channels.messenger_signature import HEADER, signature_of
from gateway.messages import Button, Reply
from gateway.settings import MessengerSettings
from gateway.testing.messenger import FakeMessenger
from gateway.texts import Texts
from tests.gateway.channel_contract import Call, ChannelContract
from tests.gateway.conftest import Clock

WORDS = Texts(hotline="1900 0000", length_limit=2000).shown
USER = "7765432109876543"
SETTINGS: dict[str, Any] = {
    "page_id": "102938475610293",
    "app_id": "5550001112223334",
    "app_secret": "app-secret",
    "page_token": "EAAB-page-token",
    "verify_token": "one word",
    "human_agent": True,
}


class Gateway:
    """Stands where the gateway's webhook is, and keeps what is told there."""

    def __init__(self) -> None:
        self.calls: list[tuple[bytes, dict[str, str]]] = []

    def http(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self._take), base_url="http://g")

    def _take(self, request: httpx2.Request) -> httpx2.Response:
        self.calls.append((request.content, dict(request.headers)))
        return httpx2.Response(200)


@pytest.fixture
def settings() -> MessengerSettings:
    return MessengerSettings(**SETTINGS)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def fake(
    settings: MessengerSettings, gateway: Gateway, clock: Clock
) -> AsyncIterator[FakeMessenger]:
    async with gateway.http() as webhook:
        fake = FakeMessenger(settings, webhook=webhook, clock=clock)
        yield fake
        await fake.close()


@pytest.fixture
async def messenger(
    settings: MessengerSettings, fake: FakeMessenger
) -> AsyncIterator[MessengerChannel]:
    channel = MessengerChannel(settings, WORDS, http=fake.http())
    yield channel
    await channel.close()


@pytest.fixture
def channel(messenger: MessengerChannel) -> MessengerChannel:
    return messenger


def signed(body: bytes) -> Call:
    return body, {HEADER: signature_of(body, "app-secret")}


def a_call(*items: dict[str, Any]) -> Call:
    entry = {"id": SETTINGS["page_id"], "time": 1790000000000, "messaging": list(items)}
    return signed(json.dumps({"object": "page", "entry": [entry]}).encode())


def a_text(text: str, mid: str) -> dict[str, Any]:
    return {
        "sender": {"id": USER},
        "recipient": {"id": SETTINGS["page_id"]},
        "timestamp": 1790000000000,
        "message": {"mid": mid, "text": text},
    }


class TestMessengerChannel(ChannelContract):
    @pytest.fixture
    def channel(self, messenger: MessengerChannel) -> Channel:
        return messenger

    @pytest.fixture
    def call(self) -> Call:
        return a_call(a_text("xin chào", "m1"))

    @pytest.fixture
    def user(self) -> str:
        return USER

    @pytest.fixture
    def show(
        self, messenger: MessengerChannel, fake: FakeMessenger
    ) -> Callable[[str, Reply], Awaitable[str]]:
        async def show(user: str, reply: Reply) -> str:
            await fake.write(user, "xin chào")
            for part in messenger.parts(reply):
                outcome = await messenger.send(user, part, mark="1.0", way=Way.DIRECT)
                assert isinstance(outcome, Sent)
            shown = [one for one in fake.phones[user] if one.by == "page"]
            titles = [button.title for one in shown for button in one.buttons]
            return "\n".join([*fake.read_by(user), *titles])

        return show


async def sent(
    channel: MessengerChannel, text: str = "Lệ phí: 0 đồng.", way: Way = Way.DIRECT
) -> Outcome:
    return await channel.send(USER, Part(text), mark="12.0", way=way)


# Receiving.


def test_every_message_of_a_batch_is_received(channel: MessengerChannel) -> None:
    events = channel.receive(*a_call(*(a_text(word, word) for word in ("một", "hai", "ba"))))

    assert [event.text for event in events] == ["một", "hai", "ba"]


def test_an_event_can_be_read_again_from_what_was_kept(channel: MessengerChannel) -> None:
    [event] = channel.receive(*a_call(a_text("xin chào", "m1")))

    assert channel.read(json.loads(json.dumps(event.raw))) == event


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"entry": 1}', b'{"entry":[{"a":NaN}]}', b"[" * 5000, b"\xff"]
)
def test_a_signed_body_of_another_shape_is_malformed(
    channel: MessengerChannel, body: bytes
) -> None:
    with pytest.raises(MalformedWebhook):
        channel.receive(*signed(body))


def test_without_a_secret_nothing_is_received() -> None:
    channel = MessengerChannel(MessengerSettings(page_id="1"), WORDS)
    body = b'{"object":"page","entry":[]}'

    with pytest.raises(RejectedWebhook):
        channel.receive(body, {HEADER: signature_of(body, "")})


async def test_reads_what_the_platform_really_sends(
    channel: MessengerChannel, fake: FakeMessenger, gateway: Gateway
) -> None:
    await fake.write(USER, "làm khai sinh / khai tử")
    await fake.get_started(USER)
    await fake.send_position(USER, 21.5, 105.8)
    await fake.send_sticker(USER, as_image=True)
    await fake.react(USER, "m_1")
    await fake.staff_write(USER, "Tôi trả lời đây")

    events = [event for call in gateway.calls for event in channel.receive(*call)]

    assert b"\\u00e0" in gateway.calls[0][0]
    assert b"\\/" in gateway.calls[0][0]
    assert events[0].text == "làm khai sinh / khai tử"
    assert [event.kind for event in events] == [
        *(Kind.MESSAGE, Kind.GREETED, Kind.MESSAGE, Kind.MESSAGE, Kind.ACTED, Kind.ECHO)
    ]
    assert events[-1].by_person
    assert {event.user for event in events} == {USER}


# Showing.


def test_buttons_become_quick_replies_under_the_last_part(channel: MessengerChannel) -> None:
    reply = Reply("- giấy tờ\n" * 300, (Button("Lệ phí", "Lệ phí bao nhiêu?"),), rateable=True)

    first, *_, last = channel.parts(reply)

    assert "quick_replies" not in first.body
    assert last.body["quick_replies"][0] == {
        "content_type": "text",
        "title": "Lệ phí",
        "payload": "Lệ phí bao nhiêu?",
    }
    assert [one["title"] for one in last.body["quick_replies"]] == ["Lệ phí", "Có ích", "Chưa đúng"]
    assert all(part.text == part.body["text"] for part in channel.parts(reply))


async def test_a_pressed_number_says_the_long_name(
    channel: MessengerChannel, fake: FakeMessenger, gateway: Gateway
) -> None:
    long = "Đăng ký khai sinh có yếu tố nước ngoài"
    await fake.write(USER, "khai sinh")
    [part] = channel.parts(Reply("Bạn hỏi thủ tục nào?", (Button(f"1. {long}", long),)))

    await channel.send(USER, part, mark="1.0", way=Way.DIRECT)
    await fake.settle()
    await fake.press(USER, "1")

    [event] = channel.receive(*gateway.calls[-1])
    assert (event.kind, event.text) == (Kind.MESSAGE, long)


# Sending.


async def test_a_reply_is_sent_with_its_mark_and_comes_back_as_its_echo(
    channel: MessengerChannel, fake: FakeMessenger, gateway: Gateway
) -> None:
    fake.echo_first = True
    await fake.write(USER, "xin chào")

    outcome = await sent(channel)

    await fake.settle()
    events = [event for call in gateway.calls for event in channel.receive(*call)]
    [echo] = [event for event in events if event.kind is Kind.ECHO]
    assert isinstance(outcome, Sent)
    assert outcome.provider_id == echo.key
    assert (echo.mark, echo.by_person, echo.text) == ("12.0", False, "Lệ phí: 0 đồng.")
    assert [event.kind for event in events if event.seen] == [Kind.RECEIPT]


async def test_the_proof_and_the_token_are_ours_and_the_token_is_not_in_the_address(
    settings: MessengerSettings,
) -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"message_id": "m_1"})

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    channel = MessengerChannel(settings, WORDS, http=http)

    await sent(channel)

    assert settings.page_token not in str(seen[0].url)
    assert settings.page_token.encode() not in seen[0].content
    assert json.loads(seen[0].content) == {
        "recipient": {"id": USER},
        "messaging_type": "RESPONSE",
        "message": {"text": "Lệ phí: 0 đồng.", "metadata": "12.0"},
    }


async def test_what_a_person_wrote_goes_out_after_the_window_with_the_tag(
    channel: MessengerChannel, fake: FakeMessenger, clock: Clock
) -> None:
    await fake.write(USER, "xin chào")
    clock.advance(days=3)

    direct = await sent(channel)
    person = await sent(channel, way=Way.PERSON)

    assert direct == Held("10/2018278")
    assert isinstance(person, Sent)
    assert fake.violations == []


async def test_after_seven_days_nothing_goes_out(
    channel: MessengerChannel, fake: FakeMessenger, clock: Clock
) -> None:
    await fake.write(USER, "xin chào")
    clock.advance(days=8)

    assert await sent(channel, way=Way.PERSON) == Held("10/2018278")


@pytest.mark.parametrize("way", [Way.HOLD, Way.NOTICE])
async def test_other_ways_do_not_even_call(
    channel: MessengerChannel, fake: FakeMessenger, way: Way
) -> None:
    await fake.write(USER, "xin chào")

    assert isinstance(await sent(channel, way=way), Held)
    assert fake.read_by(USER) == []


async def test_the_tag_is_never_sent_where_it_is_not_granted(
    settings: MessengerSettings, fake: FakeMessenger
) -> None:
    ungranted = settings.model_copy(update={"human_agent": False})
    channel = MessengerChannel(ungranted, WORDS, http=fake.http())
    await fake.write(USER, "xin chào")

    assert await sent(channel, way=Way.PERSON) == Held("way_person")
    assert fake.violations == []


@pytest.mark.parametrize(
    ("by_person", "hours", "way"),
    [
        (False, 0, Way.DIRECT),
        (False, 24, Way.DIRECT),
        (True, 23, Way.DIRECT),
        (False, 24.01, Way.HOLD),
        (True, 24.01, Way.PERSON),
        (True, 167, Way.PERSON),
        (True, 168.01, Way.HOLD),
        (True, None, Way.HOLD),
    ],
)
def test_the_way_depends_on_who_wrote_and_when_the_citizen_last_acted(
    channel: MessengerChannel, by_person: bool, hours: float | None, way: Way
) -> None:
    since = None if hours is None else timedelta(hours=hours)

    assert channel.way(by_person=by_person, since_act=since) is way


def test_without_the_grant_there_is_no_way_for_a_person(settings: MessengerSettings) -> None:
    channel = MessengerChannel(settings.model_copy(update={"human_agent": False}), WORDS)

    assert channel.way(by_person=True, since_act=timedelta(days=2)) is Way.HOLD


@pytest.mark.parametrize(
    ("code", "subcode", "outcome"),
    [
        (190, None, Broken("190")),
        (190, 463, Broken("190/463")),
        (200, None, Broken("200")),
        (2, 2018344, Broken("2/2018344")),
        (10, 1893063, Broken("10/1893063")),
        (10, None, Held("10")),
        (10, 2018278, Held("10/2018278")),
        (10, 2534022, Held("10/2534022")),
        (2018278, None, Held("2018278")),
        (2534022, None, Held("2534022")),
        (100, None, Refused("100")),
        (100, 2018001, Refused("100/2018001")),
        (551, None, Refused("551")),
        (200, 2018108, Refused("200/2018108")),
        (200, 1545041, Refused("200/1545041")),
        (4, None, Later("4", 60.0, all_of_them=True)),
        (32, None, Later("32", 60.0, all_of_them=True)),
        (613, None, Later("613", 60.0, all_of_them=True)),
        (80004, None, Later("80004", 60.0, all_of_them=True)),
        (80006, None, Later("80006", 60.0, all_of_them=True)),
        (1, None, Later("1")),
        (2, None, Later("2")),
        (1200, None, Later("1200")),
        (98765, None, Refused("98765")),
    ],
)
async def test_each_error_has_its_end(
    channel: MessengerChannel,
    fake: FakeMessenger,
    code: int,
    subcode: int | None,
    outcome: Outcome,
) -> None:
    await fake.write(USER, "xin chào")
    fake.fail_with, fake.fail_subcode = (code, 1), subcode

    assert await sent(channel) == outcome
    assert isinstance(await sent(channel), Sent)


async def test_a_message_that_meta_refuses_is_refused(
    channel: MessengerChannel, fake: FakeMessenger
) -> None:
    stranger = await sent(channel)
    await fake.write(USER, "xin chào")
    too_long = await sent(channel, "x" * 2001)
    fake.person(USER).has_blocked = True
    blocked = await sent(channel)

    assert stranger == Refused("100/2018001")
    assert too_long == Refused("100")
    assert blocked == Refused("551/1545041")


async def test_a_token_that_is_no_longer_valid_breaks_the_channel(
    settings: MessengerSettings, fake: FakeMessenger
) -> None:
    other = settings.model_copy(update={"page_token": "old"})
    channel = MessengerChannel(other, WORDS, http=fake.http())

    assert await sent(channel) == Broken("190")


async def test_a_wrong_secret_is_noticed_by_the_proof(
    settings: MessengerSettings, fake: FakeMessenger
) -> None:
    other = settings.model_copy(update={"app_secret": "another"})
    channel = MessengerChannel(other, WORDS, http=fake.http())
    await fake.write(USER, "xin chào")

    assert isinstance(await sent(channel), Refused)
    assert fake.read_by(USER) == []


async def test_the_rate_limit_slows_everything_down(
    channel: MessengerChannel, fake: FakeMessenger
) -> None:
    fake.most_per_second = 2
    await fake.write(USER, "xin chào")

    outcomes = [await sent(channel) for _ in range(3)]

    assert [type(one) for one in outcomes] == [Sent, Sent, Later]
    assert outcomes[2] == Later("613", 60.0, all_of_them=True)


async def test_a_platform_that_is_down_has_taken_nothing(
    channel: MessengerChannel, fake: FakeMessenger
) -> None:
    fake.down = True

    assert await sent(channel) == Later("ConnectError")


async def test_a_lost_answer_leaves_it_in_doubt(
    channel: MessengerChannel, fake: FakeMessenger
) -> None:
    await fake.write(USER, "xin chào")
    fake.lose_answer = 1

    assert await sent(channel) == Later("ReadError", in_doubt=True)
    assert fake.read_by(USER) == ["Lệ phí: 0 đồng."]


async def test_an_answer_that_is_too_late_leaves_it_in_doubt(
    settings: MessengerSettings, fake: FakeMessenger
) -> None:
    hasty = settings.model_copy(update={"seconds": 0.05})
    channel = MessengerChannel(hasty, WORDS, http=fake.http())
    await fake.write(USER, "xin chào")
    fake.slow = 5

    assert await sent(channel) == Later("TimeoutError", in_doubt=True)


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (httpx2.Response(500), Later("http_500", in_doubt=True)),
        (httpx2.Response(503, headers={"Retry-After": "7"}), Later("http_503", 7.0, in_doubt=True)),
        (httpx2.Response(429), Later("http_429", 60.0, all_of_them=True)),
        (httpx2.Response(401), Broken("http_401")),
        (httpx2.Response(404, text="<html>"), Refused("http_404")),
        (httpx2.Response(200, text="<html>"), Later("unreadable", in_doubt=True)),
        (httpx2.Response(200, json={}), Later("no message_id", in_doubt=True)),
        (httpx2.Response(200, json=[]), Later("unreadable", in_doubt=True)),
        (
            httpx2.Response(400, json={"error": {"code": 99, "is_transient": True}}),
            Later("99"),
        ),
        (
            httpx2.Response(
                400,
                json={"error": {"code": 80006}},
                headers={
                    "X-Business-Use-Case-Usage": json.dumps(
                        {"1": [{"type": "messenger", "estimated_time_to_regain_access": 3}]}
                    )
                },
            ),
            Later("80006", 180.0, all_of_them=True),
        ),
        (
            httpx2.Response(
                400, json={"error": {"code": 4}}, headers={"X-Business-Use-Case-Usage": "[1]"}
            ),
            Later("4", 60.0, all_of_them=True),
        ),
    ],
)
async def test_other_answers(
    settings: MessengerSettings, response: httpx2.Response, outcome: Outcome
) -> None:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: response))
    channel = MessengerChannel(settings, WORDS, http=http)

    assert await sent(channel) == outcome


def test_settings_and_access_do_not_show_secrets(channel: MessengerChannel) -> None:
    shown = repr(channel.settings) + repr(vars(channel.client))

    for name in ("app_secret", "page_token", "verify_token"):
        assert SETTINGS[name] not in shown
