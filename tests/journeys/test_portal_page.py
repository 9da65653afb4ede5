"""The portal page in a real browser, against the five processes."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, ViewportSize, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP
from tools.trial import Trial

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

SMALL_PHONE: ViewportSize = {"width": 320, "height": 640}
PATIENCE = 20_000  # Milliseconds.


@pytest.fixture(params=[SMALL_PHONE, DESKTOP], ids=["phone", "desktop"])
async def page(
    city: Trial, chromium: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport=request.param, locale="vi-VN")
    yield await context.new_page()
    await context.close()


async def test_two_questions_and_a_follow_up(city: Trial, page: Page) -> None:
    hosts: set[str] = set()

    def note(request: Request) -> None:
        hosts.add(urlsplit(request.url).netloc)

    page.on("request", note)
    await page.goto(city.url("gateway"))
    log = page.get_by_role("log")

    await ask(page, "dang ky khai sinh can giay to gi, mat bao lau")
    await expect(log).to_contain_text("mã 1.001193", timeout=PATIENCE)
    await expect(log).to_contain_text("Giấy chứng sinh")
    await expect(log.get_by_role("link", name="Xem bản công bố").first).to_have_attribute(
        "href", re.compile("^https://")
    )

    await ask(page, "vậy nộp ở đâu?")
    await expect(log).to_contain_text("Nơi nộp và cách nộp", timeout=PATIENCE)

    await ask(page, "đăng ký tạm trú")
    await expect(log).to_contain_text("Đăng ký tạm trú (mã", timeout=PATIENCE)

    assert hosts == {urlsplit(city.url("gateway")).netloc}
    assert await violations(page) == []


async def ask(page: Page, words: str) -> None:
    box = page.get_by_role("textbox")
    await box.fill(words)
    await box.press("Enter")
