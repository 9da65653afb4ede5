"""Stand-ins for tests: of code that asks questions, and of search without a model."""

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from knowledge.client import Answer
from knowledge.index.embedder import Vectors
from vietnamese.words import syllables


class FakeKnowledge:
    """Gives the same answer to every question and remembers what was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []
        self.chosen: list[tuple[str, str]] = []  # The case and the place of each question.
        self.compared: list[tuple[str, tuple[str, ...]]] = []

    async def answer(
        self,
        question: str,
        *,
        focus: str | None = None,
        case: str = "",
        place: str = "",
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer:
        self.asked.append((question, focus, tuple(among)))
        self.chosen.append((case, place))
        return self._answer

    async def compare(self, question: str, *, codes: Sequence[str] = ()) -> Answer:
        self.compared.append((question, tuple(codes)))
        return self._answer


class ToyEmbedder:
    """Vectors that are near when texts share syllables; it also counts what it embedded."""

    def __init__(self, name: str = "toy", size: int = 256) -> None:
        self.name = name
        self._size = size
        self.embedded: list[str] = []

    def describe(self) -> dict[str, Any]:
        return {"model": self.name, "precision": "toy", "dimension": self._size, "prompts": {}}

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        vector = np.full(self._size, 0.25, dtype=np.float32)
        for syllable in syllables(text):
            vector[crc32(syllable.encode()) % self._size] += 1
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.embedded += texts
        if progress:
            progress(len(texts))
        return self.queries(texts)
