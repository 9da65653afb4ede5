"""The directory as a workbook that staff fill in: one agency a row, as the template says."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from agencies.directory_entry import Entry, UnreadableDirectory
from agencies.directory_layout import Column, layout, plain
from agencies.model import Weekday
from vietnamese.text import clean

_AREA = re.compile(r"(\d+)[\s:–-]+(\S.*)", re.DOTALL)
_SPAN = re.compile(r"(\d{1,2})[:hg](\d{2})?\s*[-–]\s*(\d{1,2})[:hg](\d{2})?", re.IGNORECASE)
# "21.594, 105.848", as maps write it, or with Vietnamese commas: "21,594; 105,848".
_POSITION = re.compile(r"(-?\d{1,3}(?:\.\d+)?)[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)")
_POSITION_WITH_COMMAS = re.compile(r"(-?\d{1,3},\d+)(?:;|\s)\s*(-?\d{1,3},\d+)")
_CONTACT = ("state", "fictional", "email", "phone", "address")


class _Unreadable(Exception):
    """What a cell holds is not what its column is for."""


def entries(path: Path) -> list[Entry]:
    """Raises UnreadableDirectory."""
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            # Excel adds extensions that openpyxl warns about and that hold no values.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            return _entries(book, path.name)
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError) as error:
        raise UnreadableDirectory(f"{path}: is not an .xlsx workbook or is damaged") from error
    except OSError as error:
        raise UnreadableDirectory(f"{path}: {error.strerror}") from error


def _entries(book: Any, name: str) -> list[Entry]:
    sheet = layout().sheet
    if sheet not in book.sheetnames:
        raise UnreadableDirectory(f"{name}: no sheet {sheet!r}, take it from the template")
    rows = book[sheet].iter_rows()
    keys = _keys(next(rows, ()), f"{name}, sheet {sheet!r}, row 1")
    read = (_entry(cells, keys, number) for number, cells in enumerate(rows, start=2))
    return [entry for entry in read if entry]


def _keys(header: Iterable[Any], place: str) -> list[str]:
    """The key of each column; "" for one that is not ours."""
    ours = {plain(column.label): key for key, column in layout().columns.items()}
    keys = [ours.get(plain(str(cell.value or "")), "") for cell in header]
    for key, column in layout().columns.items():
        if key not in keys and not column.optional:
            raise UnreadableDirectory(
                f"{place}: column {column.label!r} is missing, take it from the template"
            )
    return keys


def _entry(cells: Iterable[Any], keys: list[str], number: int) -> Entry | None:
    values: dict[str, Any] = {}
    faults = []
    for cell, key in zip(cells, keys, strict=False):
        if not key or cell.value is None or not str(cell.value).strip():
            continue
        column = layout().columns[key]
        try:
            values[key] = _value(cell, column)
        except _Unreadable as error:
            faults.append(f"column {column.label!r}: {error}")
    if not (values or faults) or values.get("code") == clean(layout().columns["code"].help):
        return None
    contact = {key: values.pop(key) for key in _CONTACT if key in values}
    return Entry(number, values | {"contact": contact}, layout().sheet, tuple(faults))


def _value(cell: Any, column: Column) -> Any:
    if cell.data_type == "e":
        raise _Unreadable(f"holds the formula error {cell.value}")
    text = _text(cell.value)
    match column.kind:
        case "many":
            return _parts(text)
        case "areas":
            return [_area(part) for part in _parts(text)]
        case "position":
            return _position(text)
        case "hours":
            return [opening for part in _parts(text) for opening in _openings(part)]
        case kind if kind in layout().words:
            return _word(text, kind)
    return text


def _text(value: Any) -> str:
    """A cell as it was typed; a spreadsheet turns what looks like a number into one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))


def _parts(text: str) -> list[str]:
    parts = (
        part.strip() for part in text.replace("\n", layout().separator).split(layout().separator)
    )
    return [part for part in parts if part]


def _word(text: str, kind: str) -> Any:
    words = {plain(word): meant for word, meant in layout().words[kind].items()}
    if plain(text) not in words:
        raise _Unreadable(f"{text!r} is none of {', '.join(layout().words[kind])}")
    return words[plain(text)]


def _area(part: str) -> dict[str, str]:
    found = _AREA.fullmatch(part)
    if not found:
        raise _Unreadable(f"{part!r} is not a code and a name")
    return {"code": found[1], "name": found[2]}


def _position(text: str) -> dict[str, float]:
    found = _POSITION_WITH_COMMAS.fullmatch(text) or _POSITION.fullmatch(text)
    if not found:
        raise _Unreadable(f"{text!r} is not a latitude and a longitude")
    latitude, longitude = (float(degrees.replace(",", ".")) for degrees in found.groups())
    return {"latitude": latitude, "longitude": longitude}


def _openings(part: str) -> list[dict[str, Any]]:
    """The hours of "Thứ Hai - Thứ Sáu: 07:30-11:30, 13:30-17:00", one for each span."""
    days, _, hours = part.partition(":")
    spans = [_SPAN.fullmatch(span.strip()) for span in hours.split(",")]
    if not all(spans):
        raise _Unreadable(f"{part!r} is not like {layout().columns['opening_hours'].help!r}")
    return [
        {"days": _days(days), "opens": _time(span[1], span[2]), "closes": _time(span[3], span[4])}
        for span in spans
        if span
    ]


def _days(written: str) -> list[Weekday]:
    found: list[Weekday] = []
    for part in written.split(","):
        ends = [layout().day(end) for end in re.split(r"[-–]", part)]
        known = [day for day in ends if day]
        if len(known) != len(ends) or len(known) > 2:
            raise _Unreadable(f"{part.strip()!r} is no day of the week")
        week = list(Weekday)
        found += week[week.index(known[0]) : week.index(known[-1]) + 1] or [*known]
    return found


def _time(hour: str, minutes: str | None) -> str:
    return f"{int(hour):02}:{minutes or '00'}"
