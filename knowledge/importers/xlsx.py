"""The spreadsheet that a clerk fills in: one sheet of procedures, the others keyed by its code."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from knowledge.importers import facts
from knowledge.importers.base import Importer
from knowledge.importers.record import Record, UnreadableRecord
from knowledge.importers.workbook import Row, layout, read_rows, write_template
from knowledge.model import (
    Absent,
    Agency,
    Channel,
    Duration,
    Fee,
    FeeKind,
    Form,
    LegalBasis,
    Method,
    Procedure,
    Reason,
    Source,
    Step,
    TimeUnit,
)

__all__ = ["XLSX", "write_template"]

MAIN = "procedures"


def read(path: Path) -> Iterator[Record | UnreadableRecord]:
    rows = read_rows(path)
    parts: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for sheet in rows.keys() - {MAIN}:
        for row in rows[sheet]:
            parts[row.values.get("code", "")][sheet].append(row)
    for row in rows[MAIN]:
        yield _procedure(row, parts.pop(row.values.get("code", ""), {}))
    for code, sheets in parts.items():
        for row in (row for sheet in sheets.values() for row in sheet):
            yield UnreadableRecord(row.place, row.error or f"code {code!r} has no procedure")


def parse(record: Record) -> Procedure:
    levels, caveats = facts.levels(record, "levels", record.texts("levels"))
    fees = [_fee(each) for each in record.records("fees")]
    methods = [_method(each) for each in record.records("methods")]
    captured = record.day("captured")
    return Procedure(
        code=record.text("code"),
        title=record.text("title"),
        source=Source("xlsx", captured.isoformat() if captured else "", facts.link(record, "url")),
        promulgating_agency=record.optional_text("promulgating_agency"),
        decision=record.optional_text("decision"),
        fields=tuple(record.texts("fields")),
        life_events=tuple(record.texts("life_events")),
        levels=levels,
        subjects=tuple(record.texts("subjects")),
        executing_agencies=_agencies(record, "executing_agencies"),
        competent_agencies=_agencies(record, "competent_agencies"),
        coordinating_agencies=_agencies(record, "coordinating_agencies"),
        receiving_address=record.optional_text("receiving_address"),
        steps=tuple(_step(each) for each in record.records("steps")),
        methods=tuple(_with_fees(record, methods, fees)),
        document_cases=facts.document_cases(_cases(record.records("documents"))),
        conditions=record.optional_text("conditions"),
        results=tuple(record.texts("results")),
        legal_basis=tuple(_legal_basis(each) for each in record.records("legal_basis")),
        keywords=tuple(record.texts("keywords")),
        full_online=record.boolean("full_online"),
        effective_from=record.day("effective_from"),
        effective_to=record.day("effective_to"),
        caveats=caveats,
    )


def _procedure(row: Row, parts: dict[str, list[Row]]) -> Record | UnreadableRecord:
    """Join a row with those of the other sheets; an error in one of them is its own."""
    for each in (row, *(row for rows in parts.values() for row in rows)):
        if each.error:
            return UnreadableRecord(each.place, each.error)
    inner = {sheet: [_record(each, sheet) for each in rows] for sheet, rows in parts.items()}
    return _record(replace(row, values=row.values | inner), MAIN)


def _record(row: Row, sheet: str) -> Record:
    values = row.values if sheet == MAIN else {k: v for k, v in row.values.items() if k != "code"}
    labels = {key: column.label for key, column in layout().sheets[sheet].columns.items()}
    return Record(values, row.place, labels)


def _agencies(record: Record, name: str) -> tuple[Agency, ...]:
    return tuple(Agency(each) for each in record.texts(name))


def _step(step: Record) -> Step:
    return Step(step.optional_text("name"), step.text("text"))


def _method(method: Record) -> Method:
    channel = Channel(method.one_of("channel", layout().words["channel"]))
    return Method(
        channel=channel,
        time=_time(method),
        fees=Absent(Reason.NOT_PUBLISHED),
        description=method.optional_text("description"),
    )


def _time(method: Record) -> Duration | Absent:
    value, words = method.number("time"), method.optional_text("time_text")
    word = method.optional_one_of("unit", layout().words["unit"])
    if value is not None and word is None:
        raise method.error("unit", "is empty beside a time limit")
    return facts.duration(words or None if value is None else value, word and TimeUnit(word))


def _fee(fee: Record) -> tuple[Channel | None, Fee]:
    words = layout().words
    channel = fee.optional_one_of("channel", words["channel"])
    kind = fee.optional_one_of("kind", words["fee_kind"])
    made = facts.fee(
        fee.number("amount"),
        fee.optional_text("note"),
        kind=FeeKind(kind) if kind else FeeKind.UNNAMED,
        currency=fee.optional_one_of("currency", words["currency"]) or "",
    )
    last_day = fee.day("valid_until")
    return channel and Channel(channel), replace(made, valid_until=last_day or made.valid_until)


def _with_fees(
    record: Record, methods: list[Method], fees: list[tuple[Channel | None, Fee]]
) -> Iterator[Method]:
    channels = {method.channel for method in methods}
    for channel, _ in fees:
        if not methods or (channel and channel not in channels):
            raise record.error("fees", f"a fee is given for {channel or 'all'}, which is no method")
    for method in methods:
        own = [fee for channel, fee in fees if channel in (None, method.channel)]
        yield replace(method, fees=facts.fees(own))


def _cases(documents: list[Record]) -> list[tuple[str, list[facts.Item]]]:
    cases: dict[str, list[facts.Item]] = {}
    for document in documents:
        cases.setdefault(document.optional_text("case"), []).append(_item(document))
    return list(cases.items())


def _item(document: Record) -> facts.Item:
    form, url = document.optional_text("form"), facts.link(document, "form_url")
    return facts.Item(
        name=document.text("name"),
        originals=document.integer("originals"),
        copies=document.integer("copies"),
        forms=(Form(form or url, url),) if form or url else (),
    )


def _legal_basis(basis: Record) -> LegalBasis:
    number, name = basis.optional_text("number"), basis.optional_text("name")
    return LegalBasis(number, name or number, facts.link(basis, "url"))


XLSX = Importer(
    about="the spreadsheet template that a clerk fills in",
    read=read,
    parse=parse,
)
