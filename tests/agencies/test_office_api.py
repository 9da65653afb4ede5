"""Where to go from a place on the map, over HTTP and on the example directory."""

import logging

import httpx2
import pytest

from agencies.api import create_app
from agencies.cases.room import open_cases
from agencies.cases.settings import CaseSettings
from agencies.directory import read
from agencies.settings import EXAMPLE_DIRECTORY, Settings
from agencies.units import Units

TOKEN = "a-token-of-the-tests"
PATH = "/offices/nearest"
AT_THE_MARKET = {"latitude": 22.146, "longitude": 105.838}  # In Bắc Kạn.
AT_SEA = {"latitude": 16.5, "longitude": 112.0}


@pytest.fixture
def units():
    return Units.load()


@pytest.fixture
async def example(store, units):
    await store.replace(read(EXAMPLE_DIRECTORY, units=units), file="agencies.yml", example=True)
    return store


@pytest.fixture
def app(example, engine):
    cases = open_cases(engine, CaseSettings(api_token=TOKEN))
    return create_app(Settings(hotline="1900 0000"), example, cases=cases)


@pytest.fixture
def shown(http):
    http.headers["Authorization"] = f"Bearer {TOKEN}"
    return http


async def test_names_the_area_the_office_and_when_it_is_open(shown):
    response = await shown.get(PATH, params=AT_THE_MARKET)

    assert response.json() == {
        "area": "Phường Bắc Kạn, Tỉnh Thái Nguyên",
        "office": "Trung tâm Phục vụ hành chính công phường Bắc Kạn",
        "address": "Số 4, đường Ví Dụ, phường Bắc Kạn",
        "hours": "Thứ Hai đến Thứ Sáu: 07:30–11:30, 13:30–17:00; Thứ Bảy: 07:30–11:30",
        "kilometres": 0.4,
    }


async def test_says_that_none_is_near(shown):
    response = await shown.get(PATH, params=AT_SEA)

    assert response.status_code == 404


async def test_how_near_is_near_is_a_setting(example, engine):
    cases = open_cases(engine, CaseSettings(api_token=TOKEN))
    app = create_app(Settings(nearest_kilometres=0.3), example, cases=cases)
    headers = {"Authorization": f"Bearer {TOKEN}"}

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as http:
        response = await http.get(PATH, params=AT_THE_MARKET, headers=headers)

    assert response.status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer another"}])
async def test_asks_for_the_token(http, headers):
    response = await http.get(PATH, params=AT_THE_MARKET, headers=headers)

    assert response.status_code == 401


@pytest.mark.parametrize(
    "position",
    [
        {},
        {"latitude": 21},
        {"latitude": "nan", "longitude": 105},
        {"latitude": "inf", "longitude": 105},
        {"latitude": 91, "longitude": 105},
        {"latitude": 21, "longitude": -181},
        {"latitude": "ở nhà", "longitude": 105},
    ],
)
async def test_refuses_what_is_no_position(shown, position):
    response = await shown.get(PATH, params=position)

    assert response.status_code == 422


async def test_where_somebody_stands_is_neither_logged_nor_counted(shown, caplog):
    caplog.set_level(logging.DEBUG, logger="agencies")

    await shown.get(PATH, params=AT_THE_MARKET)
    figures = (await shown.get("/metrics")).text

    assert "/offices/nearest" in figures
    for text in (caplog.text, figures):
        assert "22.146" not in text
        assert "105.838" not in text


def test_every_office_of_the_example_lies_near_the_others(units):
    """A slip in a number would put one far away."""
    offices = [one for one in read(EXAMPLE_DIRECTORY, units=units).agencies if one.location]

    assert len(offices) == 8
    assert all(21.3 < one.location.latitude < 22.8 for one in offices)
    assert all(105.4 < one.location.longitude < 106.3 for one in offices)
