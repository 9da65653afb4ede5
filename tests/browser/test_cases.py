"""The queue and a case in a real browser: by everyone, by keyboard, without scripts, live."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Actor, State
from agencies.cases.room import CaseRoom
from agencies.database import open_engine, upgrade
from agencies.staff.model import Role
from agencies.staff.scope import Scope
from agencies.store import AgencyStore
from tests.agencies.cases.conftest import Clock
from tests.agencies.console.conftest import (
    MARKUP,
    MakeCase,
    app,
    by_another,
    case_room,
    catalogue,
    clock,
    line,
    make_case,
    picture,
    staff_room,
    work,
)
from tests.agencies.samples import SMALL, directory_of
from tests.agencies.staffed import browser
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.gateway.processes import free_port

pytestmark = pytest.mark.browser
__all__ = [
    "app",
    "by_another",
    "case_room",
    "catalogue",
    "clock",
    "line",
    "make_case",
    "staff_room",
    "work",
]
NARROW = {"width": 320, "height": 640}
PATIENCE = 120_000  # Milliseconds: Chromium and the console share what cores there are.
EVERYTHING = Scope.everything()
COLLEAGUE = Actor.staff(99, "Một Đồng Nghiệp")


@pytest.fixture
def live_seconds() -> float:
    return 0.5


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/agencies.db")
    await upgrade(engine)
    yield engine
    await engine.dispose()


@pytest.fixture
async def loaded(engine: AsyncEngine) -> AgencyStore:
    store = AgencyStore(engine)
    await store.replace(directory_of(*SMALL), file="small.yml")
    return store


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """Where the console is served."""
    port = free_port()
    config = uvicorn.Config(app, port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    await task


@asynccontextmanager
async def signed_in(
    chromium: Browser, app: FastAPI, address: str, role: Role = Role.HEAD, **options: object
) -> AsyncIterator[BrowserContext]:
    """A browser of somebody of "so-tu-phap"."""
    at = "so-tu-phap" if role in (Role.CLERK, Role.HEAD) else None
    async with browser(app, role, at, name="Trần Mẫu") as staff:
        context = await chromium.new_context(locale="vi-VN", **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        cookies = [{"name": n, "value": v, "url": address} for n, v in staff.cookies.items()]
        await context.add_cookies(cookies)  # type: ignore[arg-type]
        yield context
        await context.close()


async def settled(page: Page) -> None:
    """Until what a page asks for by itself is there."""
    await page.wait_for_load_state("load")
    if await page.evaluate("document.scripts.length > 0"):
        await page.locator('[hx-trigger="load"] > p > a').first.wait_for(state="detached")
        await page.wait_for_timeout(300)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [NARROW, DESKTOP], ids=["narrow", "wide"])
async def test_every_page_is_accessible_and_fits(
    chromium: Browser,
    app: FastAPI,
    address: str,
    make_case: MakeCase,
    case_room: CaseRoom,
    clock: Clock,
    viewport: dict[str, int],
    scheme: str,
) -> None:
    case = await make_case(text=MARKUP + "dài" * 200, attachments=(picture("a" * 100 + ".png"),))
    waiting, done = await make_case(), await make_case()
    await case_room.cases.ask_citizen(waiting, "Mã hồ sơ?", COLLEAGUE)
    await case_room.cases.answer(done, "Xong", COLLEAGUE)
    clock.at = case.reply_due
    at = f"/console/cases/{case.code}"
    pages = ["/console/cases", "/console/cases?state=all&q=khai", "/console/cases?q=zzz"]
    pages += [at, f"{at}/print", f"{at}/conversation", f"{at}/procedure"]
    pages += [f"/console/cases/{one.code}" for one in (waiting, done)]
    pages += ["/console/ready-answers"]

    async with signed_in(chromium, app, address, viewport=viewport, color_scheme=scheme) as context:
        visit = Visit(await context.new_page())
        for path in pages:
            await visit.page.goto(address + path)
            await settled(visit.page)
            for summary in await visit.page.locator("summary").all():
                await summary.click()
            width = await visit.page.evaluate("document.documentElement.scrollWidth")

            assert await violations(visit.page) == [], path
            assert width <= viewport["width"], path
        assert visit.errors == []
        hosts = {request.split("/")[2] for request in visit.requests if "://" in request}
        assert hosts == {address.split("/")[2]}


async def test_reports_letters_and_erasing_are_accessible_and_fit_a_telephone(
    chromium: Browser, app: FastAPI, address: str, make_case: MakeCase
) -> None:
    case = await make_case()
    pages = ["/console/reports", "/console/letters/apology", f"/console/cases/{case.code}"]

    async with signed_in(chromium, app, address, Role.COORDINATOR, viewport=PHONE) as context:
        visit = Visit(await context.new_page())
        for path in pages:
            answer = await visit.page.goto(address + path)
            await settled(visit.page)
            for summary in await visit.page.locator("summary").all():
                await summary.click()
            width = await visit.page.evaluate("document.documentElement.scrollWidth")

            assert answer and answer.status == 200, path
            assert await violations(visit.page) == [], path
            assert width <= PHONE["width"], path
        assert visit.errors == []


async def test_a_case_is_worked_on_by_keyboard_alone(
    chromium: Browser, app: FastAPI, address: str, make_case: MakeCase, case_room: CaseRoom
) -> None:
    await make_case()
    second = await make_case()

    async with signed_in(chromium, app, address) as context:
        page = await context.new_page()
        await page.goto(f"{address}/console/cases")
        await settled(page)
        await page.keyboard.press("/")
        focus = await page.evaluate("document.activeElement.id")
        await page.keyboard.press("Escape")
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("x")
        checked = await page.locator("input[name=case]:checked").count()
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", level=1, name=second.code).wait_for()
        await page.get_by_label("Nội dung trả lời").focus()
        await page.keyboard.type("Da co ket qua")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_text("đang được gửi đến người dân").wait_for()

    assert focus == "q"
    assert checked == 1
    now = await case_room.cases.case(second.code, EVERYTHING)
    assert now
    assert now.state is State.ANSWERED


async def test_keys_can_be_turned_off(
    chromium: Browser, app: FastAPI, address: str, make_case: MakeCase
) -> None:
    await make_case()

    async with signed_in(chromium, app, address) as context:
        page = await context.new_page()
        await page.goto(f"{address}/console/cases")
        await page.get_by_text("Phím tắt", exact=True).click()
        await page.get_by_label("Dùng phím tắt trên máy này").uncheck()
        await page.reload()
        await settled(page)
        await page.keyboard.press("j")

        assert await page.evaluate("document.activeElement.tagName") == "BODY"


async def test_everything_works_without_scripts(
    chromium: Browser, app: FastAPI, address: str, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case, other = await make_case(), await make_case()

    async with signed_in(chromium, app, address, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(f"{address}/console/cases")
        await page.get_by_label(f"Chọn {other.code}").check()
        await page.get_by_text("Làm với các phản ánh đã chọn").click()
        await page.get_by_label("Thao tác").select_option("register")
        await page.get_by_role("button", name="Thực hiện").click()
        await page.get_by_text("Đã thực hiện với 1 phản ánh.").wait_for()
        await page.get_by_role("link", name=case.code).click()
        await page.get_by_role("link", name="Mở cuộc trò chuyện").click()
        await page.get_by_role("button", name="Trò chuyện trực tiếp với người dân").click()
        await page.get_by_label("Tin nhắn gửi người dân").fill("Chào bà")
        await page.get_by_role("button", name="Gửi").click()
        said = await page.locator(".said.staff").inner_text()
        await page.goto(f"{address}/console/cases/{case.code}")
        await page.get_by_role("link", name="Xem nội dung thủ tục").click()
        await page.get_by_text("Tờ khai").wait_for()
        await page.go_back()
        await page.get_by_label("Nội dung trả lời").fill("Xong")
        await page.get_by_role("button", name="Gửi trả lời cho người dân").click()
        await page.get_by_text("đang được gửi đến người dân").wait_for()

    assert "Chào bà" in said
    now = await case_room.cases.case(case.code, EVERYTHING)
    assert now
    assert now.answer == "Xong"


async def test_a_new_case_appears_by_itself(
    chromium: Browser, app: FastAPI, address: str, make_case: MakeCase
) -> None:
    await make_case()

    async with signed_in(chromium, app, address) as context:
        visit = Visit(await context.new_page())
        await visit.page.goto(f"{address}/console/cases")
        await settled(visit.page)
        new = await make_case()
        await visit.page.get_by_role("link", name=new.code).wait_for()
        await visit.page.get_by_label(f"Chọn {new.code}").check()
        third = await make_case()
        await visit.page.get_by_text("Danh sách vừa có thay đổi.").wait_for()
        kept = await visit.page.get_by_label(f"Chọn {new.code}").is_checked()
        await visit.page.get_by_role("button", name="Cập nhật danh sách").click()
        await visit.page.get_by_role("link", name=third.code).wait_for()

        assert kept
        assert visit.errors == []


async def test_what_a_colleague_did_appears_beside_what_is_being_typed(
    chromium: Browser, app: FastAPI, address: str, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()

    async with signed_in(chromium, app, address) as context:
        visit = Visit(await context.new_page())
        await visit.page.goto(f"{address}/console/cases/{case.code}")
        await settled(visit.page)
        await visit.page.get_by_label("Nội dung trả lời").fill("Đang viết dở")
        await case_room.cases.note(case, "Tôi đã gọi điện", COLLEAGUE)
        await visit.page.get_by_text("Tôi đã gọi điện").wait_for()
        await visit.page.get_by_text("Phản ánh này vừa có thay đổi.").wait_for()
        typed = await visit.page.get_by_label("Nội dung trả lời").input_value()
        await visit.page.get_by_role("button", name="Lưu dự thảo").click()
        await visit.page.get_by_text("Có người vừa thay đổi phản ánh này").first.wait_for()
        kept = await visit.page.get_by_label("Nội dung trả lời").input_value()

    assert typed == kept == "Đang viết dở"


async def test_talks_live_with_scripts_and_stays_on_the_case(
    chromium: Browser, app: FastAPI, address: str, make_case: MakeCase
) -> None:
    case = await make_case()

    async with signed_in(chromium, app, address) as context:
        visit = Visit(await context.new_page())
        page = visit.page
        await page.goto(f"{address}/console/cases/{case.code}")
        await page.get_by_role("button", name="Trò chuyện trực tiếp với người dân").click()
        await page.get_by_label("Tin nhắn gửi người dân").fill("Chào bà")
        await page.get_by_role("button", name="Gửi", exact=True).click()
        await page.locator(".said.staff").get_by_text("Chào bà").wait_for()
        await page.get_by_role("button", name="Trả cuộc trò chuyện cho trợ lý").click()
        await page.get_by_role("button", name="Trò chuyện trực tiếp với người dân").wait_for()

        assert page.url == f"{address}/console/cases/{case.code}"
        assert visit.errors == []
