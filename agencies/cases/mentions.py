"""Which agencies, places and kinds of bodies a text names. Compiled once for a directory."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agencies.cases.phrases import Stream
from agencies.model import Agency, Kind, Level

FILE = Path(__file__).with_name("routing.yml")
SHORT_NAME = 3  # Words: "Sở Giao thông" for "Sở Giao thông vận tải".


@dataclass(frozen=True)
class Clue:
    """Words that point to agencies: by name, or by kind and fields, any one of which will do."""

    words: tuple[str, ...]
    weak: tuple[str, ...] = ()
    name: str = ""
    kind: str = ""
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lexicon:
    """What routing.yml holds."""

    same: tuple[tuple[str, str], ...]
    ignored: frozenset[str]
    place_kinds: tuple[str, ...]
    department: str
    bodies: tuple[Clue, ...]
    topics: tuple[Clue, ...]
    categories: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path = FILE) -> "Lexicon":
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return cls(
            same=tuple((long, short) for long, short in content["same"]),
            ignored=frozenset(content["ignored"]),
            place_kinds=tuple(content["place_kinds"]),
            department=content["department"],
            bodies=tuple(map(_clue, content["bodies"])),
            topics=tuple(map(_clue, content["topics"])),
            categories={code: tuple(words) for code, words in content["categories"].items()},
        )

    def stream(self, text: str, *, plain: bool | None = None) -> Stream:
        return Stream(text, plain=plain, same=self.same, ignored=self.ignored)


class Names:
    """The names of a directory's agencies and places, as text may have them."""

    def __init__(self, lexicon: Lexicon, agencies: Sequence[Agency]) -> None:
        self._lexicon = lexicon
        # With and without diacritics: whoever writes none must be understood, too.
        self._forms = {plain: _Forms(lexicon, agencies, plain=plain) for plain in (False, True)}

    def agencies(self, stream: Stream) -> frozenset[str]:
        """Codes of the agencies named; of two names in one place the longer."""
        return self._forms[stream.plain].agencies.find(stream)

    def places(self, stream: Stream) -> frozenset[str]:
        """Codes of the communes named, by their names of today or old ones."""
        return self._forms[stream.plain].places.find(stream)

    def called(self, name: str) -> frozenset[str]:
        """Codes of the agencies with this name, exactly."""
        return self.agencies(self._lexicon.stream(name))


class _Phrases:
    """Many phrases looked for at once."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._codes: dict[str, set[str]] = {}
        for phrase, code in phrases:
            self._codes.setdefault(phrase, set()).add(code)
        longest_first = sorted(self._codes, key=len, reverse=True)
        # Each ends where the next may begin, so the space after it is only looked at.
        self._any = re.compile(f" ({'|'.join(map(re.escape, longest_first))})(?= )")

    def find(self, stream: Stream) -> frozenset[str]:
        found = self._any.findall(stream.words) if self._codes else ()
        return frozenset(code for phrase in found for code in self._codes[phrase])


class _Forms:
    def __init__(self, lexicon: Lexicon, agencies: Sequence[Agency], *, plain: bool) -> None:
        self._lexicon = lexicon
        self._plain = plain
        bodies = [word for clue in lexicon.bodies for word in clue.words]
        self._bodies = frozenset(map(self._words, bodies))
        self._department = self._words(lexicon.department)
        self._place_kinds = "|".join(map(re.escape, map(self._words, lexicon.place_kinds)))
        named = [(name, agency) for agency in agencies for name in self._names(agency)]
        self.agencies = _Phrases((name, agency.code) for name, agency in named)
        self.places = _Phrases(place for agency in agencies for place in self._places(agency))

    def _names(self, agency: Agency) -> Iterator[str]:
        areas = [self._words(unit.name) for unit in agency.area]
        for name in (agency.name, *agency.other_names):
            words = self._words(name)
            yield words
            for area in areas:
                short = words.removesuffix(f" {area}")
                # "UBND" alone is any committee's name.
                if agency.level is Level.PROVINCE and short != words and short not in self._bodies:
                    yield short
            first = words.split()
            if first[0] == self._department and len(first) > SHORT_NAME:
                yield " ".join(first[:SHORT_NAME])

    def _places(self, agency: Agency) -> Iterator[tuple[str, str]]:
        """The communes of an agency, and those that its old names remember."""
        if agency.level is not Level.COMMUNE or not agency.area:
            return
        for unit in agency.area:
            yield self._words(unit.name), unit.code
        for name in agency.other_names:
            if place := self._place_in(self._words(name)):
                yield place, agency.area[0].code

    def _place_in(self, words: str) -> str:
        found = re.search(f" ((?:{self._place_kinds}) .+)$", words)
        return found.group(1) if found else ""

    def _words(self, name: str) -> str:
        return self._lexicon.stream(name, plain=self._plain).words.strip()


def _clue(content: dict[str, Any]) -> Clue:
    lists = {key: tuple(content[key]) for key in ("words", "weak") if key in content}
    return Clue(
        **lists,
        name=content.get("name", ""),
        kind=Kind(content["kind"]) if "kind" in content else "",
        fields=frozenset(content.get("fields", ())),
    )
