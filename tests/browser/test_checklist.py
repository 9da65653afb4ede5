"""The checklist of an answer: ticked, kept, printed, taken along; and whether the answer helped."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, expect
from pypdf import PdfReader

from gateway.testing import Messages
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, SOURCE, Visit, open_page
from tests.browser.test_page import overflow
from tests.gateway.processes import GatewayProcess, RasaServer

pytestmark = pytest.mark.browser

TEXT = """Đăng ký khai sinh
Giấy tờ cần chuẩn bị:
- Tờ khai đăng ký khai sinh (bản chính: 1)
- Giấy chứng sinh (bản chính: 1, bản sao: 2)
- Giấy tờ tùy thân của người đi đăng ký

Lưu ý:
- Xuất trình bản chính để đối chiếu"""
FORM = {"name": "Tờ khai.docx", "url": "https://example.gov.vn/to-khai.docx"}
CHECKLIST: dict[str, Any] = {
    "title": "Đăng ký khai sinh",
    "code": "1.001193",
    "case": "Con trong giá thú",
    "items": [
        {"name": "Tờ khai đăng ký khai sinh;", "originals": 1, "copies": None, "forms": [FORM]},
        {"name": "Giấy chứng sinh", "originals": 1, "copies": 2, "forms": []},
        {"name": "Giấy tờ tùy thân của người đi đăng ký", "originals": None, "copies": None},
    ],
    "notes": ["Xuất trình bản chính để đối chiếu"],
    "source": "1.001193, Quyết định 163/QĐ-BTP",
}
RATED = {"custom": {"source": SOURCE, "rate": True}}


def listing(text: str) -> Messages:
    """An answer that ends in a checklist, and any other that does not."""
    if "khai sinh" in text:
        return [{"text": TEXT}, {"custom": {"checklist": CHECKLIST}}, {"text": "Nguồn"}, RATED]
    return [{"text": f"Bạn hỏi: {text}"}]


@pytest.fixture
def rasa(rasa: RasaServer) -> RasaServer:
    rasa.answer = listing
    return rasa


@pytest.fixture
async def visit(context: BrowserContext, gateway: GatewayProcess, rasa: RasaServer) -> Visit:
    visit = await open_page(context, gateway.url)
    await visit.say("khai sinh")
    await visit.page.get_by_role("group", name="Danh sách giấy tờ").wait_for()
    return visit


async def test_the_list_takes_the_place_of_the_same_list_in_words(visit: Visit) -> None:
    boxes = visit.page.get_by_role("checkbox")

    await expect(boxes).to_have_count(3)
    bubble = await visit.page.locator(".bubble", has=boxes.first).inner_text()
    for words in ("Tờ khai đăng ký khai sinh", "Giấy chứng sinh", "Xuất trình bản chính"):
        assert bubble.count(words) == 1
    assert "(1 bản chính, 2 bản sao)" in bubble
    assert "Con trong giá thú" in bubble
    link = visit.page.get_by_role("link", name="Biểu mẫu: Tờ khai.docx")
    await expect(link).to_have_attribute("href", FORM["url"])
    assert visit.errors == []


async def test_a_text_that_says_it_otherwise_stays_whole(visit: Visit, rasa: RasaServer) -> None:
    other = TEXT.replace("- Giấy chứng sinh (bản chính: 1, bản sao: 2)\n", "")
    rasa.answer = lambda _: [{"text": other}, {"custom": {"checklist": CHECKLIST}}]
    await visit.say("lại nào")

    last = visit.page.locator(".assistant").last
    await expect(last.get_by_role("checkbox")).to_have_count(3)
    assert (await last.inner_text()).count("Giấy tờ tùy thân của người đi đăng ký") == 2


async def test_ticks_are_made_with_the_keyboard_counted_and_kept(visit: Visit) -> None:
    box = visit.page.get_by_role("checkbox", name="Giấy chứng sinh (1 bản chính, 2 bản sao)")
    await box.focus()
    await visit.page.keyboard.press("Space")
    await visit.shows("Đã có 1/3 loại giấy tờ")

    await visit.page.reload()
    await visit.page.get_by_role("group", name="Danh sách giấy tờ").wait_for()

    await expect(box).to_be_checked()
    await expect(visit.page.get_by_role("checkbox").first).not_to_be_checked()
    await visit.shows("Đã có 1/3 loại giấy tờ")


async def test_the_same_list_asked_for_again_has_the_same_ticks(visit: Visit) -> None:
    await visit.say("khai sinh nữa")
    boxes = visit.page.get_by_role("checkbox")
    await expect(boxes).to_have_count(6)

    await visit.page.get_by_text("Giấy chứng sinh").last.click()

    assert [await box.is_checked() for box in await boxes.all()] == [False, True, False] * 2


async def test_starting_over_forgets_the_ticks(visit: Visit) -> None:
    await visit.page.get_by_role("checkbox").first.check()
    await visit.page.get_by_role("button", name="Bắt đầu lại", exact=True).click()
    await visit.page.get_by_role("button", name="Xóa và bắt đầu lại").click()
    await visit.page.get_by_role("heading", name="Xin chào").wait_for()

    await visit.say("khai sinh")

    await expect(visit.page.get_by_role("checkbox").first).not_to_be_checked()


async def test_without_storage_the_list_works_as_long_as_the_page(
    context: BrowserContext, gateway: GatewayProcess, rasa: RasaServer
) -> None:
    await context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() {throw new Error('no')}})"
    )
    visit = await open_page(context, gateway.url)
    await visit.say("khai sinh")
    box = visit.page.get_by_role("checkbox").first

    await box.check()

    await expect(box).to_be_checked()
    assert visit.errors == []


async def test_printing_prints_the_list_and_nothing_else(
    context: BrowserContext, gateway: GatewayProcess, rasa: RasaServer
) -> None:
    await context.add_init_script("window.print = () => (window.printed = true)")
    visit = await open_page(context, gateway.url)
    await visit.say("khai sinh")
    await visit.page.get_by_role("checkbox").first.check()

    await visit.page.get_by_role("button", name="In danh sách").click()
    async with asyncio.timeout(30):
        while not await visit.page.evaluate("window.printed"):
            await asyncio.sleep(0.05)
    paper = PdfReader(io.BytesIO(await visit.page.pdf()))
    text = " ".join(" ".join(page.extract_text().split()) for page in paper.pages)

    assert len(paper.pages) == 1
    for part in (
        "Đăng ký khai sinh",
        "Trường hợp: Con trong giá thú",
        "Giấy chứng sinh (1 bản chính, 2 bản sao)",
        FORM["url"],
        "Xuất trình bản chính",
        "Nguồn: 1.001193, Quyết định 163/QĐ-BTP",
    ):
        assert part in text
    for part in ("Bạn hỏi", "Trợ lý thủ tục hành chính", "Bắt đầu lại", "Tải PDF"):
        assert part not in text
    await visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    await expect(visit.page.locator(".checklist-sheet")).to_have_count(0)
    assert visit.errors == []


async def test_the_pdf_is_fetched_from_the_gateway(visit: Visit, tmp_path: Path) -> None:
    async with visit.page.expect_download() as downloading:
        await visit.page.get_by_role("link", name="Tải PDF").click()
    download = await downloading.value
    await download.save_as(tmp_path / "list.pdf")

    text = PdfReader(tmp_path / "list.pdf").pages[0].extract_text()
    assert download.suggested_filename == "danh-sach-giay-to-1.001193.pdf"
    assert "Giấy tờ tùy thân của người đi đăng ký" in " ".join(text.split())


@pytest.mark.parametrize(
    ("button", "sentence"),
    [("Có ích", "Đúng cái tôi cần rồi"), ("Chưa đúng", "Trả lời vậy chưa đúng")],
)
async def test_whether_it_helped_is_said_as_a_sentence(
    visit: Visit, rasa: RasaServer, button: str, sentence: str
) -> None:
    press = visit.page.get_by_role("button", name=button)
    await press.focus()
    await visit.page.keyboard.press("Enter")

    await visit.shows(f"Bạn hỏi: {sentence}")
    assert rasa.asked[-1] == sentence
    await expect(press).to_have_count(0)


async def test_only_the_latest_answer_can_be_rated(visit: Visit) -> None:
    question = visit.page.get_by_role("group", name="Câu trả lời này có giúp")
    await visit.say("khai sinh nữa")
    await expect(visit.page.get_by_role("checkbox")).to_have_count(6)
    await expect(question).to_have_count(1)
    await visit.say("một")
    await visit.shows("Bạn hỏi: một")

    await expect(question).to_have_count(0)
    await visit.page.reload()
    await visit.shows("Bạn hỏi: một")
    await expect(question).to_have_count(0)


async def test_a_masked_number_is_shown_masked_and_the_citizen_told(
    visit: Visit, rasa: RasaServer
) -> None:
    await visit.say("căn cước 001099000001 bị mất")

    await visit.shows("căn cước [số đã che] bị mất")
    await visit.page.get_by_text("đừng gửi số căn cước, số điện thoại").wait_for()
    assert "001099000001" not in await visit.page.locator("mot-cua-chat .log").inner_text()
    assert rasa.asked[-1] == "căn cước bị mất"


MANY = [f"{number}. Đăng ký lại một việc có cái tên rất dài số {number}" for number in range(1, 13)]


def crowded(_: str) -> Messages:
    """Many choices, a list by numbers, a list with long words, and a checklist."""
    item = {"name": "Giấy_không_có_chỗ_ngắt_" * 12, "originals": 12, "copies": 1, "forms": [FORM]}
    checklist = CHECKLIST | {"case": "x" * 120, "items": [item] * 3, "notes": ["y" * 200]}
    buttons = [{"title": title, "payload": title} for title in MANY]
    return [
        {"text": "Câu dài. " * 150},
        {"custom": {"checklist": checklist}},
        {"text": "Bạn chọn:\n" + "\n".join(MANY), "buttons": buttons},
        RATED,
    ]


@pytest.mark.parametrize("width", [320, 360, 1280])
async def test_a_crowded_answer_fits_and_can_be_read(
    visit: Visit, rasa: RasaServer, width: int
) -> None:
    await visit.page.set_viewport_size({"width": width, "height": 640})
    rasa.answer = crowded
    await visit.say("tất cả")
    await visit.page.get_by_role("button", name="12. Đăng ký lại").wait_for()

    assert await overflow(visit) == []
    numbers = visit.page.locator(".bubble ol li")
    assert [await one.get_attribute("value") for one in await numbers.all()] == [
        str(number) for number in range(1, 13)
    ]
    for control in await visit.page.locator(".choices button, .tools > *, .rate button").all():
        box = await control.bounding_box()
        assert box is not None
        assert box["height"] >= 36
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing(
    chromium: Browser, gateway: GatewayProcess, rasa: RasaServer, size: Any, colours: Any
) -> None:
    context = await chromium.new_context(
        viewport=size, color_scheme=colours, reduced_motion="reduce"
    )
    visit = await open_page(context, gateway.url)
    await visit.say("khai sinh")
    await visit.page.get_by_role("checkbox").first.check()
    found = await violations(visit.page)
    rasa.answer = crowded
    await visit.say("tất cả")
    await visit.page.get_by_role("button", name="12. Đăng ký lại").wait_for()
    found += await violations(visit.page)
    await context.close()

    assert found == []
