"""What Zalo's answer to a refresh means: a pair, another try, or a person."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gateway.channels.zalo_opening import LIFETIME, exchange_over, lifetime, open_client
from gateway.credentials import Pair
from gateway.tokens import Busy, Dead
from tests.gateway.zalo_samples import ZALO

PAIR = {"access_token": "a", "refresh_token": "r", "expires_in": "90000"}


async def answered(response: httpx2.Response | Exception) -> Pair | Dead | Busy:
    def answer(_: httpx2.Request) -> httpx2.Response:
        if isinstance(response, Exception):
            raise response
        return response

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        return await exchange_over(open_client(ZALO, http))("refresh-0")


async def test_a_pair_is_read_with_its_seconds_as_a_string() -> None:
    assert await answered(httpx2.Response(200, json=PAIR)) == Pair("a", "r", timedelta(hours=25))


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(200, json={"error": -32, "message": "limit"}),
        httpx2.Response(503),
        httpx2.Response(502),
        httpx2.Response(403, text="<html>"),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json={"status": "ok"}),
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("slow"),
    ],
    ids=["-32", "503", "502", "403", "no json", "not Zalo's", "refused", "slow"],
)
async def test_what_says_nothing_of_the_token_is_tried_again(
    response: httpx2.Response | Exception,
) -> None:
    assert isinstance(await answered(response), Busy)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": -14014, "error_name": "Invalid refresh token"}, "-14014"),
        ({"error": -14012}, "-14012"),
        ({**PAIR, "error": -14014}, "-14014"),
        ({"error": 0}, "no_pair"),
        ({**PAIR, "refresh_token": None}, "no_pair"),
        ({**PAIR, "access_token": ""}, "no_pair"),
        ({**PAIR, "refresh_token": ""}, "no_pair"),
    ],
)
async def test_every_other_answer_needs_a_person(body: dict[str, Any], reason: str) -> None:
    assert await answered(httpx2.Response(200, json=body)) == Dead(reason)


@pytest.mark.parametrize("written", [None, "", "soon", "-1", "0", "9" * 30, [], {}])
def test_without_seconds_a_token_is_taken_to_live_as_long_as_documented(written: object) -> None:
    assert lifetime(written) == LIFETIME
