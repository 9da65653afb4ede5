"""What a citizen gets while a process hangs, and once it is back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from gateway.client import GatewayClient
from tests.journeys.test_conversations import said
from tools import ports
from tools.trial import Trial

pytestmark = pytest.mark.rasa

HOTLINE = "1800 1096"


@pytest.mark.parametrize("name", ["knowledge", "actions", "rasa"])
async def test_an_outage_is_apologised_for_and_forgotten_when_it_ends(
    city: Trial, name: str
) -> None:
    async with httpx2.AsyncClient(base_url=city.url("gateway"), timeout=60) as http:
        citizen = GatewayClient(http)

        with hanging(city, name):
            during = said(await citizen.ask("đăng ký tạm trú mất bao lâu", seconds=45))
        after = said(await citizen.ask("đăng ký tạm trú mất bao lâu", seconds=45))

    assert HOTLINE in during
    assert "ngày làm việc" not in during
    assert "ngày làm việc" in after


@contextmanager
def hanging(city: Trial, name: str) -> Iterator[None]:
    """The process takes connections and answers none of them."""
    process = ports.listener(city.port(name))
    assert process is not None
    group = os.getpgid(int(process.name))
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)
