"""Short forms written out and slips of the finger taken back, before words are looked for."""

from collections.abc import Iterable

from vietnamese.abbreviations import meanings_of
from vietnamese.slips import near
from vietnamese.syllable import parse
from vietnamese.text import fold

SHORTEST = 4  # Letters: of a shorter word a slip makes any other.
LONGEST = 8  # No syllable has more than seven.


class Slips:
    """Only what is no syllable is mended, and only to a word that is looked for."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._words: dict[str, str] = {}
        for word in vocabulary:
            folded = fold(word)
            # Of two words with the same letters none is known to be meant.
            self._words[folded] = word if self._words.get(folded, word) == word else folded

    def mend(self, words: list[str]) -> list[str]:
        long = [word for meaning in meanings_of(words) for word in meaning.split()]
        meant = {word: self._meant(word) for word in set(long)}
        return [meant[word] for word in long]

    def _meant(self, word: str) -> str:
        folded = fold(word)
        if (
            not SHORTEST <= len(folded) <= LONGEST
            or not word.isalpha()
            or folded in self._words
            or parse(folded)
        ):
            return word
        found = {meant: cost for meant, cost in near(folded) if meant in self._words}
        cheapest = [meant for meant, cost in found.items() if cost == min(found.values())]
        return self._words[cheapest[0]] if len(cheapest) == 1 else word
