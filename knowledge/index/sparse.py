"""The lexical index: BM25 over the words of whole procedures.

A question mixes the words of several ways to ask, so a procedure is one text here: its title,
which counts twice, and all the words citizens have for it. Its record is a text of its own: the
words of its steps and documents say something, and less.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np

from knowledge.index.embedder import Vectors
from vietnamese.text import fold
from vietnamese.words import syllables, with_bigrams

NOTHING = ""  # Stands in a text without words, which has no length to compare with.

Tokens = Callable[[str], list[str]]


def accented(text: str) -> list[str]:
    """Tokens as written: tells "khai sinh" from "khái sinh"."""
    return with_bigrams(syllables(text))


def folded(text: str) -> list[str]:
    """Tokens without diacritics: how half of the questions are typed."""
    return with_bigrams(syllables(fold(text)))


def single(text: str) -> list[str]:
    """Folded syllables only: what a long text can afford."""
    return syllables(fold(text))


class SparseIndex:
    """BM25 scores of a question against every procedure, in one field of it."""

    def __init__(self, index: bm25s.BM25, tokens: Tokens, count: int) -> None:
        self._index = index
        self._tokens = tokens
        self._count = count

    @classmethod
    def build(cls, texts: Sequence[Iterable[str]], tokens: Tokens) -> "SparseIndex":
        """Index procedures, each a few texts; no pair of words reaches from one to the next."""
        index = bm25s.BM25()
        found = [[token for text in each for token in tokens(text)] or [NOTHING] for each in texts]
        index.index(found, show_progress=False)
        return cls(index, tokens, len(texts))

    @classmethod
    def load(cls, folder: Path, tokens: Tokens, count: int) -> "SparseIndex":
        return cls(bm25s.BM25.load(folder / _name(tokens)), tokens, count)

    def save(self, folder: Path) -> None:
        self._index.save(folder / _name(self._tokens), show_progress=False)

    def scores(self, text: str) -> Vectors:
        """Return the score of each procedure; 0 where no token is shared."""
        known = [token for token in self._tokens(text) if token in self._index.vocab_dict]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        scores: Vectors = self._index.get_scores(known)
        return scores


def _name(tokens: Tokens) -> str:
    return f"bm25_{tokens.__name__}"
