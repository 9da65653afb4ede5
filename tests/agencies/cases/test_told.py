"""What a delivery that ended makes true."""

import pytest

from agencies.cases.model import EventKind
from agencies.cases.told import Told
from agencies.outbox.writing import Delivery, Kind, Purpose
from tests.agencies.cases.conftest import CLERK, EVERYTHING


@pytest.fixture
def told(clock):
    return Told(clock)


def forward(case, kind=Kind.CONSOLE):
    return Delivery(kind, case.agency_code, Purpose.FORWARD, "key", case.id, case.agency_id)


async def ended(engine, hook, delivery):
    async with engine.begin() as connection:
        await hook(connection, delivery)


async def test_a_case_is_forwarded_only_once_it_was_sent(cases, case, told, engine, sent, clock):
    assert case.forwarded_at is None
    assert await sent(recipient_kind="citizen") == []

    await ended(engine, told.sent, forward(case))
    await ended(engine, told.sent, forward(case, Kind.EMAIL))

    now = await cases.case(case.code, EVERYTHING)
    assert now.forwarded_at == clock.at
    kinds = [event.kind for event in await cases.events(case.id)]
    assert kinds == [EventKind.CREATED, EventKind.FORWARDED]
    [status] = await sent(recipient_kind="citizen")
    assert status["purpose"] == "status"
    assert case.code in status["payload"]["text"]
    assert "Sở Tư pháp tỉnh Mẫu" in status["payload"]["text"]


async def test_what_was_sent_to_an_agency_before_a_transfer_is_no_forward(
    cases, case, told, engine
):
    moved = await cases.transfer(case, "ubnd-xa-dong", "thuộc xã", CLERK)

    await ended(engine, told.sent, forward(case))

    assert (await cases.case(case.code, EVERYTHING)).forwarded_at is None
    await ended(engine, told.sent, forward(moved))
    assert (await cases.case(case.code, EVERYTHING)).forwarded_at is not None


async def test_an_answer_that_arrived_and_one_that_cannot_stand_in_the_history(
    cases, case, told, engine
):
    answer = Delivery(Kind.CITIZEN, "portal:abc", Purpose.ANSWER, "key", case.id)

    await ended(engine, told.sent, answer)
    await ended(engine, told.dead, answer)

    history = await cases.events(case.id)
    assert [event.kind for event in history][1:] == [
        EventKind.DELIVERED,
        EventKind.UNDELIVERABLE,
    ]
    assert history[-1].data == {"purpose": "answer", "way": "citizen"}


async def test_a_digest_is_of_no_case(cases, told, engine):
    digest = Delivery(Kind.EMAIL, "a@example.invalid", Purpose.DIGEST, "key")

    await ended(engine, told.sent, digest)
    await ended(engine, told.dead, digest)
