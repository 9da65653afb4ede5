"""Values of the model made from values of a source: what cannot be trusted becomes Absent.

The traps behind each rule are real: they were met in the national portal's own records.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from knowledge.importers.record import Record
from knowledge.importers.wording import wording
from knowledge.model import (
    Absent,
    Agency,
    Caveat,
    Document,
    DocumentCase,
    Duration,
    Fee,
    FeeKind,
    Form,
    Level,
    Reason,
    Scope,
    TimeUnit,
)

# No fee is that small: "135 VNĐ" is 135.000, "145 VNĐ" is 145 USD, both typed into the portal.
SMALLEST_DONG = 1000

# Codes that all records of the national portal use.
UNITS: dict[str, TimeUnit | None] = {**{unit.name: unit for unit in TimeUnit}, "OTHER": None}

FEE_KINDS = {
    "FEE": FeeKind.FEE,
    "SERVICE_FEE": FeeKind.CHARGE,
    "PRICE_LEVEL": FeeKind.PRICE,
}
SCOPES = {
    "STANDARD": Scope.NATIONAL,
    "SPECIFIC": Scope.LOCAL,
    "STANDARD_INTERNAL": Scope.INTERNAL,
}
CURRENT_STATES = frozenset({"ACTIVE", "UPDATED"})

_CODE = re.compile(r"\d\.\d{6}")
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_CLAUSES = re.compile(r";|\n|\. (?=\W*[A-ZĐ])|\.(?= ?- )|(?<=\)) ?- ")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_AMOUNT = re.compile(r"\d+(?:[.,]\d{1,2})?")


def duration(
    value: Decimal | str | None, unit: TimeUnit | None, description: str = ""
) -> Duration | Absent:
    """Return a time limit that can be counted, or why there is none.

    Without a unit the number means nothing; the portal writes 1 or 5 OTHER for "see the text".
    """
    if value is None:
        return Absent(Reason.NOT_PUBLISHED)
    if isinstance(value, str):
        if value.lower() not in wording().see_description:
            return Absent(Reason.NOT_A_NUMBER, value)
        told = wording().time_limit.search(description)
        return Absent(Reason.NOT_A_NUMBER, description if told else "")
    if unit is None:
        return Absent(Reason.NO_UNIT)
    if value <= 0:
        return Absent(Reason.ZERO_WITH_CONDITION if description else Reason.ZERO_UNEXPLAINED)
    return Duration(value, unit)


def fee(
    amount: Decimal | None,
    note: str = "",
    *,
    kind: FeeKind = FeeKind.UNNAMED,
    currency: str = "",
) -> Fee:
    """Return a fee; the words beside it stay in its note, whatever became of the number."""
    return Fee(
        amount=_amount(amount, note, currency),
        kind=kind,
        currency=currency or "VND",
        note=note,
        valid_until=last_day(amount, note) if amount else None,
    )


def is_code(text: str) -> bool:
    """Whether this is a national procedure code: a digit, a dot, six digits."""
    return bool(_CODE.fullmatch(text))


def unit(record: Record, field: str) -> TimeUnit | None:
    """Return the time unit a code means, None for OTHER, for none and for an unknown one."""
    code = record.optional_text(field)
    if code and code not in UNITS:
        record.doubt(field, f"unit {code!r} is not known")
    return UNITS.get(code)


def keywords(record: Record, field: str) -> tuple[str, ...]:
    """Return the keywords of a list, or of a text that separates them by ";" or lines.

    Some copies hold the path of a web page in their place ("A»B»C").
    """
    if record.is_list(field):
        words = record.texts(field)
    else:
        words = [word.strip() for word in re.split(r"[;\n]", record.optional_text(field))]
    return tuple(dict.fromkeys(word for word in words if word and "»" not in word))


def currency(record: Record, field: str) -> str:
    """Return the ISO 4217 code that a word for a currency means, "" when none is given."""
    word = record.optional_text(field)
    known = wording().currencies
    if word and word.lower() not in known:
        record.doubt(field, f"currency {word!r} is not known")
    # An unknown currency keeps its word, lest it be read as đồng.
    return known.get(word.lower(), word)


def link(record: Record, field: str) -> str:
    """Return a web address, "" for none; nothing else is ever given out as a link."""
    address = record.optional_text(field)
    if not address or _LINK.fullmatch(address):
        return address
    record.doubt(field, "is not a web address")
    return ""


def fees(found: Iterable[Fee]) -> tuple[Fee, ...] | Absent:
    """Return the fees that say anything, each once; the sources leave empty rows among them."""
    telling = dict.fromkeys(each for each in found if each.amount != Absent(Reason.NOT_PUBLISHED))
    return tuple(telling) or Absent(Reason.NOT_PUBLISHED)


def amount_in(text: str) -> Decimal | None:
    """Read an amount as agencies write it; None when the text is not just an amount.

    >>> amount_in("50.000"), amount_in("0,5"), amount_in("50.000 đồng")
    (Decimal('50000'), Decimal('0.5'), None)
    """
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub("[.,]", "", text))
    return Decimal(text.replace(",", ".")) if _AMOUNT.fullmatch(text) else None


def last_day(amount: Decimal, note: str) -> date | None:
    """Return the last day that the note gives for this amount.

    The date counts only if its own clause names the amount, or no amount at all, and if it is not
    that of a reduction: "50.000 đồng; trực tuyến 25.000 đồng (đến hết ngày 31/12/2025)" ends the
    25.000, "50.000 đồng (miễn đến 30/6/2026)" ends nothing.
    """
    written = f"{amount:,.0f}".replace(",", ".")
    for clause in _CLAUSES.split(note):
        found = wording().last_day.search(clause)
        if not found:
            continue
        *_, nearest = _GROUPED.split(clause[: found.start()])
        named = _GROUPED.findall(clause[: found.start()])
        reduced = wording().reduction.search(nearest if named else clause)
        if not reduced and (not named or written in named):
            return _date(*map(int, found.groups()))
    return None


def agencies(named: Iterable[tuple[str, str]]) -> tuple[Agency, ...]:
    """Return the agencies of (name, code) pairs, each once, names cut at commas made whole.

    A cut name has no code, so only neighbours without codes are joined.
    """
    whole: list[Agency] = []
    for name, code in named:
        if whole and not code and not whole[-1].code and _continues(whole[-1].name, name):
            whole[-1] = Agency(f"{whole[-1].name}, {name}")
        elif name:
            whole.append(Agency(name, code))
    return tuple(dict.fromkeys(whole))


def rejoined(names: Iterable[str]) -> tuple[str, ...]:
    """Make names whole that a copy cut at their commas.

    >>> rejoined(["Tổ chức (không gồm doanh nghiệp", "HTX)", "Cán bộ", "công chức"])
    ('Tổ chức (không gồm doanh nghiệp, HTX)', 'Cán bộ, công chức')
    """
    return tuple(agency.name for agency in agencies((name, "") for name in names))


def levels(
    record: Record, field: str, names: Iterable[str]
) -> tuple[tuple[Level, ...], tuple[Caveat, ...]]:
    """Return the executing levels that names mean, and the caveat of one that is gone."""
    known = wording().levels
    found: list[Level] = []
    caveats: list[Caveat] = []
    for name in names:
        level = known.get(name.lower())
        if level:
            found.append(level)
        elif name.lower() in known:
            caveats.append(Caveat.DISTRICT_LEVEL)
        else:
            record.doubt(field, f"level {name!r} is not known")
    return tuple(dict.fromkeys(found)), tuple(caveats)


@dataclass(frozen=True)
class Item:
    """A row of an application file as the sources list it: a document, or a remark."""

    name: str
    originals: int | None = None
    copies: int | None = None
    code: str = ""
    forms: tuple[Form, ...] = ()

    @property
    def is_remark(self) -> bool:
        """Whether the quantities say so: remarks are listed as 0 originals and 0 copies."""
        return self.originals == 0 and self.copies == 0 and not self.forms

    def document(self) -> Document:
        if self.originals == 0 and self.copies == 0:
            return Document(self.name, code=self.code, forms=self.forms)
        return Document(self.name, self.originals, self.copies, self.code, self.forms)


def item_name(record: Record, field: str) -> str:
    """Return the name of a row; a row without one is left out of the case it stands in."""
    name = record.optional_text(field)
    if not name:
        record.doubt(field, "a document without a name")
    return name


def document_cases(cases: Iterable[tuple[str, list[Item]]]) -> tuple[DocumentCase, ...]:
    """Return the cases with documents and remarks apart, without empty ones.

    Where every row of a procedure is 0 and 0, nobody filled the numbers in: all are documents.
    """
    kept = [(name, [item for item in items if item.name]) for name, items in cases]
    counted = any(not item.is_remark for _, items in kept for item in items)
    return tuple(
        DocumentCase(
            name=wording().published(name),
            documents=tuple(item.document() for item in items if not (counted and item.is_remark)),
            notes=tuple(item.name for item in items if counted and item.is_remark),
        )
        for name, items in kept
        if items or wording().published(name)
    )


def _amount(amount: Decimal | None, note: str, currency: str) -> Decimal | Absent:
    if amount is None:
        return Absent(Reason.NOT_A_NUMBER if note else Reason.NOT_PUBLISHED)
    if amount == 0:
        return Absent(Reason.ZERO_WITH_CONDITION if note else Reason.ZERO_UNEXPLAINED)
    if currency in ("", "VND") and 0 < amount < SMALLEST_DONG:
        return Absent(Reason.NO_UNIT)
    return amount


def _continues(name: str, following: str) -> bool:
    return following[:1].islower() or name.count("(") > name.count(")")


def _date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
