from datetime import timedelta

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from agencies.database import writing
from agencies.outbox.bounce_api import install
from agencies.outbox.bounces import Bounce, Bounces, Effect
from agencies.outbox.metrics import OutboxMetrics
from agencies.outbox.recipients import Recipients
from agencies.outbox.retries import Retries
from agencies.outbox.tables import recipient_state
from agencies.outbox.writing import Kind
from agencies.senders.base import Sent
from agencies.senders.testing import FakeSender
from tests.agencies.outbox.samples import forward, put, rows, states

ADDRESS = "tiepnhan@sotuphap.gov.vn"
TOKEN = "a token for tests, long enough"


@pytest.fixture
def given_up():
    return []


@pytest.fixture
def bounces(cases, clock, given_up):
    async def dead(connection, delivery):
        given_up.append(delivery.case_id)

    return Bounces(cases, Retries(spread=0), OutboxMetrics(), dead=dead, clock=clock)


@pytest.fixture
def worker(make_worker):
    class Numbered(FakeSender):
        async def send(self, parcel):
            await super().send(parcel)
            return Sent(f"<{parcel.case.code}@tinh.gov.vn>")

    return make_worker(Numbered())


def about(number, key="", hard=True):
    message_id = f"<PA-{number:08}@tinh.gov.vn>"
    return Bounce(key or f"<report.{number}>", message_id, hard=hard, reason="5.1.1")


async def state_of(engine, recipient=ADDRESS):
    found = sa.select(recipient_state).where(recipient_state.c.recipient == recipient)
    async with engine.connect() as connection:
        return (await connection.execute(found)).mappings().first()


async def test_a_hard_bounce_makes_a_dead_letter_and_tells_the_case(
    cases, worker, bounces, given_up
):
    await put(cases, forward(1))
    await worker.send_due()

    effect = await bounces.take(about(1))

    [row] = await rows(cases)
    assert effect == Effect.DEAD
    assert (row["state"], row["error"]) == ("dead", "bounced: 5.1.1")
    assert given_up == [1]


async def test_a_soft_bounce_sends_it_again_later(cases, worker, bounces, clock, given_up):
    await put(cases, forward(1))
    await worker.send_due()

    effect = await bounces.take(about(1, hard=False))
    at_once = await worker.send_due()
    clock.pass_(hours=1)
    later = await worker.send_due()

    assert (effect, at_once, later) == (Effect.AGAIN, 0, 1)
    assert await states(cases) == ["sent"]
    assert given_up == []


async def test_the_same_report_twice_changes_nothing(cases, worker, bounces, given_up):
    await put(cases, forward(1))
    await worker.send_due()

    effects = [await bounces.take(about(1)) for _ in range(3)]

    assert effects == [Effect.DEAD, Effect.KNOWN, Effect.KNOWN]
    assert given_up == [1]
    assert (await state_of(cases))["hard_bounces"] == 1


async def test_one_bounce_told_by_mail_and_by_webhook_counts_once(
    cases, worker, bounces, clock, given_up
):
    await put(cases, forward(1))
    await worker.send_due()

    first = await bounces.take(about(1, "<by-mail>", hard=False))
    second = await bounces.take(about(1, "by-webhook", hard=False))
    clock.pass_(hours=1)
    tries = await worker.send_due()
    third = await bounces.take(about(1, "<by-mail>", hard=False))

    assert (first, second, third) == (Effect.AGAIN, Effect.KNOWN, Effect.KNOWN)
    assert tries == 1
    assert await states(cases) == ["sent"]
    assert (await state_of(cases))["soft_bounces"] == 1


async def test_a_report_about_a_letter_that_is_not_ours_is_kept_and_harmless(cases, bounces):
    effects = [await bounces.take(about(99)) for _ in range(2)]

    assert effects == [Effect.UNMATCHED, Effect.UNMATCHED]


async def bounce_again_and_again(cases, worker, bounces, clock, times, *, hard):
    for number in range(1, times + 1):
        await put(cases, forward(number))
        await worker.send_due()
        await bounces.take(about(number, hard=hard))
        clock.pass_(minutes=1)


