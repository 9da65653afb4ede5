"""The console's public pages in a real browser: usable by keyboard, on a phone, by everyone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2
import pytest
from playwright.async_api import Browser

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, Visit
from tests.gateway.processes import free_port

pytestmark = pytest.mark.browser

DIRECTORY = "/console/directory"
PAGES = (DIRECTORY, f"{DIRECTORY}?q=ho+tich", f"{DIRECTORY}?q=zzz", f"{DIRECTORY}/so-tu-phap")
NARROW = {"width": 320, "height": 640}

TOKEN = "of the browser tests"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The agencies process on the example directory, and its address."""
    port = free_port()
    folder = tmp_path_factory.mktemp("agencies")
    environment = {
        **os.environ,
        "AGENCIES_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/agencies.db",
        "AGENCIES_DIRECTORY": "",
        "AGENCIES_PORT": str(port),
        "AGENCIES_API_TOKEN": TOKEN,
        "HOST": "127.0.0.1",
    }
    command = [sys.executable, "-m", "agencies"]
    subprocess.run([*command, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen([*command, "serve"], env=environment, stdout=log, stderr=log) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        yield address
        process.terminate()


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            if httpx2.get(f"{address}/healthz").status_code == httpx2.codes.OK:
                return
        except httpx2.ConnectError:
            pass  # Not listening yet.
        time.sleep(0.2)
    pytest.fail("the agencies process did not become ready")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [NARROW, DESKTOP], ids=["narrow", "wide"])
async def test_every_page_is_accessible_and_fits(
    chromium: Browser, console: str, viewport: dict[str, int], scheme: str
) -> None:
    context = await chromium.new_context(viewport=viewport, color_scheme=scheme)
    visit = Visit(await context.new_page())

    for address in PAGES:
        await visit.page.goto(console + address)
        width = await visit.page.evaluate("document.documentElement.scrollWidth")

        assert await violations(visit.page) == [], address
        assert width <= viewport["width"], address
    assert visit.errors == []
    assert {request.split("/")[2] for request in visit.requests} == {console.split("/")[2]}
    await context.close()


async def test_an_agency_is_found_by_keyboard_alone(chromium: Browser, console: str) -> None:
    context = await chromium.new_context(viewport=NARROW)
    page = await context.new_page()
    await page.goto(console)
    keys = page.keyboard

    await keys.press("Tab")
    skip = await page.evaluate("document.activeElement.textContent")
    await keys.press("Enter")
    await keys.press("Tab")
    await keys.type("so tu phap")
    await keys.press("Enter")
    await page.get_by_role("heading", name="Kết quả").wait_for()
    await page.get_by_role("link", name="Sở Tư pháp tỉnh Thái Nguyên").press("Enter")
    await page.get_by_role("heading", level=1, name="Sở Tư pháp").wait_for()

    assert skip == "Đến nội dung chính"
    assert page.url.endswith("/so-tu-phap")
    await context.close()


async def test_the_directory_needs_no_script(chromium: Browser, console: str) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()

    await page.goto(f"{console}{DIRECTORY}?q=pho+yen")

    assert await page.get_by_text("Ủy ban nhân dân phường Phổ Yên").count() >= 1
    await context.close()
