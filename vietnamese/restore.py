"""Text as it was meant: diacritics put back and slips mended, by what is likely in context.

A noisy channel: what each word may have been meant to be (`candidates`) is weighed against what
usually stands beside it (`ngrams`), and the cheapest way through the sentence is taken.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from itertools import pairwise
from pathlib import Path

from vietnamese.abbreviations import meanings_of, without_long_forms
from vietnamese.candidates import STROKE, Candidate, Candidates
from vietnamese.ngrams import EDGE, NUMBER, RESERVED, UNKNOWN, Ngrams
from vietnamese.slips import marks
from vietnamese.syllable import parse
from vietnamese.text import fold, normalise
from vietnamese.words import BETWEEN, WORD

EVERYDAY = 5.0  # What a phrase of everyday.txt weighs among the texts.
WAYS = 10  # How many ways through a sentence are kept at each word.
PLAIN = 0.35  # Share of ambiguous words without marks where none was left out.
DOUBT = 0.3  # How far the share in a short text strays from that.
LEAST_DROPPED, MOST_DROPPED = 0.01, 0.98
FOREIGN = 4.0  # What a word weighs at least that is no Vietnamese syllable, to be learnt.
RARE, RARE_PLAIN = 0.0005, 0.005  # Share among its letters below which a spelling is a slip.

_SENTENCE_END = re.compile(r"[.;:!?()\[\]\n\"“”…]")

Trail = tuple["Trail | None", str]
Ways = dict[tuple[int, int], tuple[int, "Trail | None"]]  # By the last two words: cost and texts.


class Restorer:
    """Reads a text as it was probably meant. Safe to use from several threads."""

    def __init__(self, model: Ngrams) -> None:
        self._model = model
        self._candidates = Candidates(model)

    @classmethod
    def train(cls, texts: Iterable[tuple[str, float]]) -> Restorer:
        """Learn from texts with diacritics and their weights, and from everyday.txt."""
        weighed = [*texts, *((phrase, EVERYDAY) for phrase in _everyday())]
        sentences = [(words, weight) for text, weight in weighed for words in _sentences(text)]
        trusted = {word for phrase in _everyday() for word in WORD.findall(normalise(phrase))}
        words = [*RESERVED, *_vocabulary(sentences, trusted)]
        numbers = {word: number for number, word in enumerate(words)}
        numbered = (
            ([numbers.get(word, UNKNOWN) for word in sentence], weight)
            for sentence, weight in sentences
        )
        return cls(Ngrams.train(words, numbered))

    def save(self, path: Path) -> None:
        path.write_bytes(self._model.packed())

    @classmethod
    def load(cls, path: Path) -> Restorer:
        """Raises ValueError when the file is none that `save` wrote."""
        return cls(Ngrams.unpacked(path.read_bytes()))

    def restore(self, text: str) -> str:
        """The best reading of a text: lower-cased, its abbreviations written out.

        The text itself, when nothing changes. It is best given as it was typed.
        """
        written = normalise(text)
        parts = BETWEEN.split(written)
        readings = self._readings(parts[1::2])
        ends = [at for at, gap in enumerate(parts[2:-1:2], 1) if _SENTENCE_END.search(gap)]
        cuts = pairwise([0, *ends, len(readings)])
        parts[1::2] = [word for cut in cuts for word in self._best(readings[slice(*cut)])]
        read = "".join(parts)
        return text if read == written else read

    def _readings(self, words: Sequence[str]) -> list[tuple[Candidate, ...]]:
        pairs = list(zip(words, meanings_of(words), strict=True))
        dropped = self._dropped([word for word, long in pairs if word == long])
        return [
            self._candidates.of(word, dropped) if word == long else self._candidates.given(long)
            for word, long in pairs
        ]

    def _dropped(self, words: Sequence[str]) -> float:
        """What it costs to take a word for one whose marks were left out in this text.

        Next to nothing where no word has any, and much where the others have theirs.
        """
        typed = without_long_forms(words)  # They may have been expanded already.
        marked = sum(not marks(word) <= STROKE for word in typed)
        if not marked:
            return -math.log(MOST_DROPPED)
        plain = sum(self._candidates.ambiguous(word) for word in typed)
        whole = plain + marked
        share = (plain - PLAIN * whole - DOUBT * math.sqrt(whole)) / ((1 - PLAIN) * whole)
        # Halves are exact enough, and let readings be remembered.
        return round(-math.log(min(max(share, LEAST_DROPPED), MOST_DROPPED)) * 2) / 2

    def _best(self, readings: Sequence[Sequence[Candidate]]) -> list[str]:
        """The texts of the cheapest way through the readings of a sentence's words."""
        ways: Ways = {(EDGE, EDGE): (0, None)}
        for candidates in readings:
            ways = self._extended(ways, candidates)
        best = min(ways, key=lambda way: ways[way][0] + self._model.cost(way[0], way[1], EDGE))
        return _texts(ways[best][1])

    def _extended(self, ways: Ways, candidates: Sequence[Candidate]) -> Ways:
        cost_of = self._model.cost
        best: Ways = {}
        for (first, second), (cost, trail) in ways.items():
            for words, text, own in candidates:
                before, last, total = first, second, cost + own
                for word in words:
                    total += cost_of(before, last, word)
                    before, last = last, word
                known = best.get((before, last))
                if known is None or total < known[0]:
                    best[before, last] = total, (trail, text)
        if len(best) <= WAYS:
            return best
        return dict(sorted(best.items(), key=lambda way: way[1][0])[:WAYS])


def _texts(trail: Trail | None) -> list[str]:
    texts: list[str] = []
    while trail:
        trail, text = trail
        texts.append(text)
    return texts[::-1]


def _sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence; one that was published without diacritics teaches nothing."""
    for sentence in _SENTENCE_END.split(normalise(text)):
        words = WORD.findall(sentence)
        if words and not (len(words) > 2 and sentence.isascii()):
            yield [RESERVED[NUMBER] if any(map(str.isdigit, word)) else word for word in words]


def _vocabulary(sentences: Iterable[tuple[Sequence[str], float]], trusted: Set[str]) -> list[str]:
    """The words to learn, in order, without those that only a slip or another language wrote."""
    weights: dict[str, float] = defaultdict(float)
    letters: dict[str, float] = defaultdict(float)
    for words, weight in sentences:
        for word in words:
            weights[word] += weight
    weights = {word: weight for word, weight in weights.items() if not word[0].isdigit()}
    for word, weight in weights.items():
        letters[fold(word)] += weight
    return sorted(
        word
        for word, weight in weights.items()
        if word in trusted
        or (
            weight >= (0 if parse(word) else FOREIGN)
            and weight >= (RARE if marks(word) else RARE_PLAIN) * letters[fold(word)]
        )
    )


@cache
def _everyday() -> tuple[str, ...]:
    lines = Path(__file__).with_name("everyday.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
