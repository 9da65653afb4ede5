"""The directory file: read it, keep the agencies that are sound, say why each other is left out."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from agencies import directory_sheet, directory_yaml
from agencies.directory_entry import Entry, UnreadableDirectory
from agencies.model import (
    Agency,
    Contact,
    ContactState,
    Kind,
    Level,
    Location,
    Opening,
    Unit,
    Weekday,
)
from agencies.succession import bad_successors, circle, orphans, with_former_names
from agencies.units import Units
from vietnamese.text import clean

__all__ = ["Directory", "Reject", "UnreadableDirectory", "read"]

SCHEMA = Path(__file__).with_name("directory.schema.json")


@dataclass(frozen=True)
class Reject:
    """An agency that was left out: where it stands, and everything that is wrong with it."""

    line: int
    code: str
    reasons: tuple[str, ...]
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.place} ({self.code or 'no code'}): {'; '.join(self.reasons)}"

    @property
    def place(self) -> str:
        return f"sheet {self.sheet!r}, row {self.line}" if self.sheet else f"line {self.line}"


@dataclass(frozen=True)
class Directory:
    """What a file holds, in its order."""

    agencies: tuple[Agency, ...]
    rejects: tuple[Reject, ...]
    warnings: tuple[str, ...] = ()

    @property
    def rejected_codes(self) -> frozenset[str]:
        return frozenset(reject.code for reject in self.rejects if reject.code)


Kept = dict[str, tuple[Entry, Agency]]


def read(path: Path, *, units: Units | None = None) -> Directory:
    """Read a directory, YAML or XLSX; areas are held against `units`.

    Raises UnreadableDirectory.
    """
    kept: Kept = {}
    rejects: list[Reject] = []
    for entry in _entries(path):
        reasons = [*entry.faults, *_faults(entry.fields), *_used_before(entry, kept)]
        if not reasons:
            try:
                agency = _agency(entry.fields)
                reasons = _wrong_areas(agency, units)
            except ValueError as error:
                reasons = [str(error)]
        if reasons:
            rejects.append(Reject(entry.line, entry.code, tuple(reasons), entry.sheet))
        else:
            kept[entry.code] = (entry, agency)
    rejects += _misplaced(kept)
    agencies = with_former_names(agency for _, agency in kept.values())
    if not agencies:
        raise UnreadableDirectory(_nothing_sound(path, rejects))
    ordered = tuple(sorted(rejects, key=lambda reject: reject.line))
    return Directory(agencies, ordered, tuple(_warnings(agencies, units)))


def _entries(path: Path) -> list[Entry]:
    if path.suffix.lower() == ".xlsx":
        return directory_sheet.entries(path)
    return directory_yaml.entries(path)


def _used_before(entry: Entry, kept: Kept) -> list[str]:
    if entry.code not in kept:
        return []
    first, _ = kept[entry.code]
    word = "row" if first.sheet else "line"
    return [f"code {entry.code!r} is used before, on {word} {first.line}"]


def _wrong_areas(agency: Agency, units: Units | None) -> list[str]:
    """A body that is no more may have had a unit that is no more."""
    return units.faults(agency) if units and not agency.successor else []


def _faults(fields: Any) -> list[str]:
    errors = sorted(_validator().iter_errors(fields), key=lambda error: list(error.path))
    return [f"{error.json_path.removeprefix('$.')}: {error.message}" for error in errors]


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _agency(fields: dict[str, Any]) -> Agency:
    return Agency(
        code=fields["code"],
        name=clean(fields["name"]),
        kind=Kind(fields["kind"]),
        level=Level(fields["level"]),
        area=tuple(Unit(unit["code"], clean(unit["name"])) for unit in fields["area"]),
        contact=_contact(fields["contact"]),
        parent=fields.get("parent"),
        other_names=tuple(map(clean, fields.get("other_names", ()))),
        fields=tuple(map(clean, fields.get("fields", ()))),
        opening_hours=tuple(map(_opening, fields.get("opening_hours", ()))),
        successor=fields.get("successor"),
        location=_location(fields["location"]) if "location" in fields else None,
    )


def _contact(fields: dict[str, Any]) -> Contact:
    return Contact(
        state=ContactState(fields["state"]),
        email=fields.get("email", ""),
        phone=fields.get("phone", ""),
        address=clean(fields.get("address", "")),
        fictional=fields.get("fictional", False),
    )


def _location(fields: dict[str, Any]) -> Location:
    return Location(float(fields["latitude"]), float(fields["longitude"]))


def _opening(fields: dict[str, Any]) -> Opening:
    return Opening(
        days=tuple(map(Weekday, fields["days"])),
        opens=time.fromisoformat(fields["opens"]),
        closes=time.fromisoformat(fields["closes"]),
    )


Check = Callable[[Mapping[str, Agency]], Iterator[tuple[str, str]]]


def _misplaced(kept: Kept) -> list[Reject]:
    """Take out of `kept` every agency that hangs on nothing, and say so."""
    rejects = []
    checks: tuple[Check, ...] = (_bad_parents, bad_successors)
    while bad := _first_fault({code: agency for code, (_, agency) in kept.items()}, checks):
        for code, reason in bad.items():
            entry, _ = kept.pop(code)
            rejects.append(Reject(entry.line, code, (reason,), entry.sheet))
    return rejects


def _first_fault(agencies: Mapping[str, Agency], checks: tuple[Check, ...]) -> dict[str, str]:
    return next((bad for check in checks if (bad := dict(check(agencies)))), {})


def _bad_parents(agencies: Mapping[str, Agency]) -> Iterator[tuple[str, str]]:
    parents = {code: agency.parent for code, agency in agencies.items()}
    for code, parent in parents.items():
        if parent is None:
            continue
        if parent not in parents:
            yield code, f"parent: no sound agency has the code {parent!r}"
        elif circle(code, parents):
            yield code, f"parent: {parent!r} leads back to the agency itself"


def _warnings(agencies: tuple[Agency, ...], units: Units | None) -> Iterator[str]:
    triage = [one.code for one in agencies if one.kind is Kind.TRIAGE and not one.successor]
    if len(triage) != 1:
        yield f"one agency of kind 'triage' is needed, the file has {len(triage)}"
    yield from orphans(agencies)
    if units:
        yield from _other_provinces(units.provinces(agencies))


def _other_provinces(by_province: Mapping[str, list[str]]) -> Iterator[str]:
    """Many communes share their names: a wrong code of a right name is seen only by its place."""
    home = max(by_province, key=lambda province: len(by_province[province]), default="")
    for province, codes in sorted(by_province.items()):
        if province != home:
            yield f"areas in province {province}, the others in {home}: {', '.join(codes)}"


def _nothing_sound(path: Path, rejects: list[Reject]) -> str:
    first = f"; the first: {rejects[0]}" if rejects else ""
    return f"{path}: none of its {len(rejects)} agencies can be used{first}"
