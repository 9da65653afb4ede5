"""The words citizens have for procedures: kept apart from the catalogue, joined to it on import.

Published catalogues hold official words only. A file of words is YAML: a list of entries, each with
the `code` and the `title` of a procedure and its `words`. An entry counts for its code and for
every procedure of the same title that has no entry of its own, because provinces publish a
national procedure under codes of their own, and codes change while titles stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from knowledge.index.passages import searchable
from knowledge.model import Procedure
from knowledge.versions import fingerprint
from vietnamese.words import syllables

MOST_SYLLABLES = 30


@dataclass(frozen=True)
class Entry:
    """What citizens say for one procedure; `place` is the file and the entry's number in it."""

    code: str
    title: str
    words: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class Words:
    """The entries of all files; `faults` is everything that was not understood, with its place."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[str, ...] = ()
    sha256: str = ""

    @classmethod
    def read(cls, paths: Sequence[Path]) -> "Words":
        """Read files, or all `.yml` files of folders. A bad phrase loses only itself."""
        reader = _Reader()
        for path in paths:
            for file in _files(path):
                reader.read(file)
        return cls(tuple(reader.entries), tuple(reader.faults), fingerprint(*paths))

    def joined(self, procedures: Sequence[Procedure]) -> list[Procedure]:
        """Give each procedure its words, beside those that its own record has."""
        found = self._of(procedures)
        return [
            replace(each, keywords=tuple(dict.fromkeys([*each.keywords, *_phrases(entries)])))
            for each, entries in zip(procedures, found, strict=True)
        ]

    def report(self, procedures: Sequence[Procedure]) -> str:
        """Say how many procedures have words, and every fault, for the one who keeps them."""
        found = self._of(procedures)
        used = {entry.place for entries in found for entry in entries}
        phrases = {phrase for entries in found for phrase in _phrases(entries)}
        counts = (
            f"words of citizens: {len(phrases)} phrases for {sum(map(bool, found))} of "
            f"{len(procedures)} procedures; {len(self.entries) - len(used)} of "
            f"{len(self.entries)} entries are for procedures that are not in this catalogue"
        )
        return "\n  ".join([counts, *self.faults, *self._ambiguous()])

    def _of(self, procedures: Sequence[Procedure]) -> list[list[Entry]]:
        by_code, by_title = defaultdict(list), defaultdict(list)
        for entry in self.entries:
            by_code[entry.code].append(entry)
            by_title[_bare(entry.title)].append(entry)
        return [by_code[each.code] or by_title[_bare(each.title)] for each in procedures]

    def _ambiguous(self) -> Iterator[str]:
        """Phrases that stand for procedures of different titles tell none of them apart."""
        owners: dict[str, dict[str, str]] = defaultdict(dict)
        for entry in self.entries:
            for phrase in entry.words:
                owners[searchable(phrase)][searchable(entry.title)] = entry.code
        for phrase, codes in owners.items():
            if len(codes) > 1:
                yield f"{phrase!r} stands for several: {', '.join(sorted(codes.values()))}"


class _Reader:
    """Collects the entries of files and what is wrong with them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.faults: list[str] = []

    def read(self, file: Path) -> None:
        try:
            rows = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self.faults.append(f"{file.name} was not read: {error}")
            return
        if not isinstance(rows, list):
            self.faults.append(f"{file.name}: a list of entries is expected")
            return
        for number, row in enumerate(rows, 1):
            self._read_entry(row, f"{file.name} entry {number}")

    def _read_entry(self, row: Any, place: str) -> None:
        match row:
            case {"code": str(code), "title": str(title), "words": list(words)}:
                usable = tuple(each for each in words if self._is_phrase(each, f"{place} ({code})"))
                self.entries.append(Entry(code, title, usable, place))
            case _:
                self.faults.append(f"{place}: needs code and title, in quotes, and a list of words")

    def _is_phrase(self, word: Any, place: str) -> bool:
        if isinstance(word, str) and 0 < len(syllables(word)) <= MOST_SYLLABLES:
            return True
        self.faults.append(f"{place}: {word!r} is no phrase of 1 to {MOST_SYLLABLES} syllables")
        return False


def _bare(title: str) -> str:
    """A title as its words alone: publishers differ in commas and line breaks."""
    return " ".join(syllables(searchable(title)))


def _phrases(entries: Iterable[Entry]) -> Iterator[str]:
    return (phrase for entry in entries for phrase in entry.words)


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yml")) if path.is_dir() else [path]
