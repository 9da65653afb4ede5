"""The spreadsheet of cases: strings only, of one's own cases, without what one may not see."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.api import create_app
from agencies.cases.room import CaseRoom
from agencies.console.export import LONGEST_CELL, Words, exported, workbook
from agencies.console.work_room import WorkRoom
from agencies.settings import Settings
from agencies.staff.model import Role
from agencies.staff.room import StaffRoom
from agencies.staff.scope import Scope
from agencies.store import AgencyStore
from tests.agencies.console.conftest import MakeCase, audited
from tests.agencies.staffed import browser

FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "{=1+1}",
    "http://evil.example",
    "mailto:a@b.c",
    "12345678901234567890",
]


def cells(content: bytes) -> Iterator[tuple[str, str]]:
    """Type and text of every cell."""
    for row in openpyxl.load_workbook(BytesIO(content)).active:
        for cell in row:
            if cell.value is not None:
                yield cell.data_type, str(cell.value)


@pytest.mark.parametrize("text", FORMULAS)
async def test_nothing_a_citizen_wrote_is_computed(
    app: FastAPI, make_case: MakeCase, text: str
) -> None:
    await make_case(text=text)

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        table = await clerk.get("/console/cases/export")

    found = list(cells(table.content))
    assert {kind for kind, _ in found} == {"s"}
    with ZipFile(BytesIO(table.content)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml")
        names = file.namelist()
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert not any("vba" in name.lower() or "external" in name.lower() for name in names)


async def test_holds_what_the_filter_shows(
    app: FastAPI, make_case: MakeCase, engine: AsyncEngine
) -> None:
    shown = await make_case(text="Cấp giấy phép xây dựng chậm")
    await make_case(text="Chứng thực chữ ký")

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        table = await clerk.get("/console/cases/export?q=giay+phep")

    assert table.headers["content-disposition"].startswith('attachment; filename="phan-anh-')
    rows = list(openpyxl.load_workbook(BytesIO(table.content)).active.values)
    assert [row[0] for row in rows] == ["Mã", shown.code]
    assert "Lê Bí Mật 1" in rows[1]
    assert ("cases.exported", "") in await audited(engine)


async def test_says_that_it_could_not_hold_all(
    loaded: AgencyStore,
    case_room: CaseRoom,
    staff_room: StaffRoom,
    work: WorkRoom,
    make_case: MakeCase,
) -> None:
    for _ in range(3):
        await make_case()
    work = replace(work, most_exported=2)
    app = create_app(Settings(), loaded, staff=staff_room, cases=case_room, work=work)

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        page = await clerk.get("/console/cases")
        table = await clerk.get("/console/cases/export")

    rows = list(openpyxl.load_workbook(BytesIO(table.content)).active.values)
    assert len(rows) == 4
    assert "chỉ có 2 phản ánh đầu tiên" in str(rows[3][0])
    assert "Nhiều nhất 2 phản ánh trong một tệp" in page.text


async def test_leaves_contacts_out_for_who_may_not_see_them(
    make_case: MakeCase, engine: AsyncEngine
) -> None:
    case = await make_case()
    words = Words.load()

    rows = await exported(engine, [case.id], Scope.everything())
    without = " ".join(text for _, text in cells(workbook(rows, words, contacts=False)))
    with_them = " ".join(text for _, text in cells(workbook(rows, words, contacts=True)))

    assert "0912345671" not in without
    assert "Lê Bí Mật" not in without
    assert "Điện thoại" not in without
    assert "0912345671" in with_them


async def test_ids_outside_the_scope_are_left_out(make_case: MakeCase, engine: AsyncEngine) -> None:
    own, foreign = await make_case("so-tu-phap"), await make_case("ubnd-xa-dong")

    rows = await exported(engine, [foreign.id, own.id], Scope.of([own.agency_id]))

    assert [case.code for case in rows] == [own.code]


async def test_a_letter_longer_than_a_cell_is_cut_and_not_lost(
    make_case: MakeCase, engine: AsyncEngine
) -> None:
    case = await make_case(text="a" * (LONGEST_CELL + 10))

    rows = await exported(engine, [case.id], Scope.everything())
    found = [text for _, text in cells(workbook(rows, Words.load(), contacts=True))]

    assert "a" * LONGEST_CELL in found
