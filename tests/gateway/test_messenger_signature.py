"""Proofs with the app's secret: nothing passes that was not made with it."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.messenger_signature import (
    BadSignature,
    is_signed,
    read_signed_request,
    signature_of,
    signed_request,
)

SECRET = "app-secret"
BODY = b'{"object":"page","entry":[{"text":"xin ch\\u00e0o"}]}'
SAID = {"algorithm": "HMAC-SHA256", "issued_at": 1790000000, "user_id": "218471"}


def test_takes_the_signature_of_the_raw_bytes() -> None:
    assert is_signed(BODY, signature_of(BODY, SECRET), SECRET)
    assert is_signed(BODY, signature_of(BODY, SECRET).upper(), SECRET)


def test_a_body_written_again_has_another_signature() -> None:
    again = json.dumps(json.loads(BODY), ensure_ascii=False, separators=(",", ":")).encode()

    assert json.loads(again) == json.loads(BODY)
    assert not is_signed(again, signature_of(BODY, SECRET), SECRET)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        "sha1=" + "0" * 40,
        signature_of(BODY, SECRET)[:-1],
        signature_of(BODY, SECRET).removeprefix("sha256="),
        signature_of(BODY, "another"),
        "sha256=" + "ế" * 64,
    ],
)
def test_refuses_any_other_header(header: str) -> None:
    assert not is_signed(BODY, header, SECRET)


def test_without_a_secret_nothing_is_signed() -> None:
    assert not is_signed(BODY, signature_of(BODY, ""), "")


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_refuses_a_body_with_one_other_byte(place: int, change: int) -> None:
    body = bytearray(BODY)
    body[place] ^= change

    assert not is_signed(bytes(body), signature_of(BODY, SECRET), SECRET)


def test_reads_a_signed_request() -> None:
    assert read_signed_request(signed_request(SAID, SECRET), SECRET) == SAID


@pytest.mark.parametrize(
    "request_of",
    [
        "",
        ".",
        "abc",
        "a.b.c",
        signed_request(SAID, "another"),
        signed_request({**SAID, "algorithm": "none"}, SECRET),
        signed_request(SAID, SECRET) + "A",
        signed_request(SAID, SECRET)[2:],
        "ế." + signed_request(SAID, SECRET).split(".")[1],
    ],
)
def test_refuses_every_other_request(request_of: str) -> None:
    with pytest.raises(BadSignature):
        read_signed_request(request_of, SECRET)


def test_refuses_a_request_when_there_is_no_secret() -> None:
    with pytest.raises(BadSignature):
        read_signed_request(signed_request(SAID, ""), "")


def test_refuses_a_payload_put_in_place_of_the_signed_one() -> None:
    signature, _ = signed_request(SAID, SECRET).split(".")
    other = base64.urlsafe_b64encode(json.dumps({**SAID, "user_id": "1"}).encode()).decode()

    with pytest.raises(BadSignature):
        read_signed_request(f"{signature}.{other.rstrip('=')}", SECRET)


@given(st.text())
def test_no_request_of_a_stranger_is_read(request: str) -> None:
    with pytest.raises(BadSignature):
        read_signed_request(request, SECRET)
