"""A town in one process: gateway, agencies and actions as they are, platforms and Rasa played.

What Rasa takes a message for is said by the test; all else that happens between a citizen's phone
and the desk of an agency is the real thing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.drawer_http import HttpDrawer
from actions.escalation import Escalation
from actions.escalation_http import HttpEscalation
from agencies.api import create_app as agencies_app
from agencies.cases.model import Actor, Case
from agencies.cases.room import CaseRoom, open_cases
from agencies.cases.settings import CaseSettings
from agencies.cases.told import Told
from agencies.client import AgenciesClient, CasesClient
from agencies.database import open_engine
from agencies.database import upgrade as upgrade_agencies
from agencies.directory import read
from agencies.outbox.process import OutboxProcess
from agencies.outbox.results import Hooks
from agencies.outbox.settings import OutboxSettings
from agencies.outbox.writing import Kind
from agencies.senders.citizen import CitizenSender
from agencies.senders.console import ConsoleSender
from agencies.senders.testing import FakeReaders
from agencies.settings import EXAMPLE_DIRECTORY
from agencies.settings import Settings as AgenciesSettings
from agencies.staff.scope import Scope
from agencies.store import AgencyStore
from agencies.units import Units
from gateway.api import create_app as gateway_app
from gateway.channels.zalo_opening import LIFETIME
from gateway.client import StaffLine
from gateway.credentials import Credentials, Pair, open_cipher
from gateway.database import open_database
from gateway.database import upgrade as upgrade_gateway
from gateway.providers import Providers
from gateway.settings import MessengerSettings, ZaloSettings
from gateway.settings import Settings as GatewaySettings
from gateway.testing import StreamingTransport
from gateway.testing.messenger import FakeMessenger
from gateway.testing.zalo import FIRST_ACCESS, FIRST_REFRESH, FakeZalo
from tests.actions.talk import NO_MATCH, ScriptedKnowledge, Talk, said

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
ZALO = ZaloSettings(oa_id="388", app_id="360", app_secret="app-secret", oa_secret="oa-secret")
MESSENGER = MessengerSettings(
    page_id="777",
    app_id="888",
    app_secret="app-secret",
    page_token="page-token",
    verify_token="verify-token",
)
API_TOKEN, STAFF_TOKEN = "api-token-of-the-tests", "staff-token-of-the-tests"
CLERK = Actor.staff(7, "Nguyễn Thị Mẫu")
GATEWAY, AGENCIES = "http://gateway", "http://agencies"
PATIENCE = 20.0


class Silent(ScriptedKnowledge):
    """Nothing is in its catalogue."""

    async def answer(self, *_: Any, **__: Any) -> Any:
        return NO_MATCH


class PlayedRasa:
    """Runs the actions as Rasa would; `intents` says what it takes a message for."""

    def __init__(self, escalation: Callable[[], Escalation], intents: dict[str, str]) -> None:
        self._escalation = escalation
        self._intents = intents
        self._talks: dict[str, Talk] = {}

    def http(self) -> httpx2.AsyncClient:
        transport = httpx2.MockTransport(self._handle)
        return httpx2.AsyncClient(transport=transport, base_url="http://rasa")

    async def _handle(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200)
        body = json.loads(request.content)
        if body["sender"] not in self._talks:
            self._talks[body["sender"]] = Talk(Silent(), escalation=self._escalation())
        talk = self._talks[body["sender"]]
        intent = self._intents.get(body["message"], "nlu_fallback")
        await talk.say(body["message"], intent, **body["metadata"])
        return httpx2.Response(200, json=[_wire(message) for message in talk.messages])


def _wire(message: dict[str, Any]) -> dict[str, Any]:
    text, custom = said(message), message["custom"]
    buttons = [{"title": one["title"], "payload": one["payload"]} for one in message["buttons"]]
    return {"text": text or None, "buttons": buttons or None, "custom": custom or None}


@dataclass
class Town:
    zalo: FakeZalo
    messenger: FakeMessenger
    cases: CaseRoom
    agencies: httpx2.AsyncClient  # Without a token, as a browser.
    portal: httpx2.AsyncClient

    async def case(self, code: str) -> Case:
        found = await self.cases.cases.case(code, Scope.everything())
        assert isinstance(found, Case)
        return found

    async def answer(self, code: str, text: str) -> None:
        """As the desk of the agency does."""
        case = await self.case(code)
        if case.registered_at is None:
            registered = await self.cases.cases.register(case, CLERK)
            assert isinstance(registered, Case)
            case = registered
        assert isinstance(await self.cases.cases.answer(case, text, CLERK), Case)


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; what does not in time is for the assertion behind it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def town(home: Path, intents: dict[str, str]) -> AsyncIterator[Town]:
    """On SQLite files in `home`."""
    async with AsyncExitStack() as stack:
        engine = open_engine(f"sqlite+aiosqlite:///{home}/agencies.db")
        store = await _directory(engine)
        room = open_cases(engine, CaseSettings(api_token=API_TOKEN, tick_seconds=0), mail=False)
        to_gateway = _Later()
        agencies = _agencies(engine, store, room, to_gateway)
        way = httpx2.ASGITransport(app=agencies)
        to_agencies = _client(way, AGENCIES)
        # At the platforms' own pace: nothing fails here, so nobody waits.
        zalo = FakeZalo(ZALO, webhook=_client(to_gateway, GATEWAY))
        messenger = FakeMessenger(MESSENGER, webhook=_client(to_gateway, GATEWAY))
        rasa = PlayedRasa(lambda: _escalation(to_agencies, to_gateway), intents)
        gateway = await _gateway(home, rasa, _client(way, AGENCIES, API_TOKEN), zalo, messenger)
        to_gateway.app = gateway
        await stack.enter_async_context(gateway.router.lifespan_context(gateway))
        await stack.enter_async_context(agencies.router.lifespan_context(agencies))
        portal = await stack.enter_async_context(
            httpx2.AsyncClient(transport=StreamingTransport(gateway), base_url="http://portal")
        )
        yield Town(zalo, messenger, room, to_agencies, portal)
        await zalo.close()


class _Later(httpx2.AsyncBaseTransport):
    """The way to an app that is made last."""

    app: FastAPI | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.app is None:
            raise httpx2.ConnectError("not yet")
        return await httpx2.ASGITransport(app=self.app).handle_async_request(request)


def _client(transport: httpx2.AsyncBaseTransport, url: str, token: str = "") -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.AsyncClient(transport=transport, base_url=url, headers=headers)


async def _directory(engine: AsyncEngine) -> AgencyStore:
    await upgrade_agencies(engine)
    store = AgencyStore(engine)
    await store.replace(read(EXAMPLE_DIRECTORY, units=Units.load()), file="agencies.yml")
    return store


def _agencies(
    engine: AsyncEngine, store: AgencyStore, room: CaseRoom, to_gateway: _Later
) -> FastAPI:
    line = StaffLine(_client(to_gateway, GATEWAY, STAFF_TOKEN))
    senders = {Kind.CONSOLE: ConsoleSender(FakeReaders()), Kind.CITIZEN: CitizenSender(line)}
    told = Told(mail=False)
    outbox = OutboxProcess(
        OutboxSettings(poll_seconds=0.05),
        engine,
        senders,
        Hooks(sent=told.sent, held=told.held, dead=told.dead),
        mail=False,
    )
    settings = AgenciesSettings(hotline="1900 0000")
    return agencies_app(settings, store, outbox=outbox, cases=room)


async def _gateway(
    home: Path,
    rasa: PlayedRasa,
    to_agencies: httpx2.AsyncClient,
    zalo: FakeZalo,
    messenger: FakeMessenger,
) -> FastAPI:
    url = f"sqlite+aiosqlite:///{home}/gateway.db"
    database = open_database(url)
    await database.write(upgrade_gateway)
    pair = Pair(FIRST_ACCESS, FIRST_REFRESH, LIFETIME)
    await Credentials(database, "zalo", open_cipher(KEY)).bring(pair)
    await database.close()
    settings = GatewaySettings(
        database_url=url,
        hotline="1900 0000",
        poll_seconds=0.05,
        staff_token=STAFF_TOKEN,
        credentials_key=KEY,
        agencies_url=AGENCIES,
        rate_per_session="1000/minute",
    )
    return gateway_app(
        settings,
        rasa_http=rasa.http(),
        agencies_http=to_agencies,
        providers=Providers(
            zalo=ZALO, zalo_http=zalo.http(), messenger=MESSENGER, messenger_http=messenger.http()
        ),
    )


def _escalation(to_agencies: httpx2.AsyncClient, to_gateway: _Later) -> Escalation:
    return HttpEscalation(
        CasesClient(to_agencies, API_TOKEN),
        AgenciesClient(to_agencies),
        httpx2.AsyncClient(transport=httpx2.MockTransport(_no_record), base_url="http://records"),
        HttpDrawer(_client(to_gateway, GATEWAY, STAFF_TOKEN)),
    )


def _no_record(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(404)
