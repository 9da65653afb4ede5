"""Everyday and regional words, read as the official ones: a question as an official would put it.

The words are in lexicon.tsv, whose head says how a line is written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from vietnamese.text import fold, normalise
from vietnamese.words import BETWEEN

AS_IT_IS = "="  # The official side of a phrase that stays.
CLASS, NOT, AS_WRITTEN = "@", "!", "^"

Words = tuple[str, ...]
Said = Sequence[tuple[str, str]]  # Words as they were typed, each with what it is folded.

_STOP = re.compile(r"[.;:!?()\n]")
_CLASS_LINE = re.compile(r"(@\w+) = (.+)")
_LINE = re.compile(r"([^\[\]]+?)(?: \[([^\[\]]+)\])?")
_plain = lru_cache(maxsize=10_000)(fold)


@dataclass(frozen=True)
class Phrase:
    """Words that are said when they stand there with their diacritics, or all without any."""

    words: Words
    folded: Words

    @classmethod
    def of(cls, text: str, *, as_written: bool = False) -> Phrase:
        words = tuple(text.split())
        return cls(words, words if as_written else tuple(map(_plain, words)))

    def at(self, said: Said, at: int) -> bool:
        here = said[at : at + len(self.words)]
        typed = tuple(word for word, _ in here)
        return typed in (self.words, self.folded)


@dataclass(frozen=True)
class Entry:
    """An everyday phrase and the official one, with the context that it needs or must not have."""

    everyday: Phrase
    official: str
    needs: tuple[Phrase, ...] = ()
    excludes: tuple[Phrase, ...] = ()
    note: str = ""
    line: int = 0

    @property
    def changes(self) -> bool:
        return self.official != AS_IT_IS

    def fits(self, said: Said, at: int, end: int) -> bool:
        if at + len(self.everyday.words) > end or not self.everyday.at(said, at):
            return False
        if not self.needs and not self.excludes:
            return True
        around = [*said[:at], ("", ""), *said[at + len(self.everyday.words) :]]
        if any(_within(phrase, around) for phrase in self.excludes):
            return False
        return not self.needs or any(_within(phrase, around) for phrase in self.needs)


class Lexicon:
    """Rewrites questions. Safe to use from several threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Of entries for one phrase the first that fits counts; longer phrases win."""
        self.entries = tuple(entries)
        officials = dict.fromkeys(entry.official for entry in self.entries if entry.changes)
        stay = [Entry(Phrase.of(each), AS_IT_IS) for each in officials]
        self._by_start: dict[Words, list[Entry]] = defaultdict(list)
        for entry in sorted((*self.entries, *stay), key=lambda each: -len(each.everyday.words)):
            self._by_start[tuple(map(_plain, entry.everyday.words[:2]))].append(entry)

    @classmethod
    def load(cls, path: Path | None = None) -> Lexicon:
        """Read lexicon.tsv. Raises ValueError naming a line that is not understood."""
        path = path or Path(__file__).with_name("lexicon.tsv")
        return cls(_read(path.read_text(encoding="utf-8").splitlines(), path.name))

    def phrases(self) -> Iterator[str]:
        """Every phrase of both sides: what a reader of questions should know."""
        for entry in self.entries:
            yield " ".join(entry.everyday.words)
            if entry.changes:
                yield entry.official

    def rewrite(self, text: str) -> str:
        """The text with official words for everyday ones; the text itself when there are none.

        >>> Lexicon.load().rewrite("má tui mất sổ đỏ")
        'mẹ tôi cấp lại giấy chứng nhận quyền sử dụng đất do bị mất'
        """
        written = normalise(text)
        parts = BETWEEN.split(written)
        said = [(word, _plain(word)) for word in parts[1::2]]
        ends = [at for at, gap in enumerate(parts[2::2], 1) if _STOP.search(gap)]
        at = 0
        while at < len(said):
            end = next((each for each in ends if each > at), len(said))
            entry = self._entry_at(said, at, end)
            length = len(entry.everyday.words) if entry else 1
            if entry and entry.changes:
                parts[2 * at + 1 : 2 * (at + length)] = [entry.official, *[""] * (2 * length - 2)]
            at += length
        read = "".join(parts)
        return text if read == written else read

    def _entry_at(self, said: Said, at: int, end: int) -> Entry | None:
        """The entry for the words from a place on; a phrase does not go beyond a sentence."""
        start = tuple(folded for _, folded in said[at : min(at + 2, end)])
        found = (entry for key in (start, start[:1]) for entry in self._by_start.get(key, ()))
        return next((each for each in found if each.fits(said, at, end)), None)


def _within(phrase: Phrase, around: Said) -> bool:
    return any(phrase.at(around, at) for at in range(len(around)))


def _read(lines: Sequence[str], name: str) -> Iterator[Entry]:
    classes: dict[str, list[str]] = {}
    for number, line in enumerate(lines, start=1):
        try:
            if match := _CLASS_LINE.fullmatch(line):
                classes[match[1]] = _listed(match[2], classes)
            elif line and not line.startswith("#"):
                yield from _read_line(line, number, classes)
        except (ValueError, KeyError) as error:
            raise ValueError(f"{name} line {number}: {error}") from error


def _read_line(line: str, number: int, classes: Mapping[str, list[str]]) -> Iterator[Entry]:
    everyday, official, note, *rest = [*line.split("\t"), "", ""]
    match = _LINE.fullmatch(everyday)
    if any(rest) or not match or not official:
        raise ValueError("not an everyday phrase, an official one and a note")
    phrase, context = match.groups()
    listed = _listed(context, classes) if context else []
    needs = tuple(Phrase.of(word) for word in listed if not word.startswith(NOT))
    excludes = tuple(Phrase.of(word[1:]) for word in listed if word.startswith(NOT))
    bare = phrase.removeprefix(AS_WRITTEN)
    as_written = phrase != bare or " " not in bare
    for words in product(*(classes[w] if w.startswith(CLASS) else [w] for w in bare.split())):
        everyday_phrase = Phrase.of(" ".join(words), as_written=as_written)
        yield Entry(everyday_phrase, official, needs, excludes, note, number)


def _listed(text: str, classes: Mapping[str, list[str]]) -> list[str]:
    """The words of a list, those of its classes included; "!@class" negates each of them."""
    words: list[str] = []
    for word in text.split(", "):
        sign, bare = (NOT, word[1:]) if word.startswith(NOT) else ("", word)
        members = classes[bare] if bare.startswith(CLASS) else [bare]
        words += [member if member.startswith(NOT) else sign + member for member in members]
    return words
