"""Nobody else's words: conversations stay apart, and what is private is not kept."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from gateway.client import GatewayClient, Message
from tools.trial import Trial

pytestmark = pytest.mark.rasa


@pytest.fixture
async def citizen(city: Trial) -> AsyncIterator[GatewayClient]:
    async with httpx2.AsyncClient(base_url=city.url("gateway"), timeout=30) as http:
        yield GatewayClient(http)


def said(messages: list[Message]) -> str:
    return "\n".join(message.text for message in messages)


async def test_two_citizens_do_not_share_a_thread(city: Trial, citizen: GatewayClient) -> None:
    await citizen.ask("đăng ký kết hôn ở đâu")

    async with httpx2.AsyncClient(base_url=city.url("gateway"), timeout=30) as http:
        other = GatewayClient(http)
        replies = await other.ask("mất bao lâu vậy?")
        thread = await other.thread()

    assert not any(message.source for message in replies)
    assert not any("kết hôn ở đâu" in message.text for message in thread)


async def test_personal_data_is_neither_in_the_thread_nor_passed_on(citizen: GatewayClient) -> None:
    await citizen.ask("CCCD 001099012345, sđt 0912345678, đăng ký tạm trú mất bao lâu?")

    thread = said(await citizen.thread())

    assert "đăng ký tạm trú mất bao lâu" in thread
    assert "001099012345" not in thread
    assert "0912345678" not in thread


async def test_a_conversation_that_was_erased_is_forgotten(citizen: GatewayClient) -> None:
    await citizen.ask("đăng ký tạm trú mất bao lâu")

    await citizen.erase()
    replies = await citizen.ask("lệ phí bao nhiêu?")

    assert "15.000" not in said(replies)
    assert "tạm trú" not in said(await citizen.thread())
