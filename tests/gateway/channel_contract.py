"""What every channel must do. Subclass it, give it the fixtures, inherit the tests."""

from collections.abc import Awaitable, Callable

import pytest

from gateway.channels.base import Channel, Kind, RejectedWebhook
from gateway.messages import Button, Link, Reply

Call = tuple[bytes, dict[str, str]]
REPLY = Reply(
    "Bạn cần:\n- Tờ khai",
    (Button("Lệ phí", "Lệ phí bao nhiêu?"), Button("Thời hạn", "Mất bao lâu?")),
    Link("1.001193", "https://example.gov.vn/1.001193"),
)


class ChannelContract:
    @pytest.fixture
    def channel(self) -> Channel:
        raise NotImplementedError

    @pytest.fixture
    def call(self) -> Call:
        """A call as the provider makes it: "xin chào" from one citizen, message "m1"."""
        raise NotImplementedError

    @pytest.fixture
    def user(self) -> str:
        """That citizen's name on this channel."""
        raise NotImplementedError

    @pytest.fixture
    def forged(self, call: Call) -> Call:
        """The same call as someone else would make it. A signed body is enough to change."""
        body, headers = call
        return body + b" ", headers

    @pytest.fixture
    def show(self, channel: Channel) -> Callable[[str, Reply], Awaitable[str]]:
        """Sends a reply and returns all that the citizen then can read or press, as text."""
        raise NotImplementedError

    def test_receives_a_text_message(self, channel: Channel, call: Call, user: str) -> None:
        [message] = channel.receive(*call)

        assert (message.kind, message.user) == (Kind.MESSAGE, user)
        assert (message.text, message.key) == ("xin chào", "m1")

    def test_refuses_a_call_without_proof(self, channel: Channel, call: Call) -> None:
        body, _ = call
        with pytest.raises(RejectedWebhook):
            channel.receive(body, {})

    def test_refuses_a_call_of_someone_else(self, channel: Channel, forged: Call) -> None:
        with pytest.raises(RejectedWebhook):
            channel.receive(*forged)

    async def test_shows_every_part_of_a_reply(
        self, show: Callable[[str, Reply], Awaitable[str]], user: str
    ) -> None:
        shown = await show(user, REPLY)

        for part in ("Bạn cần:", "Tờ khai", "Lệ phí", "Thời hạn", "https://example.gov.vn/"):
            assert part in shown
