"""Writes data/units.tsv: the units of today and the old ones, for whoever may not ask knowledge.

Run by hand after tools/places.py, never by the set-up; a test holds both files together.

    python -m tools.units
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.places import OUT as PLACES

ROOT = Path(__file__).parent.parent
OUT = ROOT / "data" / "units.tsv"
HEADER = """\
# The provinces and communes of Vietnam on the day below, and the units before 1 July 2025, written
# by tools/units.py from the file of tools/places.py: see NOTICE. Not to be edited by hand.
#
# day           of the newest change in it
# province      code, unit word, name
# old_province  code, unit word, name, code of the province of today
# commune       code, unit word, name, code of its province
# district      code, unit word, name, code of its old province
# ward          code, unit word, name, code of its district, codes of its communes of today
"""
# How many columns of a line are kept: all but the former names.
KEPT = {"day": 2, "province": 4, "old_province": 5, "commune": 5, "district": 5, "ward": 6}


def main() -> int:
    text = units(PLACES.read_text(encoding="utf-8"))
    OUT.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{text.count(chr(10))} lines written to {OUT}\n")
    return 0


def units(places: str) -> str:
    """The lines about units, without their former names."""
    lines = (line.split("\t") for line in places.splitlines() if not line.startswith("#"))
    kept = ("\t".join(line[: KEPT[line[0]]]) + "\n" for line in lines if line[0] in KEPT)
    return HEADER + "".join(kept)


if __name__ == "__main__":
    raise SystemExit(main())
