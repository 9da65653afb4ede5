from pathlib import Path

import pytest

from gateway.channels import CHANNELS
from gateway.parts import Parts
from gateway.settings import Settings


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_is_described_for_the_next_one(name: str) -> None:
    guide = Path("docs/adding-a-channel.md").read_text(encoding="utf-8")
    module = CHANNELS[name].__module__.replace(".", "/")

    assert f"| `{name}` | `{module}.py` |" in guide


def test_every_channel_is_listed_under_its_own_name() -> None:
    assert all(channel.name == name for name, channel in CHANNELS.items())


async def test_every_listed_channel_is_built(settings: Settings) -> None:
    parts = Parts(settings)
    async with parts.running():
        assert {name: type(channel) for name, channel in parts.channels.items()} == CHANNELS
