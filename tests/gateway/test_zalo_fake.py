"""The fake Zalo holds to what Zalo does; what is tried against it is worth what this is."""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from gateway.testing.zalo import FIRST_ACCESS, FIRST_REFRESH, FakeZalo
from tests.gateway.conftest import Clock
from tests.gateway.zalo_fixtures import Webhook
from tests.gateway.zalo_samples import USER, ZALO

API, OAUTH = ZALO.api_url, ZALO.oauth_url


@pytest.fixture
async def http(fake_zalo: FakeZalo) -> AsyncIterator[httpx2.AsyncClient]:
    fake_zalo.act(USER)
    async with fake_zalo.http() as http:
        yield http


async def say(
    http: httpx2.AsyncClient, message: dict[str, Any] | None = None, *, token: str = FIRST_ACCESS
) -> dict[str, Any]:
    body = {"recipient": {"user_id": USER}, "message": message or {"text": "Chào"}}
    url = f"{API}/v3.0/oa/message/cs"
    response = await http.post(url, json=body, headers={"access_token": token})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


async def refresh(http: httpx2.AsyncClient, token: str, secret: str = "") -> dict[str, Any]:
    form = {"refresh_token": token, "app_id": ZALO.app_id, "grant_type": "refresh_token"}
    url = f"{OAUTH}/v4/oa/access_token"
    headers = {"secret_key": secret or ZALO.app_secret}
    answer: dict[str, Any] = (await http.post(url, data=form, headers=headers)).json()
    return answer


def a_button(**other: Any) -> dict[str, Any]:
    return {"title": "Lệ phí", "type": "oa.query.show", "payload": "Lệ phí?", **other}


def with_buttons(*buttons: Any, **payload: Any) -> dict[str, Any]:
    attachment = {"type": "template", "payload": {"buttons": list(buttons), **payload}}
    return {"text": "Cần gì?", "attachment": attachment}


class TestTokens:
    async def test_a_pair_is_replaced_and_the_old_one_is_dead(
        self, http: httpx2.AsyncClient
    ) -> None:
        pair = await refresh(http, FIRST_REFRESH)

        assert pair["expires_in"] == "90000"
        assert (await say(http, token=pair["access_token"]))["error"] == 0
        assert (await say(http))["error"] == -220
        assert (await refresh(http, FIRST_REFRESH))["error"] == -14014
        assert (await refresh(http, pair["refresh_token"]))["access_token"]

    async def test_a_token_dies_after_25_hours(
        self, http: httpx2.AsyncClient, clock: Clock
    ) -> None:
        clock.advance(hours=24, minutes=59)
        before = await say(http)
        clock.advance(minutes=2)

        assert (before["error"], (await say(http))["error"]) == (0, -220)

    async def test_a_refresh_token_dies_after_three_months(
        self, http: httpx2.AsyncClient, clock: Clock
    ) -> None:
        clock.advance(days=91)

        assert (await refresh(http, FIRST_REFRESH))["error"] == -14014

    async def test_another_apps_secret_replaces_nothing(self, http: httpx2.AsyncClient) -> None:
        assert (await refresh(http, FIRST_REFRESH, secret="wrong"))["error"] != 0
        assert (await say(http))["error"] == 0

    async def test_an_unknown_token_is_not_valid(self, http: httpx2.AsyncClient) -> None:
        assert (await say(http, token="made-up"))["error"] == -216

    async def test_a_wrong_proof_is_refused_a_missing_one_where_it_is_required(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo
    ) -> None:
        key, token = ZALO.app_secret.encode(), FIRST_ACCESS.encode()
        proof = hmac.new(key, token, hashlib.sha256).hexdigest()

        async def getoa(**headers: str) -> int:
            shown = {"access_token": FIRST_ACCESS, **headers}
            response = await http.get(f"{API}/v2.0/oa/getoa", headers=shown)
            return int(response.json()["error"])

        found = [await getoa(), await getoa(appsecret_proof="x")]
        fake_zalo.requires_proof = True
        found += [await getoa(), await getoa(appsecret_proof=proof)]

        assert found == [0, -242, -242, 0]


