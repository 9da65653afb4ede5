"""The portal's API as a browser meets it: sessions, bad input, limits, who may see what."""

import asyncio
import contextlib
import json
import unicodedata

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateway.client import GatewayClient, NotTaken
from gateway.database import open_database
from gateway.portal_api import STREAMS_PER_CONVERSATION
from gateway.session import COOKIE
from gateway.settings import Settings
from gateway.tables import metadata, outbox
from gateway.testing import FakeRasa
from tests.gateway.conftest import Clock, browser, running

VIETNAMESE = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹáàãéèíìóòõúùýĩũ")


async def test_a_question_is_answered(citizen: GatewayClient) -> None:
    [reply] = await citizen.ask("lệ phí?")

    assert (reply.sender, reply.text) == ("assistant", "Bạn hỏi: lệ phí?")


async def test_the_first_message_gives_a_cookie_that_scripts_cannot_read(
    http: httpx2.AsyncClient,
) -> None:
    response = await http.post("/web/v1/messages", json={"text": "xin chào"})

    cookie = response.headers["set-cookie"].lower()
    assert response.status_code == 202
    assert response.json() == {"id": 1}
    for part in ("httponly", "samesite=lax", "path=/", "max-age="):
        assert part in cookie
    assert "secure" not in cookie


async def test_behind_https_the_cookie_is_secure(app: FastAPI) -> None:
    async with browser(app) as http:
        response = await http.post("https://portal/web/v1/messages", json={"text": "xin chào"})

    assert "secure" in response.headers["set-cookie"].lower()


async def test_the_database_holds_no_cookie(
    citizen: GatewayClient, http: httpx2.AsyncClient, settings: Settings
) -> None:
    await citizen.ask("xin chào")
    token = http.cookies[COOKIE]

    database = open_database(settings.database_url)
    rows = await database.read(
        lambda connection: [
            str(row)
            for table in metadata.sorted_tables
            for row in connection.execute(table.select())
        ]
    )
    await database.close()

    assert rows
    assert token not in "".join(rows)


async def test_one_citizen_never_sees_anothers_conversation(app: FastAPI) -> None:
    async with browser(app) as an, browser(app) as binh:
        await GatewayClient(an).ask("việc riêng của An")
        await GatewayClient(binh).ask("việc riêng của Bình")

        of_an = await GatewayClient(an).thread()
        of_binh = await GatewayClient(binh).thread()

    assert of_an[0].text == "việc riêng của An"
    assert not any("Bình" in message.text for message in of_an)
    assert not any("của An" in message.text for message in of_binh)


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, "../../etc/passwd", "' OR 1=1 --"])
async def test_a_guessed_cookie_shows_nothing(
    app: FastAPI, citizen: GatewayClient, cookie: str
) -> None:
    await citizen.ask("việc riêng")
    async with browser(app) as stranger:
        stranger.headers["Cookie"] = f"{COOKIE}={cookie}"

        assert await GatewayClient(stranger).thread() == []


async def test_a_cookie_the_gateway_did_not_give_is_not_taken_over(app: FastAPI) -> None:
    planted = "A" * 43
    async with browser(app) as http:
        response = await http.post(
            "/web/v1/messages", json={"text": "xin chào"}, headers={"Cookie": f"{COOKIE}={planted}"}
        )

    assert response.status_code == 202
    assert planted not in response.headers["set-cookie"]


async def test_a_reload_shows_the_whole_conversation(citizen: GatewayClient) -> None:
    await citizen.ask("một")
    await citizen.ask("hai")

    thread = await citizen.thread()

    assert [(message.sender, message.text) for message in thread] == [
        ("citizen", "một"),
        ("assistant", "Bạn hỏi: một"),
        ("citizen", "hai"),
        ("assistant", "Bạn hỏi: hai"),
    ]


async def test_a_broken_stream_goes_on_where_it_stopped(
    citizen: GatewayClient, http: httpx2.AsyncClient
) -> None:
    await citizen.ask("một")
    await citizen.ask("hai")

    resumed = []
    async for name, data in citizen.events(after=2):
        if name == "ready":
            break
        if name == "message":
            resumed.append(data["text"])

    assert resumed == ["hai", "Bạn hỏi: hai"]


async def test_the_header_of_a_reconnecting_browser_wins_over_the_address(
    citizen: GatewayClient, http: httpx2.AsyncClient
) -> None:
    await citizen.ask("một")
    headers = {"Last-Event-ID": "2"}
    async with http.stream("GET", "/web/v1/events?after=0", headers=headers) as response:
        first = await anext(response.aiter_lines())

    assert "message" not in first


