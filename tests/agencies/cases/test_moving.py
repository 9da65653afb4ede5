"""A case that goes to another agency: the old one hears no more of it, and the time is fair."""

from datetime import timedelta

import pytest

from agencies.cases.model import EventKind, State
from agencies.client import CaseProcedure
from agencies.outbox.leases import Leases
from agencies.outbox.writing import Kind, Purpose
from tests.agencies.cases.conftest import CLERK, EVERYTHING, a_draft, vn
from tests.agencies.cases.test_clockwork import merged
from tests.agencies.samples import directory_of

INVESTMENT = CaseProcedure("1", "Cấp giấy", "Đầu tư tại Việt nam")


async def now_of(cases, case):
    return await cases.case(case.code, EVERYTHING)


async def kinds(cases, case):
    return [event.kind for event in await cases.events(case.id)]


@pytest.fixture
async def told(cases, case, clock):
    """Its agency was warned and told of the citizen's words; the superior unit, that it is late."""
    await cases.citizen_wrote(case.code, "thêm", "message-1")
    clock.set("2026-12-02 08:00")
    await cases.tick()
    return await now_of(cases, case)


async def test_nothing_that_waits_goes_to_the_old_agency(cases, told, sent):
    await cases.transfer(told, "ubnd-xa-dong", "thuộc xã", CLERK)

    waiting = await sent(state="waiting", recipient_kind="console")
    facts = [(row["recipient"], row["payload"].get("what"), row["purpose"]) for row in waiting]
    assert ("so-tu-phap", "reply", "warning") not in facts
    assert "so-tu-phap" not in {recipient for recipient, _, _ in facts}
    assert ("ubnd-tinh", "overdue", "warning") in facts  # The superior unit is to know.
    assert ("to-phan-loai", "register", "warning") in facts


async def test_nor_after_a_merger(cases, told, store, sent):
    await store.replace(directory_of(*merged("so-tu-phap", into="so-moi")), file="merged.yml")

    await cases.tick()

    waiting = await sent(state="waiting", recipient_kind="console")
    assert "so-tu-phap" not in {row["recipient"] for row in waiting}


@pytest.mark.parametrize("way", ["transfer", "merger"])
async def test_what_a_worker_had_taken_is_moot_when_it_comes_back(
    cases, told, store, engine, clock, way
):
    leases = Leases(engine, clock=clock, length=timedelta(minutes=3))
    taken = await leases.claim([Kind.CONSOLE], limit=50)
    if way == "transfer":
        await cases.transfer(told, "ubnd-xa-dong", "thuộc xã", CLERK)
    else:
        await store.replace(directory_of(*merged("so-tu-phap", into="so-moi")), file="m.yml")
        await cases.tick()

    clock.advance(minutes=4)
    again = await leases.claim([Kind.CONSOLE], limit=50)

    assert all(one.moot == "" for one in taken)
    moot = {one.delivery.recipient: bool(one.moot) for one in again}
    expected = {"so-tu-phap": True, "ubnd-tinh": False, "to-phan-loai": False}
    assert moot.items() >= expected.items()


async def test_a_merger_does_not_use_up_the_time_that_a_transfer_gives(cases, case, store, clock):
    await store.replace(directory_of(*merged("so-tu-phap", into="so-moi")), file="merged.yml")
    await cases.tick()
    clock.set("2026-11-26 09:00")

    moved = await cases.transfer(await now_of(cases, case), "ubnd-xa-dong", "nhầm", CLERK)

    assert moved.reply_due == vn("2026-12-03 23:59:59")


async def test_reopened_onto_a_successor_it_is_transferred_there(cases, case, store, sent):
    assigned = await cases.assign(case, 7, CLERK)
    await cases.answer(assigned, "Xong", CLERK)
    await store.replace(directory_of(*merged("so-tu-phap", into="so-moi")), file="merged.yml")

    reopened = await cases.reopen(case.code, "chưa xong", "again-1")

    assert (reopened.agency_code, reopened.assignee_id) == ("so-moi", None)
    moved = [e for e in await cases.events(case.id) if e.kind is EventKind.TRANSFERRED]
    assert [event.data["reason"] for event in moved] == ["dissolved"]
    waiting = await sent(purpose=Purpose.FORWARD, state="waiting")
    assert {row["agency_id"] for row in waiting} == {reopened.agency_id}


async def test_reopened_where_it_was_it_stays_with_who_worked_on_it(cases, case):
    assigned = await cases.assign(case, 7, CLERK)
    await cases.answer(assigned, "Xong", CLERK)

    reopened = await cases.reopen(case.code, "chưa xong", "again-1")

    assert reopened.assignee_id == 7
    assert EventKind.TRANSFERRED not in await kinds(cases, case)


class TestSameDay:
    """What an investor reports has to be registered and forwarded on the same day."""

    @pytest.fixture
    async def case(self, make, rules):
        [same_day] = rules.same_day
        reply_too = same_day.model_copy(update={"what": frozenset({"register", "reply"})})
        self.cases = make(rules=rules.model_copy(update={"same_day": (reply_too,)}))
        return (await self.cases.create(a_draft(procedure=INVESTMENT), agency="so-tu-phap")).case

    async def test_holds_after_a_transfer(self, case, clock):
        clock.set("2026-11-26 09:00")

        moved = await self.cases.transfer(case, "ubnd-xa-dong", "nhầm", CLERK)

        assert moved.reply_due == vn("2026-11-26 23:59:59")

    async def test_and_when_it_is_reopened(self, case, clock):
        await self.cases.answer(case, "Xong", CLERK)
        clock.set("2026-11-26 09:00")

        again = await self.cases.reopen(case.code, "chưa xong", "again-1")

        assert again.state is State.REGISTERED
        assert again.register_due == again.reply_due == vn("2026-11-26 23:59:59")