async def test_one_hard_bounce_does_not_hold_an_address(cases, worker, bounces, clock):
    await bounce_again_and_again(cases, worker, bounces, clock, 1, hard=True)

    assert (await state_of(cases))["held_until"] is None


async def test_two_hard_bounces_hold_an_address_for_a_day_and_not_for_ever(
    cases, worker, bounces, clock
):
    await bounce_again_and_again(cases, worker, bounces, clock, 2, hard=True)
    await put(cases, forward(3), forward(4, recipient="khac@khac.gov.vn"))

    await worker.send_due()
    held = (await states(cases))[2:]
    clock.pass_(days=1)
    await worker.send_due()

    assert held == ["waiting", "sent"]
    assert (await states(cases))[2:] == ["sent", "sent"]


async def test_no_hold_is_longer_than_a_week(cases, worker, bounces, clock):
    await put(cases, *map(forward, range(1, 31)))
    await worker.send_due()
    for number in range(1, 31):
        await bounces.take(about(number))

    held_until = (await state_of(cases))["held_until"]

    assert held_until - clock() == timedelta(days=7)


@pytest.mark.parametrize(("times", "is_held"), [(4, False), (5, True)])
async def test_soft_bounces_hold_an_address_when_there_are_many(
    cases, worker, bounces, clock, times, is_held
):
    await bounce_again_and_again(cases, worker, bounces, clock, times, hard=False)

    assert ((await state_of(cases))["held_until"] is not None) == is_held


async def test_old_bounces_are_forgotten(cases, worker, bounces, clock):
    await bounce_again_and_again(cases, worker, bounces, clock, 1, hard=True)
    clock.pass_(weeks=6)
    await put(cases, forward(2), at=clock())
    await worker.send_due()
    await bounces.take(about(2))

    assert (await state_of(cases))["held_until"] is None


async def test_an_operator_releases_an_address(cases, worker, bounces, clock):
    await bounce_again_and_again(cases, worker, bounces, clock, 2, hard=True)
    async with writing(cases).begin() as connection:
        known = await Recipients(connection, Retries(), clock()).release(Kind.EMAIL, ADDRESS)
    await put(cases, forward(3))

    await worker.send_due()

    assert known
    assert (await states(cases))[2] == "sent"


async def test_success_does_not_end_a_hold_for_bounces(cases, worker, bounces, clock):
    await bounce_again_and_again(cases, worker, bounces, clock, 2, hard=True)
    before = (await state_of(cases))["held_until"]
    clock.pass_(days=1)
    await put(cases, forward(3))
    await worker.send_due()

    assert (await state_of(cases))["held_until"] == before


@pytest.fixture
async def provider(bounces):
    app = FastAPI()
    install(app, bounces, TOKEN)
    transport = httpx2.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://agencies", headers=headers
    ) as http:
        yield http


REPORT = {"key": "e1", "message_id": "<PA-00000001@tinh.gov.vn>", "hard": True, "reason": "5.1.1"}


async def test_a_provider_reports_over_http(cases, worker, provider):
    await put(cases, forward(1))
    await worker.send_due()

    first = await provider.post("/bounces", json=REPORT)
    second = await provider.post("/bounces", json=REPORT)

    assert (first.status_code, first.json()) == (202, {"effect": "dead"})
    assert second.json() == {"effect": "known"}


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
async def test_nobody_else_may_report(cases, worker, provider, authorization):
    await put(cases, forward(1))
    await worker.send_due()

    response = await provider.post(
        "/bounces", json=REPORT, headers={"Authorization": authorization}
    )

    assert response.status_code == 403
    assert await states(cases) == ["sent"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"message_id": "x"},
        {"message_id": "<a\u0000b>"},
        {"key": ""},
        {"reason": "Nguyễn Văn Mẫu"},
        {"more": 1},
    ],
)
async def test_reports_that_say_something_else_are_not_taken(provider, wrong):
    assert (await provider.post("/bounces", json=REPORT | wrong)).status_code == 422


async def test_without_a_token_there_is_no_such_route(bounces):
    app = FastAPI()
    install(app, bounces, "")

    assert "/bounces" not in {getattr(route, "path", "") for route in app.routes}
