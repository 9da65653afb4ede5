"""Staff and reports on the portal page: who answers, the rating, what came meanwhile, files."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, expect

from gateway.client import StaffLine
from gateway.session import COOKIE, user_of
from gateway.testing import Messages
from tests.browser.axe import violations
from tests.browser.conftest import Visit, open_page
from tests.gateway.processes import GatewayProcess, RasaServer

pytestmark = pytest.mark.browser

TOKEN = "t0ken"
CODE = "PA-7K2M-09X1"
JPEG = {"name": "anh chup.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 anh"}
PROGRAM = {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00"}
NOISY_PHOTOGRAPH = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 3000;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(3000, 3000);
  for (let at = 0; at < picture.data.length; at++) picture.data[at] = (at * 2654435761) >>> 24;
  context.putImageData(picture, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const padded = new Blob([blob, new Uint8Array(6 * 2 ** 20)], { type: "image/png" });
  const files = new DataTransfer();
  files.items.add(new File([padded], "lon.png", { type: "image/png" }));
  const input = document.querySelector("mot-cua-chat").root.querySelector("#files");
  input.files = files.files;
  input.dispatchEvent(new Event("change"));
}"""
OTHER_PROGRAM = PROGRAM | {"name": "khac.jpg"}


def form(text: str) -> Messages:
    asks = "files" if text == "xem lại" else ""
    return [{"text": f"Bạn hỏi: {text}"}, {"custom": {"asks": asks}}]


@pytest.fixture
def gateway(tmp_path: Path, rasa: RasaServer) -> Iterator[GatewayProcess]:
    rasa.answer = form
    gateway = GatewayProcess(tmp_path, rasa_url=rasa.url, GATEWAY_STAFF_TOKEN=TOKEN)
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.kill()


@pytest.fixture
async def line(gateway: GatewayProcess) -> AsyncIterator[StaffLine]:
    line = StaffLine.at(gateway.url, TOKEN)
    yield line
    await line.close()


async def begun(visit: Visit, context: BrowserContext) -> str:
    await visit.say("xin chào")
    await visit.shows("Bạn hỏi: xin chào")
    cookies = {cookie["name"]: cookie["value"] for cookie in await context.cookies()}
    return f"portal:{user_of(cookies[COOKIE])}"


async def answered(line: StaffLine, name: str) -> None:
    await line.write(
        name, "Đã trả kết quả.", key="d1", author_name="Bà Hoa", case_code=CODE, rate=True
    )


async def test_an_answer_of_staff_names_who_answers(
    visit: Visit, context: BrowserContext, line: StaffLine
) -> None:
    name = await begun(visit, context)

    await answered(line, name)
    await visit.shows("Đã trả kết quả.")

    assert (await visit.messages())[-1].startswith("Bà Hoa (Cán bộ) Đã trả kết quả.")
    assert visit.errors == []
    assert await violations(visit.page) == []


async def test_an_answer_is_rated_with_the_keyboard_alone(
    visit: Visit, context: BrowserContext, line: StaffLine, rasa: RasaServer
) -> None:
    await answered(line, await begun(visit, context))
    first = visit.page.get_by_role("radio", name="1")
    await first.wait_for()

    await first.focus()
    for _ in range(3):
        await visit.page.keyboard.press("ArrowRight")
    await visit.page.keyboard.press("Tab")
    await visit.page.keyboard.type("nhanh")
    await visit.page.keyboard.press("Enter")

    await visit.shows(f"Bạn hỏi: Tôi chấm 4/5 cho {CODE}: nhanh")
    assert await visit.page.locator(".case-rating").count() == 0


async def test_a_rating_without_a_score_says_what_is_missing(
    visit: Visit, context: BrowserContext, line: StaffLine, rasa: RasaServer
) -> None:
    await answered(line, await begun(visit, context))

    await visit.page.get_by_role("button", name="Gửi đánh giá").click()

    await expect(visit.page.locator(".case-rating [role=alert]")).to_contain_text("từ 1")
    assert rasa.asked == ["xin chào"]


