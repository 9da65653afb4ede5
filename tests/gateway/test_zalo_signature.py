"""Only what Zalo signed is taken, and none of the mistakes known from other programs is made."""

import hashlib
import hmac
import json
from collections.abc import Callable

import pytest

from gateway.channels.base import MalformedWebhook, RejectedWebhook
from gateway.channels.zalo import ZaloChannel
from gateway.channels.zalo_signature import VARIANTS, Signature
from gateway.metrics import Metrics
from tests.gateway.zalo_samples import ZALO, body_of, wrote

BODY = body_of(wrote(text="Xin chào"))
BODY_TIME = "1732230000123"
HEADER_TIME = "1732230000999"
APP, OA, SECRET = ZALO.app_id, ZALO.oa_id, ZALO.oa_secret
JOINED = {
    "app-body": (APP, BODY_TIME),
    "oa-body": (OA, BODY_TIME),
    "app-header": (APP, HEADER_TIME),
    "oa-header": (OA, HEADER_TIME),
}


def a_signature(variant: str = "auto", *, secret: str = SECRET) -> Signature:
    return Signature(app_id=APP, oa_id=OA, secret=secret, variant=variant)


def sha256(*pieces: str | bytes) -> str:
    joined = b"".join(one.encode() if isinstance(one, str) else one for one in pieces)
    return hashlib.sha256(joined).hexdigest()


def signed(variant: str, body: bytes = BODY, *, secret: str = SECRET) -> dict[str, str]:
    identity, moment = JOINED[variant]
    headers = {"x-zevent-signature": f"mac={sha256(identity, body, moment, secret)}"}
    return headers | ({"x-zevent-timestamp": moment} if variant.endswith("header") else {})


@pytest.mark.parametrize("variant", VARIANTS)
def test_finds_the_variant_by_itself(variant: str) -> None:
    assert a_signature().matching(BODY, signed(variant)) == variant


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("pinned", VARIANTS)
def test_takes_only_the_variant_that_is_pinned(variant: str, pinned: str) -> None:
    found = a_signature(pinned).matching(BODY, signed(variant))

    assert found == (pinned if variant == pinned else None)


def test_the_bytes_are_hashed_as_they_came() -> None:
    body = b'{ "timestamp" : "1732230000123",\n"message":{"text":"a\\u1ee5"}}'
    other = json.dumps(json.loads(body)).encode()

    assert a_signature().matching(body, signed("app-body", body)) == "app-body"
    assert a_signature().matching(body, signed("app-body", other)) is None


@pytest.mark.parametrize("place", range(0, len(BODY), 7))
def test_one_other_byte_is_noticed(place: int) -> None:
    tampered = bytearray(BODY)
    tampered[place] ^= 1

    assert a_signature().matching(bytes(tampered), signed("app-body")) is None


def test_a_hash_keyed_as_hmac_is_refused() -> None:
    keyed = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    joined = APP.encode() + BODY + BODY_TIME.encode()
    keyed_join = hmac.new(SECRET.encode(), joined, hashlib.sha256).hexdigest()

    for wrong in (keyed, keyed_join):
        assert a_signature().matching(BODY, {"x-zevent-signature": f"mac={wrong}"}) is None


def test_the_apps_secret_proves_nothing() -> None:
    headers = signed("app-body", secret=ZALO.app_secret)

    assert a_signature().matching(BODY, headers) is None


@pytest.mark.parametrize("secret", ["", "oa-secret"])
def test_without_a_secret_nothing_is_ever_taken(secret: str) -> None:
    assert a_signature(secret="").matching(BODY, signed("app-body", secret=secret)) is None


def test_without_an_id_there_is_nothing_to_join() -> None:
    nobody = Signature(app_id="", oa_id="", secret=SECRET)
    headers = {"x-zevent-signature": sha256(BODY, BODY_TIME, SECRET)}

    assert nobody.matching(BODY, headers) is None


@pytest.mark.parametrize(
    "written", ["mac={}", "MAC={}", " mac={} ", "{}", "mac= {}"], ids=lambda one: repr(one)
)
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_reads_the_header_however_it_is_written(written: str, case: Callable[[str], str]) -> None:
    digest = case(sha256(APP, BODY, BODY_TIME, SECRET))

    assert a_signature().matching(BODY, {"x-zevent-signature": written.format(digest)})


@pytest.mark.parametrize("header", ["", "mac=", "mac", "é", "\udcff", "mac=" + "0" * 64, "mac=xyz"])
def test_refuses_what_is_no_signature(header: str) -> None:
    assert a_signature().matching(BODY, {"x-zevent-signature": header}) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"null", b'"timestamp"', b"{}", b'{"timestamp": []}', b"[" * 90_000],
    ids=lambda one: repr(one[:12]),
)
def test_a_body_without_a_time_is_not_signed_by_it(body: bytes) -> None:
    headers = {"x-zevent-signature": sha256(APP, body, SECRET)}

    assert a_signature().matching(body, headers) is None


def test_a_number_is_a_time_as_well() -> None:
    body = b'{"timestamp": 1732230000123}'

    assert a_signature().matching(body, signed("app-body", body)) == "app-body"


class TestTheChannel:
    def test_counts_what_matched(self, zalo: ZaloChannel, zalo_metrics: Metrics) -> None:
        for variant in ("app-body", "oa-header", "oa-header"):
            zalo.receive(BODY, signed(variant))

        counted = zalo_metrics.text().decode()
        assert 'gateway_signatures_total{channel="zalo",variant="app-body"} 1.0' in counted
        assert 'gateway_signatures_total{channel="zalo",variant="oa-header"} 2.0' in counted

    def test_a_wrong_signature_is_not_only_noted(self, zalo: ZaloChannel) -> None:
        with pytest.raises(RejectedWebhook):
            zalo.receive(BODY, signed("app-body", secret="guessed"))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"[" * 90_000,
            b"\xff\xfe",
            b'{"a": NaN}',
            b'{"a": 1e999}',
            b'{"a": ' + b"9" * 5000 + b"}",
        ],
        ids=lambda one: repr(one[:12]),
    )
    def test_names_a_genuine_body_that_is_no_event(self, zalo: ZaloChannel, body: bytes) -> None:
        with pytest.raises(MalformedWebhook):
            zalo.receive(body, signed("app-header", body))
