"""Fees that a copy cut out of running page text: what was cut wrongly is put right or set aside.

The page's cells run into each other: "Trực tuyến1" and "20,000 VNĐ" became "Trực tuyến120,000
VNĐ", read as 120 of no unit and a fee of 0; a bracket inside a remark made a second fee.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.importers import facts
from knowledge.importers.wording import wording
from knowledge.model import Absent, Fee, FeeKind, Reason


@dataclass(frozen=True)
class FeeRow:
    """A fee as the copy holds it; `shown` is how the page printed the amount."""

    amount: Decimal | None
    note: str = ""
    shown: str = ""
    kind: FeeKind = FeeKind.UNNAMED
    currency: str = ""

    def fee(self) -> Fee:
        return facts.fee(self.amount, self.note, kind=self.kind, currency=self.currency)


def mended(rows: list[FeeRow], page: str) -> tuple[tuple[Fee, ...] | Absent, str]:
    """Return the fees, and the method's description that the page prints after them."""
    printed = "".join(row.shown + (f"({row.note})" if row.note else "") for row in rows)
    rest = _after(page, printed) if rows else _after_nothing(page)
    if rest is not None:
        return facts.fees(row.fee() for row in rows), rest
    if rows and (rest := _after(page, rows[0].shown)) is not None:
        # Only the first amount is where it should be; all words after it stay together.
        return facts.fees([replace(rows[0], note=rest.strip("() ")).fee()]), ""
    note, rest = _bracketed(page)
    return (Fee(Absent(Reason.LOST_IN_COPY), note=note),) if note else Absent(
        Reason.LOST_IN_COPY
    ), rest


def listed(text: str) -> tuple[Fee, ...] | Absent:
    """Read the fees of a text with one fee a line: "Lệ phí : 20.000 Đồng (remark)"."""
    return facts.fees(fee for line in text.split("\n") if (fee := _line(line)))


def _line(line: str) -> Fee | None:
    kind, colon, rest = (part.strip() for part in line.partition(":"))
    if not colon or kind.lower() not in wording().fee_kinds:
        return None
    currencies = "|".join(map(re.escape, wording().currencies))
    found = re.fullmatch(rf"(.*?)\s*\b({currencies})(?:\s*\((.*)\))?", rest, re.I | re.S)
    words, currency, note = found.groups() if found else (rest, "", "")
    amount = facts.amount_in(words)
    if amount is None:
        note = " ".join(part for part in (words, note) if part)
    return facts.fee(
        amount,
        note or "",
        kind=wording().fee_kinds[kind.lower()],
        currency=wording().currencies.get(currency.lower(), ""),
    )


def _after_nothing(page: str) -> str | None:
    found = next((word for word in wording().empty if page.lower().startswith(word)), None)
    return None if found is None else page[len(found) :].strip()


def _after(text: str, beginning: str) -> str | None:
    """Return what follows the beginning, None if the text begins otherwise; spaces do not count."""
    place = 0
    for letter in "".join(beginning.split()):
        while place < len(text) and text[place].isspace():
            place += 1
        if place == len(text) or text[place] != letter:
            return None
        place += 1
    return text[place:].strip()


def _bracketed(text: str) -> tuple[str, str]:
    """Part the words of the first bracket from those behind it."""
    depth, start = 0, text.find("(")
    for place in range(max(start, 0), len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if start >= 0 and depth == 0:
            return text[start + 1 : place].strip(), text[place + 1 :].strip()
    return text[start + 1 :].strip() if start >= 0 else "", ""
