import pytest
import sqlalchemy as sa

from agencies.database import writing
from agencies.model import ContactState
from agencies.outbox.reviving import revive_dead
from agencies.outbox.tables import delivery
from agencies.outbox.writing import Kind
from agencies.senders.base import Refused
from agencies.senders.testing import FakeSender
from agencies.tables import agency
from tests.agencies.outbox.samples import answer, forward, put, rows, states


async def revive(engine, *numbers):
    async with writing(engine).begin() as connection:
        return await revive_dead(connection, numbers or None)


async def agency_id(engine):
    async with engine.connect() as connection:
        found = sa.select(agency.c.id).where(agency.c.code == "so-tu-phap")
        return (await connection.execute(found)).scalar_one()


async def test_a_dead_letter_is_sent_again_under_its_old_key(cases, make_worker, clock):
    sender = FakeSender([Refused("smtp 550"), Refused("smtp 550")])
    await put(cases, forward(1), forward(2))
    worker = make_worker(sender)
    await worker.send_due()
    revived = await revive(cases, 1)
    clock.pass_(days=30)

    await worker.send_due()

    assert revived == 1
    assert await states(cases) == ["sent", "dead"]
    assert sender.tries[0].key == sender.tries[2].key


@pytest.mark.parametrize("emptied", [{"payload": {}}, {"recipient": ""}])
async def test_what_was_erased_of_a_citizen_is_not_sent_again(cases, make_worker, emptied):
    await put(cases, answer(1))
    await make_worker({Kind.CITIZEN: FakeSender([Refused("gateway: 413")])}).send_due()
    async with writing(cases).begin() as connection:
        await connection.execute(sa.update(delivery).values(**emptied))

    assert await revive(cases) == 0
    assert await states(cases) == ["dead"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [(ContactState.CONFIRMED, "moi@sotuphap.gov.vn"), (ContactState.INACTIVE, "cu@a.gov.vn")],
)
async def test_a_letter_goes_to_the_address_of_today(cases, make_worker, state, expected):
    here = await agency_id(cases)
    await put(cases, forward(1, here, recipient="cu@a.gov.vn"))
    await make_worker(FakeSender([Refused("smtp 550")])).send_due()
    async with writing(cases).begin() as connection:
        moved = sa.update(agency).where(agency.c.id == here)
        await connection.execute(moved.values(email="moi@sotuphap.gov.vn", contact_state=state))

    await revive(cases)

    assert [row["recipient"] for row in await rows(cases)] == [expected]
