"""Which entry of an offered list a citizen points at: by number, by place or by its words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from knowledge.client import Choice
from vietnamese.text import fold
from vietnamese.words import syllables

ORDINALS = Path(__file__).with_name("ordinals.yml")
MIDDLE = 0  # Stands for the middle entry; 1 is the first, -1 the last.
MANY = 2  # Digits of the largest number that can be a place in a list.

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Pick:
    """An entry that was pointed at. `place` is None when the list has no such entry.

    `rest` holds the words that ask for something more.
    """

    place: int | None
    rest: str = ""


class ChoiceReader:
    """Reads choices by the words of ordinals.yml, with or without diacritics."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._places: dict[Phrase, int] = {}
        for place, phrases in {**words["positions"], MIDDLE: words["middle"]}.items():
            self._places |= dict.fromkeys(_spellings(phrases), place)
        self._markers = frozenset(_spellings(words["markers"]))
        self._always = frozenset(_spellings(words["always"]))
        self._fillers = frozenset(_spellings(words["fillers"].split()))

    @classmethod
    def load(cls, path: Path = ORDINALS) -> "ChoiceReader":
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def pick(self, text: str, choices: Sequence[Choice]) -> Pick | None:
        """The entry a message points at, or None when it points at none."""
        by_title = _equal_title(text, choices)
        if by_title is not None:
            return Pick(by_title)
        by_place = self._by_place(syllables(text), len(choices))
        return by_place or self._by_words(syllables(text), choices)

    def nearest(self, text: str, choices: Sequence[Choice], of: str = "") -> Choice | None:
        """The only entry with two neighbouring words of a message that no other entry has.

        Weaker than pointing: it tells the cases of one procedure apart ("tôi đang ở nhà thuê").
        The words of its title, `of`, say nothing about the case.
        """
        said = set(pairwise(syllables(text))) - _pairs(of)
        shared = [said & _pairs(choice.title) for choice in choices]
        own = [
            choice
            for place, choice in enumerate(choices)
            if shared[place].difference(*shared[:place], *shared[place + 1 :])
        ]
        return own[0] if len(own) == 1 else None

    def points(self, text: str) -> bool:
        """Whether a message is nothing but a place in a list, when there is no list."""
        pick = self._by_place(syllables(text), count=1)
        return pick is not None and not pick.rest

    def _by_place(self, words: list[str], count: int) -> Pick | None:
        at = self._skip_fillers(words, 0)
        length, place = self._place_at(words, at)
        if place is None:
            return None
        rest = words[at + length :]
        after = words[self._skip_fillers(words, at + length) :]
        if after and not self._sure(words[:at], tuple(words[at : at + length])):
            return None
        return Pick(_index(place, count), " ".join(rest) if after else "")

    def _sure(self, before: list[str], phrase: Phrase) -> bool:
        """Whether it is a place even though the citizen goes on to say something else."""
        marked = any(tuple(before[-length:]) in self._markers for length in (1, 2))
        return phrase in self._always or marked

    def _skip_fillers(self, words: list[str], at: int) -> int:
        while at < len(words) and (words[at],) in self._fillers:
            at += 1
        return at

    def _place_at(self, words: list[str], at: int) -> tuple[int, int | None]:
        for length in (2, 1):
            phrase = tuple(words[at : at + length])
            if phrase in self._places:
                return length, self._places[phrase]
        number = words[at] if at < len(words) else ""
        if number.isdecimal() and len(number) <= MANY and int(number) > 0:
            return 1, int(number)
        return 1, None

    def _by_words(self, words: list[str], choices: Sequence[Choice]) -> Pick | None:
        """The only entry whose title has all words that were said, "tử" not being "từ"."""
        said = {word for word in words if (word,) not in self._fillers}
        titles = [set(_written(choice.title)) for choice in choices]
        fitting = [place for place, title in enumerate(titles) if said and said <= title]
        return Pick(fitting[0]) if len(fitting) == 1 else None


def _equal_title(text: str, choices: Sequence[Choice]) -> int | None:
    titles = [fold(choice.title) for choice in choices]
    return titles.index(fold(text)) if titles.count(fold(text)) == 1 else None


def _pairs(title: str) -> set[tuple[str, str]]:
    return {*pairwise(syllables(title)), *pairwise(syllables(fold(title)))}


def _written(title: str) -> list[str]:
    """The syllables of a title with their marks, and without."""
    return [*syllables(title), *syllables(fold(title))]


def _index(place: int, count: int) -> int | None:
    """The index in a list of that length.

    >>> _index(2, 3), _index(-1, 3), _index(MIDDLE, 3), _index(4, 3)
    (1, 2, 1, None)
    """
    if place == MIDDLE:
        return count // 2 if count % 2 else None
    index = place - 1 if place > 0 else count + place
    return index if 0 <= index < count else None


def _spellings(phrases: Iterable[str]) -> Iterable[Phrase]:
    for phrase in phrases:
        yield tuple(syllables(phrase))
        yield tuple(syllables(fold(phrase)))
