"""Both platforms in one process, and a page that plays a citizen's phone for each.

`make demo-channels` starts it beside an installation of its own. Nothing here may be reached by
others than the one who tries it: whoever can open the page writes as the citizen.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import typer
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.channels.zalo import ZaloChannel
from gateway.credentials import Credentials, Pair, open_cipher
from gateway.database import open_database
from gateway.settings import MessengerSettings, Settings, ZaloSettings
from gateway.testing.messenger import FakeMessenger
from gateway.testing.zalo import FIRST_ACCESS, FIRST_REFRESH, FakeZalo
from gateway.testing.zalo_tokens import ACCESS_LIFETIME

PHONES = Path(__file__).with_name("phones")
CITIZENS = {"zalo": "2468455883529197922", "messenger": "6543210987654321"}
# Thái Nguyên, whose agencies are in the example directory.
HERE = (21.594, 105.848)

Act = Callable[[dict[str, Any]], Awaitable[object]]


@dataclass(frozen=True)
class Phone:
    """One citizen's phone on one platform."""

    platform: FakeZalo | FakeMessenger
    user: str

    def shown(self) -> list[dict[str, Any]]:
        return [
            {"text": one.text, "buttons": [button.title for button in one.buttons], "by": one.by}
            for one in self.platform.phones.get(self.user, ())
        ]

    def acts(self) -> Mapping[str, Act]:
        platform, user = self.platform, self.user
        return {
            "write": lambda said: platform.write(user, str(said["text"])),
            "press": lambda said: platform.press(user, str(said["title"])),
            "staff": lambda said: platform.staff_write(user, str(said["text"])),
            "sticker": lambda _: platform.send_sticker(user),
            "position": lambda _: platform.send_position(user, *HERE),
            "follow": lambda _: platform.follow(user),
            "withdraw": lambda _: platform.withdraw(user),
        }


def create_app(zalo: FakeZalo, messenger: FakeMessenger) -> Starlette:
    phones = {
        "zalo": Phone(zalo, CITIZENS["zalo"]),
        "messenger": Phone(messenger, CITIZENS["messenger"]),
    }

    async def shown(request: Request) -> Response:
        return JSONResponse(phones[request.path_params["name"]].shown())

    async def act(request: Request) -> Response:
        """Answered once the platform has called the webhook for the first time."""
        what = phones[request.path_params["name"]].acts()[request.path_params["act"]]
        await what(await request.json())
        return Response(status_code=204)

    return Starlette(
        routes=[
            Mount("/zalo", zalo.app),
            Mount("/messenger", messenger.app),
            Route("/phones/{name:str}", shown),
            Route("/phones/{name:str}/{act:str}", act, methods=["POST"]),
            Mount("/", StaticFiles(directory=PHONES, html=True)),
        ]
    )


@asynccontextmanager
async def platforms(
    gateway_url: str, port: int, *, pace: float = 1.0
) -> AsyncIterator[tuple[FakeZalo, FakeMessenger]]:
    """Served with the settings of the environment, which the gateway shares."""
    limits = httpx2.Limits(max_connections=400, max_keepalive_connections=400)
    async with httpx2.AsyncClient(base_url=gateway_url, timeout=30.0, limits=limits) as webhook:
        zalo = FakeZalo(ZaloSettings(), webhook=webhook, pace=pace)
        messenger = FakeMessenger(MessengerSettings(), webhook=webhook, pace=pace)
        app = create_app(zalo, messenger)
        config = uvicorn.Config(
            app, port=port, log_level="critical", access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        try:
            await bring_tokens(Settings())
            await messenger.subscribe()
            yield zalo, messenger
        finally:
            await zalo.close()
            await messenger.close()
            server.should_exit = True
            await serving


async def bring_tokens(settings: Settings) -> None:
    """As a person does with `python -m gateway zalo tokens`, with the fake's first pair."""
    database = open_database(settings.database_url)
    cipher = open_cipher(settings.credentials_key)
    pair = Pair(FIRST_ACCESS, FIRST_REFRESH, ACCESS_LIFETIME)
    await Credentials(database, ZaloChannel.name, cipher).bring(pair)
    await database.close()


def main(port: int, gateway_url: str) -> None:
    """Serve both platforms and the phones on loopback until Ctrl-C."""

    async def serve() -> None:
        async with platforms(gateway_url, port):
            await asyncio.Event().wait()

    with suppress(KeyboardInterrupt):
        asyncio.run(serve())


if __name__ == "__main__":
    typer.run(main)
