"""The administrative units of today, and the old ones by whose names people still call them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from vietnamese.words import syllables

_MARKS = re.compile("[\u0300-\u036f]")
_STROKE = chr(0x111)  # Of its own: it does not fall apart into a letter and a mark.
# "Mỹ" and "Mĩ", "Quy" and "Qui" are the same name; "Tây" and "Tai" are not.
_Y = re.compile(r"(?:(?<=[bcdghklmnprstvx])|(?<=qu))y(?![a-z])")
_APART = re.compile(r"[\W_]+")
_ZEROS = re.compile(r"\b0+(?=\d)")
_UNIT = re.compile("(thanh pho|thi xa|thi tran|dac khu|phuong|xa|quan|huyen|tinh) ")
_ZEROS_OF_NAMES = re.compile(r"(?<=[ \t])0+(?=\d)")
_NO_LETTER = re.compile(r"[^a-z0-9_:,\t\n]+")


class Tier(StrEnum):
    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"


class Province(NamedTuple):
    """A province or city of today (tỉnh, thành phố)."""

    code: str
    name: str

    @property
    def title(self) -> str:
        return self.name


class Commune(NamedTuple):
    """A unit of today that people go to (xã, phường, đặc khu)."""

    code: str
    name: str
    province: Province

    @property
    def title(self) -> str:
        """Its name with its province: communes of one name are many."""
        return f"{self.name}, {self.province.name}"


class Named(NamedTuple):
    """What a name may mean: a unit of today or an old one, and what became of it.

    `communes` are the codes of those of today that it stands for, none for a province;
    `district` and `former` are the codes of the old district and province it was or is.
    """

    tier: Tier
    unit: str  # The unit word, folded and joined: "xa", "thanhpho".
    name: str  # Empty for a name that was given up before the last change.
    province: str
    communes: tuple[str, ...] = ()
    district: str = ""
    former: str = ""
    today: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The name without its unit word, as it is spelt."""
        return spelt(self.name)


def lies_in(small: Named, large: Named) -> bool:
    """Whether a unit lies, or lay, in a larger one."""
    if small.tier is large.tier:
        return False
    if large.tier is Tier.DISTRICT:
        if small.tier is not Tier.COMMUNE:
            return False
        return small.district == large.district or (
            small.today and not set(small.communes).isdisjoint(large.communes)
        )
    if large.tier is not Tier.PROVINCE:
        return False
    if large.today:
        return small.province == large.province or small.former == large.former
    return small.former == large.former or (small.today and small.province == large.province)


def lies_in_any(small: Named, larger: Iterable[Named]) -> bool:
    return any(lies_in(small, each) for each in larger)


@lru_cache(maxsize=4096)
def spelt(name: str) -> tuple[str, ...]:
    """The syllables of a unit's name, its unit word left out."""
    words = syllables(name)
    unit = _UNIT.match(plain(" ".join(words)))
    return tuple(words[len(unit.group().split()) :] if unit else words)


def plain(text: str) -> str:
    """Lower-case without diacritics, like vietnamese.text.fold, for clean text of any length."""
    marks = unicodedata.normalize("NFD", text.lower())
    return _MARKS.sub("", marks).replace(_STROKE, "d")


def key(folded: str) -> str:
    """What names are compared by: folded, joined, i for y where both are written.

    >>> key("my tho"), key("mi tho"), key("03"), key("ea h'leo")
    ('mitho', 'mitho', '3', 'eahleo')
    """
    return _APART.sub("", _Y.sub("i", _ZEROS.sub("", folded)))


@dataclass(frozen=True)
class Gazetteer:
    """`day` is the day of the newest change that the list has."""

    day: str
    provinces: Mapping[str, Province]
    communes: Mapping[str, Commune]
    names: Mapping[str, list[Named]]  # By the key of the name without its unit word.
    districts: Mapping[str, str]  # Names of old districts by code.
    former: Mapping[str, str]  # Names of old provinces by code.

    @classmethod
    def load(cls, path: Path | None = None) -> "Gazetteer":
        """Read units.tsv. Raises ValueError naming a line that is not understood."""
        path = path or Path(__file__).with_name("units.tsv")
        text = path.read_text(encoding="utf-8")
        reading = _Reading()
        folded = _keyed(plain(text)).split("\n")
        for number, (line, keys) in enumerate(zip(text.split("\n"), folded, strict=True), start=1):
            if not line or line.startswith("#"):
                continue
            try:
                reading.take(line.split("\t"), keys.split("\t"))
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name} line {number}: {line!r}") from error
        return reading.gazetteer()

    def titled(self, code: str) -> Province | Commune | None:
        """The unit of today with a code."""
        return self.communes.get(code) or self.provinces.get(code)


