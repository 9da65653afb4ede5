"""The administrative units of today (data/units.tsv), against which the areas of agencies are held.
The old ones in the file are for whoever reads what people wrote: agencies/cases/places.py.

The file is written from the one by which knowledge reads places: facts are shared, code is not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agencies.model import Agency, Unit
from vietnamese.text import fold

FILE = Path(__file__).parent.parent / "data" / "units.tsv"
_TODAY = ("province", "commune")


@dataclass(frozen=True)
class KnownUnit:
    """A province or commune; `province` is the code of the province a commune lies in."""

    code: str
    word: str  # Tỉnh, Thành phố, Phường, Xã, Đặc khu.
    name: str
    province: str

    @property
    def full_name(self) -> str:
        return f"{self.word} {self.name}"


class Units:
    """Every unit by its code, as of `day`."""

    def __init__(self, units: Iterable[KnownUnit], *, day: str) -> None:
        self._units = {unit.code: unit for unit in units}
        self.day = day

    @classmethod
    def load(cls, path: Path = FILE) -> "Units":
        rows = read_rows(path)
        day = next(row[1] for row in rows if row[0] == "day")
        return cls((_unit(row) for row in rows if row[0] in _TODAY), day=day)

    def __len__(self) -> int:
        return len(self._units)

    def fault(self, unit: Unit) -> str:
        """Why an area cannot be one of today; empty when it is."""
        known = self._units.get(unit.code)
        if known is None:
            return f"no unit has the code {unit.code} on {self.day}"
        if fold(unit.name) not in (fold(known.name), fold(known.full_name)):
            return f"{unit.code} is {known.full_name!r} on {self.day}, not {unit.name!r}"
        return ""

    def faults(self, agency: Agency) -> list[str]:
        """What is wrong with an agency's areas, each with its place in the entry."""
        found = enumerate(map(self.fault, agency.area))
        return [f"area[{number}]: {fault}" for number, fault in found if fault]

    def full_name(self, code: str) -> str:
        """ "Phường Bắc Kạn, Tỉnh Thái Nguyên", as knowledge calls it; "" for no unit of today."""
        known = self._units.get(code)
        if known is None:
            return ""
        province = self._units.get(known.province, known)
        return known.full_name if province is known else f"{known.full_name}, {province.full_name}"

    def provinces(self, agencies: Iterable[Agency]) -> dict[str, list[str]]:
        """The agencies' codes by the province in which their areas lie."""
        found: dict[str, list[str]] = {}
        for code, province in _placed(agencies, self._units):
            found.setdefault(province, []).append(code)
        return found


def read_rows(path: Path = FILE) -> list[list[str]]:
    """The columns of each line; the first names its kind."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def _placed(agencies: Iterable[Agency], units: dict[str, KnownUnit]) -> Iterator[tuple[str, str]]:
    for agency in agencies:
        known = {units[unit.code].province for unit in agency.area if unit.code in units}
        yield from ((agency.code, province) for province in sorted(known))


def _unit(row: list[str]) -> KnownUnit:
    kind, code, word, name, *rest = row
    return KnownUnit(code, word, name, province=rest[0] if kind == "commune" else code)
