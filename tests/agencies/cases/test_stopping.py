"""The clock that stood still while the citizen was asked, and what staff do then."""

from datetime import datetime

import pytest

from agencies.cases.model import EventKind, Handling, State
from tests.agencies.cases.conftest import CLERK, EVERYTHING, HEAD, vn


@pytest.fixture
async def waiting(cases, case, clock):
    """Asked on the day of receipt, five working days before its deadline."""
    waiting = await cases.ask_citizen(case, "Mã hồ sơ?", CLERK)
    clock.set("2026-12-03 09:00")  # Seven working days later, two after the deadline it had.
    return waiting


async def due_in_history(cases, case, kind):
    [event] = [event for event in await cases.events(case.id) if event.kind is kind]
    return datetime.fromisoformat(event.data["reply_due"])


async def test_an_answer_to_a_waiting_case_is_held_against_the_longer_time(cases, waiting):
    answered = await cases.answer(waiting, "Xong", CLERK)

    assert (answered.state, answered.waiting_since) == (State.ANSWERED, None)
    assert answered.reply_due == vn("2026-12-10 23:59:59")
    due = await due_in_history(cases, waiting, EventKind.ANSWERED)
    assert due == answered.reply_due


async def test_so_is_one_that_is_declined(cases, waiting):
    declined = await cases.decline(waiting, "Không rõ", HEAD)

    assert (declined.state, declined.waiting_since) == (State.DECLINED, None)
    due = await due_in_history(cases, waiting, EventKind.DECLINED)
    assert due == vn("2026-12-10 23:59:59")


async def test_another_time_limit_keeps_what_stood_still(cases, waiting):
    wrote = await cases.citizen_wrote(waiting.code, "H19", "message-1")

    special = await cases.handle_as(wrote, Handling.SPECIAL, "Phức tạp", HEAD)
    cross = await cases.handle_as(special, Handling.CROSS, "", HEAD)
    own = await cases.handle_as(cross, Handling.OWN, "", HEAD)

    assert wrote.reply_due == own.reply_due == vn("2026-12-10 23:59:59")
    assert special.reply_due == vn("2026-12-17 23:59:59")
    assert cross.reply_due == vn("2026-12-14 23:59:59")


async def test_what_stood_still_is_not_used_time(cases, waiting, clock, sent):
    wrote = await cases.citizen_wrote(waiting.code, "H19", "message-1")

    await cases.tick()
    assert await sent(purpose="warning", recipient="so-tu-phap", recipient_kind="console") == []

    clock.set("2026-12-08 12:00")  # Half of what was left.
    await cases.tick()

    warned = await sent(purpose="warning", recipient="so-tu-phap", recipient_kind="console")
    assert [row["payload"]["share"] for row in warned] == [50]
    assert wrote.counted_from == vn("2026-12-03 09:00")


async def test_an_outage_over_the_deadline_is_told_also_after_a_step_of_staff(
    cases, case, clock, sent
):
    clock.set("2026-12-05 09:00")  # Nobody looked at the clock until now.
    await cases.note(case, "xem lại", CLERK)

    await cases.tick()

    told = await sent(purpose="warning", recipient_kind="console")
    assert {(row["recipient"], row["payload"]["what"]) for row in told} == {
        ("to-phan-loai", "register"),
        ("to-phan-loai", "forward"),
        ("so-tu-phap", "reply"),
        ("ubnd-tinh", "overdue"),
    }
    assert await cases.tick() == 0


async def test_so_is_a_late_case_that_went_on_by_itself(cases, case, clock, sent):
    clock.set("2026-12-02 09:00")
    await cases.ask_citizen(case, "Mã hồ sơ?", CLERK)  # The deadline was yesterday, untold.
    clock.set("2026-12-25 09:00")

    await cases.tick()
    await cases.tick()

    now = await cases.case(case.code, EVERYTHING)
    assert (now.state, now.reply_due) == (State.REGISTERED, vn("2026-12-01 23:59:59"))
    told = await sent(purpose="warning", recipient="ubnd-tinh", recipient_kind="console")
    assert [row["payload"]["what"] for row in told] == ["overdue"]
