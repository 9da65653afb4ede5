"""The dense index: exact inner product over unit vectors in faiss, half precision."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from knowledge.index.embedder import Vectors

FILE = "dense.faiss"


class DenseIndex:
    """Cosine similarity of a query to every passage.

    Flat on purpose: exact, and faster than the embedding up to a hundred thousand passages.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        self.count = int(index.ntotal)

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        kind = faiss.ScalarQuantizer.QT_fp16
        index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        return cls(faiss.read_index(str(folder / FILE)))

    def save(self, folder: Path) -> None:
        faiss.write_index(self._index, str(folder / FILE))

    def scores(self, vector: Vectors) -> Vectors:
        """Return the similarity to each passage, in passage order."""
        values, numbers = self._index.search(vector.reshape(1, -1), self.count)
        scores = np.zeros(self.count, dtype=np.float32)
        scores[numbers[0]] = values[0]
        return scores
