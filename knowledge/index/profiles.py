"""What search must know of each procedure beside its words: whose it is, and whose sibling."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.families import Families
from knowledge.index.passages import searchable
from knowledge.model import Procedure, Scope, Standing
from knowledge.provinces import Provinces

FILE = "profiles.jsonl"


@dataclass(frozen=True)
class Profile:
    """`province` is set for a province's own procedure; `family` names the plainest sibling."""

    code: str
    family: str
    qualifiers: tuple[str, ...]
    province: str = ""
    internal: bool = False
    listed: bool = True


def profiles(procedures: Sequence[Procedure], provinces: Provinces) -> Iterator[Profile]:
    families = Families({each.code: searchable(each.title) for each in procedures})
    for each in procedures:
        local = each.scope is Scope.LOCAL
        named = provinces.named(each.promulgating_agency) if local else ()
        yield Profile(
            code=each.code,
            family=families.of(each.code)[0].code,
            qualifiers=families.qualifiers(each.code),
            province=next(iter(named), ""),
            internal=each.scope is Scope.INTERNAL,
            listed=each.standing is Standing.LISTED,
        )


def write_profiles(folder: Path, found: Iterable[Profile]) -> None:
    lines = (json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in found)
    (folder / FILE).write_text("".join(lines), encoding="utf-8")


def read_profiles(folder: Path) -> list[Profile]:
    rows = map(json.loads, (folder / FILE).read_text(encoding="utf-8").splitlines())
    return [Profile(**row | {"qualifiers": tuple(row["qualifiers"])}) for row in rows]