async def test_an_answer_can_be_rated_after_something_else_was_said(
    visit: Visit, context: BrowserContext, line: StaffLine
) -> None:
    await answered(line, await begun(visit, context))
    await visit.say("cảm ơn")
    await visit.shows("Bạn hỏi: cảm ơn")
    await visit.page.reload()

    await expect(visit.page.locator(".case-rating")).to_contain_text("Rất không hài lòng")
    await visit.page.get_by_role("radio", name="5").check()
    await visit.page.get_by_role("button", name="Gửi đánh giá").click()

    await visit.shows(f"Bạn hỏi: Tôi chấm 5/5 cho {CODE}")
    await expect(visit.page.locator(".case-rating")).to_have_count(0)


async def test_starting_over_names_the_reports_and_can_keep_them(
    visit: Visit, context: BrowserContext, line: StaffLine
) -> None:
    await answered(line, await begun(visit, context))
    await visit.shows("Đã trả kết quả.")

    await visit.page.get_by_role("button", name="Bắt đầu lại", exact=True).click()
    await expect(visit.page.locator("dialog")).to_contain_text(CODE)
    assert await violations(visit.page) == []
    await visit.page.get_by_role("button", name="Chỉ bắt đầu câu chuyện mới").click()

    await expect(visit.page.locator("#log")).to_contain_text("Bắt đầu câu chuyện mới:")
    await visit.shows("Đã trả kết quả.")


async def test_not_solved_is_a_button(
    visit: Visit, context: BrowserContext, line: StaffLine, rasa: RasaServer
) -> None:
    await answered(line, await begun(visit, context))

    await visit.page.get_by_role("button", name="Chưa giải quyết").click()

    await visit.shows(f"Bạn hỏi: {CODE} chưa giải quyết")


async def test_what_came_while_the_citizen_was_away_is_marked(
    visit: Visit, context: BrowserContext, line: StaffLine, gateway: GatewayProcess
) -> None:
    name = await begun(visit, context)
    await visit.page.close()
    await answered(line, name)

    back = await open_page(context, gateway.url)
    await back.shows("Tin mới từ cán bộ: 1")
    await back.page.reload()
    await back.shows("Đã trả kết quả.")
    await asyncio.sleep(0.3)

    assert await back.page.locator(".new").count() == 0


async def test_files_are_added_and_removed_while_they_are_asked_for(
    visit: Visit, context: BrowserContext
) -> None:
    await begun(visit, context)
    await expect(visit.page.get_by_label("Đính kèm ảnh hoặc PDF")).to_be_hidden()
    await visit.say("xem lại")
    chooser = visit.page.get_by_label("Đính kèm ảnh hoặc PDF")
    await visit.page.locator(".attachments:not([hidden])").wait_for()

    await chooser.set_input_files([PROGRAM, JPEG, OTHER_PROGRAM])  # type: ignore[arg-type]
    await expect(visit.page.locator(".files li")).to_have_count(1)
    warning = visit.page.locator(".attachments [role=alert]")
    await expect(warning).to_contain_text("anh.jpg: ")
    await expect(warning).to_contain_text("khac.jpg: ")
    assert await violations(visit.page) == []
    await visit.page.get_by_role("button", name="Xóa tệp anh chup.jpg").click()

    await expect(visit.page.locator(".files li")).to_have_count(0)


async def test_a_photograph_too_large_is_drawn_smaller(
    visit: Visit, context: BrowserContext
) -> None:
    await begun(visit, context)
    await visit.say("xem lại")
    await visit.page.locator(".attachments:not([hidden])").wait_for()

    await visit.page.evaluate(NOISY_PHOTOGRAPH)

    await expect(visit.page.locator(".files li")).to_contain_text("lon.jpg")
    await expect(visit.page.locator(".attachments [role=alert]")).to_be_empty()
