import hashlib
import hmac
import json
from datetime import timedelta

import httpx2
import pytest

from agencies.senders.addresses import ForbiddenAddress, is_public, safe_address
from agencies.senders.base import Later, Refused, Sent
from agencies.senders.testing import WebhookReceiver
from agencies.senders.webhook import (
    Endpoint,
    UnreadableEndpoints,
    WebhookSender,
    read_endpoints,
    retry_after,
)
from tests.agencies.senders.samples import AT, KEY, parcel

SECRET = "a secret of thirty-two characters"
URL = "https://nhan.sotuphap.gov.vn:8443/cases?nguon=mot-cua"


def resolving(*addresses):
    async def resolve(host, port):
        return list(addresses)

    return resolve


@pytest.fixture
def seen():
    return []


@pytest.fixture
def make(seen):
    def make(*answers, url=URL, addresses=("93.184.216.34",), **options):
        coming = iter(answers)

        def receive(request):
            seen.append(request)
            return next(coming, httpx2.Response(200, json={"id": 17}))

        return WebhookSender(
            {"so-tu-phap": Endpoint(url, SECRET)},
            clock=lambda: AT,
            resolve=resolving(*addresses),
            transport=httpx2.MockTransport(receive),
            **options,
        )

    return make


def to_webhook(**facts):
    return parcel(recipient="so-tu-phap", **facts)


async def test_signs_the_time_and_the_body(make, seen):
    outcome = await make().send(to_webhook())

    [request] = seen
    timestamp = request.headers["X-Mot-Cua-Timestamp"]
    signed = timestamp.encode() + b"." + request.content
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert outcome == Sent("17")
    assert timestamp == str(int(AT.timestamp()))
    assert request.headers["X-Mot-Cua-Signature"] == f"sha256={expected}"
    assert request.headers["Idempotency-Key"] == KEY


async def test_the_body_is_the_case(make, seen):
    await make().send(to_webhook(payload={"share": 80}))

    body = json.loads(seen[0].content)
    assert body["key"] == KEY
    assert body["case"]["code"] == "PA-7K2M-9QXT"
    assert body["case"]["reply_due"] == "2026-11-23T10:00:00+00:00"
    assert body["payload"] == {"share": 80}


async def test_connects_to_the_address_that_was_checked_under_the_name_it_has(make, seen):
    await make().send(to_webhook())

    [request] = seen
    assert request.url == "https://93.184.216.34:8443/cases?nguon=mot-cua"
    assert request.headers["Host"] == "nhan.sotuphap.gov.vn:8443"
    assert request.extensions["sni_hostname"] == "nhan.sotuphap.gov.vn"


async def test_follows_no_redirect(make, seen):
    moved = httpx2.Response(307, headers={"Location": "http://169.254.169.254/latest"})

    outcome = await make(moved).send(to_webhook())

    assert outcome == Refused("webhook: 307")
    assert len(seen) == 1


@pytest.mark.parametrize("status", [408, 409, 423, 425, 429, 500, 502, 503, 504])
async def test_is_for_later(make, status):
    answer = httpx2.Response(status, headers={"Retry-After": "90"})

    outcome = await make(answer).send(to_webhook())

    assert outcome == Later(f"webhook: {status}", after=timedelta(seconds=90))


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 422])
async def test_is_refused(make, status):
    assert await make(httpx2.Response(status)).send(to_webhook()) == Refused(f"webhook: {status}")


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.1.2.3",),
        ("169.254.169.254",),
        ("::1",),
        ("fd00::1",),
        ("::ffff:192.168.1.1",),
        ("64:ff9b::a00:1",),
        ("0.0.0.0",),  # noqa: S104
        ("224.0.0.1",),
        ("93.184.216.34", "192.168.0.7"),
    ],
)
async def test_nothing_goes_into_our_own_network(make, seen, addresses):
    outcome = await make(addresses=addresses).send(to_webhook())

    assert outcome == Refused("webhook: an address of a private network")
    assert seen == []


