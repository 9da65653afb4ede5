"""Steps of staff: each writes the case, its history and what is to be sent, or nothing."""

from dataclasses import replace

import pytest

from agencies.cases.model import Case, EventKind, Handling, NotNow, Stale, State
from agencies.staff.scope import Scope
from tests.agencies.cases.conftest import CLERK, EVERYTHING, HEAD, of_another_citizen, vn


async def kinds(cases, case):
    return [event.kind for event in await cases.events(case.id)]


async def test_a_case_is_read_by_its_code_however_it_is_typed(cases, case):
    found = await cases.case(case.code.lower().replace("-", " "), EVERYTHING)

    assert found == case


async def test_a_case_outside_the_scope_is_not_there(cases, case):
    assert await cases.case(case.code, Scope.of([case.agency_id])) == case
    assert await cases.case(case.code, Scope.of([case.agency_id + 1])) is None
    assert await cases.case(case.code, Scope.of([])) is None


async def test_registering_gives_the_next_number_of_the_year(cases, case, clock):
    other = (await cases.create(of_another_citizen(), agency="x")).case

    first, second = await cases.register(case, CLERK), await cases.register(other, CLERK)

    assert (first.register_year, first.register_number, first.state) == (2026, 1, State.REGISTERED)
    assert second.register_number == 2
    assert await kinds(cases, case) == [EventKind.CREATED, EventKind.REGISTERED]


async def test_numbers_begin_again_in_the_new_year_of_vietnam(cases, case, clock):
    await cases.register(case, CLERK)
    clock.at = vn("2027-01-01 00:30")  # Still 2026 in UTC.
    other = (await cases.create(of_another_citizen(), agency="x")).case

    registered = await cases.register(other, CLERK)

    assert (registered.register_year, registered.register_number) == (2027, 1)


async def test_who_comes_second_with_an_old_page_changes_nothing(cases, case, sent):
    registered = await cases.register(case, CLERK)

    outcome = await cases.answer(case, "Một câu trả lời khác", HEAD)

    assert outcome == Stale(case.code)
    assert await cases.case(case.code, EVERYTHING) == registered
    assert await sent(purpose="answer") == []


async def test_a_step_that_wrote_nothing_took_no_number(cases, case):
    await cases.note(case, "xem lại", CLERK)
    assert await cases.answer(case, "Trả lời theo trang cũ", CLERK) == Stale(case.code)

    registered = await cases.register(await cases.case(case.code, EVERYTHING), CLERK)

    assert registered.register_number == 1


async def test_an_answer_goes_to_the_citizen_with_who_answers(cases, case, sent):
    answered = await cases.answer(case, "Đã cấp giấy khai sinh.", CLERK)

    assert (answered.state, answered.answer) == (State.ANSWERED, "Đã cấp giấy khai sinh.")
    assert answered.register_number == 1
    [row] = await sent(purpose="answer")
    assert (row["recipient_kind"], row["recipient"]) == ("citizen", "portal:abc")
    assert row["payload"] == {
        "text": "Đã cấp giấy khai sinh.",
        "author_name": CLERK.name,
        "case_code": case.code,
        "rate": True,
    }


async def test_the_second_answer_to_an_answered_case_is_refused(cases, case, sent):
    answered = await cases.answer(case, "Một", CLERK)

    assert await cases.answer(answered, "Hai", CLERK) == NotNow(case.code, "state")
    assert len(await sent(purpose="answer")) == 1


async def test_a_draft_is_sent_when_it_is_approved(cases, case, sent):
    drafted = await cases.draft(case, "Dự thảo", CLERK)
    assert await sent(purpose="answer") == []

    approved = await cases.approve(drafted, HEAD)

    assert (approved.answer, approved.draft, approved.answered_by) == ("Dự thảo", "", 8)
    assert (await kinds(cases, case))[-3:] == [
        EventKind.APPROVED,
        EventKind.REGISTERED,
        EventKind.ANSWERED,
    ]


class TestApprovalByAnother:
    @pytest.fixture
    def cases(self, make, rules):
        strict = rules.approval.model_copy(update={"by_another": True})
        return make(rules=rules.model_copy(update={"approval": strict}))

    async def test_nobody_answers_alone(self, cases, case):
        assert await cases.answer(case, "Tự trả lời", CLERK) == NotNow(case.code, "approval")

    async def test_nobody_approves_their_own_draft(self, cases, case):
        drafted = await cases.draft(case, "Dự thảo", CLERK)

        assert await cases.approve(drafted, CLERK) == NotNow(case.code, "own_draft")
        assert (await cases.approve(drafted, HEAD)).state is State.ANSWERED


