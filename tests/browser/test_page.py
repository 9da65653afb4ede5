"""The portal page in a real browser: what a citizen sees, presses and hears."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from gateway.testing import Messages
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, SOURCE, Visit, open_page
from tests.gateway.processes import GatewayProcess, RasaServer

pytestmark = pytest.mark.browser


async def test_a_question_is_answered_and_the_source_linked(visit: Visit) -> None:
    await visit.say("khai sinh cần giấy tờ gì?")

    link = visit.page.get_by_role("link", name="1.001193")
    await expect(link).to_have_attribute("href", SOURCE["url"])
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    [asked, answered] = await visit.messages()
    assert asked == "Bạn khai sinh cần giấy tờ gì?"
    assert answered.startswith("Trợ lý Một Cửa Đăng ký khai sinh Thành phần hồ sơ: Tờ khai")
    assert await visit.page.locator(".bubble li").count() == 3
    assert visit.errors == []


async def test_a_follow_up_goes_on_in_the_same_conversation(visit: Visit, rasa: RasaServer) -> None:
    for text in ("một", "hai"):
        await visit.say(text)
        await visit.shows(f"Bạn hỏi: {text}")

    assert [text.split(maxsplit=1)[1] for text in (await visit.messages())[::2]] == ["một", "hai"]
    assert rasa.asked == ["một", "hai"]


async def test_the_page_says_it_is_automatic_and_asks_for_no_identity(visit: Visit) -> None:
    body = await visit.page.locator("mot-cua-chat .chat").inner_text()

    assert "trợ lý tự động, không phải cán bộ" in body
    assert "không phải là quyết định" in body
    assert "Đừng gửi số căn cước" in body


async def test_an_example_is_asked_by_pressing_it(visit: Visit, rasa: RasaServer) -> None:
    await visit.page.get_by_role("button", name="Đăng ký kết hôn nộp ở đâu?").click()

    await visit.shows("Bạn hỏi: Đăng ký kết hôn nộp ở đâu?")
    assert rasa.asked == ["Đăng ký kết hôn nộp ở đâu?"]


async def test_choices_are_made_with_the_keyboard_alone(visit: Visit, rasa: RasaServer) -> None:
    await visit.say("làm hộ chiếu")
    second = visit.page.get_by_role("button", name="Cấp lại hộ chiếu bị mất")
    await second.wait_for()

    await visit.page.keyboard.press("Shift+Tab")
    await expect(second).to_be_focused()
    rasa.answer = lambda text: [{"text": f"Đã chọn: {text}"}]
    await visit.page.keyboard.press("Enter")

    await visit.shows("Đã chọn: Cấp lại hộ chiếu bị mất")
    await expect(second).to_be_disabled()


async def test_screen_readers_are_told_who_speaks_and_what_is_new(visit: Visit) -> None:
    log = visit.page.get_by_role("log", name="Nội dung trò chuyện")

    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(visit.page.get_by_role("textbox", name="Câu hỏi của bạn")).to_be_visible()
    await visit.say("một")
    await visit.shows("Bạn hỏi: một")
    assert all(text.startswith(("Bạn ", "Trợ lý Một Cửa ")) for text in await visit.messages())


async def test_the_page_shows_that_an_answer_is_being_prepared(
    visit: Visit, rasa: RasaServer
) -> None:
    rasa.seconds = 1.0
    await visit.say("một")

    await expect(visit.page.locator(".typing")).to_be_visible()
    await expect(visit.page.get_by_text("Trợ lý đang tra cứu…")).to_be_attached()
    await visit.shows("Bạn hỏi: một")
    await expect(visit.page.locator(".typing")).to_be_hidden()


async def test_a_reload_brings_the_conversation_back(visit: Visit) -> None:
    await visit.say("một")
    await visit.shows("Bạn hỏi: một")
    before = await visit.messages()

    await visit.page.reload()
    await visit.shows("Bạn hỏi: một")

    assert await visit.messages() == before


async def test_two_tabs_show_one_conversation(
    visit: Visit, context: BrowserContext, gateway: GatewayProcess
) -> None:
    await visit.say("một")
    await visit.shows("Bạn hỏi: một")
    other = await open_page(context, gateway.url)
    await other.shows("Bạn hỏi: một")

    await visit.say("hai")
    await other.shows("Bạn hỏi: hai")

    assert await other.messages() == await visit.messages()


async def test_another_browser_sees_nothing_of_it(
    visit: Visit, chromium: Browser, gateway: GatewayProcess
) -> None:
    await visit.say("việc riêng")
    await visit.shows("Bạn hỏi: việc riêng")

    stranger = await chromium.new_context()
    elsewhere = await open_page(stranger, gateway.url)
    await elsewhere.page.get_by_role("heading", name="Xin chào").wait_for()

    assert await elsewhere.messages() == []
    await stranger.close()


async def test_starting_over_asks_first_and_then_clears_the_page(visit: Visit) -> None:
    await visit.say("một")
    await visit.shows("Bạn hỏi: một")

    await visit.page.get_by_role("button", name="Bắt đầu lại", exact=True).click()
    await visit.page.get_by_role("button", name="Giữ lại").click()
    assert len(await visit.messages()) == 2
    await visit.page.get_by_role("button", name="Bắt đầu lại", exact=True).click()
    await visit.page.get_by_role("button", name="Xóa và bắt đầu lại").click()

    await visit.page.get_by_role("heading", name="Xin chào").wait_for()
    assert await visit.messages() == []
    await visit.say("hai")
    await visit.shows("Bạn hỏi: hai")


async def test_enter_that_ends_a_composed_letter_does_not_send(
    visit: Visit, context: BrowserContext, rasa: RasaServer
) -> None:
    field = visit.page.get_by_role("textbox")
    await field.focus()
    keyboard = await context.new_cdp_session(visit.page)
    composed = {"text": "tiếng", "selectionStart": 5, "selectionEnd": 5}
    await keyboard.send("Input.imeSetComposition", composed)
    process = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Enter"}
    await keyboard.send("Input.dispatchKeyEvent", process)

    await expect(field).to_have_value("tiếng")
    assert await visit.messages() == []
    await keyboard.send("Input.insertText", {"text": "tiếng Việt"})
    await visit.page.keyboard.press("Enter")
    await visit.shows("Bạn hỏi: tiếng Việt")
    assert rasa.asked == ["tiếng Việt"]


async def test_shift_and_enter_begin_a_new_line(visit: Visit, rasa: RasaServer) -> None:
    await visit.page.get_by_role("textbox").fill("một")
    await visit.page.keyboard.press("Shift+Enter")
    await visit.page.keyboard.type("hai")
    await visit.page.keyboard.press("Enter")

    await visit.page.get_by_text("Bạn hỏi: một").wait_for()
    assert rasa.asked == ["một\nhai"]


async def test_an_empty_question_is_not_sent_and_the_field_says_why(visit: Visit) -> None:
    await visit.say("   ")

    await visit.shows("Bạn chưa nhập câu hỏi.")
    await expect(visit.page.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    assert await visit.messages() == []


async def test_a_question_that_is_too_long_stays_in_the_field(visit: Visit) -> None:
    await visit.page.get_by_role("textbox").fill("x" * 2001)
    await visit.shows("2001/2000 ký tự")
    await visit.page.keyboard.press("Enter")

    await visit.page.get_by_text("dài quá 2000 ký tự").wait_for()
    assert await visit.messages() == []


async def test_what_the_server_refuses_is_said_below_the_message_and_can_be_sent_again(
    visit: Visit, rasa: RasaServer
) -> None:
    refusal = {"error": "too_many", "message": "Bạn đang gửi quá nhanh."}
    await visit.page.route(
        "**/web/v1/messages",
        lambda route: route.fulfill(status=429, json=refusal, headers={"Retry-After": "5"}),
        times=1,
    )
    await visit.say("một")
    await visit.shows("Bạn đang gửi quá nhanh.")

    await visit.page.get_by_role("button", name="Gửi lại").click()

    await visit.shows("Bạn hỏi: một")
    assert rasa.asked == ["một"]
    await expect(visit.page.get_by_role("button", name="Gửi lại")).to_be_hidden()


async def test_while_the_gateway_is_away_a_question_waits_and_is_then_answered_once(
    context: BrowserContext, own_gateway: GatewayProcess, rasa: RasaServer
) -> None:
    visit = await open_page(context, own_gateway.url)
    await visit.say("một")
    await visit.shows("Bạn hỏi: một")

    await asyncio.to_thread(own_gateway.stop)
    await visit.page.get_by_text("Mất kết nối.").wait_for()
    await visit.say("hai")
    await visit.page.get_by_text("Chưa gửi được").wait_for()
    await asyncio.to_thread(own_gateway.start)

    await visit.shows("Bạn hỏi: hai")
    await expect(visit.page.get_by_text("Mất kết nối.")).to_be_hidden()
    await expect(visit.page.get_by_text("Chưa gửi được")).to_be_hidden()
    assert rasa.asked == ["một", "hai"]
    assert [text.split(maxsplit=1)[0] for text in await visit.messages()] == [
        "Bạn",
        "Trợ",
        "Bạn",
        "Trợ",
    ]


def markup(text: str) -> Messages:
    return [
        {"text": f"<img src=x onerror=alert(1)> **{text}** [a](javascript:alert(1))"},
        {"custom": {"source": {"title": "<b>x</b>", "url": "javascript:alert(1)"}}},
    ]


async def test_nothing_a_citizen_or_a_catalogue_writes_becomes_markup(
    visit: Visit, rasa: RasaServer
) -> None:
    rasa.answer = markup
    await visit.say('<script>alert("x")</script><a href="//x">y</a>')
    await visit.page.get_by_text("<img src=x onerror=alert(1)>").wait_for()

    log = visit.page.locator(".log")
    for name in ("script", "a", "img", "b"):
        assert await log.locator(name).count() == 0
    await visit.shows('<script>alert("x")</script><a href="//x">y</a>')
    assert visit.errors == []


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
async def test_nothing_has_to_be_scrolled_sideways(
    visit: Visit, rasa: RasaServer, width: int
) -> None:
    await visit.page.set_viewport_size({"width": width, "height": 640})
    before = await overflow(visit)
    long = "https://example.gov.vn/" + "x" * 200
    rasa.answer = lambda _: [
        {"text": f"{long}\n- {long}", "buttons": [{"title": long, "payload": "a"}]},
        {"custom": {"source": {"title": long, "url": long}}},
    ]
    await visit.say(long)
    await visit.page.get_by_role("link").last.wait_for()

    assert before == []
    assert await overflow(visit) == []


async def overflow(visit: Visit) -> list[str]:
    """What is wider than its place: the page, or something in the chat."""
    found: list[str] = await visit.page.evaluate("""() => {
        const root = document.querySelector("mot-cua-chat").shadowRoot;
        const all = [document.documentElement, ...root.querySelectorAll("*:not(.unseen)")];
        return all.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
            .map((one) => `${one.localName}.${one.className}`);
    }""")
    return found


async def test_no_request_leaves_the_gateway(visit: Visit, gateway: GatewayProcess) -> None:
    await visit.say("khai sinh")
    await visit.page.get_by_role("link", name="1.001193").wait_for()

    assert [url for url in visit.requests if not url.startswith(gateway.url)] == []
    assert len(visit.requests) > 5
    assert visit.errors == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing(
    chromium: Browser, gateway: GatewayProcess, size: Any, colours: Any
) -> None:
    context = await chromium.new_context(
        viewport=size, color_scheme=colours, reduced_motion="reduce"
    )
    visit = await open_page(context, gateway.url)
    found = await violations(visit.page)
    await visit.say("khai sinh")
    await visit.page.get_by_role("link", name="1.001193").wait_for()
    await visit.say("hộ chiếu")
    await visit.page.get_by_role("button", name="Cấp lại hộ chiếu bị mất").wait_for()
    found += await violations(visit.page)
    await visit.say("   ")
    await visit.page.get_by_role("button", name="Bắt đầu lại", exact=True).click()
    found += await violations(visit.page)
    await context.close()

    assert found == []
