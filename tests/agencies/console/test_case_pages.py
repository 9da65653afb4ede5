"""A case in the console: what is shown to whom, and every step that staff take with it."""

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Case, EventKind, State
from agencies.cases.room import CaseRoom
from agencies.client import CaseContact
from agencies.staff.model import Role
from agencies.staff.scope import Scope
from tests.agencies.console.conftest import MARKUP, FakeLine, MakeCase, audited
from tests.agencies.staffed import browser

EVERYTHING = Scope.everything()


async def now(room: CaseRoom, case: Case) -> Case:
    found = await room.cases.case(case.code, EVERYTHING)
    assert found
    return found


def step(case: Case, name: str) -> str:
    return f"/console/cases/{case.code}/steps/{name}"


async def test_shows_all_that_a_clerk_needs(app: FastAPI, make_case: MakeCase) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get(f"/console/cases/{case.code}")

    assert page.status_code == 200
    for shown in (case.text, "Lê Bí Mật 1", "0912345671", "Đăng ký khai sinh", "2026-11"):
        assert shown in page.text
    assert "cơ quan thực hiện thủ tục; phụ trách địa bàn" in page.text
    assert "người dân xác nhận" in page.text


async def test_shows_what_a_case_may_repeat_only_to_who_sees_that_too(
    app: FastAPI, make_case: MakeCase
) -> None:
    words, contact = "Hồ sơ khai sinh quá hẹn chưa có", CaseContact("Lê Thử", "0912345678", "", "")
    first = await make_case(text=words, contact=contact)
    again = await make_case(text=words, contact=contact)
    elsewhere = await make_case("to-phan-loai", text=words, contact=contact)

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get(f"/console/cases/{again.code}")
    async with browser(app, Role.CLERK, "to-phan-loai") as other:
        foreign = await other.get(f"/console/cases/{elsewhere.code}")

    assert f'/console/cases/{first.code}"' in page.text
    assert foreign.status_code == 200
    assert first.code not in foreign.text
    assert again.code not in foreign.text


async def test_writes_down_who_read_it(
    app: FastAPI, make_case: MakeCase, engine: AsyncEngine
) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await clerk.get(f"/console/cases/{case.code}")
        await clerk.get(f"/console/cases/{case.code}/print")

    assert ("case.read", case.code) in await audited(engine)
    assert ("case.printed", case.code) in await audited(engine)


async def test_stored_markup_is_text_on_every_page(
    app: FastAPI, make_case: MakeCase, line: FakeLine
) -> None:
    case = await make_case(text=f"{MARKUP} '\"><svg onload=alert(3)>")
    line.say(case.conversation, MARKUP)

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await clerk.post(step(case, "note"), data={"version": 1, "text": MARKUP})
        await clerk.post(step(case, "draft"), data={"version": 2, "text": f"</textarea>{MARKUP}"})
        pages = [
            await clerk.get(f"/console/cases{path}")
            for path in ("", f"/{case.code}", f"/{case.code}/print", f"/{case.code}/conversation")
        ]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<svg onload" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