@pytest.mark.parametrize("place", ["x", "-1", "9" * 30, "²", "1; DROP TABLE inbox"])
async def test_a_strange_last_event_id_is_as_none(
    citizen: GatewayClient, http: httpx2.AsyncClient, place: str
) -> None:
    await citizen.ask("một")
    headers = {"Last-Event-ID": place.encode()}
    async with http.stream("GET", "/web/v1/events", headers=headers) as response:
        first = await anext(response.aiter_lines())

    assert first == "id: 1"


async def test_typing_is_told_while_a_turn_is_worked(
    citizen: GatewayClient, rasa: FakeRasa
) -> None:
    rasa.seconds = 0.2
    await citizen.post("một")

    seen = []
    async for name, data in citizen.events():
        seen.append(data.get("on", data.get("text")) if name != "ready" else name)
        if name == "typing" and not data["on"]:
            break

    assert seen == ["một", True, "ready", "Bạn hỏi: một", False]


async def test_a_message_posted_twice_is_answered_once(
    citizen: GatewayClient, rasa: FakeRasa
) -> None:
    for _ in range(2):
        await citizen.post("một", client_id="same")
    await citizen.ask("hai")

    assert rasa.texts == ["một", "hai"]


async def test_starting_over_erases_every_word(
    app: FastAPI, citizen: GatewayClient, http: httpx2.AsyncClient, rasa: FakeRasa
) -> None:
    await citizen.ask("một")
    old = http.cookies[COOKIE]
    await citizen.erase()
    thread = await citizen.thread()
    await citizen.ask("hai")

    async with browser(app) as stale:
        stale.headers["Cookie"] = f"{COOKIE}={old}"
        assert await GatewayClient(stale).thread() == []
    assert thread == []
    assert [message.text for message in await citizen.thread()] == ["hai", "Bạn hỏi: hai"]
    assert rasa.senders[0] != rasa.senders[1]


async def test_an_open_page_hears_that_the_conversation_is_gone(citizen: GatewayClient) -> None:
    await citizen.ask("một")
    names = []
    async for name, _ in citizen.events():
        names.append(name)
        if name == "ready":
            await citizen.erase()

    assert names[-1] == "gone"


async def test_after_a_long_pause_the_citizen_starts_anew(
    citizen: GatewayClient, clock: Clock
) -> None:
    await citizen.ask("một")
    clock.advance(hours=25)

    thread = await citizen.thread()
    response = await citizen.post("hai")

    assert thread == []
    assert response


@pytest.mark.parametrize("path", ["/web/v1/messages", "/web/v1/conversation"])
async def test_another_site_may_neither_write_nor_erase(
    citizen: GatewayClient, http: httpx2.AsyncClient, path: str
) -> None:
    await citizen.ask("một")
    method = "POST" if path.endswith("messages") else "DELETE"
    headers = {"Sec-Fetch-Site": "cross-site"}

    response = await http.request(method, path, json={"text": "chen"}, headers=headers)

    assert response.status_code == 403
    assert response.json()["error"] == "other_site"
    assert len(await citizen.thread()) == 2


