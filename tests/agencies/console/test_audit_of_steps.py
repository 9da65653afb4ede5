"""A step with a case and its row of the audit are one transaction: both, or neither."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.room import CaseRoom
from agencies.cases.tables import case_event
from agencies.outbox.tables import delivery
from agencies.staff.model import Role
from agencies.staff.scope import Scope
from agencies.staff.tables import audit, audit_end
from agencies.tables import contact_check
from tests.agencies.console.conftest import MakeCase
from tests.agencies.staffed import browser

EVERYTHING = Scope.everything()


async def break_audit(engine: AsyncEngine) -> None:
    """The chain has lost its end, so nothing can be added to it."""
    async with engine.begin() as connection:
        await connection.execute(audit_end.delete())


async def counted(engine: AsyncEngine) -> list[int]:
    async with engine.connect() as connection:
        return [
            (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in (case_event, delivery, contact_check, audit)
        ]


@pytest.mark.parametrize("step", ["register", "note", "answer", "transfer", "decline"])
async def test_a_step_that_cannot_be_written_down_is_not_taken(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, engine: AsyncEngine, step: str
) -> None:
    case = await make_case("so-tu-phap")
    await break_audit(engine)
    before = await counted(engine)
    form = {"version": 1, "text": "x", "to": "ubnd-xa-dong"}

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        one = await clerk.post(f"/console/cases/{case.code}/steps/{step}", data=form)

    assert one.status_code == 503
    assert await case_room.cases.case(case.code, EVERYTHING) == case
    assert await counted(engine) == before


async def test_nor_is_one_with_many_cases(
    app: FastAPI, make_case: MakeCase, case_room: CaseRoom, engine: AsyncEngine
) -> None:
    case = await make_case("so-tu-phap")
    await break_audit(engine)
    form = {"case": f"{case.code}:1", "step": "register"}

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        many = await clerk.post("/console/cases/bulk", data=form)

    assert many.status_code == 503
    assert await case_room.cases.case(case.code, EVERYTHING) == case


async def test_nor_is_a_contact_found_out(app: FastAPI, engine: AsyncEngine) -> None:
    await break_audit(engine)
    before = await counted(engine)

    async with browser(app, Role.ADMINISTRATOR) as keeper:
        answer = await keeper.post(
            "/console/directory/so-tu-phap/contact", data={"state": "inactive"}
        )

    assert answer.status_code == 503
    assert await counted(engine) == before