class TestMessages:
    @pytest.mark.parametrize(
        ("message", "code"),
        [
            ({"text": "x" * 2000}, 0),
            ({"text": "x" * 2001}, -201),
            ({"text": unicodedata.normalize("NFD", "ệ" * 1000)}, -201),
            ({"text": ""}, -201),
            ({"text": 1}, -201),
            (with_buttons(a_button()), 0),
            (with_buttons(*[a_button()] * 6), -201),
            (with_buttons(), -201),
            (with_buttons(a_button(), template_type="list"), -233),
            (with_buttons(a_button(title="x" * 101)), -201),
            (with_buttons(a_button(payload="x" * 1001)), -201),
            (with_buttons(a_button(payload={})), -201),
            (with_buttons(a_button(type="oa.query.other")), -233),
            (with_buttons(a_button(type="oa.open.url", payload={"url": "https://a.vn"})), 0),
            (with_buttons(a_button(type="oa.open.url", payload="https://a.vn")), -201),
            ({"text": "a", "attachment": {"type": "file", "payload": {}}}, -233),
        ],
    )
    async def test_only_documented_shapes_are_taken(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo, message: dict[str, Any], code: int
    ) -> None:
        assert (await say(http, message))["error"] == code
        assert len(fake_zalo.read_by(USER)) == (code == 0)

    async def test_calls_are_limited_by_the_minute_and_told_so(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo, clock: Clock
    ) -> None:
        fake_zalo.rate_limit = 0
        url, headers = f"{API}/v2.0/oa/getoa", {"access_token": FIRST_ACCESS}

        response = await http.get(url, headers=headers)
        clock.advance(seconds=60)
        fake_zalo.rate_limit = 4000
        after = await http.get(url, headers=headers)

        assert response.json()["error"] == -32
        assert (after.json()["error"], after.headers["x-ratelimit-limit"]) == (0, "4000")
        assert after.headers["x-ratelimit-remain"] == "3999"

    async def test_a_citizen_who_never_acted_cannot_be_written_to(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo
    ) -> None:
        fake_zalo.acted.clear()

        assert (await say(http))["error"] == -230

    @pytest.mark.parametrize("act", ["follow", "click_chat", "submit_info"])
    async def test_every_act_opens_the_window_again(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo, clock: Clock, act: str
    ) -> None:
        clock.advance(days=8)
        pair = fake_zalo.tokens.issue()
        closed = await say(http, token=pair.access)
        await getattr(fake_zalo, act)(USER)

        assert (closed["error"], (await say(http, token=pair.access))["error"]) == (-230, 0)

    async def test_a_template_needs_its_own_parameters(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo
    ) -> None:
        fake_zalo.templates = {"T1": ("code",)}

        async def notify(template: str, **data: str) -> int:
            body = {"user_id": USER, "template_id": template, "template_data": data}
            url, headers = f"{API}/v3.0/oa/message/template", {"access_token": FIRST_ACCESS}
            return int((await http.post(url, json=body, headers=headers)).json()["error"])

        codes = [await notify("T2", code="1"), await notify("T1"), await notify("T1", code="1")]

        assert codes == [-201, -201, 0]


