"""The dense index: exact inner product over unit vectors in faiss."""

import faiss
import numpy as np

from knowledge.index.embedder import Vectors


class DenseIndex:
    """Cosine similarity of a query to every passage.

    Flat on purpose: exact, and faster than the embedding up to a hundred thousand passages. In
    single precision: faiss reads half precision three times as slowly as memory gives it.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def scores(self, vector: Vectors, floor: float) -> Vectors:
        """Return the similarity to each passage, in passage order, or `floor` where it is less."""
        _, values, numbers = self._index.range_search(vector.reshape(1, -1), floor)
        scores = np.full(self._index.ntotal, floor, dtype=np.float32)
        scores[numbers] = values
        return scores
