"""The national portal's own records: its index of procedures and the details of each.

A folder with `index.jsonl`, or `details/<code>.json`, or both; or one detail file. The index
tells what is published, so a detail that it does not list is not answered as current.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.importers import facts, portal_detail
from knowledge.importers.base import Importer, UnreadableSource
from knowledge.importers.files import is_file, json_document, json_lines
from knowledge.importers.record import Record, UnreadableRecord, inside
from knowledge.model import Absent, Part, Procedure, Reason, Source

INDEX = "index.jsonl"
DETAILS = "details"

# Identifiers inside the portal; the names stand beside them.
IGNORED = (
    portal_detail.IGNORED
    | inside("index", "codeNotation", "categoryIds", "departmentPromulgateId")
    | inside("detail", "message")
)


def read(path: Path) -> Iterator[Record | UnreadableRecord]:
    if not is_file(path):
        yield from _read_folder(path)
    elif ".jsonl" in path.suffixes:
        yield from map(_listed, _index(path))
    else:
        yield _detail(path, json_document(path), listed=True)


def parse(record: Record) -> Procedure:
    index = record.record("index")
    if index:
        return _from_index(index)
    envelope = record.record("detail")
    if envelope is None:
        raise record.error("detail", "is missing")
    return portal_detail.procedure(_content(envelope), listed=bool(record.boolean("listed")))


def _read_folder(folder: Path) -> Iterator[Record | UnreadableRecord]:
    files = (
        (folder / DETAILS).glob("*.json") if (folder / DETAILS).is_dir() else folder.glob("*.json")
    )
    details = {file.stem: file for file in sorted(files)}
    rows = _index(folder / INDEX) if (folder / INDEX).exists() else []
    if not rows and not details:
        raise UnreadableSource(f"{folder}: holds neither {INDEX} nor {DETAILS}/<code>.json")
    for row in rows:
        # The index row says nothing that the detail does not say better.
        file = None if isinstance(row, UnreadableRecord) else details.pop(row.peek("code"), None)
        yield _open_detail(file, listed=True) if file else _listed(row)
    for file in details.values():
        yield _open_detail(file, listed=not rows)


def _index(path: Path) -> list[Record | UnreadableRecord]:
    """Return the rows, those with a proper code first: an odd one may repeat a proper one."""
    return sorted(json_lines(path), key=_has_odd_code)


def _has_odd_code(row: Record | UnreadableRecord) -> bool:
    return isinstance(row, Record) and not facts.is_code(row.peek("code"))


def _listed(row: Record | UnreadableRecord) -> Record | UnreadableRecord:
    if isinstance(row, UnreadableRecord):
        return row
    return Record({"index": row}, row.place)


def _open_detail(file: Path, *, listed: bool) -> Record | UnreadableRecord:
    """Open a detail of a folder: a damaged one costs only itself."""
    try:
        content = json_document(file)
    except UnreadableSource as error:
        return UnreadableRecord(file.name, str(error))
    return _detail(file, content, listed=listed)


def _detail(file: Path, content: Any, *, listed: bool) -> Record | UnreadableRecord:
    if not isinstance(content, dict):
        return UnreadableRecord(file.name, "is not a JSON object")
    return Record({"detail": Record(content, file.name), "listed": listed}, file.name)


def _content(envelope: Record) -> Record:
    code = envelope.optional_text("code")
    data = envelope.record("data")
    if code != "OK" or data is None:
        raise envelope.error("code", f"the portal answered {code!r} instead of a procedure")
    return data


def _from_index(row: Record) -> Procedure:
    """Make what a row of the index says; its details were never copied."""
    lost = dict.fromkeys(Part, Absent(Reason.LOST_IN_COPY))
    executing = facts.agencies((name, "") for name in row.texts("departments"))
    if executing:
        del lost[Part.AGENCIES]
    return Procedure(
        code=portal_detail.code(row),
        title=row.text("name"),
        source=Source("portal_index", captured="", url=portal_detail.page(row)),
        scope=facts.SCOPES.get(row.optional_text("type")),
        promulgating_agency=row.optional_text("departmentPromulgate"),
        fields=tuple(row.texts("categories")),
        subjects=tuple(row.texts("formalityTargetType")),
        executing_agencies=executing,
        standing=portal_detail.standing(row, listed=True),
        absent=lost,
    )


PORTAL = Importer(
    about="the national portal's API records: a folder with its index and details, or one detail",
    read=read,
    parse=parse,
    ignored=IGNORED,
)
