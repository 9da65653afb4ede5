"""What a reply says that the record it names does not: read from the catalogue file itself, so that
nothing of the program that renders is believed.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gateway.settings import Settings
from vietnamese.text import clean

CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?:\.[\d.A-Z]+\d)?(?!\d)")
DATE = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
NUMBER = re.compile(r"\d[\d.,]*")
UNIT = re.compile(
    r"(\d[\d.,]*) *(đồng|usd|%|ngày làm việc|ngày|giờ|tháng|năm|tuần|phút)", re.IGNORECASE
)
# A day that was counted stands in no record; tests/knowledge has vectors for those.
COUNTED = re.compile(r"ngày nhận kết quả", re.IGNORECASE)
# What our own data are called and how old they are.
OWN_DATA = re.compile(r"Lịch ngày làm việc: .*|cập nhật đến ngày \d\d/\d\d/\d{4}")
# The form of a report: its code and day of answer, the agency's name, what the citizen told.
OF_REPORTS = re.compile(
    r"PA-[0-9A-Z]{4}-[0-9A-Z]{4}|Hạn trả lời.*|^- (?:Nội dung|Nơi nhận): .*", re.MULTILINE
)
LINK = re.compile(r"https?://\S+")
AFTERNOON = re.compile(r"(\d{1,2}) giờ chiều")  # Said back as an hour of the day.
CUT_IN_LIST = re.compile(r"^\d{1,2}\. (.+)…$", re.MULTILINE)
PLACE_IN_LIST = re.compile(r"^\d{1,2}\. ", re.MULTILINE)
UNITS = {
    "WORKING_DAY": "ngày làm việc",
    "DAY": "ngày",
    "HOUR": "giờ",
    "MONTH": "tháng",
    "YEAR": "năm",
    "VND": "đồng",
}
# Words of our own, with the numbers in them.
SAID_BY_US = (
    "bot/domain",
    "actions",
    "gateway/texts.yml",
    "knowledge/templates",
    "vietnamese/workdays.yml",
)


@dataclass(frozen=True)
class Record:
    """The numbers of a record, as they may be written, and those that have a unit."""

    code: str
    title: str
    numbers: frozenset[str]
    with_unit: frozenset[tuple[str, str]]
    words: str  # All of its text, folded, for links.


class Records:
    def __init__(self, rows: Sequence[dict[str, Any]], own: str = "", hotline: str = "") -> None:
        """`own` is the text of our templates."""
        self._records = {row["code"]: _record(row) for row in rows}
        self._own = frozenset(map(_bare, NUMBER.findall(f"{own} {hotline}")))
        self._own_units = frozenset(map(_unit, UNIT.findall(own)))
        self._own_links = frozenset(LINK.findall(own))

    @classmethod
    def read(cls, catalogue: Path, *, hotline: str) -> "Records":
        rows = [json.loads(line) for line in catalogue.read_text(encoding="utf-8").splitlines()]
        longest = Settings.model_fields["message_length"].default  # Told to who writes more.
        return cls(rows, f"{own_words()} {longest}", hotline)

    @property
    def titles(self) -> list[str]:
        return [record.title for record in self._records.values()]

    def strange(self, text: str, *, code: str = "", heard: str = "") -> list[str]:
        """The facts in a reply that stand in none of the records it is about.

        `code` is the procedure in focus; `heard` what the citizen said, which may be repeated.
        """
        codes = set(CODE.findall(text)) | ({code} if code else set())
        unknown = [f"no procedure has the code {each}" for each in codes - self._records.keys()]
        about = [self._records[each] for each in codes & self._records.keys()]
        about += [
            each for each in self._records.values() if f"- {each.title}:" in text
        ]  # Compared.
        about = about or [each for each in self._records.values() if each.title in text]
        cut = tuple(CUT_IN_LIST.findall(text))
        about += [each for each in self._records.values() if any(map(each.title.startswith, cut))]
        text = OF_REPORTS.sub(" ", text)
        plain = OWN_DATA.sub(" ", PLACE_IN_LIST.sub("", CODE.sub(" ", text)))
        plain = DATE.sub(" ", plain) if COUNTED.search(text) else plain
        return [*unknown, *self._links(plain, about), *self._numbers(plain, about, heard)]

    def _links(self, text: str, about: Sequence[Record]) -> list[str]:
        links = (link.rstrip(".,;)”") for link in LINK.findall(text))
        return [
            f"link {link}"
            for link in links
            if link not in self._own_links and not any(link in each.words for each in about)
        ]

    def _numbers(self, text: str, about: Sequence[Record], heard: str) -> list[str]:
        text = LINK.sub(" ", text)
        known = self._own | set(map(_bare, NUMBER.findall(heard)))
        known = known.union(*(record.numbers for record in about))
        units = self._own_units | set(map(_unit, UNIT.findall(heard.lower())))
        units = units.union(*(record.with_unit for record in about))
        pairs = map(_unit, UNIT.findall(text))
        return [
            *(f"number {each}" for each in map(_bare, NUMBER.findall(text)) if each not in known),
            *(f"{' '.join(each)}" for each in pairs if each not in units),
        ]


def own_words() -> str:
    """The text of every template and response."""
    files = (
        file
        for name in SAID_BY_US
        for file in (Path(name), *sorted(Path(name).rglob("*")))
        if file.suffix in (".yml", ".j2")
    )
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def _record(row: dict[str, Any]) -> Record:
    leaves = list(_leaves(row))
    written = "\n".join(leaf for leaf in leaves if isinstance(leaf, str))
    hours = (f"{int(hour) + 12} giờ" for hour in AFTERNOON.findall(written))
    words = "\n".join([written, *hours])
    values = [leaf for leaf in leaves if isinstance(leaf, int | float)]
    numbers = {
        *map(_bare, NUMBER.findall(words)),
        *(each for v in values for each in _written(v)),
    }
    return Record(
        code=row["code"],
        title=clean(row["name"]),
        numbers=frozenset(numbers | set(_dates(words)) | set(_counts(row))),
        with_unit=frozenset(set(map(_unit, UNIT.findall(words.lower()))) | set(_measured(row))),
        words=words,
    )


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif value is not None and not isinstance(value, bool):
        yield value


def _measured(value: Any) -> Iterator[tuple[str, str]]:
    """Times and amounts, which a record holds apart from their units."""
    if isinstance(value, list):
        for each in value:
            yield from _measured(each)
    elif isinstance(value, dict):
        for number, unit in (("time_value", "time_unit"), ("amount", "currency")):
            if value.get(number) is not None:
                name = UNITS.get(value.get(unit), str(value.get(unit)).lower())
                yield from ((written, name) for written in _written(value[number]))
        for each in value.values():
            yield from _measured(each)


def _counts(row: dict[str, Any]) -> Iterator[str]:
    """How many documents there are, of each case and in all: comparisons say so."""
    cases = [case.get("items") or [] for case in row.get("document_cases") or []]
    for items in (*cases, [item for case in cases for item in case]):
        real = [item for item in items if item.get("original_qty") or item.get("copy_qty")]
        yield from (str(len(items)), str(len(real)))
    yield str(len(cases))


def _dates(text: str) -> Iterator[str]:
    """Days as they are read out; the parts of a day are looked at one by one."""
    for year, month, day in re.findall(r"(\d{4})-(\d\d)-(\d\d)", text):
        if date(int(year), int(month), int(day)):
            yield from (year, month, day)


def _written(value: float) -> Iterator[str]:
    """A number as it may be written.

    >>> sorted(_written(1500000))
    ['1.500.000', '1500000']
    """
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    yield plain.replace(".", ",")
    if float(value).is_integer():
        yield f"{int(value):,}".replace(",", ".")
        yield str(int(value))


def _bare(number: str) -> str:
    return number.rstrip(".,")


def _unit(pair: tuple[str, str]) -> tuple[str, str]:
    return _bare(pair[0]), pair[1].lower()
