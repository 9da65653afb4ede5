"""Whose address counts for the limits: a citizen's behind our own reverse proxy, and no other."""

import httpx2
import pytest
from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from agencies.api import create_app
from agencies.cases.room import open_cases
from agencies.cases.settings import CaseSettings
from agencies.settings import Settings
from agencies.staff.room import open_room
from agencies.staff.settings import StaffSettings
from agencies.store import AgencyStore
from tests.agencies.staffed import FROM_OUR_PAGE, HOST

PROXY = "172.30.250.1"


@pytest.fixture
def app(loaded: AgencyStore) -> FastAPI:
    """Two tries a minute from one address, of each page."""
    staff = open_room(loaded.engine, StaffSettings(login_rate_per_address="2/minute"))
    cases = open_cases(loaded.engine, CaseSettings(tracking_rate="2/minute"))
    return create_app(Settings(), loaded, staff=staff, cases=cases)


def through(app: FastAPI, proxy: str) -> httpx2.AsyncClient:
    """As uvicorn serves it, which __main__ tells whom to believe."""
    served = ProxyHeadersMiddleware(app, trusted_hosts=PROXY)
    transport = httpx2.ASGITransport(app=served, client=(proxy, 40_000))
    return httpx2.AsyncClient(transport=transport, base_url=HOST, headers=FROM_OUR_PAGE)


async def look(http: httpx2.AsyncClient, page: str, address: str) -> int:
    headers = {"x-forwarded-for": address}
    if page == "login":
        form = {"username": "nobody", "password": "x"}
        return (await http.post("/console/login", data=form, headers=headers)).status_code
    return (await http.get("/tracking/PA-0000-0000", headers=headers)).status_code


@pytest.mark.parametrize("page", ["login", "tracking"])
async def test_behind_our_proxy_each_citizen_has_a_limit_of_their_own(
    app: FastAPI, page: str
) -> None:
    async with through(app, PROXY) as http:
        one = [await look(http, page, "203.0.113.1") for _ in range(3)]
        other = await look(http, page, "203.0.113.2")

    assert one[:2] != [429, 429]
    assert one[2] == 429
    assert other != 429


@pytest.mark.parametrize("page", ["login", "tracking"])
async def test_nobody_else_is_believed(app: FastAPI, page: str) -> None:
    async with through(app, "198.51.100.7") as http:
        answers = [await look(http, page, f"203.0.113.{number}") for number in range(3)]

    assert answers[2] == 429
