import pytest

from agencies.database import writing
from agencies.outbox.writing import Purpose, queue, withdraw
from agencies.senders.testing import FakeSender
from tests.agencies.outbox.samples import forward, put, states


async def test_writes_what_must_be_sent_with_the_fact_it_reports(cases):
    async with writing(cases).begin() as connection:
        is_new = await queue(connection, forward(1))

    assert is_new
    assert await states(cases) == ["waiting"]


async def test_writes_nothing_when_the_fact_was_not_kept(cases):
    async with writing(cases).connect() as connection:
        await queue(connection, forward(1))
        await connection.rollback()

    assert await states(cases) == []


async def test_the_same_fact_told_twice_is_one_delivery(cases):
    async with writing(cases).begin() as connection:
        first = await queue(connection, forward(1))
        second = await queue(connection, forward(1))

    assert (first, second) == (True, False)
    assert await states(cases) == ["waiting"]


async def test_what_was_withdrawn_is_not_sent(cases, make_worker):
    await put(cases, forward(1, agency_id=2), forward(2, agency_id=2))
    async with writing(cases).begin() as connection:
        number = await withdraw(connection, 1, agency_id=2)

    sender = FakeSender()
    await make_worker(sender).send_due()

    assert number == 1
    assert [parcel.case.code for parcel in sender.tries] == ["PA-00000002"]


@pytest.mark.parametrize(
    "other",
    [
        {"agency_id": 3},  # The unit that has it now.
        {"agency_id": 2, "purpose": Purpose.WARNING},  # Told as the superior unit, or as triage.
        {"agency_id": 2, "case_id": 2},
    ],
)
async def test_withdraws_only_what_was_for_the_old_owner(cases, other):
    await put(cases, forward(1, **other))
    async with writing(cases).begin() as connection:
        number = await withdraw(connection, 1, agency_id=2)

    assert number == 0
    assert await states(cases) == ["waiting"]
