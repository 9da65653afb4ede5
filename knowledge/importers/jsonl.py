"""Our own exchange format: one procedure a line, plain or gzip (catalogue.schema.json)."""

import re

from knowledge.importers import facts, page_text
from knowledge.importers.base import Importer
from knowledge.importers.files import json_lines
from knowledge.importers.record import Record
from knowledge.importers.wording import wording
from knowledge.model import (
    Absent,
    Agency,
    Caveat,
    Channel,
    DocumentCase,
    Duration,
    Fee,
    FeeKind,
    Form,
    LegalBasis,
    Method,
    Procedure,
    Reason,
    Source,
    Standing,
    Step,
    SubCase,
)

CHANNELS = {channel.value: channel for channel in Channel}
IGNORED = frozenset(
    {
        # How the copy was made, for whoever made it.
        "formality_id",
        "complete",
        "other_copies",
        "created_at_ms",
        "updated_at_ms",
        "source.repo",
        "source.path",
        "source.commit",
        # The page as text; what it says stands in the fields beside it.
        "methods_text",
        "documents_text",
        "results_text",
        # Says how the law delegates, or where the form is filled in; nothing a citizen acts on.
        "formality_type",
        "field_codes",
        "results[].code",
        "legal_basis[].issued",
        "legal_basis[].issuer",
        "life_event_groups[].type",
        "document_cases[].items[].has_electronic_form",
        # Never true in any source.
        "document_cases[].items[].required",
        # Codes of other procedures: no part of the model names them.
        "related",
    }
)

# "2026-06/07" and "2026-07-17/18" name two days or months; the earlier is the careful one.
_CAPTURED = re.compile(r"\d{4}-\d{2}(-\d{2})?")

# More copies than that of one document were digits of its name: "... 39/2026" + "1" = 20261.
_MOST_COPIES = 9


def parse(record: Record) -> Procedure:
    flags = frozenset(record.texts("quality_flags"))
    source = record.record("source") or Record({}, record.place)
    other_capture = bool(source.optional_text("methods_from"))
    levels, caveats = facts.levels(record, "levels", record.texts("levels"))
    conditions = _conditions(record.optional_text("conditions"))
    description = record.optional_text("description")
    return Procedure(
        code=record.text("code"),
        title=record.text("name"),
        source=_source(source, facts.link(record, "source_url")),
        scope=facts.SCOPES.get(record.optional_text("scope_type")),
        promulgating_agency=record.optional_text("promulgating_agency"),
        promulgating_agency_code=record.optional_text("promulgating_agency_code"),
        decision=record.optional_text("decision_no"),
        fields=facts.rejoined(record.texts("fields")),
        life_events=tuple(each.text("name") for each in record.records("life_event_groups")),
        levels=levels,
        subjects=facts.rejoined(record.texts("subjects")),
        executing_agencies=_agencies(record, "executing_agencies"),
        competent_agencies=_agencies(record, "competent_agencies"),
        authorized_agencies=_agencies(record, "authorized_agencies"),
        coordinating_agencies=_agencies(record, "coordinating_agencies"),
        receiving_address=record.optional_text("receiving_address"),
        steps=tuple(_step(each) for each in record.records("steps")),
        methods=tuple(_method(each, flags) for each in record.records("methods")),
        document_cases=_document_cases(record, flags),
        sub_cases=tuple(_sub_case(each) for each in record.records("sub_cases")),
        conditions=conditions,
        results=tuple(dict.fromkeys(each.text("name") for each in record.records("results"))),
        legal_basis=tuple(_legal_basis(each) for each in record.records("legal_basis")),
        legal_text=record.optional_text("legal_text"),
        keywords=facts.keywords(record, "keywords"),
        description="" if description == conditions else description,
        full_online=record.boolean("is_full_process_online"),
        effective_from=record.day("effective_from"),
        effective_to=record.day("effective_to"),
        standing=_standing(record, flags),
        caveats=caveats + _caveats(flags, other_capture=other_capture),
    )


def _source(source: Record, page: str) -> Source:
    captured = _CAPTURED.match(source.optional_text("captured"))
    return Source(
        kind=source.optional_text("kind"),
        captured=captured.group() if captured else "",
        url=facts.link(source, "url") or page,
    )


def _agencies(record: Record, name: str) -> tuple[Agency, ...]:
    found = record.records(name)
    return facts.agencies((each.text("name"), each.optional_text("code")) for each in found)


def _step(step: Record) -> Step:
    return Step(wording().published(step.optional_text("name")), step.optional_text("text"))


def _method(method: Record, flags: frozenset[str]) -> Method:
    fees, page_description = _fees(method, flags)
    description = method.optional_text("description") or page_description
    return Method(
        channel=method.one_of("channel", CHANNELS),
        time=_time(method, description, lost="time_unit_lost_in_copy" in flags),
        fees=fees,
        description=description,
    )


