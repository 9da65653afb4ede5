"""Catalogue sources. To add one: a module with an Importer, a line here, a test class.

docs/adding-a-source.md goes through it step by step.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from knowledge.importers.base import Importer, UnreadableSource
from knowledge.importers.jsonl import JSONL
from knowledge.importers.portal import PORTAL
from knowledge.importers.record import Record, UnreadableRecord
from knowledge.importers.report import ImportReport, Reject
from knowledge.importers.review import review
from knowledge.importers.sync import SYNC
from knowledge.importers.xlsx import XLSX, write_template
from knowledge.model import Procedure

__all__ = [
    "IMPORTERS",
    "ImportReport",
    "Importer",
    "UnreadableSource",
    "import_file",
    "write_template",
]

IMPORTERS: dict[str, Importer] = {
    "jsonl": JSONL,
    "portal": PORTAL,
    "sync": SYNC,
    "xlsx": XLSX,
}

Records = Iterable[Record | UnreadableRecord]


def import_file(
    path: Path,
    source: str,
    *,
    captured: str = "",
    progress: Callable[[Records], Records] = iter,
) -> ImportReport:
    """Read every record; keep the sound ones and say why each other one was left out.

    `captured` is the day the file was taken from its source, where the operator knows it;
    `progress` wraps the records to show how far it is. Raises UnreadableSource when the file
    as a whole cannot be trusted.
    """
    importer = IMPORTERS[source]
    report = ImportReport(source, path.name)
    places: dict[str, str] = {}
    for record in progress(importer.read(path)):
        try:
            procedure = _parse(record, importer, report)
            if procedure.code in places:
                first = places[procedure.code]
                raise ValueError(f"code {procedure.code} was already read at {first}")
        except (UnreadableRecord, ValueError) as error:
            report.rejects.append(_reject(record, error))
        else:
            places[procedure.code] = record.place
            report.procedures.append(_dated(procedure, captured))
    _refuse_nothing(report)
    return report


def _parse(
    record: Record | UnreadableRecord, importer: Importer, report: ImportReport
) -> Procedure:
    if isinstance(record, UnreadableRecord):
        raise record
    procedure = review(importer.parse(record))
    report.unknown.update(set(record.leftovers(importer.ignored)))
    report.doubts.update(set(record.doubts))
    return procedure


def _reject(record: Record | UnreadableRecord, error: UnreadableRecord | ValueError) -> Reject:
    if isinstance(error, UnreadableRecord):
        return Reject(error.place, error.reason)
    return Reject(record.place, str(error))


def _dated(procedure: Procedure, captured: str) -> Procedure:
    if not captured:
        return procedure
    return replace(procedure, source=replace(procedure.source, captured=captured))


def _refuse_nothing(report: ImportReport) -> None:
    """A source without one sound record is not a catalogue, whatever else it is."""
    if report.procedures:
        return
    if not report.rejects:
        raise UnreadableSource(f"{report.file}: holds no records")
    first = report.rejects[0]
    raise UnreadableSource(
        f"{report.file}: none of its {len(report.rejects)} records could be read as "
        f"{report.source!r}; the first: {first.place}: {first.reason}"
    )
