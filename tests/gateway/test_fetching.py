"""A citizen's file is fetched from the provider's hosts, whatever its address pretends."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from structlog.testing import capture_logs

from gateway.fetching import Fetching, Unfetched, allowed, fetching_client

HOSTS = ("zdn.vn", "zadn.vn")
ADDRESS = "https://f6.photo.talk.zdn.vn/a.jpg"
Handle = Callable[[httpx2.Request], httpx2.Response]


class Hosts:
    """Every host there is; notes which were asked."""

    def __init__(self, handle: Handle = lambda _: httpx2.Response(200, content=b"file")) -> None:
        self.handle = handle
        self.asked: list[str] = []

    def fetching(self, *, most_bytes: int = 100, seconds: float = 5.0) -> Fetching:
        http = fetching_client(httpx2.MockTransport(self._handle))
        return Fetching(http, most_bytes=most_bytes, seconds=seconds)

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        return self.handle(request)


def redirect(*places: str) -> Handle:
    """The first call is sent to the first place, the second to the next ..."""
    left = list(places)

    def handle(_: httpx2.Request) -> httpx2.Response:
        if left:
            return httpx2.Response(302, headers={"Location": left.pop(0)})
        return httpx2.Response(200, content=b"file")

    return handle


async def test_a_file_of_the_providers_is_fetched() -> None:
    assert await Hosts().fetching().fetch(ADDRESS, HOSTS) == b"file"


async def test_it_is_fetched_over_tls_although_the_address_says_otherwise() -> None:
    hosts = Hosts()

    await hosts.fetching().fetch("http://f6.photo.talk.zdn.vn/a.jpg", HOSTS)

    assert hosts.asked == [ADDRESS]


@pytest.mark.parametrize(
    "address",
    [
        "https://evilzdn.vn/a.jpg",
        "https://zdn.vn.evil.com/a.jpg",
        "https://zdn.vn@evil.com/a.jpg",
        "https://an:mat-khau@f6.zdn.vn/a.jpg",
        "https://evil.com\\@f6.zdn.vn/a.jpg",
        "https://evil.com/#.zdn.vn",
        "https://evil.com?.zdn.vn",
        "https://evil.com%2f.zdn.vn/a.jpg",
        "https://evil.com%00.zdn.vn/a.jpg",
        "https://f6.zdn.vn:8443/a.jpg",
        "http://f6.zdn.vn:22/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:10.0.0.1]/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/a.jpg",
        "https://localhost/a.jpg",
        "https://f6.zdn.vn./a.jpg",
        "https://.zdn.vn/a.jpg",
        "ftp://f6.zdn.vn/a.jpg",
        "file:///etc/passwd",
        "gopher://f6.zdn.vn/a",
        "//f6.zdn.vn/a.jpg",
        "/a.jpg",
        "",
    ],
)
async def test_nobody_else_is_asked(address: str) -> None:
    hosts = Hosts()

    found = await hosts.fetching().fetch(address, HOSTS)

    assert found in (Unfetched.ELSEWHERE, Unfetched.UNREACHABLE)
    assert hosts.asked == []


@pytest.mark.parametrize("address", ["https://" + "a" * 70_000, "https://zdn.vn:x/"])
async def test_what_is_no_address_is_survived(address: str) -> None:
    assert await Hosts().fetching().fetch(address, HOSTS) is Unfetched.UNREACHABLE


async def test_without_hosts_nothing_is_fetched() -> None:
    hosts = Hosts()

    for none in ((), ("",)):
        assert await hosts.fetching().fetch(ADDRESS, none) is Unfetched.ELSEWHERE

    assert hosts.asked == []


async def test_not_even_settings_let_an_address_by_number_in() -> None:
    url = httpx2.URL("https://10.0.0.1/a.jpg")

    assert allowed(url, ["10.0.0.1", "0.0.1"]) is None


async def test_a_redirect_among_the_providers_hosts_is_followed() -> None:
    hosts = Hosts(redirect("http://b.zadn.vn/b.jpg", "c.jpg"))

    assert await hosts.fetching().fetch(ADDRESS, HOSTS) == b"file"
    assert hosts.asked == [ADDRESS, "https://b.zadn.vn/b.jpg", "https://b.zadn.vn/c.jpg"]


@pytest.mark.parametrize(
    "place",
    ["https://evil.com/a.jpg", "//evil.com/a.jpg", "http://127.0.0.1:8001/", "file:///etc/passwd"],
)
async def test_a_redirect_to_others_is_not_followed(place: str) -> None:
    hosts = Hosts(redirect("https://b.zdn.vn/b.jpg", place))

    found = await hosts.fetching().fetch(ADDRESS, HOSTS)

    assert found is Unfetched.ELSEWHERE
    assert hosts.asked == [ADDRESS, "https://b.zdn.vn/b.jpg"]


async def test_redirects_in_a_circle_come_to_an_end() -> None:
    hosts = Hosts(redirect(*[ADDRESS] * 99))

    assert await hosts.fetching().fetch(ADDRESS, HOSTS) is Unfetched.UNREACHABLE
    assert len(hosts.asked) == 3


@pytest.mark.parametrize("told", [True, False])
async def test_a_huge_file_is_not_read_to_its_end(told: bool) -> None:
    read = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"0" * 50

    headers = {"Content-Length": "50000"} if told else {}
    hosts = Hosts(lambda _: httpx2.Response(200, headers=headers, content=chunks()))

    assert await hosts.fetching().fetch(ADDRESS, HOSTS) is Unfetched.TOO_LARGE
    assert read == (0 if told else 3)


async def test_a_file_that_unpacks_to_a_thousand_times_its_size_is_not_unpacked() -> None:
    packed = httpx2.Response(200, headers={"Content-Encoding": "gzip"}, content=b"\x1f\x8b")
    hosts = Hosts(lambda _: packed)

    assert await hosts.fetching().fetch(ADDRESS, HOSTS) is Unfetched.UNREACHABLE


async def test_a_host_that_takes_for_ever_is_left() -> None:
    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b"0"
            await asyncio.sleep(0.02)

    hosts = Hosts(lambda _: httpx2.Response(200, content=drops()))

    found = await hosts.fetching(most_bytes=10**6, seconds=0.1).fetch(ADDRESS, HOSTS)

    assert found is Unfetched.UNREACHABLE


@pytest.mark.parametrize("status", [204, 403, 404, 500])
async def test_what_the_host_says_instead_of_the_file_is_not_taken_for_it(status: int) -> None:
    hosts = Hosts(lambda _: httpx2.Response(status, content=b"no" if status != 204 else b""))

    assert await hosts.fetching().fetch(ADDRESS, HOSTS) is Unfetched.UNREACHABLE


async def test_a_broken_connection_is_survived_and_its_address_is_not_logged() -> None:
    def breaks(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route to a.jpg")

    with capture_logs() as logs:
        found = await Hosts(breaks).fetching().fetch(ADDRESS, HOSTS)

    assert found is Unfetched.UNREACHABLE
    assert "a.jpg" not in str(logs)


async def test_a_cookie_of_one_file_is_not_shown_when_the_next_is_fetched() -> None:
    seen: list[str] = []

    def bakes(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("cookie", ""))
        cookie = {"Set-Cookie": "citizen=an; Domain=zdn.vn; Path=/"}
        return httpx2.Response(200, headers=cookie, content=b"file")

    fetching = Hosts(bakes).fetching()
    for _ in range(2):
        await fetching.fetch(ADDRESS, HOSTS)

    assert seen == ["", ""]
