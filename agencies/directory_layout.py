"""The workbook of agencies as directory_sheet.yml lays it out, and the empty or filled template."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

import openpyxl
import yaml
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from agencies.model import Agency, Location, Opening, Weekday
from vietnamese.text import clean, fold

FILE = Path(__file__).with_name("directory_sheet.yml")
LAST_ROW = 5000  # Cells below it offer no list.
_HEADER_FILL = PatternFill("solid", fgColor="DDE7F3")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Column:
    label: str
    kind: str
    width: int
    help: str
    optional: bool = False  # A workbook may lack it.


@dataclass(frozen=True)
class Layout:
    sheet: str
    guide: str
    help_row: int
    separator: str
    words: dict[str, dict[str, Any]]
    days: dict[Weekday, list[str]]
    columns: dict[str, Column]
    explained: list[str]

    def word(self, kind: str, value: Any) -> str:
        return next((word for word, meant in self.words[kind].items() if meant == value), "")

    def day(self, written: str) -> Weekday | None:
        """The day of the week that a cell names, with or without diacritics."""
        wanted = plain(written)
        names = ((day, name) for day, names in self.days.items() for name in names)
        return next((day for day, name in names if plain(name) == wanted), None)


@cache
def layout() -> Layout:
    content = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    content["days"] = {Weekday(day): names for day, names in content["days"].items()}
    content["columns"] = {key: Column(**each) for key, each in content["columns"].items()}
    return Layout(**content)


def plain(text: str) -> str:
    """How labels and words are compared: no diacritics, no asterisk, single spaces."""
    return _SPACES.sub(" ", fold(clean(text).rstrip("*")))


def write_template(target: Path | IO[bytes], agencies: Iterable[Agency] = ()) -> None:
    """Write the workbook for staff to fill in, with these agencies in it."""
    book = openpyxl.Workbook()
    sheet, guide = book.active, book.create_sheet(layout().guide)
    if sheet is None:  # A workbook that openpyxl made has one.
        raise RuntimeError("a new workbook has no sheet")
    sheet.title = layout().sheet
    _write_head(sheet)
    for number, agency in enumerate(agencies, start=layout().help_row + 1):
        for column, text in enumerate(_cells(agency), start=1):
            _write(sheet.cell(number, column), text)
    for number, line in enumerate(layout().explained, start=1):
        guide.cell(number, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    guide.column_dimensions["A"].width = 100
    book.save(target)


def _write_head(sheet: Any) -> None:
    help_row = layout().help_row
    for number, column in enumerate(layout().columns.values(), start=1):
        letter = get_column_letter(number)
        header, hint = sheet.cell(1, number, column.label), sheet.cell(help_row, number)
        header.font, header.fill = Font(bold=True), _HEADER_FILL
        hint.value, hint.font = column.help, Font(italic=True, color="666666")
        hint.alignment = header.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = column.width
        for row in range(help_row + 1, help_row + 201):
            sheet.cell(row, number).number_format = "@"  # As a number 01 would lose its zero.
        if column.kind in layout().words:
            sheet.add_data_validation(_choices(column.kind, f"{letter}{help_row + 1}", letter))
    sheet.freeze_panes = sheet.cell(help_row + 1, 3)


def _choices(kind: str, first: str, letter: str) -> DataValidation:
    words = ",".join(layout().words[kind])  # None of them may hold a comma.
    choices = DataValidation("list", formula1=f'"{words}"', allow_blank=True)
    choices.add(f"{first}:{letter}{LAST_ROW}")
    return choices


def _write(cell: Any, text: str) -> None:
    cell.value = text or None
    cell.data_type = "s" if text else cell.data_type  # What begins with "=" stays words.
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _cells(agency: Agency) -> Iterator[str]:
    """The texts of a row, in the order of the columns."""
    part = f"{layout().separator} "
    contact = agency.contact
    facts = {
        "code": agency.code,
        "name": agency.name,
        "kind": layout().word("kind", agency.kind),
        "level": layout().word("level", agency.level),
        "parent": agency.parent or "",
        "successor": agency.successor or "",
        "other_names": part.join(agency.other_names),
        "fields": part.join(agency.fields),
        "area": part.join(f"{unit.code} {unit.name}" for unit in agency.area),
        "state": layout().word("state", contact.state),
        "fictional": layout().word("mark", True) if contact.fictional else "",
        "email": contact.email,
        "phone": contact.phone,
        "address": contact.address,
        "location": _position(agency.location) if agency.location else "",
        "opening_hours": part.join(map(_hours, agency.opening_hours)),
    }
    return (facts[key] for key in layout().columns)


def _position(location: Location) -> str:
    return f"{location.latitude}, {location.longitude}"


def _hours(opening: Opening) -> str:
    days = ", ".join(layout().days[day][0] for day in opening.days)
    return f"{days}: {opening.opens:%H:%M}-{opening.closes:%H:%M}"
