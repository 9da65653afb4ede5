"""Finds whole words in a text, with diacritics where the writer used them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from vietnamese.text import fold, has_diacritics, normalise

_WORD = re.compile(r"\w+")
_LETTERS = 8  # Of a phrase of which one syllable may have wrong marks,
_SYLLABLE = 4  # and of that syllable.
T = TypeVar("T")
Mend = Callable[[list[str]], list[str]]


@lru_cache(maxsize=4096)
def _form(phrase: str, plain: bool) -> str:
    """Phrases are few and ours; what a citizen wrote must not be kept like this."""
    return fold(phrase) if plain else normalise(phrase)


class Stream:
    """The words of a text between single spaces, some forms made one, some left out."""

    def __init__(
        self,
        text: str,
        *,
        plain: bool | None = None,
        same: Iterable[tuple[str, str]] = (),
        ignored: frozenset[str] = frozenset(),
        mend: Mend | None = None,
    ) -> None:
        """`plain` is whether it is compared without diacritics; None asks the text itself.

        `mend` writes short forms out and takes slips back, before words are folded.
        """
        self.plain = not has_diacritics(text) if plain is None else plain
        words = _WORD.findall(normalise(text))
        words = " ".join(mend(words)).split() if mend else words
        words = fold(" ".join(words)).split() if self.plain else words
        ignored = frozenset(map(self.form, ignored))
        self.words = f" {' '.join(word for word in words if word not in ignored)} "
        for long, short in same:
            self.words = self.words.replace(f" {self.form(long)} ", f" {self.form(short)} ")

    @cached_property
    def each(self) -> list[str]:
        return self.words.split()

    @cached_property
    def each_folded(self) -> list[str]:
        return self.each if self.plain else fold(self.words).split()

    def form(self, text: str) -> str:
        """How text is compared here: folded if the writer used no diacritics."""
        return _form(text, self.plain)

    def has(self, phrase: str) -> bool:
        return f" {self.form(phrase)} " in self.words

    def has_any(self, phrases: Iterable[str]) -> bool:
        return any(self.has(phrase) for phrase in phrases)

    def without(self, phrases: Iterable[str]) -> str:
        """The words when these are taken out."""
        words = self.words
        for phrase in phrases:
            words = words.replace(f" {self.form(phrase)} ", " ")
        return words


@dataclass(frozen=True)
class Found(Generic[T]):
    """What a phrase stands for, and which words of a stream it is."""

    meaning: T
    start: int
    end: int

    def holds(self, other: "Found[Any]") -> bool:
        """Whether the other phrase is only a part of this one."""
        return (
            self.start <= other.start
            and other.end <= self.end
            and self.end - self.start > other.end - other.start
        )


class Phrasebook(Generic[T]):
    """Many phrases looked for at once, all written as a stream would have them."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._known: dict[tuple[str, ...], list[tuple[tuple[str, ...], T]]] = {}
        for phrase, meaning in phrases:
            words = tuple(phrase.split())
            entry = self._known.setdefault(tuple(map(_fold, words)), [])
            if (words, meaning) not in entry:
                entry.append((words, meaning))
        self._longest = max(map(len, self._known), default=0)

    def find(self, stream: Stream) -> list[Found[T]]:
        """In the order of the text, without those that are parts of longer ones."""
        words, folded = stream.each, stream.each_folded
        every = [
            Found(meaning, at, at + length)
            for at in range(len(words))
            for length in range(1, min(self._longest, len(words) - at) + 1)
            for phrase, meaning in self._known.get(tuple(folded[at : at + length]), ())
            if _same(words[at : at + length], phrase)
        ]
        return self._without_parts(every)

    def _without_parts(self, every: list[Found[T]]) -> list[Found[T]]:
        ends: dict[int, int] = {}  # Of the longest that begins with a word.
        for each in every:
            ends[each.start] = max(ends.get(each.start, 0), each.end)
        return [
            each
            for each in every
            if ends[each.start] == each.end
            and not any(
                ends.get(at, 0) >= each.end
                for at in range(each.start - self._longest + 1, each.start)
            )
        ]


def _same(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """One syllable of a long phrase may have other marks: "chúng thực", but not "phường cũ"."""
    wrong = [meant for word, meant in zip(words, phrase, strict=True) if word != meant]
    long = len(phrase) > 1 and sum(map(len, phrase)) >= _LETTERS
    return not wrong or (long and len(wrong) == 1 and len(wrong[0]) >= _SYLLABLE)


@lru_cache(maxsize=4096)
def _fold(word: str) -> str:
    """Of our own phrases only."""
    return fold(word)
