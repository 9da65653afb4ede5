"""What is handed over beside the conversation: it reaches the case, and nothing and nobody else."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from structlog.testing import capture_logs

from gateway.client import GatewayClient
from gateway.database import Database, open_database
from gateway.drawer import Drawer
from gateway.session import COOKIE, user_of
from gateway.settings import Settings
from gateway.store import Store
from gateway.tables import conversation, drawer, metadata
from gateway.testing import FakeRasa, Messages, StreamingTransport
from tests.gateway.conftest import Clock, browser
from tests.gateway.samples import a_message
from tests.gateway.test_filetypes import JPEG, PDF
from tests.gateway.test_staff_api import TOKEN

TYPED = "Nguyễn Văn An, 0912345678, an@example.vn"
PRIVATE = ("0912345678", "Nguyễn Văn An", "an@example.vn")


def form(text: str) -> Messages:
    """A bot in the midst of a form: what it awaits next depends on what was said."""
    awaited = {"phản ánh": "contact", "xem lại": "files", "thôi": ""}.get(text, "form")
    custom: dict[str, object] = {"asks": awaited}
    if text.startswith("gửi"):
        custom = {"case": "PA-7K2M-09X1", "emptied": int(text.split()[1])}
    return [{"text": f"Bạn nói: {text}"}, {"custom": custom}]


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa(form)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"staff_token": TOKEN, "rate_per_session": "1000/minute"})


@pytest.fixture
async def staff(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    transport = StreamingTransport(app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://gateway", headers=headers
    ) as staff:
        yield staff


def name_of(http: httpx2.AsyncClient) -> str:
    return f"portal:{user_of(http.cookies[COOKIE])}"


async def contents(staff: httpx2.AsyncClient, http: httpx2.AsyncClient) -> Any:
    response = await staff.get(f"/staff/v1/conversations/{name_of(http)}/drawer")
    return response.raise_for_status().json()


async def put(http: httpx2.AsyncClient, content: bytes, name: str = "a.jpg") -> httpx2.Response:
    return await http.post("/web/v1/files", params={"name": name}, content=content)


async def stored(settings: Settings, *, without: frozenset[str] = frozenset()) -> str:
    database = open_database(settings.database_url)
    tables = [table for table in metadata.sorted_tables if table.name not in without]
    rows = await database.read(
        lambda connection: [str(row) for t in tables for row in connection.execute(t.select())]
    )
    await database.close()
    return "".join(rows)


class TestContact:
    async def test_a_contact_that_was_asked_for_reaches_the_case_and_nothing_else(
        self,
        citizen: GatewayClient,
        http: httpx2.AsyncClient,
        staff: httpx2.AsyncClient,
        rasa: FakeRasa,
        settings: Settings,
    ) -> None:
        with capture_logs() as logs:
            await citizen.ask("phản ánh")
            await citizen.ask(TYPED)

        kept = await contents(staff, http)
        assert kept["contact"] == {
            "name": "Nguyễn Văn An",
            "phone": "0912345678",
            "email": "an@example.vn",
            "address": "",
        }
        elsewhere = (
            json.dumps(rasa.asked, ensure_ascii=False),
            str(logs),
            await stored(settings, without=frozenset({"drawer"})),
        )
        for private in PRIVATE:
            assert not any(private in place for place in elsewhere)
        assert rasa.asked[-1]["metadata"]["sealed"] == ["name", "phone", "email"]

    async def test_no_notice_of_masking_follows_what_was_asked_for(
        self, citizen: GatewayClient
    ) -> None:
        await citizen.ask("phản ánh")

        replies = await citizen.ask("0912345678")

        assert not any("đừng gửi" in reply.text or "che" in reply.text for reply in replies)

    async def test_unasked_it_is_masked_as_ever(
        self, citizen: GatewayClient, http: httpx2.AsyncClient, staff: httpx2.AsyncClient
    ) -> None:
        await citizen.ask("xin chào")

        await citizen.ask("gọi tôi số 0912345678 nhé, khai sinh ở đâu")

        assert (await contents(staff, http))["contact"] == dict.fromkeys(
            ("name", "phone", "email", "address"), ""
        )
        assert "0912345678" not in str(await citizen.thread())

    async def test_other_words_than_a_contact_go_their_way(
        self, citizen: GatewayClient, rasa: FakeRasa
    ) -> None:
        await citizen.ask("phản ánh")

        await citizen.ask("thôi")

        assert rasa.texts[-1] == "thôi"

    async def test_the_last_one_given_counts(
        self, citizen: GatewayClient, http: httpx2.AsyncClient, staff: httpx2.AsyncClient
    ) -> None:
        for text in ("phản ánh", "0912345678", "phản ánh", "0987654321"):
            await citizen.ask(text)

        kept = await contents(staff, http)
        assert kept["contact"]["phone"] == "0987654321"

    async def test_the_same_message_twice_is_kept_once(
        self, citizen: GatewayClient, http: httpx2.AsyncClient, settings: Settings
    ) -> None:
        await citizen.ask("phản ánh")

        await asyncio.gather(*(citizen.post("0912345678", client_id="same") for _ in range(3)))

        assert (await stored(settings)).count("0912345678") == 1

    async def test_a_case_empties_the_drawer_with_the_words_that_tell_of_it(
        self,
        citizen: GatewayClient,
        http: httpx2.AsyncClient,
        staff: httpx2.AsyncClient,
        settings: Settings,
    ) -> None:
        await citizen.ask("phản ánh")
        await citizen.ask(TYPED)
        upto = (await contents(staff, http))["upto"]

        await citizen.ask(f"gửi {upto}")

        assert (await contents(staff, http))["upto"] == 0
        assert "0912345678" not in await stored(settings)

    async def test_a_form_that_is_open_keeps_its_session_through_a_long_silence(
        self, citizen: GatewayClient, rasa: FakeRasa, clock: Clock
    ) -> None:
        await citizen.ask("phản ánh")
        clock.advance(hours=5)
        await citizen.ask("xem lại")
        await citizen.ask("thôi")
        clock.advance(hours=5)

        await citizen.ask("xin chào")

        first, second, third, later = rasa.senders
        assert first == second == third != later

    async def test_without_the_token_nobody_looks_in(
        self, app: FastAPI, citizen: GatewayClient, http: httpx2.AsyncClient
    ) -> None:
        await citizen.ask("phản ánh")
        await citizen.ask(TYPED)

        answer = await http.get(f"/staff/v1/conversations/{name_of(http)}/drawer")

        assert answer.status_code == 401
        assert "0912345678" not in answer.text


class TestFiles:
    @pytest.fixture(autouse=True)
    async def _at_the_review(self, citizen: GatewayClient) -> None:
        await citizen.ask("xem lại")

    async def test_a_file_is_kept_for_the_case(
        self, http: httpx2.AsyncClient, staff: httpx2.AsyncClient
    ) -> None:
        answer = await put(http, JPEG, "../ảnh hồ sơ.jpg")

        [kept] = (await contents(staff, http))["files"]
        assert answer.status_code == 201
        assert answer.json()["name"] == kept["name"] == "ảnh hồ sơ.jpg"
        assert kept["media_type"] == "image/jpeg"
        assert b64decode(kept["content"]) == JPEG

    @pytest.mark.parametrize("content", [b"MZ\x90\x00 renamed", b"<script>", b""])
    async def test_a_renamed_program_is_refused_whatever_it_is_called(
        self, http: httpx2.AsyncClient, content: bytes
    ) -> None:
        answer = await put(http, content, "anh.jpg")

        assert answer.status_code == 415
        assert "PDF" in answer.json()["message"]
        assert (await http.get("/web/v1/files")).json() == []

    @pytest.mark.parametrize("told", [True, False])
    async def test_fifty_megabytes_are_refused(self, http: httpx2.AsyncClient, told: bool) -> None:
        content = JPEG.ljust(50 * 2**20, b"0")

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(content), 2**20):
                yield content[start : start + 2**20]

        body = content if told else chunks()
        request = http.build_request("POST", "/web/v1/files?name=a.jpg", content=body)
        answer = await http.send(request)

        assert answer.status_code == 413
        assert "5 MB" in answer.json()["message"]

    async def test_a_sixth_file_is_refused(self, http: httpx2.AsyncClient) -> None:
        for _ in range(5):
            assert (await put(http, PDF)).status_code == 201

        assert (await put(http, PDF)).status_code == 409

    async def test_a_file_can_be_taken_back(
        self, http: httpx2.AsyncClient, staff: httpx2.AsyncClient
    ) -> None:
        id = (await put(http, PDF)).json()["id"]

        await http.delete(f"/web/v1/files/{id}")

        assert (await http.get("/web/v1/files")).json() == []

    async def test_one_citizen_sees_and_removes_nothing_of_another(
        self, app: FastAPI, http: httpx2.AsyncClient
    ) -> None:
        id = (await put(http, PDF)).json()["id"]
        async with browser(app) as other:
            await GatewayClient(other).ask("xem lại")

            await other.delete(f"/web/v1/files/{id}")
            seen = (await other.get("/web/v1/files")).json()

        assert seen == []
        assert [one["id"] for one in (await http.get("/web/v1/files")).json()] == [id]

    async def test_nothing_is_taken_when_no_form_is_open(
        self, citizen: GatewayClient, http: httpx2.AsyncClient
    ) -> None:
        await citizen.ask("thôi")

        assert (await put(http, PDF)).status_code == 409

    async def test_nothing_is_taken_without_a_conversation(self, app: FastAPI) -> None:
        async with browser(app) as stranger:
            assert (await put(stranger, PDF)).status_code == 404
            stranger.headers["Cookie"] = f"{COOKIE}={'A' * 43}"
            assert (await put(stranger, PDF)).status_code == 404

    async def test_nothing_is_taken_from_another_site(self, http: httpx2.AsyncClient) -> None:
        http.headers["Sec-Fetch-Site"] = "cross-site"

        assert (await put(http, PDF)).status_code == 403

    async def test_what_no_case_came_for_is_thrown_away(
        self, http: httpx2.AsyncClient, app: FastAPI, settings: Settings, clock: Clock
    ) -> None:
        await put(http, PDF)
        clock.advance(hours=25)

        async with asyncio.timeout(10):
            while (await http.get("/web/v1/files")).json():
                await asyncio.sleep(0.2)

    async def test_erasing_the_conversation_erases_its_files(
        self, citizen: GatewayClient, http: httpx2.AsyncClient, settings: Settings
    ) -> None:
        await put(http, PDF)

        await citizen.erase()

        database = open_database(settings.database_url)
        count = await database.read(
            lambda connection: [
                connection.scalar(sa.select(sa.func.count()).select_from(table))
                for table in (drawer, conversation)
            ]
        )
        await database.close()
        assert count == [0, 0]


class TestEvents:
    """A file that a provider's event brought, which may be worked twice."""

    @pytest.fixture
    async def drawer(self, database: Database, clock: Clock) -> Drawer:
        await Store(database, clock=clock).accept(a_message())
        asks = sa.update(conversation).values(asks="files")
        await database.write(lambda connection: connection.execute(asks))
        return Drawer(database, clock=clock)

    async def test_it_is_put_in_once(self, drawer: Drawer) -> None:
        kept = [
            await drawer.put_file("portal:an", "a.jpg", "image/jpeg", JPEG, event_key="zalo:m1:0")
            for _ in range(7)
        ]

        assert len(set(kept)) == 1
        assert len(await drawer.files("portal:an")) == 1

    async def test_though_the_form_is_closed_meanwhile(
        self, drawer: Drawer, database: Database
    ) -> None:
        first = await drawer.put_file("portal:an", "a.jpg", "image/jpeg", JPEG, event_key="m1")
        closed = sa.update(conversation).values(asks="")
        await database.write(lambda connection: connection.execute(closed))

        again = await drawer.put_file("portal:an", "a.jpg", "image/jpeg", JPEG, event_key="m1")

        assert first == again

    async def test_two_of_one_message_are_two(self, drawer: Drawer) -> None:
        for place in range(2):
            key = f"zalo:m1:{place}"
            await drawer.put_file("portal:an", "a.jpg", "image/jpeg", JPEG, event_key=key)

        assert len(await drawer.files("portal:an")) == 2
