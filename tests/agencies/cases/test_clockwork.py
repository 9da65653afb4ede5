"""What time alone does: warn at shares, tell the superior unit once, follow a merger, close."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from agencies.cases.model import EventKind, State
from agencies.cases.tables import case_
from agencies.cases.ticker import Ticker
from agencies.outbox.writing import Purpose
from tests.agencies.cases.conftest import CLERK, EVERYTHING, a_draft, of_another_citizen, vn
from tests.agencies.samples import SMALL, agency, directory_of


async def told(sent, what):
    rows = await sent(purpose="warning", recipient_kind="console")
    return [row["recipient"] for row in rows if row["payload"].get("what") == what]


async def now_of(cases, case):
    return await cases.case(case.code, EVERYTHING)


@pytest.fixture
async def registered(cases, case):
    return await cases.register(case, CLERK)


class TestWarnings:
    @pytest.mark.parametrize(
        ("moment", "shares"),
        [
            ("2026-11-27 08:14:59", []),
            ("2026-11-27 08:15", [50]),
            ("2026-11-30 15:42", [80]),
            ("2026-12-01 23:59:59", [100]),
        ],
    )
    async def test_come_at_their_share_and_after_a_long_stop_only_the_highest(
        self, cases, registered, clock, sent, moment, shares
    ):
        clock.set(moment)

        await cases.tick()

        rows = await sent(purpose="warning", recipient_kind="console", recipient="so-tu-phap")
        assert [row["payload"]["share"] for row in rows] == shares

    async def test_come_once_each_however_often_the_clock_is_looked_at(
        self, cases, registered, clock, sent
    ):
        for _ in range(60):
            clock.advance(hours=4)
            await cases.tick()
            await cases.tick()

        warned = [
            event.data["share"]
            for event in await cases.events(registered.id)
            if event.kind is EventKind.WARNED and event.data["what"] == "reply"
        ]
        assert warned == [50, 80, 100]
        assert len(await told(sent, "reply")) == 3

    async def test_do_not_come_again_when_the_clock_was_put_back(
        self, cases, registered, clock, sent
    ):
        clock.set("2026-12-02 08:00")
        await cases.tick()
        clock.set("2026-11-26 08:00")
        await cases.tick()
        clock.set("2026-12-02 08:00")
        await cases.tick()

        assert len(await told(sent, "reply")) == 1
        assert len(await told(sent, "overdue")) == 1

    async def test_do_not_make_a_page_stale(self, cases, registered, clock):
        clock.set("2026-11-27 08:15")
        await cases.tick()

        assert (await cases.answer(registered, "Trả lời", CLERK)).state is State.ANSWERED

    async def test_stop_with_the_answer(self, cases, registered, clock, sent):
        await cases.answer(registered, "Trả lời", CLERK)
        clock.set("2026-12-10 08:00")

        await cases.tick()

        assert await sent(purpose="warning") == []


class TestOverdue:
    async def test_is_told_to_the_superior_unit_once(self, cases, registered, clock, sent):
        clock.set("2026-12-01 23:59:59")
        await cases.tick()
        assert await told(sent, "overdue") == []

        clock.set("2026-12-02 00:00")
        for _ in range(3):
            await cases.tick()
            clock.advance(days=1)

        assert await told(sent, "overdue") == ["ubnd-tinh"]
        kinds = [event.kind for event in await cases.events(registered.id)]
        assert kinds.count(EventKind.OVERDUE) == 1

    async def test_is_told_once_when_several_processes_look(self, cases, registered, clock, sent):
        clock.set("2026-12-02 08:00")

        await asyncio.gather(*(cases.tick() for _ in range(6)))

        assert await told(sent, "overdue") == ["ubnd-tinh"]
        assert len(await told(sent, "reply")) == 1

    async def test_of_a_body_without_one_is_told_to_triage(self, cases, clock, sent):
        await cases.create(a_draft(), agency="ubnd-tinh")
        clock.set("2026-12-02 08:00")

        await cases.tick()

        assert await told(sent, "overdue") == ["to-phan-loai"]

    async def test_after_a_new_deadline_is_told_again(self, cases, registered, clock, sent):
        clock.set("2026-12-02 08:00")
        await cases.tick()
        moved = await cases.transfer(
            await now_of(cases, registered), "ubnd-xa-dong", "thuộc xã", CLERK
        )
        clock.at = moved.reply_due + timedelta(seconds=1)

        await cases.tick()

        assert await told(sent, "overdue") == ["ubnd-tinh", "ubnd-tinh"]


class TestNotRegisteredOrForwarded:
    async def test_triage_hears_of_each_once(self, cases, case, clock, sent):
        for _ in range(12):
            clock.advance(days=1)
            await cases.tick()

        assert await told(sent, "register") == ["to-phan-loai"]
        assert await told(sent, "forward") == ["to-phan-loai"]

    async def test_and_of_nothing_when_both_were_in_time(
        self, cases, registered, engine, clock, sent
    ):
        async with engine.begin() as connection:
            await connection.execute(case_.update().values(forwarded_at=clock()))
        clock.set("2026-12-10 08:00")

        await cases.tick()

        assert await told(sent, "register") == await told(sent, "forward") == []


class TestWaiting:
    async def test_is_neither_warned_nor_overdue(self, cases, registered, clock, sent):
        await cases.ask_citizen(registered, "Mã hồ sơ?", CLERK)
        clock.set("2026-12-05 08:00")

        await cases.tick()

        assert await told(sent, "reply") == await told(sent, "overdue") == []

    async def test_has_an_end_so_that_nobody_hides_behind_it(self, cases, registered, clock, sent):
        waiting = await cases.ask_citizen(registered, "Mã hồ sơ?", CLERK)
        clock.set("2026-12-08 23:59:59")
        await cases.tick()
        assert (await now_of(cases, waiting)).state is State.WAITING

        clock.set("2026-12-09 09:00")
        await cases.tick()

        going_on = await now_of(cases, waiting)
        assert (going_on.state, going_on.reply_due) == (
            State.REGISTERED,
            vn("2026-12-16 23:59:59"),
        )
        assert await told(sent, "waiting") == ["so-tu-phap"]


class TestAnswered:
    async def test_is_closed_when_nobody_reopens_it(self, cases, case, clock):
        await cases.answer(case, "Xong", CLERK)
        clock.set("2026-12-15 23:59:59")
        await cases.tick()
        assert (await now_of(cases, case)).state is State.ANSWERED

        clock.set("2026-12-16 00:00")
        await cases.tick()

        assert (await now_of(cases, case)).state is State.CLOSED

    async def test_is_reopened_within_the_time_and_not_later(self, cases, case, clock):
        await cases.answer(case, "Xong", CLERK)
        clock.set("2026-12-14 23:00")
        reopened = await cases.reopen(case.code, "chưa xong", "again-1")

        assert (reopened.state, reopened.reopened) == (State.REGISTERED, 1)
        assert reopened.reply_due == vn("2026-12-22 23:59:59")
        await cases.answer(reopened, "Xong lần hai", CLERK)
        clock.set("2027-01-20 09:00")
        late = await cases.reopen(case.code, "vẫn chưa", "again-2")
        assert late.why == "reopening"

    async def test_from_the_second_time_on_the_superior_unit_hears_of_it(self, cases, case, sent):
        for time in ("1", "2", "3"):
            await cases.answer(await now_of(cases, case), "Xong", CLERK)
            await cases.reopen(case.code, "chưa xong", f"again-{time}")
        await cases.answer(await now_of(cases, case), "Xong", CLERK)

        rows = await sent(purpose="warning", recipient_kind="console")
        assert [row["recipient"] for row in rows] == ["ubnd-tinh", "ubnd-tinh"]
        assert (await cases.reopen(case.code, "nữa", "again-4")).why == "reopening"


class TestDissolvedAgency:
    async def test_the_case_goes_to_the_successor_with_its_history(
        self, cases, registered, store, sent
    ):
        await store.replace(directory_of(*merged("so-tu-phap", into="so-moi")), file="merged.yml")

        await cases.tick()

        moved = await now_of(cases, registered)
        assert (moved.agency_code, moved.reply_due) == ("so-moi", registered.reply_due)
        last = (await cases.events(registered.id))[-1]
        assert (last.kind, last.data["from"], last.data["to"]) == (
            EventKind.TRANSFERRED,
            "so-tu-phap",
            "so-moi",
        )
        forwards = await sent(purpose=Purpose.FORWARD, state="waiting")
        assert {row["agency_id"] for row in forwards} == {moved.agency_id}

    async def test_without_a_successor_it_goes_to_triage(self, cases, registered, store):
        left = tuple(one for one in SMALL if one.code != "so-tu-phap")
        await store.replace(directory_of(*left), file="fewer.yml")

        await cases.tick()
        await cases.tick()

        assert (await now_of(cases, registered)).agency_code == "to-phan-loai"
        kinds = [event.kind for event in await cases.events(registered.id)]
        assert kinds.count(EventKind.TRANSFERRED) == 1

    async def test_a_chain_of_mergers_is_followed_to_its_end(self, cases, registered, store):
        chain = (
            *merged("so-tu-phap", into="so-giua")[:-1],
            agency("so-giua", "Sở Giữa", successor="so-moi"),
            agency("so-moi", "Sở Mới"),
        )
        await store.replace(directory_of(*chain), file="chain.yml")

        await cases.tick()

        assert (await now_of(cases, registered)).agency_code == "so-moi"

    async def test_a_reopened_case_goes_to_the_successor(self, cases, registered, store):
        await cases.answer(registered, "Xong", CLERK)
        await store.replace(directory_of(*merged("so-tu-phap", into="so-moi")), file="merged.yml")

        reopened = await cases.reopen(registered.code, "chưa xong", "again-1")

        assert reopened.agency_code == "so-moi"

    async def test_while_nobody_can_take_it_the_others_are_looked_at(
        self, cases, registered, store, clock, sent
    ):
        await store.replace(directory_of(agency("so-khac")), file="other.yml")
        clock.set("2026-12-02 08:00")

        await cases.tick()  # Nobody is there to be told, and it does not stop the clock.

        assert (await now_of(cases, registered)).agency_code == "so-tu-phap"


class TestFailures:
    """What goes wrong with one case keeps neither the others nor the loop from their work."""

    async def test_a_case_on_which_it_fails_is_put_off(self, cases, registered, store, clock):
        await store.replace(directory_of(agency("so-tu-phap")), file="without_triage.yml")
        clock.set("2026-12-02 08:00")  # Its superior is triage, and there is none.

        looked = [await cases.tick(), await cases.tick()]
        clock.advance(minutes=15)
        looked.append(await cases.tick())

        assert looked == [1, 0, 1]

    async def test_others_have_their_turn_before_it(
        self, cases, registered, store, clock, sent, monkeypatch
    ):
        monkeypatch.setattr("agencies.cases.store.AT_ONCE", 1)
        other = await cases.create(of_another_citizen(), agency="ubnd-xa-dong")
        left = [one for one in SMALL if one.code in ("so-tu-phap", "ubnd-xa-dong")]
        clock.set("2026-11-30 17:00")  # Both are due; one has a superior of no use, one is warned.
        await store.replace(directory_of(*left), file="without_triage.yml")

        for _ in range(4):
            await cases.tick()

        assert await told(sent, "reply") != []
        assert other.is_new

    async def test_the_loop_survives_whatever_happens(self, caplog):
        class Failing:
            rounds = 0

            async def tick(self):
                self.rounds += 1
                raise ValueError("a fault of ours with words of a citizen")

        failing = Failing()
        ticker = Ticker(failing, every_seconds=0.001)
        task = asyncio.create_task(ticker.run())
        while failing.rounds < 3:
            await asyncio.sleep(0.001)
        ticker.stop()
        await asyncio.wait_for(task, 5)

        assert "ValueError" in caplog.text
        assert "words of a citizen" not in caplog.text


class TestClockThatJumps:
    """Ahead, as with a dead battery, and back again: nothing is told twice or undone."""

    async def test_what_was_told_too_early_is_not_told_again(self, cases, registered, clock, sent):
        for moment in ("2030-01-15 08:00", "2026-11-26 08:00", "2026-12-02 08:00"):
            clock.set(moment)
            await cases.tick()

        assert await told(sent, "overdue") == ["ubnd-tinh"]
        assert len(await told(sent, "reply")) == 1

    async def test_a_case_answered_after_the_jump_closes_in_its_own_time(
        self, cases, registered, clock
    ):
        clock.set("2030-01-15 08:00")
        await cases.tick()
        clock.set("2026-11-26 08:00")
        await cases.answer(await now_of(cases, registered), "Xong", CLERK)

        clock.set("2026-12-16 08:00")
        await cases.tick()
        assert (await now_of(cases, registered)).state is State.ANSWERED
        clock.set("2026-12-18 08:00")
        await cases.tick()

        assert (await now_of(cases, registered)).state is State.CLOSED

    async def test_a_case_closed_by_the_jump_stays_closed_once(self, cases, case, clock):
        await cases.answer(case, "Xong", CLERK)
        for moment in ("2030-01-15 08:00", "2026-11-26 08:00", "2026-12-18 08:00"):
            clock.set(moment)
            await cases.tick()

        assert (await now_of(cases, case)).state is State.CLOSED
        kinds = [event.kind for event in await cases.events(case.id)]
        assert kinds.count(EventKind.CLOSED) == 1


def merged(code, *, into):
    from dataclasses import replace

    gone = [replace(one, successor=into) if one.code == code else one for one in SMALL]
    return (*gone, agency(into, "Sở Mới", parent="ubnd-tinh"))


async def test_looks_only_at_what_is_due(cases, registered, clock, engine):
    assert await cases.tick() == 0
    async with engine.connect() as connection:
        looks = (await connection.execute(sa.select(case_.c.look_at))).scalars().all()
    assert looks == [vn("2026-11-27 08:15")]


async def test_the_loop_ticks_until_it_is_stopped(cases, registered, clock, sent):
    clock.set("2026-12-02 08:00")
    ticker = Ticker(cases, every_seconds=0.01)
    task = asyncio.create_task(ticker.run())
    while not await told(sent, "overdue"):
        await asyncio.sleep(0.01)

    ticker.stop()
    await asyncio.wait_for(task, 5)

    assert await told(sent, "overdue") == ["ubnd-tinh"]