async def test_a_transfer_keeps_the_history_and_tells_the_new_agency_only(cases, case, sent):
    moved = await cases.transfer(case, "ubnd-xa-dong", "thuộc thẩm quyền xã", CLERK)

    assert (moved.agency_code, moved.forwarded_at) == ("ubnd-xa-dong", None)
    history = await cases.events(case.id)
    assert [event.kind for event in history] == [EventKind.CREATED, EventKind.TRANSFERRED]
    assert history[-1].text == "thuộc thẩm quyền xã"
    assert history[-1].data["from"] == "so-tu-phap"
    forwards = await sent(purpose="forward", state="waiting")
    assert {row["agency_id"] for row in forwards} == {moved.agency_id}


@pytest.mark.parametrize(("to", "reason"), [("so-tu-phap", "vì"), ("ubnd-xa-dong", " ")])
async def test_a_transfer_needs_another_agency_and_a_reason(cases, case, to, reason):
    assert isinstance(await cases.transfer(case, to, reason, CLERK), NotNow)


async def test_the_first_transfer_gives_the_time_again_and_later_ones_do_not(cases, case, clock):
    clock.set("2026-11-26 09:00")
    once = await cases.transfer(case, "ubnd-xa-dong", "nhầm", CLERK)
    clock.set("2026-11-27 09:00")
    twice = await cases.transfer(once, "so-tu-phap", "lại nhầm", CLERK)

    assert case.reply_due == vn("2026-12-01 23:59:59")
    assert once.reply_due == vn("2026-12-03 23:59:59")
    assert twice.reply_due == once.reply_due


async def test_a_transfer_to_an_unknown_agency_goes_to_triage(cases, case):
    moved = await cases.transfer(case, "so-khong-co", "không rõ", CLERK)

    assert moved.agency_code == "to-phan-loai"


async def test_waiting_for_the_citizen_stops_the_clock(cases, case, clock, sent):
    asked = await cases.ask_citizen(case, "Xin cho biết mã hồ sơ", CLERK)
    clock.set("2026-11-30 09:00")
    wrote = await cases.citizen_wrote(case.code, "Mã là 123", "message-1")

    assert (asked.state, wrote.state) == (State.WAITING, State.REGISTERED)
    assert case.reply_due == vn("2026-12-01 23:59:59")
    assert wrote.reply_due == vn("2026-12-07 23:59:59")
    assert [row["payload"]["text"] for row in await sent(purpose="question")] == [
        "Xin cho biết mã hồ sơ"
    ]


async def test_a_declined_case_says_why(cases, case, sent):
    declined = await cases.decline(case, "Nội dung không rõ ràng", HEAD)

    assert declined.state is State.DECLINED
    [row] = await sent(recipient_kind="citizen")
    text = row["payload"]["text"]
    assert f"{case.code} của bạn không được Sở Tư pháp tỉnh Mẫu tiếp nhận xử lý" in text
    assert "Lý do: Nội dung không rõ ràng" in text
    assert "gửi một phản ánh mới" in text  # Where to go next.
    assert "thụ lý" not in text
    assert isinstance(await cases.answer(declined, "a", CLERK), NotNow)


async def test_special_handling_needs_a_notice_and_counts_from_receipt(cases, case, sent):
    assert isinstance(await cases.handle_as(case, Handling.SPECIAL, "", HEAD), NotNow)

    special = await cases.handle_as(case, Handling.SPECIAL, "Vụ việc phức tạp", HEAD)

    assert special.reply_due == vn("2026-12-08 23:59:59")
    assert [row["payload"]["text"] for row in await sent(purpose="status")] == ["Vụ việc phức tạp"]


async def test_only_an_answered_case_is_closed(cases, case):
    assert await cases.close(case, CLERK) == NotNow(case.code, "state")

    closed = await cases.close(await cases.answer(case, "Xong", CLERK), CLERK)

    assert closed.state is State.CLOSED


async def test_a_note_is_not_public(cases, case):
    noted = await cases.note(case, "gọi lại cho chị Bí Mật", CLERK)
    assigned = await cases.assign(noted, 7, HEAD)

    assert assigned.assignee_id == 7
    history = await cases.events(case.id)
    assert [event.kind for event in history if event.public] == [EventKind.CREATED]


async def test_an_invented_version_is_stale(cases, case):
    outcome = await cases.note(replace(case, version=99), "a", CLERK)

    assert outcome == Stale(case.code)
    assert isinstance(await cases.case(case.code, EVERYTHING), Case)
