"""What a delivery that ended makes true."""

import pytest
import sqlalchemy as sa

from agencies.cases.model import EventKind
from agencies.cases.told import Told
from agencies.outbox.tables import delivery
from agencies.outbox.writing import Delivery, Kind, Purpose, State
from agencies.staff.model import Role
from agencies.staff.room import open_room
from agencies.staff.settings import StaffSettings
from tests.agencies.cases.conftest import CLERK, EVERYTHING, a_draft
from tests.agencies.staffed import account


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


async def test_after_the_answer_nobody_is_told_that_it_was_forwarded(
    cases, case, told, engine, sent, clock
):
    await cases.answer(case, "Xong", CLERK)

    await ended(engine, told.sent, forward(case))

    assert (await cases.case(case.code, EVERYTHING)).forwarded_at == clock.at
    assert await sent(recipient_kind="citizen", purpose="status") == []


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


async def test_an_answer_that_waits_for_the_citizen_is_not_called_delivered(
    cases, case, told, engine
):
    answer = Delivery(Kind.CITIZEN, "zalo:1", Purpose.ANSWER, "key", case.id)
    question = Delivery(Kind.CITIZEN, "zalo:1", Purpose.QUESTION, "key", case.id)
    status = Delivery(Kind.CITIZEN, "zalo:1", Purpose.STATUS, "key", case.id)

    for delivery_ in (answer, question, status):
        await ended(engine, told.held, delivery_)

    history = await cases.events(case.id)
    assert [event.kind for event in history][1:] == [EventKind.HELD, EventKind.HELD]
    assert not any(event.public for event in history[1:])


@pytest.fixture
async def written(cases, case, engine, told):
    """Nobody has an account; the letter is given up, or what `kind` says."""

    async def give_up(kind, of=case):
        found = sa.update(delivery).where(delivery.c.case_id == of.id)
        async with engine.begin() as connection:
            await connection.execute(
                found.where(delivery.c.recipient_kind == kind).values(state=State.DEAD)
            )
            await told.dead(connection, forward(of, kind))

    return give_up


async def test_triage_is_told_once_when_no_way_to_the_agency_is_left(
    cases, case, written, sent, engine
):
    await written(Kind.EMAIL)
    await written(Kind.CONSOLE)

    warnings = await sent(purpose="warning")
    assert {(row["recipient_kind"], row["recipient"]) for row in warnings} == {
        ("console", "to-phan-loai"),
        ("email", "a@example.invalid"),
    }
    [event] = [one for one in await cases.events(case.id) if one.kind == EventKind.WARNED]
    assert event.data == {"what": "unreached"}


async def test_triage_is_not_told_while_a_letter_is_on_its_way(written, sent):
    await written(Kind.CONSOLE)

    assert await sent(purpose="warning") == []


async def test_triage_is_not_told_of_a_dead_letter_where_staff_see_the_queue(loaded, written, sent):
    room = open_room(loaded.engine, StaffSettings())
    await account(room, Role.CLERK, "so-tu-phap")

    await written(Kind.EMAIL)

    assert await sent(purpose="warning") == []


async def test_letters_are_not_written_where_none_can_be_sent(make, sent):
    without = make(mail=False)

    await without.create(a_draft(), agency="so-tu-phap")

    assert [row["recipient_kind"] for row in await sent()] == ["console"]


async def test_a_digest_is_of_no_case(cases, told, engine):
    digest = Delivery(Kind.EMAIL, "a@example.invalid", Purpose.DIGEST, "key")

    await ended(engine, told.sent, digest)
    await ended(engine, told.dead, digest)
