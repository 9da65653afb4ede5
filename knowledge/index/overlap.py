"""How much a question and a procedure say the same: the share of rare words and pairs they have in
common, in both directions. BM25 only looks at the question's side, so a long title that happens
to hold the words beats the short one that says nothing else.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from knowledge.index.embedder import Vectors
from knowledge.index.sparse import folded

FILLER = 0.2  # What a filler, or two of them together, say beside other words.

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Overlap:
    """Per procedure: the shared weight as a share of both, of the question's, of its own."""

    both: Vectors
    of_question: Vectors
    of_procedure: Vectors


class OverlapIndex:
    """Weighs tokens by how rare they are among the procedures (inverse document frequency).

    `fillers` are syllables, folded, that say little wherever they stand ("cần làm gì").
    """

    def __init__(
        self,
        texts: Sequence[Sequence[str]],
        fillers: frozenset[str] = frozenset(),
    ) -> None:
        """`texts` holds the texts of each procedure."""
        found = [sorted({token for text in each for token in folded(text)}) for each in texts]
        counts = Counter(token for each in found for token in each)
        self._fillers = fillers
        self._numbers = {token: number for number, token in enumerate(counts)}
        self._weights = np.array(
            [self._says(token) * math.log(1 + len(texts) / n) for token, n in counts.items()],
            dtype=np.float32,
        )
        # A word that no procedure has says more than any that one has.
        self._unseen = math.log(1 + len(texts)) if texts else 0.0
        # The tokens of all procedures in one array; those of procedure n begin at starts[n].
        self._held = np.array(
            [self._numbers[token] for each in found for token in each], dtype=np.int32
        )
        self._starts = np.cumsum([0, *map(len, found)])
        self._totals = np.array(
            [self._weights[self._held[a:b]].sum() for a, b in pairwise(self._starts)],
            dtype=np.float32,
        )

    def scores(self, text: str, rows: Rows | None = None) -> Overlap:
        """Compare a question with each procedure, or those of `rows`; all values 0 to 1."""
        rows = np.arange(len(self._totals)) if rows is None else rows
        said = np.zeros(len(self._weights), dtype=np.float32)
        unseen = 0.0
        for token in set(folded(text)):
            number = self._numbers.get(token)
            if number is not None:
                said[number] = self._weights[number]
            elif "_" not in token:
                unseen += self._says(token) * self._unseen
        shared, totals = self._sums(said, rows), self._totals[rows]
        known = said.sum()
        return Overlap(
            both=_share(2 * shared, totals + known),
            of_question=_share(shared, np.float32(known + unseen)),
            of_procedure=_share(shared, totals),
        )

    def _sums(self, said: Vectors, rows: Rows) -> Vectors:
        """What of `said` each of the procedures holds."""
        starts, ends = self._starts[rows], self._starts[rows + 1]
        lengths = ends - starts
        offsets = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        held = self._held[offsets + np.arange(lengths.sum())]
        owners = np.repeat(np.arange(len(rows)), lengths)
        sums: Vectors = np.bincount(owners, said[held], minlength=len(rows)).astype(np.float32)
        return sums

    def _says(self, token: str) -> float:
        return FILLER if all(part in self._fillers for part in token.split("_")) else 1.0


def _share(part: Vectors, whole: Vectors | np.float32) -> Vectors:
    share: Vectors = np.divide(part, np.maximum(whole, np.float32(1e-6)))
    return share
