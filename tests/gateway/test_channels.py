from pathlib import Path

import pytest

from gateway.channels import CHANNELS
from gateway.parts import Parts
from gateway.providers import Providers
from gateway.settings import MessengerSettings, Settings, ZaloSettings
from tests.gateway.zalo_samples import KEY, ZALO


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_is_described_for_the_next_one(name: str) -> None:
    guide = Path("docs/adding-a-channel.md").read_text(encoding="utf-8")
    module = CHANNELS[name].__module__.replace(".", "/")

    assert f"| `{name}` | `{module}.py` |" in guide


def test_every_channel_is_listed_under_its_own_name() -> None:
    assert all(channel.name == name for name, channel in CHANNELS.items())


async def test_every_listed_channel_is_built_once_it_is_set_up(settings: Settings) -> None:
    messenger = MessengerSettings(
        page_id="1", app_id="2", app_secret="a", page_token="b", verify_token="c"
    )
    keys = settings.model_copy(update={"credentials_key": KEY})

    parts = Parts(keys, providers=Providers(zalo=ZALO, messenger=messenger))

    async with parts.running():
        assert {name: type(channel) for name, channel in parts.channels.items()} == CHANNELS


async def test_only_what_is_set_up_is_served(settings: Settings) -> None:
    nothing = Providers(zalo=ZaloSettings(oa_id=""), messenger=MessengerSettings(page_id=""))

    parts = Parts(settings, providers=nothing)

    async with parts.running():
        assert [*parts.channels] == ["portal"]
