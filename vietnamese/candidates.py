"""What each typed word may have been meant to be, with what the reading costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from vietnamese.keys import left_over
from vietnamese.ngrams import NUMBER, RESERVED, SCALE, UNKNOWN, Ngrams
from vietnamese.slips import CONFUSED_TONES, mark_cost, marks, near
from vietnamese.syllable import parse
from vietnamese.text import fold

KEYS = 1.0  # What was typed without the input method.
GLUED = 5.0  # Two words without the space between them.
KNOWN = 5.0  # Reading another word into one that exists.
SAME_SOUND = 1.0  # "lí" for lý.
ODD, PLAUSIBLE = 9.0, 5.0  # Leaving a word that nobody taught as it is.
KEPT = 2.0  # Where leaving marks out costs this much, a strange word may be without them.
LONGEST = 14  # Two syllables; what is longer is no slip.
MOST = 24
STROKE = frozenset("đ")


class Candidate(NamedTuple):
    """A reading: its words' numbers, their text, and its cost in the model's unit."""

    words: tuple[int, ...]
    text: str
    cost: int


class Candidates:
    """The readings of single words, from those that a model has learnt."""

    def __init__(self, model: Ngrams) -> None:
        self._words = model.words
        self._follows = model.follows
        self._numbers = {word: at for at, word in enumerate(model.words) if at >= len(RESERVED)}
        self._folded: dict[str, list[int]] = defaultdict(list)
        for word, number in self._numbers.items():
            self._folded[fold(word)].append(number)
        self.of = lru_cache(maxsize=2048)(self._of)

    def ambiguous(self, word: str) -> bool:
        """Whether a word without diacritics may be another one that lost them."""
        return len(self._folded.get(word, ())) > 1 or (
            word in self._folded and word not in self._numbers
        )

    def given(self, text: str) -> tuple[Candidate, ...]:
        """The only reading of words whose meaning is known."""
        words = tuple(self._numbers.get(word, UNKNOWN) for word in text.split())
        return (Candidate(words, text, 0),)

    def _of(self, word: str, dropped: float) -> tuple[Candidate, ...]:
        """The readings of a normalised word; `dropped` is the cost of leaving its marks out."""
        known = self._is_known(word)
        found = self._of_known(word, dropped) if known else self._of_unknown(word, dropped)
        best: dict[tuple[int, ...], Candidate] = {}
        for each in found:
            if each.words not in best or each.cost < best[each.words].cost:
                best[each.words] = each
        return tuple(sorted(best.values(), key=lambda each: (each.cost, each.text))[:MOST])

    def _is_known(self, word: str) -> bool:
        plain = not marks(word)
        spellings = (spelling for spelling, _ in _spellings(word))
        return word in self._numbers or (plain and any(each in self._folded for each in spellings))

    def _of_known(self, word: str, dropped: float) -> Iterator[Candidate]:
        typed = marks(word)
        if word in self._numbers:
            yield self._candidate(self._numbers[word], 0.0)
        elif dropped >= KEPT:
            yield Candidate((UNKNOWN,), word, round(PLAUSIBLE * SCALE))
        for spelling, cost in _spellings(fold(word)):
            for number in self._folded.get(spelling, ()):
                meant = marks(self._words[number])
                if typed <= STROKE <= meant or not typed:
                    yield self._candidate(number, cost + (dropped if meant != typed else 0.0))
                elif mark_cost(typed, meant) <= CONFUSED_TONES and self._words[number] != word:
                    yield self._candidate(number, cost + (KNOWN if meant != typed else 0.0))

    def _of_unknown(self, word: str, dropped: float) -> Iterator[Candidate]:
        if any(letter.isdigit() for letter in word):
            yield Candidate((NUMBER,), word, round(ODD * SCALE))
        else:
            odd = parse(word) is None and len(word) < 8
            yield Candidate((UNKNOWN,), word, round((ODD if odd else PLAUSIBLE) * SCALE))
        folded = fold(word)
        for spelling, cost in _spellings(folded):
            yield from self._read(word, spelling, cost, dropped)
        if not 2 < len(word) <= LONGEST:
            return
        spelt = left_over(word)
        if spelt:
            yield from self._read(spelt, fold(spelt), KEYS, dropped)
        if word.isalpha():
            for spelling, cost in near(folded):
                yield from self._read(word, spelling, cost, dropped)
            yield from self._unglued(word, dropped)

    def _read(self, typed: str, folded: str, cost: float, dropped: float) -> Iterator[Candidate]:
        """The words with these letters, for the marks that were typed."""
        have = marks(typed)
        for number in self._folded.get(folded, ()):
            meant = marks(self._words[number])
            lost = dropped if have <= STROKE and have < meant else mark_cost(have, meant)
            yield self._candidate(number, cost + lost)

    def _unglued(self, word: str, dropped: float) -> Iterator[Candidate]:
        for at in range(2, len(word) - 1):
            for first in self._of_part(word[:at], dropped):
                for second in self._of_part(word[at:], dropped):
                    if self._follows(*first.words, *second.words):
                        text = f"{first.text} {second.text}"
                        cost = first.cost + second.cost + round(GLUED * SCALE)
                        yield Candidate(first.words + second.words, text, cost)

    def _of_part(self, part: str, dropped: float) -> list[Candidate]:
        return list(self._of_known(part, dropped)) if fold(part) in self._folded else []

    def _candidate(self, number: int, cost: float) -> Candidate:
        return Candidate((number,), self._words[number], round(cost * SCALE))


def _spellings(folded: str) -> Iterator[tuple[str, float]]:
    """The folded spelling itself, and the one with y for i or i for y: they sound alike."""
    yield folded, 0.0
    syllable = parse(folded)
    if syllable and not syllable.final and syllable.vowels in ("i", "y") and syllable.onset:
        yield syllable.onset + ("y" if syllable.vowels == "i" else "i"), SAME_SOUND
