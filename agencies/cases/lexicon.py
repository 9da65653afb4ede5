"""The words by which routing understands a report: what routing.yml and the list of units hold."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from agencies.cases.contexts import Contexts
from agencies.cases.phrases import Stream
from agencies.cases.places import PlaceWords
from agencies.cases.slips import Slips
from agencies.cases.units import UnitNames
from agencies.model import Kind, Level

FILE = Path(__file__).with_name("routing.yml")


@dataclass(frozen=True)
class Clue:
    """Words that point to agencies: by name, or by kind and fields, any one of which will do."""

    words: tuple[str, ...]
    weak: tuple[str, ...] = ()
    name: str = ""
    kind: str = ""
    fields: frozenset[str] = frozenset()
    level: str = ""  # Only agencies of this level, wherever it happens.
    local: str = ""  # The kind of body that takes it where the commune is known.
    moved: bool = False  # From one body to another of late: many still name the old one.


@dataclass(frozen=True)
class Lexicon:
    same: tuple[tuple[str, str], ...]
    ignored: frozenset[str]
    department: str
    verbs: tuple[str, ...]
    unclear: frozenset[str]
    no_clue: tuple[str, ...]
    contexts: Contexts
    place_words: PlaceWords
    units: UnitNames
    bodies: tuple[Clue, ...]
    topics: tuple[Clue, ...]
    categories: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path = FILE) -> "Lexicon":
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        communes = content["communes_act"]
        acts = [f"{unit} {act}" for unit in communes["units"] for act in communes["acts"]]
        return cls(
            same=tuple((long, short) for long, short in content["same"]),
            ignored=frozenset(content["ignored"]),
            department=content["department"],
            verbs=tuple(content["verbs"]),
            unclear=frozenset(content["unclear"]),
            no_clue=tuple(content["no_clue"]),
            contexts=Contexts.read(content["contexts"]),
            place_words=_place_words(content["places"]),
            units=UnitNames.load(),
            bodies=(*map(_clue, content["bodies"]), Clue(tuple(acts), kind=Kind.COMMITTEE)),
            topics=tuple(map(_clue, content["topics"])),
            categories={code: tuple(words) for code, words in content["categories"].items()},
        )

    def stream(self, text: str, *, plain: bool | None = None, bare: bool = False) -> Stream:
        """`bare` leaves out the words that names do with and without."""
        ignored = self.ignored if bare else frozenset[str]()
        return Stream(text, plain=plain, same=self.same, ignored=ignored, mend=self._slips.mend)

    def is_clear(self, phrase: str) -> bool:
        """Whether it can mean nothing else when its marks are left out: "chùa" can."""
        return phrase not in self.unclear and (" " in phrase or phrase.isascii())

    @cached_property
    def _slips(self) -> Slips:
        phrases = (word for clue in (*self.bodies, *self.topics) for word in clue.words)
        return Slips({word for phrase in phrases for word in phrase.split()})


def _place_words(content: dict[str, Any]) -> PlaceWords:
    units = {unit: tuple(forms) for unit, forms in content.pop("units").items()}
    return PlaceWords(units, **{name: frozenset(words) for name, words in content.items()})


def _clue(content: dict[str, Any]) -> Clue:
    return Clue(
        words=tuple(content["words"]),
        weak=tuple(content.get("weak", ())),
        name=content.get("name", ""),
        kind=Kind(content["kind"]) if "kind" in content else "",
        fields=frozenset(content.get("fields", ())),
        level=Level(content["level"]) if "level" in content else "",
        local=Kind(content["local"]) if "local" in content else "",
        moved=content.get("moved", False),
    )
