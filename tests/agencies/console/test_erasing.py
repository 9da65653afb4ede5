"""Erasing from the page of a case: by whom, why, and what is left of it."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Actor
from agencies.cases.room import CaseRoom
from agencies.staff.model import Role
from agencies.staff.scope import Scope
from agencies.staff.tables import audit
from tests.agencies.console.conftest import MakeCase
from tests.agencies.staffed import browser

EVERYTHING = Scope.everything()
RIGHT = {"version": 1, "why": "asked", "confirmed": "true"}


async def test_a_coordinator_erases_whose_cases_they_are(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, engine: AsyncEngine
) -> None:
    case = await make_case()
    other = await make_case("ubnd-xa-dong", "Rác không ai thu gom", conversation=case.conversation)
    await case_room.cases.decline(other, "x", Actor.staff(1, "An"))
    at = f"/console/cases/{case.code}"

    async with browser(app, Role.COORDINATOR) as coordinator:
        offered = await coordinator.get(at)
        done = await coordinator.post(f"{at}/steps/erase", data=RIGHT)
        page = await coordinator.get(done.headers["location"])

    assert "Xóa dữ liệu cá nhân" in offered.text
    assert "Đã xóa dữ liệu cá nhân" in page.text
    assert 'id="xoa"' not in page.text
    kept = await case_room.cases.case(case.code, EVERYTHING)
    ended = await case_room.cases.case(other.code, EVERYTHING)
    assert kept and ended
    assert (kept.contact_name, kept.conversation, bool(kept.text)) == ("", "", True)
    assert (ended.conversation, ended.text) == ("", "")
    async with engine.connect() as connection:
        query = sa.select(audit.c.object_id, audit.c.detail).where(audit.c.action == "case.erase")
        [row] = (await connection.execute(query)).all()
    assert tuple(row) == (case.code, {"why": "asked", "cases": 2})


@pytest.mark.parametrize(
    "wrong",
    [{"why": ""}, {"why": "x"}, {"confirmed": "false"}, {"version": 7}],
)
async def test_nothing_is_erased_without_a_reason_and_a_confirmation(
    app: FastAPI,
    make_case: MakeCase,
    case_room: CaseRoom,
    wrong: dict[str, object],
) -> None:
    case = await make_case()

    async with browser(app, Role.COORDINATOR) as coordinator:
        answer = await coordinator.post(
            f"/console/cases/{case.code}/steps/erase", data=RIGHT | wrong
        )

    assert answer.status_code == 409
    assert await case_room.cases.case(case.code, EVERYTHING) == case


@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD])
async def test_nobody_else_erases(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, role: Role
) -> None:
    case = await make_case()

    async with browser(app, role, "so-tu-phap") as staff:
        page = await staff.get(f"/console/cases/{case.code}")
        answer = await staff.post(f"/console/cases/{case.code}/steps/erase", data=RIGHT)

    assert 'id="xoa"' not in page.text
    assert answer.status_code == 403
    assert await case_room.cases.case(case.code, EVERYTHING) == case
