"""The embedder for the models that we build ourselves: small, and without torch."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.embedder import Remembered, Vectors, batches
from knowledge.index.model_folder import FACTS, GRAPH, PROMPTS, TOKENIZER, digest, read_facts
from knowledge.index.onnx_model import OnnxModel


class OnnxEmbedder:
    """A folder that `knowledge.index.e5` or `knowledge.training` wrote.

    A question is embedded on the thread that asks, passages on `threads` (all cores).
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self._folder = folder
        self._facts = read_facts(folder)
        self._digest = digest(folder, GRAPH, TOKENIZER, FACTS, PROMPTS)
        self._threads = threads or os.cpu_count() or 1
        self.name = f"{folder.name}@{self._facts.precision}-{self._digest}"
        self.queries = Remembered(self._embed_queries)

    def describe(self) -> dict[str, Any]:
        return {
            "model": self._folder.name,
            "weights": self._digest,
            "precision": self._facts.precision,
            "dimension": self._facts.dimension,
            "prompts": self._facts.prompts,
        }

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        prompt = self._facts.prompts["document"]
        vectors = np.empty((len(texts), self._facts.dimension), dtype=np.float32)

        def embed(numbers: list[int]) -> int:
            vectors[numbers] = self._model.embed([prompt + texts[number] for number in numbers])
            return len(numbers)

        with ThreadPoolExecutor(self._threads) as pool:
            for done in pool.map(embed, batches(texts)):
                if progress:
                    progress(done)
        return vectors

    def _embed_queries(self, texts: list[str]) -> Vectors:
        prompt = self._facts.prompts["query"]
        return self._model.embed([prompt + text for text in texts])

    @cached_property
    def _model(self) -> OnnxModel:
        return OnnxModel(self._folder)
