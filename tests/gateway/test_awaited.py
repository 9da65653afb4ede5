"""What a form awaits beside the conversation is awaited until the form says otherwise."""

import asyncio

import httpx2
import pytest

from gateway.client import GatewayClient
from gateway.settings import Settings
from gateway.testing import FakeRasa, echo
from tests.gateway.conftest import Clock
from tests.gateway.test_drawer import (
    PRIVATE,
    TYPED,
    contents,
    form,
    name_of,
    put,
    staff,
)
from tests.gateway.test_filetypes import PDF
from tests.gateway.test_staff_api import TOKEN

__all__ = ["staff"]  # A fixture.


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa(form)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"staff_token": TOKEN})


@pytest.fixture(autouse=True)
async def _a_form_asks_for_the_contact(citizen: GatewayClient) -> None:
    await citizen.ask("phản ánh")


async def test_the_citizen_reads_what_was_understood_and_nobody_else(
    citizen: GatewayClient, http: httpx2.AsyncClient, staff: httpx2.AsyncClient
) -> None:
    await citizen.ask(TYPED)

    told = str(await citizen.thread())
    part = {"case_code": "PA-1", "until": "2100-01-01T00:00:00Z"}
    seen = await staff.get(f"/staff/v1/conversations/{name_of(http)}", params=part)
    upto = (await contents(staff, http))["upto"]
    await citizen.ask(f"gửi {upto}")
    later = str(await citizen.thread())

    assert "PA-" not in told
    assert all(private in told for private in PRIVATE)
    assert not any(private in seen.raise_for_status().text for private in PRIVATE)
    assert not any(private in later for private in PRIVATE)


@pytest.mark.parametrize("said", ["xin chào", "gọi 0912345678 lúc nào cũng được"])
async def test_what_is_said_in_between_changes_nothing(
    citizen: GatewayClient,
    http: httpx2.AsyncClient,
    staff: httpx2.AsyncClient,
    rasa: FakeRasa,
    said: str,
) -> None:
    rasa.answer = echo
    await citizen.ask(said)
    line = f"/staff/v1/conversations/{name_of(http)}/messages"
    body = {"key": "k", "text": "Đã được chuyển.", "case_code": "PA-1", "purpose": "status"}
    (await staff.post(line, json=body)).raise_for_status()

    await citizen.ask("0987654321")

    assert (await contents(staff, http))["contact"]["phone"] == "0987654321"


@pytest.mark.parametrize(
    ("said", "told"),
    [("091234567", "thiếu chữ số"), ("001099000001", "căn cước"), ("1912345678", "chưa đúng")],
)
async def test_a_wrong_number_is_helped_not_scolded(
    citizen: GatewayClient, rasa: FakeRasa, said: str, told: str
) -> None:
    [reply] = await citizen.ask(said)

    assert told in reply.text
    assert "đừng gửi" not in reply.text
    assert rasa.texts == ["phản ánh"]


async def test_a_number_of_another_step_is_masked_without_a_word_against_asking_for_one(
    citizen: GatewayClient,
) -> None:
    await citizen.ask("đường hỏng trước nhà")

    masked, _ = await citizen.ask("hỏi ông Ba, số 0912345678, ông ấy biết rõ vụ việc")

    assert "không cần đến" not in masked.text
    assert "khi tôi hỏi" in masked.text


async def test_a_name_sent_alone_waits_for_its_number(
    citizen: GatewayClient, http: httpx2.AsyncClient, staff: httpx2.AsyncClient, rasa: FakeRasa
) -> None:
    [asked] = await citizen.ask("Nguyễn Văn An")
    await citizen.ask("0912345678")

    kept = (await contents(staff, http))["contact"]
    assert "số điện thoại" in asked.text
    assert (kept["name"], kept["phone"]) == ("Nguyễn Văn An", "0912345678")
    assert rasa.asked[-1]["metadata"]["sealed"] == ["name", "phone"]
    assert "Nguyễn Văn An" not in str(rasa.asked)


async def test_a_name_that_follows_its_number_completes_the_contact(
    citizen: GatewayClient, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: [{"text": "Bạn tên gì?"}, {"custom": {"asks": "contact"}}]
    await citizen.ask("0912345678")

    await citizen.ask("Nguyễn Văn An")

    assert rasa.asked[-1]["metadata"]["sealed"] == ["name", "phone"]


@pytest.mark.parametrize(
    ("thrown", "contact", "files"),
    [
        ("empty", "", 0),
        (["contact", "files"], "", 0),
        (["contact"], "", 1),
        (["files"], "0912345678", 0),
        (["all", 3], "0912345678", 1),
        (None, "0912345678", 1),
    ],
)
async def test_a_form_that_is_left_empties_the_drawer(
    citizen: GatewayClient,
    http: httpx2.AsyncClient,
    staff: httpx2.AsyncClient,
    rasa: FakeRasa,
    thrown: object,
    contact: str,
    files: int,
) -> None:
    await citizen.ask("0912345678")
    await put(http, PDF)
    rasa.answer = lambda _: [{"text": "Đã dừng."}, {"custom": {"asks": "", "drawer": thrown}}]

    await citizen.ask("thôi")

    kept = await contents(staff, http)
    assert (kept["contact"]["phone"], len(kept["files"])) == (contact, files)
    assert (await put(http, PDF)).status_code == 409


async def test_another_story_forgets_the_form_and_keeps_the_thread(
    citizen: GatewayClient, http: httpx2.AsyncClient, staff: httpx2.AsyncClient, rasa: FakeRasa
) -> None:
    await citizen.ask("0912345678")

    answer = await http.post("/web/v1/stories")

    assert answer.status_code == 204
    assert (await contents(staff, http))["contact"]["phone"] == ""
    async with asyncio.timeout(5):
        while "câu chuyện mới" not in (await citizen.thread())[-1].text:
            await asyncio.sleep(0.1)
    assert (await put(http, PDF)).status_code == 409
    await citizen.ask("xin chào")
    assert rasa.senders[-1] != rasa.senders[0]
    assert (await citizen.thread())[0].text == "phản ánh"


async def test_another_story_is_begun_from_no_other_site_and_without_a_first_one(
    http: httpx2.AsyncClient,
) -> None:
    http.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await http.post("/web/v1/stories")).status_code == 403
    http.headers["Sec-Fetch-Site"] = "same-origin"
    http.cookies.clear()
    assert (await http.post("/web/v1/stories")).status_code == 404


@pytest.mark.parametrize(("days", "still"), [(3, True), (8, False)])
async def test_a_form_waits_for_a_week_where_the_thread_is_kept(
    citizen: GatewayClient,
    http: httpx2.AsyncClient,
    staff: httpx2.AsyncClient,
    rasa: FakeRasa,
    clock: Clock,
    days: int,
    still: bool,
) -> None:
    line = f"/staff/v1/conversations/{name_of(http)}/messages"
    body = {"key": "k", "text": "Đã nhận.", "case_code": "PA-1"}
    (await staff.post(line, json=body)).raise_for_status()  # So the thread is kept.
    clock.advance(days=days)

    await citizen.ask("0912345678")

    await citizen.ask("xin chào")
    kept = (await contents(staff, http))["contact"]["phone"]
    assert kept == ("0912345678" if still else "")
    assert len(set(rasa.senders)) == (1 if still else 2)
