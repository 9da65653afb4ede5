"""The directory file: read it, keep the agencies that are sound, say why each other is left out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from agencies.model import (
    Agency,
    Contact,
    ContactState,
    Kind,
    Level,
    Opening,
    Unit,
    Weekday,
)
from vietnamese.text import clean

SCHEMA = Path(__file__).with_name("directory.schema.json")


class UnreadableDirectory(Exception):
    """The file as a whole cannot be read; nothing of it was used."""


@dataclass(frozen=True)
class Reject:
    """An agency that was left out: where it stands, and everything that is wrong with it."""

    line: int
    code: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.line} ({self.code or 'no code'}): {'; '.join(self.reasons)}"


@dataclass(frozen=True)
class Directory:
    """What a file holds, in its order."""

    agencies: tuple[Agency, ...]
    rejects: tuple[Reject, ...]
    warnings: tuple[str, ...] = ()

    @property
    def rejected_codes(self) -> frozenset[str]:
        return frozenset(reject.code for reject in self.rejects if reject.code)


@dataclass(frozen=True)
class _Entry:
    line: int
    fields: Any

    @property
    def code(self) -> str:
        code = self.fields.get("code") if isinstance(self.fields, dict) else None
        return code if isinstance(code, str) else ""


def read(path: Path) -> Directory:
    """Read a directory file. Raises UnreadableDirectory."""
    kept: dict[str, tuple[_Entry, Agency]] = {}
    rejects: list[Reject] = []
    for entry in _entries(path):
        reasons = _faults(entry.fields)
        if entry.code in kept:
            reasons = [
                *reasons,
                f"code {entry.code!r} is used before, on line {kept[entry.code][0].line}",
            ]
        if not reasons:
            try:
                kept[entry.code] = (entry, _agency(entry.fields))
                continue
            except ValueError as error:
                reasons = [str(error)]
        rejects.append(Reject(entry.line, entry.code, tuple(reasons)))
    rejects += _misplaced(kept)
    agencies = tuple(agency for _, agency in kept.values())
    if not agencies:
        raise UnreadableDirectory(_nothing_sound(path, rejects))
    return Directory(agencies, tuple(sorted(rejects, key=lambda r: r.line)), _warnings(agencies))


def _entries(path: Path) -> list[_Entry]:
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        document = loader.construct_document(node) if node else None
    except OSError as error:
        raise UnreadableDirectory(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableDirectory(f"{path}: not UTF-8 at byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableDirectory(f"{path}, line {line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UnreadableDirectory(f"{path}: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("agencies"), list):
        raise UnreadableDirectory(f"{path}, line 1: no list named 'agencies'")
    return [_Entry(*pair) for pair in zip(_lines(node), document["agencies"], strict=True)]


def _lines(document: Any) -> list[int]:
    """The line on which each agency begins."""
    agencies = {key.value: value for key, value in document.value}["agencies"]
    return [agency.start_mark.line + 1 for agency in agencies.value]


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
    )


def _contact(fields: dict[str, Any]) -> Contact:
    return Contact(
        state=ContactState(fields["state"]),
        email=fields.get("email", ""),
        phone=fields.get("phone", ""),
        address=clean(fields.get("address", "")),
        fictional=fields.get("fictional", False),
    )


def _opening(fields: dict[str, Any]) -> Opening:
    return Opening(
        days=tuple(map(Weekday, fields["days"])),
        opens=time.fromisoformat(fields["opens"]),
        closes=time.fromisoformat(fields["closes"]),
    )


def _misplaced(kept: dict[str, tuple[_Entry, Agency]]) -> list[Reject]:
    """Take out of `kept` every agency that hangs on nothing, and say so."""
    rejects = []
    while bad := dict(_bad_parents(kept)):
        for code, reason in bad.items():
            entry, _ = kept.pop(code)
            rejects.append(Reject(entry.line, code, (reason,)))
    return rejects


def _bad_parents(kept: dict[str, tuple[_Entry, Agency]]) -> Iterator[tuple[str, str]]:
    parents = {code: agency.parent for code, (_, agency) in kept.items()}
    for code, parent in parents.items():
        if parent is None:
            continue
        if parent not in parents:
            yield code, f"parent: no sound agency has the code {parent!r}"
        elif _in_circle(code, parents):
            yield code, f"parent: {parent!r} leads back to the agency itself"


def _in_circle(code: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    above = parents.get(code)
    while above is not None and above not in seen and above != code:
        seen.add(above)
        above = parents.get(above)
    return above == code


def _warnings(agencies: tuple[Agency, ...]) -> tuple[str, ...]:
    triage = [agency.code for agency in agencies if agency.kind is Kind.TRIAGE]
    if len(triage) == 1:
        return ()
    return (f"one agency of kind 'triage' is needed, the file has {len(triage)}",)


def _nothing_sound(path: Path, rejects: list[Reject]) -> str:
    first = f"; the first: {rejects[0]}" if rejects else ""
    return f"{path}: none of its {len(rejects)} agencies can be used{first}"
