"""The lexical index: BM25 over syllables and their pairs, once as written and once folded."""

from collections.abc import Callable, Sequence
from pathlib import Path

import bm25s
import numpy as np

from knowledge.index.embedder import Vectors
from vietnamese.text import fold
from vietnamese.words import syllables, with_bigrams

Tokens = Callable[[str], list[str]]


def accented(text: str) -> list[str]:
    """Tokens as written: tells "khai sinh" from "khái sinh"."""
    return with_bigrams(syllables(text))


def folded(text: str) -> list[str]:
    """Tokens without diacritics: how half of the questions are typed."""
    return with_bigrams(syllables(fold(text)))


class SparseIndex:
    """BM25 scores of a query against every passage, under one way of cutting text."""

    def __init__(self, index: bm25s.BM25, tokens: Tokens, passages: int) -> None:
        self._index = index
        self._tokens = tokens
        self._passages = passages

    @classmethod
    def build(cls, texts: Sequence[str], tokens: Tokens) -> "SparseIndex":
        index = bm25s.BM25()
        index.index([tokens(text) for text in texts], show_progress=False)
        return cls(index, tokens, len(texts))

    @classmethod
    def load(cls, folder: Path, tokens: Tokens, passages: int) -> "SparseIndex":
        return cls(bm25s.BM25.load(folder / _name(tokens)), tokens, passages)

    def save(self, folder: Path) -> None:
        self._index.save(folder / _name(self._tokens), show_progress=False)

    def scores(self, text: str) -> Vectors:
        """Return the score of each passage, in passage order; 0 where no token is shared."""
        known = [token for token in self._tokens(text) if token in self._index.vocab_dict]
        if not known:
            return np.zeros(self._passages, dtype=np.float32)
        scores: Vectors = self._index.get_scores(known)
        return scores


def _name(tokens: Tokens) -> str:
    return f"bm25_{tokens.__name__}"
