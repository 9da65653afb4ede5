"""The handshake and the deletions of data, over HTTP, as Meta asks for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from gateway.api import create_app
from gateway.channels.messenger import MessengerChannel
from gateway.channels.messenger_signature import BadSignature, signed_request
from gateway.database import Database, open_database, upgrade
from gateway.forgetting import Forgetting
from gateway.messages import Incoming
from gateway.messenger_deletion import Deletion, Deletions
from gateway.providers import Providers
from gateway.settings import MessengerSettings, Settings, ZaloSettings
from gateway.store import Store
from gateway.tables import conversation, deletion, errand
from gateway.testing import FakeRasa
from gateway.testing.messenger import FakeMessenger
from gateway.texts import Texts
from tests.gateway.conftest import Clock
from tests.gateway.test_messenger_channel import SETTINGS, USER

MESSENGER = MessengerSettings(**SETTINGS)
SAID = {"algorithm": "HMAC-SHA256", "issued_at": 1790000000, "user_id": "9876543210"}
REQUEST = signed_request(SAID, "app-secret")


@asynccontextmanager
async def serving(
    settings: Settings, rasa: FakeRasa, clock: Clock
) -> AsyncIterator[tuple[FastAPI, FakeMessenger]]:
    """The gateway with the fake Messenger behind it."""
    database = open_database(settings.database_url)
    await database.write(upgrade)
    await database.close()
    webhook = httpx2.AsyncClient(base_url="https://gateway.test")
    fake = FakeMessenger(MESSENGER, webhook=webhook, clock=clock)
    providers = Providers(
        zalo=ZaloSettings(oa_id=""), messenger=MESSENGER, messenger_http=fake.http()
    )
    app = create_app(settings, rasa_http=rasa.http(), providers=providers, clock=clock)
    await webhook.aclose()
    fake.webhook.http = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="https://gateway.test"
    )
    async with app.router.lifespan_context(app), fake.webhook.http:
        yield app, fake
        await fake.close()


@pytest.fixture
async def served(
    settings: Settings, rasa: FakeRasa, clock: Clock
) -> AsyncIterator[tuple[FastAPI, FakeMessenger]]:
    async with serving(settings, rasa, clock) as both:
        yield both


@pytest.fixture
def fake(served: tuple[FastAPI, FakeMessenger]) -> FakeMessenger:
    return served[1]


@pytest.fixture
def http(fake: FakeMessenger) -> httpx2.AsyncClient:
    return fake.webhook.http


async def answered(fake: FakeMessenger, *, replies: int) -> None:
    async with asyncio.timeout(10):
        while len(fake.read_by(USER)) < replies:
            await asyncio.sleep(0.02)


# The handshake.


async def test_the_handshake_gives_the_challenge_back(fake: FakeMessenger) -> None:
    assert await fake.subscribe()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1"},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "another"},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "ế"},
        {"hub.mode": "x", "hub.challenge": "1", "hub.verify_token": "one word"},
        {"hub.mode": "subscribe", "hub.challenge": "", "hub.verify_token": "one word"},
        {"hub.mode": "subscribe", "hub.challenge": "1" * 500, "hub.verify_token": "one word"},
    ],
)
async def test_any_other_handshake_is_refused(
    http: httpx2.AsyncClient, asked: dict[str, str]
) -> None:
    answer = await http.get("/webhooks/messenger", params=asked)

    assert (answer.status_code, answer.text) == (403, "")


async def test_without_messenger_there_is_nothing(settings: Settings, rasa: FakeRasa) -> None:
    nobody = Providers(zalo=ZaloSettings(oa_id=""), messenger=MessengerSettings(page_id=""))
    app = create_app(settings, rasa_http=rasa.http(), providers=nobody)

    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://gateway"
    ) as http:
        calls = [
            await http.get("/webhooks/messenger"),
            await http.post("/webhooks/messenger", content=b"{}"),
            await http.post("/webhooks/messenger/deletion"),
        ]

    assert {call.status_code for call in calls} <= {404, 405}


# A conversation and its deletion, from one end to the other.


async def test_a_conversation_is_erased_and_the_page_says_so(
    fake: FakeMessenger, http: httpx2.AsyncClient
) -> None:
    await fake.write(USER, "làm khai sinh cần gì")
    await answered(fake, replies=2)  # The greeting, and the answer.

    asked = await fake.request_deletion(USER)

    said = asked.json()
    page = await http.get(said["url"])
    assert said["url"].endswith(said["confirmation_code"])
    assert page.status_code == 200
    assert "Đã xóa toàn bộ" in page.text
    assert said["confirmation_code"] in page.text
    assert USER not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "style=" not in page.text


async def test_somebody_unknown_is_told_that_nothing_was_there(
    fake: FakeMessenger, http: httpx2.AsyncClient
) -> None:
    asked = await fake.request_deletion(USER)

    page = await http.get(asked.json()["url"])
    assert "không lưu nội dung trò chuyện nào" in page.text


async def test_a_code_nobody_has_shows_nothing(http: httpx2.AsyncClient) -> None:
    page = await http.get("/webhooks/messenger/deletion/ABCDEF")

    assert page.status_code == 404
    assert "ABCDEF" not in page.text
    assert "Không có yêu cầu nào" in page.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"signed_request": ""},
        {"signed_request": REQUEST[:-2]},
        {"signed_request": signed_request(SAID, "another")},
        {"signed_request": signed_request({**SAID, "user_id": "../me"}, "app-secret")},
        {"signed_request": signed_request({**SAID, "user_id": None}, "app-secret")},
    ],
)
async def test_what_meta_did_not_sign_deletes_nothing(
    http: httpx2.AsyncClient, form: dict[str, str]
) -> None:
    answer = await http.post("/webhooks/messenger/deletion", data=form)

    assert answer.status_code == 403


async def test_a_request_of_another_kind_or_size_is_refused(http: httpx2.AsyncClient) -> None:
    json = await http.post("/webhooks/messenger/deletion", json={"signed_request": REQUEST})
    large = await http.post("/webhooks/messenger/deletion", data={"signed_request": "a" * 20_000})

    assert json.status_code == 403
    assert large.status_code == 413


# The deletions themselves, on both databases.


@pytest.fixture
async def platform(clock: Clock) -> AsyncIterator[FakeMessenger]:
    async with httpx2.AsyncClient(
        transport=httpx2.MockTransport(lambda _: httpx2.Response(200)), base_url="http://g"
    ) as webhook:
        yield FakeMessenger(MESSENGER, webhook=webhook, clock=clock)


@pytest.fixture
def deletions(database: Database, platform: FakeMessenger, clock: Clock) -> Deletions:
    channel = MessengerChannel(
        MESSENGER, Texts(hotline="1", length_limit=2000).shown, http=platform.http()
    )
    forgetting = Forgetting(database, clock=clock, tell_erasures=True)
    return Deletions(database, forgetting, channel, clock=clock)


async def begin(store: Store, user: str) -> None:
    await store.accept(Incoming("messenger", user, "xin chào", f"m-{user}"))


async def names(database: Database) -> list[str]:
    return list(await database.read(lambda c: c.scalars(sa.select(conversation.c.name)).all()))


async def subjects(database: Database) -> list[str]:
    return list(await database.read(lambda c: c.scalars(sa.select(deletion.c.subject)).all()))


def of(user: str, **more: object) -> str:
    return signed_request({**SAID, "user_id": user, **more}, "app-secret")


async def test_the_conversation_of_that_very_id_is_erased(
    deletions: Deletions, store: Store, database: Database
) -> None:
    await begin(store, "111")
    await begin(store, "222")

    code = await deletions.ask(of("111"))
    await deletions.finish(code)

    assert await names(database) == ["messenger:222"]
    assert await deletions.state(code) == Deletion(is_done=True, found=True)
    assert await subjects(database) == [""]


async def test_meta_tells_which_conversation_belongs_to_an_id_of_the_app(
    deletions: Deletions, store: Store, database: Database, platform: FakeMessenger
) -> None:
    await begin(store, "111")
    platform.person("111").app_scoped = "999"

    code = await deletions.ask(of("999"))
    await deletions.finish(code)

    assert await names(database) == []
    assert await deletions.state(code) == Deletion(is_done=True, found=True)


async def test_agencies_hear_of_it(deletions: Deletions, store: Store, database: Database) -> None:
    await begin(store, "111")

    await deletions.finish(await deletions.ask(of("111")))

    assert await database.read(lambda c: c.scalar(sa.select(sa.func.count()).select_from(errand)))


async def test_agencies_hear_of_it_after_the_words_had_their_time_here(
    deletions: Deletions, database: Database, platform: FakeMessenger
) -> None:
    platform.person("111").app_scoped = "999"

    code = await deletions.ask(of("999"))
    await deletions.finish(code)

    bodies = await database.read(lambda c: list(c.scalars(sa.select(errand.c.body))))
    assert {"conversation": "messenger:111"} in bodies
    assert await deletions.state(code) == Deletion(is_done=True, found=False)


async def test_a_repeated_request_has_the_same_code_and_erases_once(
    deletions: Deletions, store: Store, database: Database
) -> None:
    await begin(store, "111")
    first = await deletions.ask(of("111"))
    await deletions.finish(first)
    await begin(store, "111")

    again = await deletions.ask(of("111"))
    is_finished = await deletions.finish(again)

    assert (again, is_finished) == (first, True)
    assert await names(database) == ["messenger:111"]
    assert len(await subjects(database)) == 1


async def test_a_later_request_is_another_one(deletions: Deletions) -> None:
    assert await deletions.ask(of("111")) != await deletions.ask(of("111", issued_at=1790000001))


async def test_what_meta_does_not_answer_now_is_asked_again(
    deletions: Deletions, store: Store, platform: FakeMessenger, clock: Clock, database: Database
) -> None:
    await begin(store, "111")
    platform.person("111").app_scoped = "999"
    platform.down = True
    code = await deletions.ask(of("999"))

    assert not await deletions.finish(code)
    assert await deletions.sweep() == 0
    waiting = await deletions.state(code)
    platform.down = False
    too_soon = await deletions.sweep()
    clock.advance(minutes=11)
    later = await deletions.sweep()

    assert waiting == Deletion(is_done=False, found=False)
    assert (too_soon, later) == (0, 1)
    assert await deletions.state(code) == Deletion(is_done=True, found=True)
    assert await names(database) == []


@pytest.mark.parametrize(
    ("code", "is_done"), [(803, True), (100, False), (10, False), (190, False)]
)
async def test_only_what_says_that_nobody_is_there_ends_it(
    database: Database, store: Store, clock: Clock, code: int, is_done: bool
) -> None:
    """100 is said of a field that Meta does not know, too; then nothing was asked at all."""
    body = {"error": {"message": "refused", "code": code}}
    graph = httpx2.MockTransport(lambda _: httpx2.Response(400, json=body))
    words = Texts(hotline="1", length_limit=2000).shown
    channel = MessengerChannel(MESSENGER, words, http=httpx2.AsyncClient(transport=graph))
    deletions = Deletions(database, Forgetting(database, clock=clock), channel, clock=clock)
    await begin(store, "111")

    asked = await deletions.ask(of("999"))
    finished = await deletions.finish(asked)

    assert finished is is_done
    assert await deletions.state(asked) == Deletion(is_done=is_done, found=False)
    assert await subjects(database) == ([""] if is_done else ["999"])


async def test_a_code_is_shaped_for_an_address_and_unlike_its_citizen(
    deletions: Deletions,
) -> None:
    code = await deletions.ask(of("111"))

    assert code.isalnum()
    assert len(code) == 24
    assert "111" not in code


async def test_a_stranger_is_refused(deletions: Deletions, database: Database) -> None:
    with pytest.raises(BadSignature):
        await deletions.ask(signed_request(SAID, "another"))

    assert await subjects(database) == []
