"""The PDF of a checklist: its owner's, right, and nobody else's."""

import io
from dataclasses import asdict

import httpx2
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from gateway.client import GatewayClient
from gateway.settings import Settings
from gateway.testing import FakeRasa, Messages
from tests.gateway.conftest import Clock, browser, running
from tests.gateway.samples import CHECKLIST


def listing(text: str) -> Messages:
    checklist = {"custom": {"checklist": asdict(CHECKLIST)}}
    return [{"text": f"Giấy tờ cho {text}:"}, checklist, {"text": "Nguồn"}]


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa(listing)


async def test_the_list_of_an_answer_comes_as_a_pdf(
    citizen: GatewayClient, http: httpx2.AsyncClient
) -> None:
    told, _ = await citizen.ask("khai sinh")

    response = await http.get(f"/web/v1/checklists/{told.id}.pdf")

    pages = PdfReader(io.BytesIO(response.content)).pages
    assert told.checklist is not None
    assert told.checklist["title"] == "Đăng ký khai sinh"
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == (
        'attachment; filename="danh-sach-giay-to-1.001193.pdf"'
    )
    assert "Giấy chứng sinh" in pages[0].extract_text()


@pytest.mark.parametrize("place", [1, 3, 4])
async def test_where_no_list_was_told_there_is_none(
    citizen: GatewayClient, http: httpx2.AsyncClient, place: int
) -> None:
    await citizen.ask("khai sinh")

    response = await http.get(f"/web/v1/checklists/{place}.pdf")

    assert (response.status_code, response.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("place", ["0", "-1", "x", "9" * 30, "1'--"])
async def test_a_strange_place_is_refused(http: httpx2.AsyncClient, place: str) -> None:
    assert (await http.get(f"/web/v1/checklists/{place}.pdf")).status_code in (404, 422)


async def test_nobody_else_gets_it(app: FastAPI, citizen: GatewayClient) -> None:
    told, *_ = await citizen.ask("khai sinh")
    async with browser(app) as stranger:
        nobody = await stranger.get(f"/web/v1/checklists/{told.id}.pdf")
        await GatewayClient(stranger).post("xin chào")
        stranger.headers["Cookie"] = "mot_cua=" + "A" * 43
        guessed = await stranger.get(f"/web/v1/checklists/{told.id}.pdf")

    assert (nobody.status_code, guessed.status_code) == (404, 404)


async def test_each_gets_the_list_of_their_own_conversation(app: FastAPI, rasa: FakeRasa) -> None:
    def by_name(text: str) -> Messages:
        return [{"text": "x"}, {"custom": {"checklist": asdict(CHECKLIST) | {"title": text}}}]

    rasa.answer = by_name
    async with browser(app) as an, browser(app) as binh:
        titles = []
        for http, title in ((an, "Việc của An"), (binh, "Việc của Bình")):
            [told] = await GatewayClient(http).ask(title)
            pdf = (await http.get(f"/web/v1/checklists/{told.id}.pdf")).content
            titles.append(PdfReader(io.BytesIO(pdf)).pages[0].extract_text())

    assert "Việc của An" in titles[0]
    assert "Việc của Bình" in titles[1]
    assert "An" not in titles[1]


async def test_another_site_cannot_fetch_it(
    citizen: GatewayClient, http: httpx2.AsyncClient
) -> None:
    told, *_ = await citizen.ask("khai sinh")
    headers = {"Sec-Fetch-Site": "cross-site"}

    response = await http.get(f"/web/v1/checklists/{told.id}.pdf", headers=headers)

    assert response.status_code == 403


async def test_after_starting_over_and_after_the_session_it_is_gone(
    citizen: GatewayClient, http: httpx2.AsyncClient, clock: Clock
) -> None:
    told, *_ = await citizen.ask("khai sinh")
    clock.advance(hours=25)
    lapsed = await http.get(f"/web/v1/checklists/{told.id}.pdf")
    await citizen.erase()
    erased = await http.get(f"/web/v1/checklists/{told.id}.pdf")

    assert (lapsed.status_code, erased.status_code) == (404, 404)


async def test_printing_without_end_is_stopped_and_does_not_use_up_the_questions(
    settings: Settings, rasa: FakeRasa
) -> None:
    hurried = settings.model_copy(update={"rate_per_session": "2/minute"})
    async with running(hurried, rasa) as app, browser(app) as http:
        told, *_ = await GatewayClient(http).ask("khai sinh")
        url = f"/web/v1/checklists/{told.id}.pdf"
        statuses = [(await http.get(url)).status_code for _ in range(3)]
        asked = await http.post("/web/v1/messages", json={"text": "hai"})

    assert statuses == [200, 200, 429]
    assert asked.status_code == 202
