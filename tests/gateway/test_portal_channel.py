import json
from collections.abc import Awaitable, Callable

import pytest

from gateway.channels.base import Channel, MalformedWebhook, Part, RejectedWebhook, Way
from gateway.channels.portal import PortalChannel
from gateway.conversation import Author, Item
from gateway.messages import Reply
from gateway.session import COOKIE, new_token, user_of
from gateway.signals import Signals
from gateway.store import now
from gateway.stream import message
from tests.gateway.channel_contract import Call, ChannelContract

TOKEN = new_token()
HEADERS = {"host": "portal.gov.vn", "cookie": f"{COOKIE}={TOKEN}"}
BODY = json.dumps({"text": "xin chào", "client_id": "m1"}).encode()


class TestPortal(ChannelContract):
    @pytest.fixture
    def signals(self) -> Signals:
        return Signals()

    @pytest.fixture
    def channel(self, signals: Signals) -> Channel:
        return PortalChannel(signals)

    @pytest.fixture
    def call(self) -> Call:
        return BODY, {**HEADERS, "sec-fetch-site": "same-origin"}

    @pytest.fixture
    def user(self) -> str:
        return user_of(TOKEN)

    @pytest.fixture
    def forged(self) -> Call:
        return BODY, {**HEADERS, "sec-fetch-site": "cross-site"}

    @pytest.fixture
    def show(self, channel: Channel, signals: Signals) -> Callable[[str, Reply], Awaitable[str]]:
        async def show(user: str, reply: Reply) -> str:
            with signals.listen(f"portal:{user}") as news:
                await channel.send(user, Part(reply.text), mark="1:0", way=Way.DIRECT)
                assert news.is_set()  # The page reads the outbox when it hears this.
            return json.dumps(message(Item(1, Author.BOT, reply, now())), ensure_ascii=False)

        return show

    @pytest.mark.parametrize(
        "headers",
        [
            {},  # A program: it has no citizen's cookie by accident.
            {"sec-fetch-site": "same-origin"},
            {"sec-fetch-site": "none"},
            {"origin": "https://portal.gov.vn"},
        ],
    )
    def test_takes_a_call_of_the_page_itself(
        self, channel: Channel, headers: dict[str, str]
    ) -> None:
        assert len(channel.receive(BODY, {**HEADERS, **headers})) == 1

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "cross-site", "origin": "https://portal.gov.vn"},
            {"origin": "https://elsewhere.vn"},
            {"origin": "null"},
            {"origin": "https://portal.gov.vn.elsewhere.vn"},
        ],
    )
    def test_refuses_a_call_from_another_site(
        self, channel: Channel, headers: dict[str, str]
    ) -> None:
        with pytest.raises(RejectedWebhook):
            channel.receive(BODY, {**HEADERS, **headers})

    @pytest.mark.parametrize(
        "cookie",
        ["", "mot_cua=short", "other=1", f"mot_cua={TOKEN}x"],
        ids=["none", "too short", "another's", "too long"],
    )
    def test_refuses_a_cookie_that_is_no_session(self, channel: Channel, cookie: str) -> None:
        with pytest.raises(RejectedWebhook):
            channel.receive(BODY, {**HEADERS, "cookie": cookie})

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"not json",
            b"[]",
            b'{"text": 1}',
            b'{"client_id": "m1"}',
            b'{"text": "a", "client_id": "no spaces"}',
            b'{"text": "\\ud800"}',
            b"\xff\xfe",
            b'{"text": ' + b"[" * 50_000,
        ],
    )
    def test_names_a_body_that_is_no_message(self, channel: Channel, body: bytes) -> None:
        with pytest.raises(MalformedWebhook):
            channel.receive(body, HEADERS)