@pytest.mark.parametrize(
    "url",
    ["http://nhan.gov.vn/", "ftp://nhan.gov.vn/", "https://a:b@nhan.gov.vn/", "https:///x", "x"],
)
async def test_nothing_goes_to_what_is_no_plain_https_address(make, seen, url):
    outcome = await make(url=url).send(to_webhook())

    assert isinstance(outcome, Refused)
    assert seen == []


async def test_a_setting_allows_an_address_inside(make):
    sender = make(addresses=("10.1.2.3",), url="http://nhan.noibo/", allow_private=True)

    assert isinstance(await sender.send(to_webhook()), Sent)


async def test_an_unknown_name_is_for_later():
    async def resolve(host, port):
        raise OSError("no such name")

    sender = WebhookSender({"so-tu-phap": Endpoint(URL, SECRET)}, resolve=resolve)

    assert await sender.send(to_webhook()) == Later("webhook: OSError")
    await sender.close()


async def test_a_name_without_an_address_is_not_used():
    with pytest.raises(OSError, match="no address"):
        await safe_address(URL, allow_private=False, resolve=resolving())


async def test_a_port_that_is_none_is_forbidden():
    with pytest.raises(ForbiddenAddress):
        await safe_address("https://a.vn:99999/", allow_private=False, resolve=resolving("1.1.1.1"))


async def test_an_agency_without_a_webhook_is_skipped(make):
    outcome = await make().send(parcel(recipient="khac"))

    assert outcome == Later("no webhook is set for this agency")


async def test_an_endless_answer_is_not_read_to_its_end(make):
    async def endless():
        while True:
            yield b"x" * 10_000

    outcome = await make(httpx2.Response(200, content=endless())).send(to_webhook())

    assert outcome == Sent("")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[1]", b'{"id": {}}', b'{"id": null}'])
async def test_an_answer_that_cannot_be_read_is_an_answer(make, content):
    outcome = await make(httpx2.Response(200, content=content)).send(to_webhook())

    assert outcome == Sent("")


async def test_a_receiver_with_another_secret_refuses():
    async with WebhookReceiver(secret="another secret, as long as that one") as receiver:
        endpoint = Endpoint(f"http://127.0.0.1:{receiver.port}/", SECRET)
        sender = WebhookSender({"so-tu-phap": endpoint}, allow_private=True)

        outcome = await sender.send(to_webhook())
        await sender.close()

    assert outcome == Refused("webhook: 401")
    assert receiver.worked == {}


def test_reads_where_webhooks_are(tmp_path):
    file = tmp_path / "webhooks.yml"
    file.write_text(f"so-tu-phap:\n  url: {URL}\n  secret: {SECRET}\n", encoding="utf-8")

    assert read_endpoints(file) == {"so-tu-phap": Endpoint(URL, SECRET)}
    assert read_endpoints(None) == {}


@pytest.mark.parametrize(
    "text", ["[", "- a", "a: b", "a: {url: x}", "a: {url: x, secret: ngan-qua}"]
)
def test_a_faulty_file_of_webhooks_stops_the_start_without_quoting_it(tmp_path, text):
    file = tmp_path / "webhooks.yml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UnreadableEndpoints) as caught:
        read_endpoints(file)

    assert "ngan-qua" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("99999999999", 86_400),
        ("Mon, 16 Nov 2026 02:01:00 GMT", 60),
        ("Mon, 16 Nov 2020 02:01:00 GMT", 0),
    ],
)
def test_understands_when_to_come_back(value, seconds):
    assert retry_after(value, lambda: AT) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "-1", "soon", "１２", "Mon, 16 Nov 2026 02:01:00"])
def test_does_not_wait_for_what_it_does_not_understand(value):
    assert retry_after(value, lambda: AT) is None


def test_an_address_of_the_open_internet_is_public():
    assert is_public("2606:4700:4700::1111")
