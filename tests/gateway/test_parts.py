"""What is wired together: what its health depends on."""

import asyncio
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from gateway.credentials import Pair
from gateway.database import open_database, upgrade
from gateway.parts import TOKENS, Parts
from gateway.providers import Providers
from gateway.settings import MessengerSettings, Settings
from tests.gateway.zalo_samples import ZALO


@pytest.fixture
async def parts(settings: Settings) -> Parts:
    database = open_database(settings.database_url)
    await database.write(upgrade)
    await database.close()
    key = Fernet.generate_key().decode()
    providers = Providers(zalo=ZALO, messenger=MessengerSettings(page_id=""))
    return Parts(settings.model_copy(update={"credentials_key": key}), providers=providers)


@pytest.mark.parametrize(("name", "is_alive"), [(TOKENS, True), ("outbox", False)])
async def test_the_portal_lives_without_the_tokens_of_a_provider(
    parts: Parts, name: str, is_alive: bool
) -> None:
    await parts.tokens["zalo"].bring(Pair("a", "r", timedelta(hours=25)))

    async with parts.running():
        [loop] = [one for one in parts._loops if one.get_name() == name]
        before = parts.is_alive
        loop.cancel()
        while not loop.done():
            await asyncio.sleep(0.01)

        assert (before, parts.is_alive) == (True, is_alive)
