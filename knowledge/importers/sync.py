"""Answers of the inter-agency service LayThuTuc: how a province receives the national database.

One answer, a list of them, JSON Lines, or a folder of such files. Every value is a text.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.importers import facts
from knowledge.importers.base import Importer, UnreadableSource
from knowledge.importers.files import is_file, json_values
from knowledge.importers.record import Record, UnreadableRecord, inside
from knowledge.importers.wording import wording
from knowledge.model import (
    Absent,
    Agency,
    Caveat,
    Channel,
    Duration,
    Fee,
    FeeKind,
    Form,
    LegalBasis,
    Level,
    Method,
    Procedure,
    Reason,
    Source,
    Standing,
    Step,
    TimeUnit,
)

CHANNELS = {"1": Channel.DIRECT, "2": Channel.ONLINE, "3": Channel.POSTAL}

# Written "1'" and "2'".
FEE_KINDS = {"1": FeeKind.FEE, "2": FeeKind.CHARGE}

PUBLIC = "1"

_FEE = "result[].CACHTHUCTHUCHIEN[].THOIGIAN[].PHILEPHI[]"

IGNORED = frozenset().union(
    # Identifiers of the national database; the names stand beside them.
    inside("result[]", "ID", "IDQUYETDINHCONGBO", "CAPTHUCHIEN[].CAPTHUCHIEN"),
    inside("result[]", "LINHVUCTHUCHIEN[].MALINHVUC", "DOITUONGTHUCHIEN[].MADOITUONG"),
    inside("result[]", "KETQUATHUCHIEN[].MAKETQUA", "THANHPHANHOSO[].GIAYTO[].MA_KQ_THAYTHE"),
    # How it is classed, and which others it belongs to: no part of the model.
    inside("result[]", "LOAITTHC", "ISNGANHDOC", "TTHCLIENQUAN", "TTHCLIENTHONG"),
    # Files of fees and results, dates of laws: not told to citizens.
    inside(_FEE, "TENTEP", "URL"),
    inside("result[].KETQUATHUCHIEN[]", "TENTEP", "URL"),
    inside("result[].CANCUPHAPLY[]", "NGAYBANHANH", "NGAYHIEULUC", "COQUANBANHANH"),
)

# A local code carries its publisher: 1.001193.000.00.00.H49, 1.000948.H38.
_CODE = re.compile(r"(\d\.\d{6})(?:\.\d+)*(?:\.([A-Z]\d{2}))?")
_PUBLISHER = re.compile(r"[A-Z]\d{2}(?=\.|$)")


def read(path: Path) -> Iterator[Record | UnreadableRecord]:
    if is_file(path):
        yield from _answers(path)
        return
    for file in sorted(each for each in path.iterdir() if each.suffix in (".json", ".jsonl")):
        try:
            yield from _answers(file)
        except UnreadableSource as error:  # Of a folder, a damaged file costs only itself.
            yield UnreadableRecord(file.name, str(error))


def parse(record: Record) -> Procedure:
    error = record.optional_text("error_code")
    results = record.records("result")
    if error not in ("", "0") or not results:
        raise record.error("error_code", f"the service answered {error!r} and no procedure")
    [result] = results
    code, publisher = _code(result)
    agency_code = result.optional_text("MACOQUANCONGBO") or publisher
    levels, caveats = _levels(result)
    return Procedure(
        code=code,
        title=result.text("TENTTHC"),
        source=Source("sync", captured=""),
        promulgating_agency_code=agency_code,
        fields=_names(result, "LINHVUCTHUCHIEN", "TENLINHVUC"),
        levels=levels,
        subjects=_names(result, "DOITUONGTHUCHIEN", "TENDOITUONG", "MOTADOITUONGTHUCHIEN"),
        executing_agencies=_agencies(result, "COQUANTHUCHIEN", "MOTACOQUANTHUCHIEN", agency_code),
        competent_agencies=_agencies(
            result, "COQUANCOTHAMQUYEN", "MOTACOQUANTHAMQUYEN", agency_code
        ),
        authorized_agencies=_agencies(result, "COQUANDUOCUYQUYEN", "", agency_code),
        coordinating_agencies=_agencies(result, "COQUANPHOIHOP", "", agency_code),
        receiving_address=result.optional_text("DIACHITIEPNHAN"),
        steps=tuple(step for each in result.records("TRINHTUTHUCHIEN") for step in _steps(each)),
        methods=tuple(
            method for each in result.records("CACHTHUCTHUCHIEN") for method in _methods(each)
        ),
        document_cases=facts.document_cases(
            _case(each) for each in result.records("THANHPHANHOSO")
        ),
        conditions=result.optional_text("YEUCAU"),
        results=_names(result, "KETQUATHUCHIEN", "TENKETQUA"),
        legal_basis=tuple(_legal_basis(each) for each in result.records("CANCUPHAPLY")),
        keywords=facts.keywords(result, "TUKHOA"),
        description=result.optional_text("MOTA"),
        standing=_standing(result),
        caveats=caveats,
    )


def _answers(path: Path) -> Iterator[Record | UnreadableRecord]:
    """Give one record for each procedure, inside a copy of the answer it came in."""
    for place, value in json_values(path):
        if isinstance(value, UnreadableRecord):
            yield value
        elif not isinstance(value, dict):
            yield UnreadableRecord(place, "is not a JSON object")
        else:
            yield from _results(value, place)


def _results(answer: dict[str, Any], place: str) -> Iterator[Record]:
    results = [answer] if "MATTHC" in answer else answer.get("result")
    if not isinstance(results, list) or len(results) < 2:
        yield Record({"result": results} if "MATTHC" in answer else answer, place)
        return
    for number, result in enumerate(results, start=1):
        yield Record(answer | {"result": [result]}, f"{place} result {number}")


def _code(result: Record) -> tuple[str, str]:
    local = result.text("MATTHC")
    found = _CODE.fullmatch(local)
    if not found:
        raise result.error("MATTHC", f"{local!r} does not begin with a code like 1.234567")
    return found[1], found[2] or ""


def _levels(result: Record) -> tuple[tuple[Level, ...], tuple[Caveat, ...]]:
    names = [each.text("TENCAP") for each in result.records("CAPTHUCHIEN")]
    return facts.levels(result, "CAPTHUCHIEN", names)


def _names(result: Record, field: str, name: str, words: str = "") -> tuple[str, ...]:
    """Return the names in a list, and what is said of them in words."""
    found = [each.optional_text(name) for each in result.records(field)]
    found.append(result.optional_text(words) if words else "")
    return tuple(dict.fromkeys(each for each in found if each))


def _agencies(result: Record, field: str, words: str, publisher: str) -> tuple[Agency, ...]:
    listed = [
        Agency(each.text("TENDONVI"), _agency_code(each, publisher))
        for each in result.records(field)
    ]
    description = result.optional_text(words) if words else ""
    if not listed and description:
        return (Agency(description),)
    return tuple(dict.fromkeys(listed))


def _agency_code(agency: Record, publisher: str) -> str:
    """Drop a code that belongs to another province than the one that published the record."""
    code = agency.optional_text("MADONVI")
    owner = _PUBLISHER.match(code)
    if owner and publisher.startswith("H") and owner[0][0] == "H" and owner[0] != publisher:
        agency.doubt("MADONVI", "an agency code of another province than the publisher")
        return ""
    return code


def _steps(case: Record) -> Iterator[Step]:
    name = wording().published(case.optional_text("TRUONGHOP"))
    for step in case.records("TRINHTU"):
        yield Step(name, step.optional_text("TENTRINHTU"))


def _methods(way: Record) -> Iterator[Method]:
    channel = way.one_of("KENH", CHANNELS)
    times = way.records("THOIGIAN")
    for each in times:
        description = each.optional_text("MOTA")
        fees = facts.fees(_fee(fee) for fee in each.records("PHILEPHI"))
        yield Method(channel, _time(each, description), fees, description)
    if not times:
        nothing = Absent(Reason.NOT_PUBLISHED)
        yield Method(channel, time=nothing, fees=nothing)


def _time(limit: Record, description: str) -> Duration | Absent:
    value, unit = limit.number_or_text("THOIGIANGIAIQUYET"), _unit(limit)
    return facts.duration(value, unit, description)


def _unit(limit: Record) -> TimeUnit | None:
    word = limit.optional_text("DONVITINH")
    if word and word.lower() not in wording().units:
        limit.doubt("DONVITINH", f"unit {word!r} is not known")
    return wording().units.get(word.lower())


def _fee(fee: Record) -> Fee:
    amount_text, note = fee.optional_text("SOTIEN"), fee.optional_text("MOTA")
    amount = facts.amount_in(amount_text)
    if amount is None and amount_text:
        note = "\n".join(part for part in (amount_text, note) if part)
    kind = FEE_KINDS.get(fee.optional_text("MAPHILEPHI").rstrip("'"), FeeKind.UNNAMED)
    return facts.fee(amount, note, kind=kind, currency=facts.currency(fee, "DONVI"))


def _case(case: Record) -> tuple[str, list[facts.Item]]:
    return case.optional_text("TRUONGHOP"), [_item(each) for each in case.records("GIAYTO")]


def _item(item: Record) -> facts.Item:
    form, url = item.optional_text("TENMAUDON"), facts.link(item, "URL")
    return facts.Item(
        name=facts.item_name(item, "TENGIAYTO"),
        originals=_copies(item, "SOBANCHINH"),
        copies=_copies(item, "SOBANSAO"),
        code=item.optional_text("MAGIAYTO"),
        forms=(Form(form or url, url),) if form or url else (),
    )


def _copies(item: Record, field: str) -> int | None:
    number = item.number_or_text(field)
    if isinstance(number, str) or (number is not None and number != int(number)):
        item.doubt(field, f"{number} is not a number of copies")
        return None
    return None if number is None else int(number)


def _legal_basis(basis: Record) -> LegalBasis:
    code, name = basis.optional_text("SOVANBAN"), basis.optional_text("TENVANBAN")
    return LegalBasis(code, name or code, facts.link(basis, "DIACHITRUYCAP"))


def _standing(result: Record) -> Standing:
    """What the national database does not show to the public is not answered as current."""
    state = result.optional_text("TRANGTHAI")
    return Standing.LISTED if state in ("", PUBLIC) else Standing.UNLISTED


SYNC = Importer(
    about="answers of the inter-agency service LayThuTuc: JSON, JSON Lines, or a folder of them",
    read=read,
    parse=parse,
    ignored=IGNORED,
)
