"""The spreadsheet's layout (xlsx.yml), the empty template, and its rows as values."""

import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
import yaml
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from knowledge.importers import facts
from knowledge.importers.base import UnreadableSource
from knowledge.importers.files import is_file
from vietnamese.text import clean

LAST_ROW = 5000  # Cells below it offer no list.

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_HEADER_FILL = PatternFill("solid", fgColor="DDE7F3")


@dataclass(frozen=True)
class Column:
    label: str
    kind: str
    width: int
    help: str


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: dict[str, Column]


@dataclass(frozen=True)
class Layout:
    """The sheets by key, and for each list of words what they stand for."""

    sheets: dict[str, Sheet]
    words: dict[str, dict[str, Any]]
    help_row: int
    separator: str


@dataclass(frozen=True)
class Row:
    """A filled row: values by column key, and by header where the header is not ours."""

    place: str
    values: dict[str, Any]
    error: str = ""


@cache
def layout() -> Layout:
    text = Path(__file__).with_name("xlsx.yml").read_text(encoding="utf-8")
    content = yaml.load(text, Loader=yaml.CSafeLoader)
    sheets = {
        key: Sheet(sheet["name"], {name: Column(**each) for name, each in sheet["columns"].items()})
        for key, sheet in content["sheets"].items()
    }
    return Layout(sheets, content["words"], content["help_row"], content["separator"])


def write_template(target: Path | IO[bytes]) -> None:
    """Write the empty workbook for a clerk to fill in."""
    book = openpyxl.Workbook()
    for name in book.sheetnames:
        del book[name]
    for sheet in layout().sheets.values():
        _write_sheet(book.create_sheet(sheet.name), sheet)
    book.save(target)


def read_rows(path: Path) -> dict[str, list[Row]]:
    """Return the filled rows of each sheet by its key. Raises UnreadableSource."""
    if not is_file(path):
        raise UnreadableSource(f"{path}: is a folder, an .xlsx file is wanted")
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            # Excel adds extensions that openpyxl warns about and that hold no values.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            return {key: _read_sheet(book, sheet, path) for key, sheet in layout().sheets.items()}
    except UnreadableSource:
        raise
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, OSError) as error:
        raise UnreadableSource(
            f"{path.name}: is not an .xlsx workbook or is damaged, save it again ({error})"
        ) from error


def _write_sheet(target: Any, sheet: Sheet) -> None:
    help_row = layout().help_row
    for number, column in enumerate(sheet.columns.values(), start=1):
        letter = get_column_letter(number)
        header, hint = target.cell(1, number, column.label), target.cell(help_row, number)
        header.font, header.fill = Font(bold=True), _HEADER_FILL
        hint.value, hint.font = column.help, Font(italic=True, color="666666")
        hint.alignment = header.alignment = Alignment(wrap_text=True, vertical="top")
        target.column_dimensions[letter].width = column.width
        if column.kind == "code":
            # As a number 1.001190 would lose its last digit.
            for row in range(help_row + 1, 201):
                target.cell(row, number).number_format = "@"
        if column.kind in layout().words:
            choices = DataValidation("list", formula1=f'"{",".join(layout().words[column.kind])}"')
            choices.add(f"{letter}{help_row + 1}:{letter}{LAST_ROW}")
            target.add_data_validation(choices)
    target.freeze_panes = target.cell(help_row + 1, 2)


def _read_sheet(book: Any, sheet: Sheet, path: Path) -> list[Row]:
    place = f"{path.name}, sheet {sheet.name!r}"
    if sheet.name not in book.sheetnames:
        raise UnreadableSource(f"{place}: the sheet is missing, take it from the template")
    rows = book[sheet.name].iter_rows()
    keys = _keys(next(rows, ()), sheet, place)
    return [
        row
        for number, cells in enumerate(rows, start=2)
        if (row := _row(cells, keys, sheet, f"{place}, row {number}"))
    ]


def _keys(header: Any, sheet: Sheet, place: str) -> list[str]:
    """Return the key of each column, or its own header if it is none of ours."""
    ours = {_plain(column.label): key for key, column in sheet.columns.items()}
    labels = [clean(str(cell.value)) if cell.value is not None else "" for cell in header]
    found = [ours.get(_plain(label), label) for label in labels]
    for key, column in sheet.columns.items():
        if key not in found:
            raise UnreadableSource(
                f"{place}, row 1: column {column.label!r} is missing, take it from the template"
            )
    return found


def _row(cells: Any, keys: list[str], sheet: Sheet, place: str) -> Row | None:
    values: dict[str, Any] = {}
    for cell, key in zip(cells, keys, strict=False):
        if cell.value is None or not str(cell.value).strip():
            continue
        column = sheet.columns.get(key)
        if cell.data_type == "e":
            label = column.label if column else key
            return Row(place, values, f"column {label!r} holds the formula error {cell.value}")
        values[key] = _value(cell.value, column.kind if column else "text")
    if not values or values.get("code") == clean(sheet.columns["code"].help):
        return None
    return Row(place, values)


def _value(value: Any, kind: str) -> Any:
    if isinstance(value, str):
        value = clean(value)
    match kind:
        case "code":
            # Typed as a number, 1.001190 arrives as 1.00119.
            return f"{value:.6f}" if isinstance(value, int | float) else str(value)
        case "number":
            amount = facts.amount_in(value) if isinstance(value, str) else value
            return value if amount is None else amount
        case "day":
            return _day(value)
        case "mark":
            return layout().words["mark"].get(_word(value, kind), value)
        case _ if kind in layout().words:
            return _word(value, kind)
        case "many":
            return [part for each in str(value).split(layout().separator) if (part := clean(each))]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _day(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.strftime("%Y-%m-%d")
    found = _DAY.fullmatch(str(value))
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else str(value)


def _word(value: Any, kind: str) -> str:
    """Return the word of a list as it is written there, however the cell writes it."""
    written = {_plain(word): word for word in layout().words[kind]}
    return written.get(_plain(str(value)), str(value))


def _plain(label: str) -> str:
    return clean(label).rstrip("*").strip().casefold()