def _time(method: Record, description: str, *, lost: bool) -> Duration | Absent:
    value = method.number_or_text("time_value")
    no_unit = not method.has("time_unit")
    unit, words = facts.unit(method, "time_unit"), method.optional_text("time_text")
    if no_unit and lost and value is not None:
        return Absent(Reason.LOST_IN_COPY)
    return facts.duration(value if value is not None else words or None, unit, description)


def _fees(method: Record, flags: frozenset[str]) -> tuple[tuple[Fee, ...] | Absent, str]:
    listed, page = method.has("fees"), method.optional_text("fee_text")
    rows = [_fee_row(each) for each in method.records("fees")]
    if listed and page:
        return page_text.mended(rows, page)
    if listed:
        return facts.fees(row.fee() for row in rows), ""
    if page:
        return page_text.listed(page), ""
    lost = "fees_missing_in_copy" in flags
    return Absent(Reason.LOST_IN_COPY if lost else Reason.NOT_PUBLISHED), ""


def _fee_row(fee: Record) -> page_text.FeeRow:
    kind = fee.optional_text("type")
    return page_text.FeeRow(
        amount=fee.number("amount"),
        note=fee.optional_text("description"),
        shown=fee.optional_text("shown_as"),
        kind=facts.FEE_KINDS.get(kind, FeeKind.UNNAMED),
        currency=facts.currency(fee, "currency"),
    )


def _document_cases(record: Record, flags: frozenset[str]) -> tuple[DocumentCase, ...]:
    cases = record.records("document_cases")
    names = [case.optional_text("case") for case in cases]
    split = "documents_split_from_flat_text" in flags
    items = [[_item(item, split=split) for item in case.records("items")] for case in cases]
    for case, rows in zip(cases, items, strict=True):
        # What stands after the last row of a case is the name of the next, or a remark.
        tail = wording().published(case.optional_text("unparsed_tail_or_next_case"))
        if tail and tail not in names:
            rows.append(facts.Item(tail, originals=0, copies=0))
    return facts.document_cases(zip(names, items, strict=True))


def _item(item: Record, *, split: bool) -> facts.Item:
    originals, copies = item.integer("original_qty"), item.integer("copy_qty")
    if split and max(originals or 0, copies or 0) > _MOST_COPIES:
        item.doubt("original_qty", "the end of the document's name was read as its number")
        originals = copies = None
    return facts.Item(
        name=facts.item_name(item, "name"),
        originals=originals,
        copies=copies,
        code=item.optional_text("code"),
        forms=tuple(_form(each) for each in item.records_or_texts("forms")),
    )


def _form(form: Record | str) -> Form:
    if isinstance(form, str):
        return Form(form)
    return Form(form.text("name"), facts.link(form, "url"))


def _sub_case(sub: Record) -> SubCase:
    time = facts.duration(sub.number_or_text("qty"), facts.unit(sub, "unit"))
    return SubCase(sub.optional_text("code"), sub.optional_text("name"), time)


def _legal_basis(basis: Record) -> LegalBasis:
    code, name = basis.optional_text("code"), basis.optional_text("name")
    return LegalBasis(code, name or code, facts.link(basis, "url"))


def _conditions(text: str) -> str:
    """Drop what the page prints after the conditions, and the words for "none given"."""
    lines = text.split("\n")
    while lines and lines[-1].rstrip(":").lower() in wording().page_labels:
        lines.pop()
    text = "\n".join(lines)
    nothing = (word + label for word in wording().empty for label in wording().page_labels)
    followed = text.lower().startswith(tuple(nothing))
    return "" if followed else wording().published(text)


def _standing(record: Record, flags: frozenset[str]) -> Standing:
    states = {record.optional_text("state"), record.optional_text("index_state")} - {""}
    listed = record.boolean("in_national_index_2026_07_18")
    if listed is False or "not_in_2026-07-18_index" in flags or states - facts.CURRENT_STATES:
        return Standing.UNLISTED
    return Standing.LISTED


def _caveats(flags: frozenset[str], *, other_capture: bool) -> tuple[Caveat, ...]:
    found = {
        Caveat.DISTRICT_LEVEL: "mentions_abolished_district_level" in flags,
        Caveat.SPLIT_FROM_TEXT: "documents_split_from_flat_text" in flags,
        Caveat.METHODS_FROM_OTHER_CAPTURE: other_capture,
    }
    return tuple(caveat for caveat, there in found.items() if there)


JSONL = Importer(
    about="the project's exchange format: JSON Lines, plain or gzip",
    read=json_lines,
    parse=parse,
    ignored=IGNORED,
)
