"""The conversation beside a case, live or not, and the procedure's record."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.staff.model import Role
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

    async with browser(app, Role.CLERK, "so-tu-phap", name="Nguyễn An") as clerk:
        offered = await clerk.get(at)
        taken = await clerk.post(f"{at}/take-over")
        live = await clerk.get(at)
        for _ in range(2):
            await clerk.post(f"{at}/messages", data={"text": "Chào bà", "key": KEY})
        mode = line.mode
        await clerk.post(f"{at}/give-back")

    assert "Trò chuyện trực tiếp với người dân" in offered.text
    assert taken.status_code == 303
    assert "đang trả lời trực tiếp" in live.text
    assert mode == "staff"
    assert line.written == {f"console:{KEY}": "Chào bà"}
    assert line.mode == "bot"
    actions = [action for action, _ in await audited(engine)]
    assert actions.count("conversation.read") == 1
    assert "conversation.taken_over" in actions


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
