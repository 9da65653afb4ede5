"""A real Chromium, a gateway process and a small Rasa for it to talk to."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from gateway.testing import Messages
from tests.gateway.processes import GatewayProcess, RasaServer

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Without these it speaks to its maker's hosts at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
SOURCE = {"title": "1.001193 – Đăng ký khai sinh", "url": "https://example.gov.vn/1.001193"}
DOCUMENTS = """Đăng ký khai sinh

Thành phần hồ sơ:
- Tờ khai đăng ký khai sinh: 1 bản chính
- Giấy chứng sinh: 1 bản chính
- Giấy tờ tùy thân của người đi đăng ký: xuất trình

Thời hạn giải quyết: trong ngày làm việc
nếu nhận sau 15 giờ thì ngày làm việc tiếp theo"""


def counter(text: str) -> Messages:
    """A Rasa that knows one procedure and asks back about everything called "hộ chiếu"."""
    if "hộ chiếu" in text.lower():
        titles = ["Cấp hộ chiếu lần đầu", "Cấp lại hộ chiếu bị mất"]
        buttons = [{"title": title, "payload": title} for title in titles]
        return [{"text": "Bạn hỏi về thủ tục nào?", "buttons": buttons}]
    if "khai sinh" in text.lower():
        return [{"text": DOCUMENTS}, {"custom": {"source": SOURCE}}]
    return [{"text": f"Bạn hỏi: {text}"}]


@pytest.fixture(scope="session")
def shared_rasa() -> Iterator[RasaServer]:
    with RasaServer(counter) as server:
        yield server


@pytest.fixture
def rasa(shared_rasa: RasaServer) -> Iterator[RasaServer]:
    """As it was, whatever the test before did to it."""
    shared_rasa.answer, shared_rasa.seconds = counter, 0.0
    shared_rasa.asked.clear()
    yield shared_rasa
    shared_rasa.seconds = 0.0


@pytest.fixture(scope="session")
def shared_gateway(
    tmp_path_factory: pytest.TempPathFactory, shared_rasa: RasaServer
) -> Iterator[GatewayProcess]:
    yield from running(tmp_path_factory.mktemp("gateway"), shared_rasa)


@pytest.fixture
def gateway(shared_gateway: GatewayProcess, rasa: RasaServer) -> GatewayProcess:
    return shared_gateway


@pytest.fixture
def own_gateway(tmp_path: Path, rasa: RasaServer) -> Iterator[GatewayProcess]:
    """One that the test may stop and start."""
    yield from running(tmp_path, rasa)


def running(folder: Path, rasa: RasaServer) -> Iterator[GatewayProcess]:
    gateway = GatewayProcess(folder, rasa_url=rasa.url)
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.kill()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no {CHROMIUM} here: apt-get install chromium, or set CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A citizen's browser, on a phone unless a test makes it larger."""
    context = await chromium.new_context(viewport=PHONE, locale="vi-VN")
    yield context
    await context.close()


class Visit:
    """A page with all that went wrong on it and all it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)
        page.on("request", self._asked)

    async def say(self, text: str) -> None:
        await self.page.locator("#question").fill(text)
        await self.page.locator("#question").press("Enter")

    async def shows(self, text: str) -> None:
        await self.page.get_by_text(text, exact=True).first.wait_for()

    async def messages(self) -> list[str]:
        """Everything in the log, each message with its sender's name in front."""
        return [
            " ".join((await message.inner_text()).split())
            for message in await self.page.locator(".message").all()
        ]

    def _note(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.errors.append(str(getattr(message, "text", "")))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)


async def open_page(context: BrowserContext, url: str) -> Visit:
    """The portal page, ready to be typed into."""
    visit = Visit(await context.new_page())
    await visit.page.goto(url)
    await visit.page.locator("#question").wait_for()
    return visit


@pytest.fixture
async def visit(context: BrowserContext, gateway: GatewayProcess) -> Visit:
    return await open_page(context, gateway.url)
