"""Logging in and keeping accounts, in a real browser under the real policy of the pages."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, ViewportSize
from starlette.types import ASGIApp

from agencies.api import create_app
from agencies.database import open_engine, upgrade
from agencies.settings import Settings
from agencies.staff.accounts import Draft, Hashed
from agencies.staff.model import Role
from agencies.staff.room import StaffRoom, now, open_room
from agencies.staff.settings import StaffSettings
from agencies.staff.testing import FakeProvider
from agencies.store import AgencyStore
from tests.agencies.samples import SMALL, directory_of
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.browser

PASSWORD = "sáu con vịt xòe ra"
PATIENCE_MILLISECONDS = 120_000  # Other tests may have the processors meanwhile.
PAGES = ("accounts", "accounts/new", "accounts/1", "accounts/2", "account", "audit")


@asynccontextmanager
async def served(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[str]:
    """The console and the province's SSO, each on a port of its own."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    console, sso = (f"http://127.0.0.1:{one.getsockname()[1]}" for one in listeners)
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/agencies.db")
    await upgrade(engine)
    store = AgencyStore(engine)
    await store.replace(directory_of(*SMALL), file="small.yml")
    client = {"oidc_client_id": "mot-cua", "oidc_client_secret": "known to both"}
    room = open_room(engine, StaffSettings(public_url=console, oidc_issuer=sso, **client))
    await people(room)
    fake = FakeProvider(sso, *client.values(), f"{console}/console/sso/return", now)
    app = create_app(Settings(), store, staff=room)
    async with served(app, listeners[0]), served(fake.app(), listeners[1]):
        yield console
    await engine.dispose()


async def people(room: StaffRoom) -> None:
    """An administrator, whom the SSO knows as well, and a clerk who has never logged in."""
    administrator = Draft(
        "admin.tinh", "Nguyễn Thị An", Role.ADMINISTRATOR, None, "citizen-identity-1"
    )
    clerk = Draft("le.binh", "Lê Bình", Role.CLERK, agency_id=1)
    for draft, must_change in ((administrator, False), (clerk, True)):
        hashed = await room.accounts.hashed(draft.username, PASSWORD)
        assert isinstance(hashed, Hashed)
        await room.accounts.add(draft, hashed, must_change=must_change)


async def opened(chromium: Browser, viewport: ViewportSize) -> BrowserContext:
    context = await chromium.new_context(viewport=viewport, locale="vi-VN")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "wide"])
async def test_an_administrator_logs_in_and_every_page_can_be_used_by_everyone(
    chromium: Browser, console: str, viewport: dict[str, int]
) -> None:
    context = await opened(chromium, viewport)
    visit = Visit(await context.new_page())
    page = visit.page

    await page.goto(f"{console}/console/accounts")
    faults = await violations(page)
    await page.get_by_label("Tên đăng nhập").fill("admin.tinh")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_label("Mật khẩu").press("Enter")
    await page.get_by_role("heading", name="Tài khoản cán bộ").wait_for()
    for path in PAGES:
        await page.goto(f"{console}/console/{path}")
        faults += await violations(page)
        room_taken = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(room_taken) <= 0, path

    assert faults == []
    assert visit.errors == []
    assert {url.split("/console")[0] for url in visit.requests} == {console}
    await context.close()


async def test_the_way_over_the_sso_is_not_blocked_by_our_own_policy(
    chromium: Browser, console: str
) -> None:
    context = await opened(chromium, DESKTOP)
    visit = Visit(await context.new_page())

    await visit.page.goto(f"{console}/console/audit")
    await visit.page.get_by_role("button", name="Đăng nhập bằng SSO").click()
    await visit.page.get_by_role("heading", name="Nhật ký truy cập").wait_for()
    await visit.page.get_by_role("button", name="Đăng xuất").click()
    await visit.page.get_by_role("heading", name="Đăng nhập dành cho cán bộ").wait_for()
    await visit.page.goto(f"{console}/console/audit")

    assert "/console/login" in visit.page.url
    assert visit.errors == []
    await context.close()


async def test_a_first_password_is_changed_before_anything_else(
    chromium: Browser, console: str
) -> None:
    context = await opened(chromium, PHONE)
    page = await context.new_page()

    await page.goto(f"{console}/console/login")
    await page.get_by_label("Tên đăng nhập").fill("le.binh")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_label("Mật khẩu").press("Enter")
    await page.get_by_role("link", name="Lê Bình").wait_for()
    await page.goto(f"{console}/console/account")
    asked = await page.get_by_text("Hãy đổi mật khẩu trước").count()
    own = page.get_by_role("region", name="Mật khẩu", exact=True)
    await own.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    await page.get_by_label("Mật khẩu mới", exact=True).fill("mười hai con giáp")
    await page.get_by_label("Nhập lại mật khẩu mới").fill("mười hai con giáp")
    await page.get_by_role("button", name="Đổi mật khẩu").click()
    await page.get_by_role("status").wait_for()

    assert asked == 1
    assert await page.get_by_text("Hãy đổi mật khẩu trước").count() == 0
    assert await violations(page) == []
    await context.close()