async def test_from_the_register_to_the_closed_case(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap", name="Nguyễn An") as clerk:
        registered = await clerk.post(step(case, "register"), data={"version": 1})
        await clerk.post(step(case, "take"), data={"version": 2})
        await clerk.post(step(case, "answer"), data={"version": 3, "text": "Đã có kết quả."})
        answered = await now(case_room, case)
        await clerk.post(step(case, "close"), data={"version": answered.version})
        staff = clerk.staff

    assert registered.status_code == 303
    assert registered.headers["location"] == f"/console/cases/{case.code}?done=register"
    assert (answered.state, answered.answer) == (State.ANSWERED, "Đã có kết quả.")
    assert answered.assignee_id == staff.id
    assert (await now(case_room, case)).state is State.CLOSED


async def test_asks_the_citizen_and_declines_with_a_reason(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await clerk.post(step(case, "ask"), data={"version": 1, "text": "Mã hồ sơ là gì?"})
        waiting = await now(case_room, case)
        silent = await clerk.post(
            step(case, "decline"), data={"version": waiting.version, "text": " "}
        )
        await clerk.post(
            step(case, "decline"), data={"version": waiting.version, "text": "Là khiếu nại"}
        )

    assert waiting.state is State.WAITING
    assert silent.status_code == 409
    assert "Hãy ghi lý do." in silent.text
    assert (await now(case_room, case)).state is State.DECLINED


async def test_two_clerks_answer_at_the_same_time_and_nothing_typed_is_lost(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()
    first, second = "Câu trả lời thứ nhất", "Câu trả lời thứ hai, dài hơn"

    async with (
        browser(app, Role.CLERK, "so-tu-phap") as one,
        browser(app, Role.CLERK, "so-tu-phap") as other,
    ):
        sent = await one.post(step(case, "answer"), data={"version": 1, "text": first})
        late = await other.post(step(case, "answer"), data={"version": 1, "text": second})

    assert sent.status_code == 303
    assert late.status_code == 409
    assert "Có người vừa thay đổi phản ánh này" in late.text
    assert second in late.text
    assert (await now(case_room, case)).answer == first


async def test_a_draft_of_two_is_kept_by_the_first_and_shown_to_the_second(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()

    async with (
        browser(app, Role.CLERK, "so-tu-phap") as one,
        browser(app, Role.CLERK, "so-tu-phap") as other,
    ):
        await one.post(step(case, "draft"), data={"version": 1, "text": "Dự thảo một"})
        late = await other.post(step(case, "draft"), data={"version": 1, "text": "Dự thảo hai"})
        version = (await now(case_room, case)).version
        again = await other.post(
            step(case, "draft"), data={"version": version, "text": "Dự thảo hai"}
        )
    events = await case_room.cases.events(case.id)

    assert "Dự thảo hai" in late.text
    assert again.status_code == 303
    drafted = [event.text for event in events if event.kind is EventKind.DRAFTED]
    assert drafted == ["Dự thảo một", "Dự thảo hai"]


class TestApprovalByAnother:
    @pytest.fixture
    def by_another(self) -> bool:
        return True

    async def test_nothing_is_sent_without_approval(
        self, app: FastAPI, make_case: MakeCase, case_room: CaseRoom
    ) -> None:
        case = await make_case()

        async with browser(app, Role.HEAD, "so-tu-phap") as head:
            sent = await head.post(step(case, "answer"), data={"version": 1, "text": "Trả lời"})

        assert sent.status_code == 409
        assert "phải được người khác duyệt" in sent.text
        assert "Trả lời" in sent.text
        assert (await now(case_room, case)).state is State.RECEIVED

    async def test_the_drafter_cannot_approve(
        self, app: FastAPI, make_case: MakeCase, case_room: CaseRoom
    ) -> None:
        case = await make_case()

        async with browser(app, Role.HEAD, "so-tu-phap") as head:
            await head.post(step(case, "draft"), data={"version": 1, "text": "Dự thảo"})
            own = await head.post(step(case, "approve"), data={"version": 2})

        assert own.status_code == 409
        assert "không tự duyệt được" in own.text
        assert (await now(case_room, case)).answer == ""

    async def test_only_who_may_approve_declines(
        self, app: FastAPI, make_case: MakeCase, case_room: CaseRoom
    ) -> None:
        case = await make_case()
        reason = {"version": 1, "text": "Không rõ ràng"}

        async with (
            browser(app, Role.HEAD, "so-tu-phap") as head,
            browser(app, Role.CLERK, "so-tu-phap") as clerk,
        ):
            refused = await clerk.post(step(case, "decline"), data=reason)
            before = await now(case_room, case)
            done = await head.post(step(case, "decline"), data=reason)

        assert (refused.status_code, before.state) == (409, State.RECEIVED)
        assert "chỉ người có quyền duyệt" in refused.text
        assert done.status_code == 303
        assert (await now(case_room, case)).state is State.DECLINED

    async def test_a_clerk_cannot_approve_at_all(
        self, app: FastAPI, make_case: MakeCase, case_room: CaseRoom
    ) -> None:
        case = await make_case()

        async with (
            browser(app, Role.HEAD, "so-tu-phap") as head,
            browser(app, Role.CLERK, "so-tu-phap") as clerk,
        ):
            await head.post(step(case, "draft"), data={"version": 1, "text": "Dự thảo"})
            refused = await clerk.post(step(case, "approve"), data={"version": 2})

        assert refused.status_code == 403
        assert (await now(case_room, case)).answer == ""

    async def test_another_approves_exactly_the_draft_that_was_shown(
        self, app: FastAPI, make_case: MakeCase, case_room: CaseRoom
    ) -> None:
        case = await make_case()

        async with (
            browser(app, Role.CLERK, "so-tu-phap") as clerk,
            browser(app, Role.HEAD, "so-tu-phap") as head,
        ):
            await clerk.post(step(case, "draft"), data={"version": 1, "text": "Bản một"})
            await clerk.post(step(case, "draft"), data={"version": 2, "text": "Bản hai"})
            stale = await head.post(step(case, "approve"), data={"version": 2})
            done = await head.post(step(case, "approve"), data={"version": 3})

        assert stale.status_code == 409
        assert done.status_code == 303
        assert (await now(case_room, case)).answer == "Bản hai"


async def test_transfers_with_a_reason_and_loses_sight_of_it(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        moved = await clerk.post(
            step(case, "transfer"),
            data={"version": 1, "to": "ủy ban nhân dân XÃ đông", "text": "Việc của xã"},
        )
        after = await clerk.get(f"/console/cases/{case.code}")

    assert moved.headers["location"] == "/console/cases?done=transfer"
    assert after.status_code == 404
    assert (await now(case_room, case)).agency_code == "ubnd-xa-dong"


@pytest.mark.parametrize("to", ["", "không có cơ quan nào", "Mẫu", "\x00"])
async def test_does_not_guess_whom_a_case_is_for(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, to: str
) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        refused = await clerk.post(
            step(case, "transfer"), data={"version": 1, "to": to, "text": "Lý do của tôi"}
        )

    assert refused.status_code == 409
    assert "Lý do của tôi" in refused.text
    assert (await now(case_room, case)).agency_code == "so-tu-phap"


async def test_is_assigned_only_to_somebody_who_sees_it(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()

    async with (
        browser(app, Role.HEAD, "so-tu-phap") as head,
        browser(app, Role.CLERK, "so-tu-phap") as clerk,
        browser(app, Role.CLERK, "ubnd-xa-dong") as stranger,
    ):
        to_stranger = await head.post(
            step(case, "assign"), data={"version": 1, "assignee": stranger.staff.id}
        )
        to_clerk = await head.post(
            step(case, "assign"), data={"version": 1, "assignee": clerk.staff.id}
        )
        by_clerk = await clerk.post(step(case, "assign"), data={"version": 2, "assignee": ""})

    assert to_stranger.status_code == 409
    assert to_clerk.status_code == 303
    assert by_clerk.status_code == 403
    assert (await now(case_room, case)).assignee_id == clerk.staff.id


async def test_fills_a_ready_answer_in(app: FastAPI, make_case: MakeCase) -> None:
    case = await make_case()

    async with (
        browser(app, Role.HEAD, "so-tu-phap") as head,
        browser(app, Role.CLERK, "so-tu-phap") as clerk,
    ):
        added = await head.post(
            "/console/ready-answers",
            data={
                "title": "Xin lỗi",
                "text": "Về {code}: {procedure}. {la} {name}",
                "agency": head.staff.agency_id,
            },
        )
        page = await clerk.get(f"/console/cases/{case.code}?ready=1")

    assert added.status_code == 303
    assert f"Về {case.code}: Đăng ký khai sinh. {{la}} {{name}}</textarea>" in page.text


async def test_an_unknown_step_is_nowhere(app: FastAPI, make_case: MakeCase) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.post(step(case, "erase-all"), data={"version": 1})

    assert page.status_code == 404


async def test_changes_the_time_limit_with_a_notice(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom
) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        silent = await clerk.post(
            step(case, "handle"), data={"version": 1, "handling": "special", "text": ""}
        )
        done = await clerk.post(
            step(case, "handle"),
            data={"version": 1, "handling": "special", "text": "Cần xác minh thêm"},
        )

    assert silent.status_code == 409
    assert done.status_code == 303
    assert (await now(case_room, case)).reply_due > case.reply_due
