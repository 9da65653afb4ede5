import httpx2
import pytest

from agencies.api import create_app
from agencies.database import open_engine, upgrade
from agencies.settings import Settings
from agencies.store import AgencyStore


@pytest.fixture
async def empty(tmp_path):
    """A client of an app whose database has no tables, and the app's engine."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/empty.db")
    app = create_app(Settings(), AgencyStore(engine))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as client:
        yield client, engine
    await engine.dispose()


async def test_lists_every_agency(http):
    response = await http.get("/agencies")

    assert response.status_code == 200
    assert [agency["code"] for agency in response.json()["agencies"]] == [
        "ubnd-tinh",
        "so-tu-phap",
        "to-phan-loai",
        "ubnd-xa-dong",
    ]


async def test_searches_without_diacritics(http):
    response = await http.get("/agencies", params={"q": "so tu phap"})

    assert [agency["name"] for agency in response.json()["agencies"]] == ["Sở Tư pháp tỉnh Mẫu"]


async def test_gives_one_agency_whole(http):
    response = await http.get("/agencies/so-tu-phap")

    assert response.json() == {
        "code": "so-tu-phap",
        "name": "Sở Tư pháp tỉnh Mẫu",
        "kind": "department",
        "level": "province",
        "parent": "ubnd-tinh",
        "other_names": ["STP"],
        "fields": ["Hộ tịch", "Công chứng"],
        "area": [{"code": "99", "name": "tỉnh Mẫu"}],
        "contact": {
            "state": "confirmed",
            "email": "a@example.invalid",
            "phone": "0000 000 001",
            "address": "",
            "fictional": False,
        },
        "opening_hours": [{"days": ["mon", "tue", "wed"], "opens": "07:30", "closes": "11:30"}],
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/agencies/so-khac", 404),
        ("/agencies/%00", 404),
        ("/agencies/..%2F..%2Fetc", 404),
        ("/agencies?q=" + "a" * 201, 422),
        ("/agencies?q=" + "%00" * 50, 200),
        ("/agencies?q=%ff%fe", 200),
        ("/agencies?q=" + "a+" * 100, 200),
        ("/nothing", 404),
    ],
)
async def test_bad_input_gets_a_clear_answer(http, path, status):
    response = await http.get(path)

    assert response.status_code == status


async def test_healthy_with_a_directory(http):
    response = await http.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "agencies": 4})


async def test_not_healthy_without_tables(empty):
    client, _ = empty

    response = await client.get("/healthz")

    assert (response.status_code, response.json()["reason"]) == (503, "database")


async def test_not_healthy_with_an_empty_directory(empty):
    client, engine = empty
    await upgrade(engine)

    response = await client.get("/healthz")

    assert (response.status_code, response.json()["reason"]) == (503, "the directory is empty")


async def test_a_database_that_is_away_is_503_not_500(empty):
    client, _ = empty

    response = await client.get("/agencies")

    assert response.status_code == 503


async def test_counts_requests_by_route_and_contacts_by_state(http):
    await http.get("/agencies/so-tu-phap")
    await http.get("/agencies/so-khac")

    text = (await http.get("/metrics")).text

    found = 'agencies_requests_total{method="GET",route="/agencies/{code}",status="200"} 1.0'
    assert found in text
    assert 'route="/agencies/{code}",status="404"} 1.0' in text
    assert 'agencies_directory_contacts{state="unconfirmed"} 1.0' in text
    assert "so-tu-phap" not in text


async def test_describes_itself_and_loads_nothing_from_elsewhere(http):
    paths = (await http.get("/openapi.json")).json()["paths"]

    assert {"/agencies", "/agencies/{code}", "/healthz"} <= paths.keys()
    assert (await http.get("/docs")).status_code == 404


async def test_the_app_closes_its_database_when_it_stops(app):
    async with app.router.lifespan_context(app):
        pass