class TestWebhook:
    async def test_a_call_is_signed_as_documented(
        self, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        await fake_zalo.write(USER, "Chào bạn")

        [call] = zalo_webhook.calls
        event = json.loads(call.content)
        joined = f"{ZALO.app_id}{call.content.decode()}{event['timestamp']}{ZALO.oa_secret}"
        right = hashlib.sha256(joined.encode()).hexdigest()
        assert call.headers["x-zevent-signature"] == f"mac={right}"
        assert event["message"]["text"] == "Chào bạn"
        assert all(isinstance(event[name], str) for name in ("app_id", "timestamp"))

    async def test_what_is_not_taken_is_tried_five_times_and_then_no_more(
        self, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        zalo_webhook.status = 503
        await fake_zalo.write(USER, "a")
        await fake_zalo.settle()
        await fake_zalo.write(USER, "b")

        tries = [call.headers.get("num_retry") for call in zalo_webhook.calls]
        assert tries == [None, "1", "2", "3", "4", "5"]
        assert len({call.content for call in zalo_webhook.calls}) == 1
        assert not fake_zalo.hooks.is_subscribed

    async def test_a_try_that_is_taken_is_the_last(
        self, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        zalo_webhook.status = 500
        await fake_zalo.write(USER, "a")
        zalo_webhook.status = 200
        await fake_zalo.settle()

        assert [one.status for one in fake_zalo.deliveries] == [500, 200]
        assert fake_zalo.hooks.is_subscribed

    async def test_an_answer_after_two_seconds_is_none(
        self, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        documented = fake_zalo.hooks.deadline_seconds
        fake_zalo.hooks.deadline_seconds = 0.05
        zalo_webhook.seconds = 1
        await fake_zalo.write(USER, "a")
        zalo_webhook.seconds = 0
        await fake_zalo.settle()

        assert documented == 2
        assert [one.status for one in fake_zalo.deliveries] == [None, 200]

    async def test_what_is_said_comes_back_and_is_received(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo
    ) -> None:
        await say(http)
        await fake_zalo.settle()

        events = [one.event for one in fake_zalo.deliveries]
        assert events == ["oa_send_text", "user_received_message"]

    async def test_an_echo_can_come_before_the_answer_or_not_at_all(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo
    ) -> None:
        fake_zalo.receipts = False
        fake_zalo.echo_first = True
        await say(http)
        first = len(fake_zalo.deliveries)
        fake_zalo.no_echo = True
        await say(http)
        await fake_zalo.settle()

        assert (first, len(fake_zalo.deliveries)) == (1, 1)

    async def test_events_can_overtake_each_other_and_come_twice(
        self, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        fake_zalo.reorder = True
        await fake_zalo.write(USER, "a")
        await fake_zalo.write(USER, "b")
        fake_zalo.reorder, fake_zalo.duplicate = False, 1
        await fake_zalo.write(USER, "c")

        texts = [json.loads(call.content)["message"]["text"] for call in zalo_webhook.calls]
        assert texts == ["b", "a", "c", "c"]

    async def test_staff_are_known_by_their_id(
        self, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        await fake_zalo.staff_write(USER, "Tôi là cán bộ")

        assert json.loads(zalo_webhook.calls[0].content)["sender"]["admin_id"]
        assert [shown.by for shown in fake_zalo.phones[USER]] == ["staff"]

    async def test_a_hidden_payload_is_not_shown_on_the_phone(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        fake_zalo.no_echo, fake_zalo.receipts = True, False
        await say(http, with_buttons(a_button(), a_button(title="Ẩn", type="oa.query.hide")))
        await fake_zalo.press(USER, "Lệ phí")
        await fake_zalo.press(USER, "Ẩn")

        said = [shown.text for shown in fake_zalo.phones[USER] if shown.by == "citizen"]
        assert said == ["Lệ phí?"]
        assert len(zalo_webhook.calls) == 2
        with pytest.raises(LookupError):
            await fake_zalo.press(USER, "Không có")

    async def test_a_file_can_be_fetched_from_where_the_event_says(
        self, http: httpx2.AsyncClient, fake_zalo: FakeZalo, zalo_webhook: Webhook
    ) -> None:
        await fake_zalo.send_image(USER, b"\xff\xd8\xff")

        [attached] = json.loads(zalo_webhook.calls[0].content)["message"]["attachments"]
        fetched = await http.get(attached["payload"]["url"])
        assert fetched.content == b"\xff\xd8\xff"
        assert fetched.request.url.host.endswith(".zdn.vn")
