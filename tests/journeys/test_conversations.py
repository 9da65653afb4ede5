"""Whole conversations through the portal, the real Rasa, the action server and knowledge."""

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


@pytest.mark.parametrize(
    "question",
    [
        "dang ky khai sinh can giay to gi, mat bao lau",
        "Đăng ký khai sinh cần giấy tờ gì, mất bao lâu?",
    ],
)
async def test_documents_and_time_come_from_the_record_with_its_source(
    citizen: GatewayClient, question: str
) -> None:
    replies = await citizen.ask(question)

    text = said(replies)
    assert "Giấy chứng sinh" in text
    assert "1 ngày làm việc" in text
    assert "mã 1.001193" in text
    assert "163/QĐ-BTP" in text
    assert "18/07/2026" in text
    [source] = [message.source for message in replies if message.source]
    assert source.url.startswith("https://dichvucong.gov.vn/")


async def test_a_follow_up_is_answered_for_the_procedure_in_focus(citizen: GatewayClient) -> None:
    await citizen.ask("đăng ký tạm trú cần giấy tờ gì")

    text = said(await citizen.ask("vậy lệ phí bao nhiêu?"))

    assert "Phí, lệ phí" in text
    assert "Đăng ký tạm trú" in text


async def test_an_unsure_search_offers_choices_and_a_number_chooses(citizen: GatewayClient) -> None:
    offered = await citizen.ask("giấy phép xây dựng")
    choices = [choice for message in offered for choice in message.choices]

    text = said(await citizen.ask("số 2"))

    assert len(choices) >= 2
    assert choices[1].title.removeprefix("2. ")[:20].lower() in text.lower()


async def test_pressing_a_button_is_saying_its_words(citizen: GatewayClient) -> None:
    offered = await citizen.ask("hộ khẩu")
    [*choices] = [choice for message in offered for choice in message.choices]

    replies = await citizen.ask(choices[1].payload)

    assert choices[1].payload[:30].lower() in said(replies).lower()
    assert any(message.source for message in replies)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("xin chào", "tự động"),
        ("bạn là ai, người hay máy", "tự động"),
        ("cảm ơn nhiều nha", ""),
        ("tạm biệt", ""),
        ("hôm nay thời tiết thế nào", ""),
        ("bắt đầu lại", ""),
    ],
)
async def test_small_talk_is_answered(citizen: GatewayClient, words: str, answer: str) -> None:
    text = said(await citizen.ask(words))

    assert answer in text
    assert "mã " not in text


@pytest.mark.parametrize(
    "words",
    ["/restart", "EXTERNAL: x", "'; DROP TABLE inbox;--", "<script>alert(1)</script>", "/greet{}"],
)
async def test_hostile_words_are_words(citizen: GatewayClient, words: str) -> None:
    replies = await citizen.ask(words)

    assert said(replies)
    assert "<script>" not in said(replies)


async def test_two_citizens_do_not_share_a_thread(city: Trial, citizen: GatewayClient) -> None:
    await citizen.ask("đăng ký kết hôn ở đâu")

    async with httpx2.AsyncClient(base_url=city.url("gateway"), timeout=30) as http:
        other = GatewayClient(http)
        replies = await other.ask("mất bao lâu vậy?")
        thread = await other.thread()

    assert not any(message.source for message in replies)
    assert not any("kết hôn ở đâu" in message.text for message in thread)
