"""Cases as a spreadsheet: every cell is a string, so nothing in it is ever computed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
import yaml
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.cases.model import Case
from agencies.cases.rows import CASES, to_case
from agencies.cases.tables import case_
from agencies.staff.scope import Scope
from vietnamese.workdays import ZONE

FILE = Path(__file__).with_suffix(".yml")
MOST_EXPORTED = 10_000
AT_ONCE = 500
LONGEST_CELL = 32_767  # Excel's own limit: more and the whole cell would be left out.
WIDEST = 60
_CONTACTS = ("contact_name", "contact_phone", "contact_email", "contact_address")
# Written by people, for people; without it nothing would say from whom the words are.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Words:
    """The words of export.yml: the sheet's name, the note in one that could not hold all, its
    columns in order, names of closed sets."""

    sheet: str
    cut: str
    columns: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, path: Path = FILE, *, categories: Mapping[str, str] | None = None) -> "Words":
        content: dict[str, Any] = yaml.load(
            path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
        )
        names = content["names"] | {"category": dict(categories or {})}
        return cls(content["sheet"], content["cut"], content["columns"], names)


async def exported(engine: AsyncEngine, ids: Sequence[int], scope: Scope) -> list[Case]:
    """The cases in this order; those outside the scope are left out, whoever asked for them."""
    found: dict[int, Case] = {}
    async with engine.connect() as connection:
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            query = CASES.where(case_.c.id.in_(some), scope.where(case_.c.agency_id))
            rows = (await connection.execute(query)).mappings()
            found |= {row["id"]: to_case(row) for row in rows}
    return [found[one] for one in ids if one in found]


def workbook(cases: Sequence[Case], words: Words, *, contacts: bool, cut: bool = False) -> bytes:
    """An XLSX file; without `contacts` the columns of contacts are not in it at all. One that was
    `cut` says so in its last row."""
    columns = {
        name: title for name, title in words.columns.items() if contacts or name not in _CONTACTS
    }
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, dict(_OPTIONS))
    sheet = book.add_worksheet(words.sheet)
    sheet.freeze_panes(1, 1)
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, (name, title) in enumerate(columns.items()):
        sheet.write_string(0, place, title, bold)
        sheet.set_column(place, place, WIDEST if name in ("text", "answer") else 18)
    for row, case in enumerate(cases, start=1):
        for place, text in enumerate(_cells(case, columns, words)):
            sheet.write_string(row, place, text[:LONGEST_CELL], wrapped)
    if cut:
        sheet.write_string(len(cases) + 1, 0, words.cut.format(most=len(cases)), bold)
    book.close()
    return buffer.getvalue()


def _cells(case: Case, columns: Mapping[str, str], words: Words) -> Iterator[str]:
    for name in columns:
        yield _cell(name, getattr(case, name), words)


def _cell(name: str, value: object, words: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(ZONE)).strftime("%d/%m/%Y %H:%M")
    return str(words.names.get(name, {}).get(str(value), value))