BAD = {
    "empty": ("", 422, "empty"),
    "spaces": (" \n\t\u00a0 ", 422, "empty"),
    "zero-width": ("\u200b\u200d\ufeff" * 5000, 422, "empty"),
    "only a slash": ("/ / EXTERNAL: /", 422, "empty"),
    "10,000 characters": ("đăng ký " * 1250, 422, "too_long"),
    "a megabyte": ("x" * 1_000_000, 413, "too_large"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_cannot_be_answered_is_refused_in_vietnamese(
    http: httpx2.AsyncClient, name: str
) -> None:
    text, status, reason = BAD[name]

    response = await http.post("/web/v1/messages", json={"text": text})

    body = response.json()
    assert (response.status_code, body["error"]) == (status, reason)
    assert VIETNAMESE & set(body["message"])


ODD = {
    "/restart": "restart",
    'EXTERNAL: x{"a": 1}': 'x{"a": 1}',
    "/EXTERNAL: /greet": "greet",
    "\u200b/restart": "restart",
    "'; DROP TABLE inbox; --": "'; DROP TABLE inbox; --",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    unicodedata.normalize("NFD", "Đăng ký tạm trú"): "Đăng ký tạm trú",
    "a\x00b\ud7ff\ufffe": "ab",
    "{{7*7}} %s {0}": "{{7*7}} %s {0}",
}


@pytest.mark.parametrize("typed", ODD)
async def test_odd_text_reaches_rasa_as_text_and_is_answered(
    citizen: GatewayClient, rasa: FakeRasa, typed: str
) -> None:
    [reply] = await citizen.ask(typed)

    assert rasa.texts == [ODD[typed]]
    assert reply.text == f"Bạn hỏi: {ODD[typed]}"


async def test_pictures_alone_get_a_reply_that_asks_for_words(
    citizen: GatewayClient, rasa: FakeRasa
) -> None:
    [reply] = await citizen.ask("👍🏽👨‍👩‍👧")

    assert "viết bằng chữ" in reply.text
    assert rasa.asked == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"text": 1}', b"\xff", b"[" * 60_000, b'{"text":"\\ud800"}'],
)
async def test_a_body_that_is_no_message_is_refused_in_vietnamese(
    http: httpx2.AsyncClient, body: bytes
) -> None:
    response = await http.post("/web/v1/messages", content=body)

    assert (response.status_code, response.json()["error"]) == (422, "malformed")
    assert VIETNAMESE & set(response.json()["message"])


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30])
async def test_a_strange_place_in_the_address_is_refused(
    http: httpx2.AsyncClient, after: str
) -> None:
    response = await http.get(f"/web/v1/events?after={after}")

    assert response.status_code == 422


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.binary(max_size=200) | st.text().map(lambda text: json.dumps({"text": text}).encode()))
async def test_no_body_is_an_error_of_ours(http: httpx2.AsyncClient, body: bytes) -> None:
    response = await http.post("/web/v1/messages", content=body)

    assert response.status_code in (202, 413, 422)


async def test_who_sends_too_fast_is_told_when_to_go_on(settings: Settings, rasa: FakeRasa) -> None:
    hurried = settings.model_copy(update={"rate_per_session": "2/minute"})
    async with running(hurried, rasa) as app, browser(app) as http:
        for _ in range(2):
            await GatewayClient(http).post("một")
        response = await http.post("/web/v1/messages", json={"text": "hai"})

    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert f"{response.headers['retry-after']} giây" in response.json()["message"]


async def test_an_address_that_floods_is_stopped_whatever_sessions_it_makes(
    settings: Settings, rasa: FakeRasa
) -> None:
    flooded = settings.model_copy(update={"rate_per_address": "2/minute"})
    async with running(flooded, rasa) as app:
        for number in range(3):
            async with browser(app) as http:
                response = await http.post("/web/v1/messages", json={"text": f"{number}"})

    assert response.status_code == 429


async def test_one_conversation_cannot_open_streams_without_end(
    citizen: GatewayClient, http: httpx2.AsyncClient
) -> None:
    await citizen.ask("một")
    async with contextlib.AsyncExitStack() as open_pages:
        statuses = [
            (await open_pages.enter_async_context(http.stream("GET", "/web/v1/events"))).status_code
            for _ in range(STREAMS_PER_CONVERSATION + 1)
        ]

    assert statuses == [200] * STREAMS_PER_CONVERSATION + [429]


async def test_the_client_raises_what_the_citizen_would_read(citizen: GatewayClient) -> None:
    with pytest.raises(NotTaken, match="chưa có nội dung") as caught:
        await citizen.post("  ")

    assert caught.value.reason == "empty"


async def test_a_reply_written_by_another_process_reaches_an_open_page(
    citizen: GatewayClient, settings: Settings, rasa: FakeRasa
) -> None:
    await citizen.ask("một")
    async with running(settings, rasa):  # A second replica on the same database.
        seen: list[str] = []
        async for name, data in citizen.events(after=2):
            if name == "ready":
                await asyncio.sleep(0)
                await write_elsewhere(settings)
            if name == "message":
                seen.append(data["text"])
                break

    assert seen == ["từ cán bộ"]


async def write_elsewhere(settings: Settings) -> None:
    """Write a sent reply past this process, as another replica does."""
    database = open_database(settings.database_url)

    def work(connection: sa.Connection) -> None:
        row = connection.execute(sa.select(outbox)).mappings().first()
        assert row is not None
        copy = {name: value for name, value in row.items() if name != "id"}
        reply = {"text": "từ cán bộ", "buttons": [], "link": None}
        changes = {"sequence": 3, "reply": reply, "dedupe_key": "elsewhere", "author": "staff"}
        connection.execute(sa.insert(outbox).values(**copy | changes))

    await database.write(work)
    await database.close()
