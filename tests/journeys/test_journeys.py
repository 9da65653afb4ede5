"""Plays every journey of this folder's files against the real Rasa, action server and knowledge."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from gateway.client import GatewayClient
from tests.journeys.journey import Journey, read_journeys
from tests.journeys.journey_days import JourneyDays
from tests.journeys.playing import Disappointed, Player
from tools.trial import Trial
from vietnamese.workdays import WorkCalendar

pytestmark = pytest.mark.rasa

SECONDS = 30


@pytest.fixture
async def player(city: Trial) -> AsyncIterator[Player]:
    async with httpx2.AsyncClient(base_url=city.url("gateway"), timeout=SECONDS) as http:
        yield Player(GatewayClient(http), JourneyDays(WorkCalendar.load()))


@pytest.mark.parametrize("journey", read_journeys(), ids=str)
async def test_the_bot_gets_the_citizen_through(player: Player, journey: Journey) -> None:
    report = ""
    try:
        await player.play(journey)
    except Disappointed as disappointment:
        report = str(disappointment)

    if report:
        pytest.fail(report, pytrace=False)