class _Reading:
    """A gazetteer while its file is read; what a line refers to stands above it."""

    def __init__(self) -> None:
        self.day = ""
        self.provinces: dict[str, Province] = {}
        self.communes: dict[str, Commune] = {}
        self.names: dict[str, list[Named]] = defaultdict(list)
        self.districts: dict[str, Named] = {}
        self.former: dict[str, Named] = {}
        self.parts: dict[str, dict[str, None]] = defaultdict(dict)
        self.late: list[tuple[str, Named]] = []  # Districts, whose communes are known at the end.

    def take(self, fields: list[str], keys: list[str]) -> None:
        kind, code, *values = fields
        if kind == "day":
            self.day = code
            return
        unit, name, *rest = values
        also = keys[-1]
        former = [each.split(":") for each in also.split(",")] if ":" in also else []
        getattr(self, f"_{kind}")(keys[2], keys[3], code, f"{unit} {name}", rest, former)

    def _province(self, unit: str, name: str, code: str, full: str, *_: object) -> None:
        self.provinces[code] = Province(code, full)
        self.names[name].append(Named(Tier.PROVINCE, unit, full, code, former=code, today=True))

    def _old_province(
        self, unit: str, name: str, code: str, full: str, rest: list[str], _: object
    ) -> None:
        named = Named(Tier.PROVINCE, unit, full, rest[0], former=code)
        self.former[code] = named
        kept = [each for each in self.names[name] if each.tier is Tier.PROVINCE]
        if kept:  # Its name lives on, though mostly not its code: old Lào Cai had that of Yên Bái.
            self.names[name] = [each._replace(former=code) for each in kept]
        else:
            self.names[name].append(named)

    def _commune(
        self, unit: str, name: str, code: str, full: str, rest: list[str], also: list[list[str]]
    ) -> None:
        self.communes[code] = Commune(code, full, self.provinces[rest[0]])
        named = Named(Tier.COMMUNE, unit, full, rest[0], (code,), today=True)
        self.names[name].append(named)
        for was, known_as in also:
            self.names[known_as].append(named._replace(unit=was))

    def _district(
        self, unit: str, name: str, code: str, full: str, rest: list[str], also: list[list[str]]
    ) -> None:
        now = self.former[rest[0]].province
        named = Named(Tier.DISTRICT, unit, full, now, district=code, former=rest[0])
        self.districts[code] = named
        self.late.append((name, named))
        self.late += [(known_as, named._replace(unit=was, name="")) for was, known_as in also]

    def _ward(
        self, unit: str, name: str, code: str, full: str, rest: list[str], also: list[list[str]]
    ) -> None:
        of = self.districts[rest[0]]
        communes = tuple(rest[1].split(","))
        self.parts[of.district] |= dict.fromkeys(communes)
        if code == f"{of.district}00":
            return  # An island district without wards.
        province = self.communes[communes[0]].province.code
        named = Named(Tier.COMMUNE, unit, full, province, communes, of.district, of.former)
        self.names[name].append(named)
        for was, known_as in also:
            self.names[known_as].append(named._replace(unit=was, name=""))

    def gazetteer(self) -> Gazetteer:
        for name, named in self.late:
            communes = tuple(sorted(self.parts[named.district]))
            self.names[name].append(named._replace(communes=communes))
        return Gazetteer(
            self.day,
            self.provinces,
            self.communes,
            dict(self.names),
            {code: each.name for code, each in self.districts.items()},
            {code: each.name for code, each in self.former.items()},
        )


def _keyed(text: str) -> str:
    """The folded lines with keys for names, the same as `key`, but ten thousand at once."""
    return _NO_LETTER.sub("", _Y.sub("i", _ZEROS_OF_NAMES.sub("", text)))
