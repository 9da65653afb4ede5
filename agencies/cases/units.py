"""What units were and are called, by province of today: read once from data/units.tsv."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from agencies.units import FILE, read_rows
from vietnamese.text import fold, normalise

OF_PROVINCE = 2  # Digits of its code.


class Tier(StrEnum):
    """Which names go first where one may mean several: the most likely ones."""

    COMMUNE = "commune"  # Of today.
    LISTED = "listed"  # An old one that the directory remembers.
    WARD = "ward"  # A commune before July 2025.
    DISTRICT = "district"
    PROVINCE = "province"


@dataclass(frozen=True)
class Called:
    """A unit by its name; `communes` are those of today that it stands for."""

    tier: Tier
    word: str  # Folded: "thi tran".
    name: tuple[str, ...]  # Its syllables without that word.
    communes: frozenset[str]
    province: str

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(map(fold, self.name))


class UnitNames:
    """All names of a file; which are wanted is known with a directory."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self._rows: dict[str, list[list[str]]] = {}
        for kind, *rest in rows:
            self._rows.setdefault(kind, []).append(rest)
        self._now = {code: now for code, _, _, now in self._rows["old_province"]}
        self._of = {code: province for code, _, _, province in self._rows["commune"]}

    @classmethod
    def load(cls, path: Path = FILE) -> "UnitNames":
        return cls(read_rows(path))

    def province(self, code: str) -> str:
        """The province of today in which a unit of today lies; "" for an unknown one."""
        return self._of.get(code, code if len(code) == OF_PROVINCE else "")

    def provinces(self) -> Iterator[Called]:
        """Those of today and old ones, each with the province of today."""
        for code, word, name in self._rows["province"]:
            yield _unit(Tier.PROVINCE, word, name, (), code)
        for _, word, name, now in self._rows["old_province"]:
            yield _unit(Tier.PROVINCE, word, name, (), now)

    def within(self, provinces: Set[str]) -> Iterator[Called]:
        """The units of provinces of today, old ones too."""
        for code, word, name, province in self._rows["commune"]:
            if province in provinces:
                yield _unit(Tier.COMMUNE, word, name, (code,), province)
        parts: dict[str, set[str]] = {}
        for _, word, name, district, communes in self._rows["ward"]:
            today = communes.split(",")
            if (province := self._of[today[0]]) in provinces:
                parts.setdefault(district, set()).update(today)
                yield _unit(Tier.WARD, word, name, today, province)
        for code, word, name, of in self._rows["district"]:
            if self._now[of] in provinces:
                yield _unit(Tier.DISTRICT, word, name, parts.get(code, ()), self._now[of])


def _unit(tier: Tier, word: str, name: str, communes: Iterable[str], province: str) -> Called:
    syllables = tuple(normalise(name).split())
    return Called(tier, fold(word), syllables, frozenset(communes), province)
