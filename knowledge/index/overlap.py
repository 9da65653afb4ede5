"""How much a question and a title say the same: the share of rare words and pairs they have in
common, in both directions. BM25 only looks at the question's side, so a long title that happens
to hold the words beats the short one that says nothing else.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.index.embedder import Vectors
from knowledge.index.sparse import folded

FILLER = 0.2  # What a filler, or two of them together, say beside other words.


@dataclass(frozen=True)
class Overlap:
    """Per passage: the shared weight as a share of both, of the question's, of the passage's."""

    both: Vectors
    of_question: Vectors
    of_passage: Vectors


class OverlapIndex:
    """Weighs tokens by how rare they are among the passages (inverse document frequency).

    `fillers` are syllables, folded, that say little wherever they stand ("cần làm gì").
    """

    def __init__(self, texts: Sequence[str], fillers: frozenset[str] = frozenset()) -> None:
        tokens = [set(folded(text)) for text in texts]
        counts = Counter(token for each in tokens for token in each)
        # A word that no passage has says more than any that one has.
        self._unseen = math.log(1 + len(texts)) if texts else 0.0
        self._fillers = fillers
        self._weights = {
            token: self._says(token) * math.log(1 + len(texts) / n) for token, n in counts.items()
        }
        postings: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(tokens):
            for token in each:
                postings[token].append(number)
        self._postings: dict[str, npt.NDArray[np.int32]] = {
            token: np.array(numbers, dtype=np.int32) for token, numbers in postings.items()
        }
        self._totals = np.array(
            [sum(self._weights[token] for token in each) for each in tokens], dtype=np.float32
        )

    def scores(self, text: str) -> Overlap:
        """Compare a question with each passage, in passage order; all values 0 to 1."""
        shared = np.zeros(len(self._totals), dtype=np.float32)
        known = unseen = 0.0
        for token in set(folded(text)):
            if token in self._postings:
                shared[self._postings[token]] += self._weights[token]
                known += self._weights[token]
            elif "_" not in token:
                unseen += self._says(token) * self._unseen
        return Overlap(
            both=_share(2 * shared, self._totals + known),
            of_question=_share(shared, np.float32(known + unseen)),
            of_passage=_share(shared, self._totals),
        )

    def _says(self, token: str) -> float:
        return FILLER if all(part in self._fillers for part in token.split("_")) else 1.0


def _share(part: Vectors, whole: Vectors | np.float32) -> Vectors:
    share: Vectors = np.divide(part, np.maximum(whole, np.float32(1e-6)))
    return share
