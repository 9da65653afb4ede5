import httpx2
import pytest

from gateway.settings import MessengerSettings, Settings, ZaloSettings
from gateway.testing.load import Results, compare
from gateway.testing.messenger import FakeMessenger
from gateway.testing.platforms import CITIZENS, create_app
from gateway.testing.zalo import FakeZalo
from tools.demo import settings


@pytest.fixture
def calls():
    """What the platforms called of the gateway."""
    return []


@pytest.fixture
async def phones(monkeypatch, calls):
    """The page's server, over a gateway that takes everything."""
    for name, value in settings(1).items():
        monkeypatch.setenv(name, value)

    def take(request):
        calls.append((request.url.path, request.content.decode()))
        return httpx2.Response(200)

    webhook = httpx2.AsyncClient(transport=httpx2.MockTransport(take), base_url="http://gateway")
    zalo = FakeZalo(ZaloSettings(), webhook=webhook)
    messenger = FakeMessenger(MessengerSettings(), webhook=webhook)
    transport = httpx2.ASGITransport(app=create_app(zalo, messenger))
    async with httpx2.AsyncClient(transport=transport, base_url="http://phones") as http, webhook:
        yield http
        await zalo.settle()
        await messenger.settle()


async def test_the_page_and_what_it_needs_are_served(phones):
    for path in ("/", "/phones.js", "/phones.css"):
        assert (await phones.get(path)).status_code == 200


@pytest.mark.parametrize("platform", CITIZENS)
async def test_what_is_written_stands_on_the_phone_and_goes_to_the_webhook(phones, calls, platform):
    await phones.post(f"/phones/{platform}/write", json={"text": "xin chao"})

    shown = (await phones.get(f"/phones/{platform}")).json()
    assert shown == [{"text": "xin chao", "buttons": [], "by": "citizen"}]
    [(path, body)] = calls
    assert path == f"/webhooks/{platform}"
    assert "xin chao" in body


def test_the_demo_sets_all_that_both_platforms_need(monkeypatch):
    for name, value in settings(1).items():
        monkeypatch.setenv(name, value)

    assert ZaloSettings().missing == MessengerSettings().missing == ()
    assert Settings().credentials_key


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (["a", "b", "c"], (0, 0, 0)),
        (["a", "c"], (1, 0, 0)),
        (["a", "b", "b", "c"], (0, 1, 0)),
        (["b", "a", "c"], (0, 0, 1)),
        (["a", "b", "d"], (1, 1, 0)),
    ],
)
def test_the_load_run_finds_what_was_lost_doubled_or_out_of_order(read, found):
    results = Results()

    compare(["a", "b", "c"], read, results)

    assert (results.lost, results.doubled, results.out_of_order) == found
