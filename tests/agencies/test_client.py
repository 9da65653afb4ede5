import httpx2
import pytest

from agencies.client import AgenciesClient, AgenciesUnavailable
from agencies.testing import FakeAgencies, public_agency


@pytest.fixture
def client(http):
    return AgenciesClient(http)


def answering(response: httpx2.Response) -> AgenciesClient:
    transport = httpx2.MockTransport(lambda request: response)
    return AgenciesClient(httpx2.AsyncClient(transport=transport, base_url="http://agencies"))


async def test_finds_agencies_of_the_real_app(client):
    [found] = await client.search("so tu phap")

    assert found.code == "so-tu-phap"
    assert found.fields == ("Hộ tịch", "Công chứng")
    assert found.area[0].name == "tỉnh Mẫu"
    assert found.contact.state == "confirmed"
    assert found.opening_hours[0].days == ("mon", "tue", "wed")


async def test_gives_all_for_no_words(client):
    assert len(await client.search()) == 4


async def test_gives_one_agency_or_none(client):
    found = await client.agency("ubnd-xa-dong")

    assert found is not None
    assert found.parent == "ubnd-tinh"
    assert await client.agency("so-khac") is None
    assert await client.agency("../healthz") is None


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(503, json={"detail": "away"}),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json=["agencies"]),
        httpx2.Response(200, json={"agencies": [{"code": "a"}]}),
        httpx2.Response(200, json={"agencies": [1]}),
    ],
)
async def test_an_unusable_answer_is_one_kind_of_error(response):
    with pytest.raises(AgenciesUnavailable):
        await answering(response).search("a")


async def test_a_service_that_is_down_is_the_same_error():
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse), base_url="http://agencies")

    with pytest.raises(AgenciesUnavailable):
        await AgenciesClient(http).agency("a")


class TestFake:
    """The stand-in answers as the service does."""

    @pytest.fixture
    def fake(self):
        return FakeAgencies([public_agency("so-tu-phap", "Sở Tư pháp", fields=("Hộ tịch",))])

    @pytest.mark.parametrize("query", ["", "sở tư pháp", "so tu", "ho tich"])
    async def test_finds(self, fake, query):
        assert [agency.code for agency in await fake.search(query)] == ["so-tu-phap"]

    async def test_does_not_find(self, fake):
        assert await fake.search("y tế") == ()
        assert await fake.agency("so-y-te") is None

    async def test_can_be_down(self, fake):
        fake.down = True

        with pytest.raises(AgenciesUnavailable):
            await fake.search()
