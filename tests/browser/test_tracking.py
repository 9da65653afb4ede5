"""The public tracking page in a real browser, over the real process: for everyone, on a phone."""

from collections.abc import Iterator

import httpx2
import pytest
from playwright.async_api import Browser

from tests.browser.axe import violations
from tests.browser.test_console import NARROW, TOKEN, console

__all__ = ["console"]

pytestmark = pytest.mark.browser

FORM = {
    "submission": "form-1",
    "conversation": "portal:abc",
    "channel": "portal",
    "wish": "feedback",
    "text": "Hồ sơ khai sinh của con tôi quá hẹn",
    "agency": "ubnd-phuong-song-cong",
    "contact": {"name": "Lê Thị Bí Mật", "phone": "0912345678"},
    "consent": {"version": "2026-11", "at": "2026-11-22T08:00:00+07:00"},
}


@pytest.fixture
def code(console: str) -> Iterator[str]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    made = httpx2.post(f"{console}/cases", json=FORM, headers=headers, timeout=60)
    yield made.raise_for_status().json()["code"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_leads_from_a_typed_code_to_the_case_for_everyone(
    chromium: Browser, console: str, code: str, scheme: str
) -> None:
    page = await chromium.new_page(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    await page.goto(f"{console}/tracking")
    assert await violations(page) == []

    await page.get_by_label("Mã phản ánh").fill(code.lower().replace("-", " "))
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{console}/tracking/{code}")

    text = await page.inner_text("main")
    assert "Ủy ban nhân dân phường Sông Công" in text
    assert "Bí Mật" not in text
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    await page.close()


async def test_says_when_no_case_has_the_code(chromium: Browser, console: str) -> None:
    page = await chromium.new_page(viewport=NARROW)
    await page.goto(f"{console}/tracking?code=abc")

    assert "Không có phản ánh nào" in await page.inner_text("[role=alert]")
    assert await violations(page) == []
    await page.close()
