"""The conversation beside a case, live or not, and the procedure's record."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Actor
from agencies.cases.room import CaseRoom
from agencies.staff.model import Role
from tests.agencies.cases.conftest import Clock
from tests.agencies.console.conftest import (
    DOWN,
    GONE,
    RECORD,
    FakeLine,
    MakeCase,
    audited,
)
from tests.agencies.staffed import browser

KEY = "0123456789abcdef" * 2


async def test_is_taken_over_written_in_once_and_given_back(
    app: FastAPI, make_case: MakeCase, line: FakeLine, engine: AsyncEngine
) -> None:
    case = await make_case()
    at = f"/console/cases/{case.code}/conversation"
    room = line.room(case.conversation)

    async with browser(app, Role.CLERK, "so-tu-phap", name="Nguyễn An") as clerk:
        offered = await clerk.get(at)
        taken = await clerk.post(f"{at}/take-over")
        live = await clerk.get(at)
        for _ in range(2):
            await clerk.post(f"{at}/messages", data={"text": "Chào bà", "key": KEY})
        owner = room.owner
        await clerk.post(f"{at}/give-back")

    assert "Trò chuyện trực tiếp với người dân" in offered.text
    assert taken.status_code == 303
    assert "đang trả lời trực tiếp" in live.text
    assert owner == case.code
    assert [said.text for said in room.said] == ["Chào bà"]
    assert room.owner == ""
    actions = [action for action, _ in await audited(engine)]
    assert actions.count("conversation.read") == 1
    assert "conversation.taken_over" in actions


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        ("queued", "Đang gửi"),
        ("held", "Người dân chưa nhận được"),
        ("dead", "Không gửi được đến người dân"),
    ],
)
async def test_what_the_citizen_has_not_got_is_said_beside_it(
    app: FastAPI, make_case: MakeCase, line: FakeLine, delivery: str, words: str
) -> None:
    case = await make_case()
    line.say(case.conversation, "Chào bà", sender="staff", case=case.code)
    line.say(case.conversation, "Bà cho biết thêm", sender="staff", delivery=delivery)

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get(f"/console/cases/{case.code}/conversation")

    assert page.text.count('class="fate"') == 1
    assert words in page.text


async def test_two_agencies_see_and_lead_only_their_own_part_of_one_conversation(
    app: FastAPI, make_case: MakeCase, line: FakeLine, clock: Clock
) -> None:
    one_citizen = {"conversation": "portal:one"}
    line.say("portal:one", "Chuyện khai sinh")
    first = await make_case("so-tu-phap", **one_citizen)
    clock.advance(hours=1)
    line.say("portal:one", "Chuyện rác thải")
    clock.advance(minutes=1)
    second = await make_case("ubnd-xa-dong", "Rác không ai thu gom", **one_citizen)
    at = [f"/console/cases/{case.code}/conversation" for case in (first, second)]

    async with (
        browser(app, Role.CLERK, "so-tu-phap", name="Nguyễn An") as justice,
        browser(app, Role.CLERK, "ubnd-xa-dong", name="Trần Bình") as commune,
    ):
        await justice.post(f"{at[0]}/take-over")
        line.say("portal:one", "Tôi bị bệnh")
        theirs = await commune.get(at[1])
        refused = [
            await commune.post(f"{at[1]}/{act}", data={"text": "Xin chào", "key": KEY})
            for act in ("take-over", "messages", "give-back")
        ]
        own = await justice.get(at[0])
        await justice.post(f"{at[0]}/give-back")
        then = await commune.post(f"{at[1]}/take-over")

    assert "Chuyện khai sinh" in own.text
    assert "Tôi bị bệnh" in own.text
    assert "rác thải" not in own.text
    assert "Chuyện rác thải" in theirs.text
    for foreign in ("Chuyện khai sinh", "Tôi bị bệnh", "Nguyễn An"):
        assert foreign not in theirs.text
    for page in refused:
        assert page.status_code == 200
        assert "một phản ánh khác" in page.text
    assert "Xin chào</textarea>" in refused[1].text
    assert then.status_code == 303
    assert line.room("portal:one").owner == second.code


async def test_a_case_that_has_ended_is_no_way_into_the_conversation(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, line: FakeLine
) -> None:
    case = await make_case()
    at = f"/console/cases/{case.code}/conversation"

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        by = Actor.staff(clerk.staff.id, clerk.staff.full_name)
        await case_room.cases.decline(case, "Không thuộc thẩm quyền", by)
        page = await clerk.get(at)
        taken = await clerk.post(f"{at}/take-over")
        said = await clerk.post(f"{at}/messages", data={"text": "Xin chào", "key": KEY})

    assert "take-over" not in page.text
    assert "đã kết thúc" in taken.text
    assert "đã kết thúc" in said.text
    assert line.room(case.conversation).owner == ""
    assert line.room(case.conversation).said == []


async def test_a_talk_that_outlives_its_case_can_be_given_back(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, line: FakeLine
) -> None:
    case = await make_case()
    at = f"/console/cases/{case.code}/conversation"

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        await clerk.post(f"{at}/take-over")
        by = Actor.staff(clerk.staff.id, clerk.staff.full_name)
        await case_room.cases.decline(case, "Không thuộc thẩm quyền", by)
        page = await clerk.get(at)
        await clerk.post(f"{at}/give-back")

    assert "Trả cuộc trò chuyện cho trợ lý" in page.text
    assert 'id="say"' not in page.text
    assert line.room(case.conversation).owner == ""


@pytest.mark.parametrize(("trouble", "words"), [(GONE, "không còn"), (DOWN, "không trả lời")])
async def test_says_that_it_cannot_be_read(
    app: FastAPI, make_case: MakeCase, line: FakeLine, trouble: Exception, words: str
) -> None:
    case = await make_case()
    line.trouble = trouble

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get(f"/console/cases/{case.code}/conversation")

    assert page.status_code == 200
    assert words in page.text


async def test_keeps_a_message_that_did_not_go_out(
    app: FastAPI, make_case: MakeCase, line: FakeLine
) -> None:
    case = await make_case()
    line.trouble = DOWN

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.post(
            f"/console/cases/{case.code}/conversation/messages",
            data={"text": "Một câu dài", "key": KEY},
        )

    assert "Một câu dài</textarea>" in page.text


async def test_shows_the_published_record_and_no_address_that_runs(
    app: FastAPI, make_case: MakeCase
) -> None:
    case = await make_case()

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get(f"/console/cases/{case.code}/procedure")

    assert "Tờ khai" in page.text
    assert "1 ngày làm việc (trực tiếp)" in page.text
    assert "javascript:" not in page.text


@pytest.mark.parametrize(
    ("answer", "words"),
    [(404, "Không có thủ tục này"), (500, "không trả lời"), ({"code": 1}, "không trả lời")],
)
async def test_says_that_there_is_no_record(
    app: FastAPI,
    make_case: MakeCase,
    catalogue: dict[str, Any],
    answer: object,
    words: str,
) -> None:
    case = await make_case()
    catalogue[str(RECORD["code"])] = answer

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get(f"/console/cases/{case.code}/procedure")

    assert page.status_code == 200
    assert words in page.text
