"""Text to vectors, behind one small contract so that tests need no model."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit vectors, one row a text.

    `name` identifies the model: vectors of different names are never compared.
    """

    name: str

    def query(self, text: str) -> Vectors: ...

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors: ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by folder or hub name, with its own prompts."""

    def __init__(self, model: str) -> None:
        self.name = model
        self._model: Any = None
        # Citizens ask the same things; the last thousand questions cost nothing.
        self.query = lru_cache(maxsize=1024)(self._embed_query)

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Embed passages in batches; `progress` is told how many were done each time."""
        batches = []
        for start in range(0, len(texts), 64):
            batch = list(texts[start : start + 64])
            batches.append(self._encode(batch, "document"))
            if progress:
                progress(len(batch))
        return np.concatenate(batches)

    def _embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._encode([text], "query")[0]
        return vector

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        model = self._load()
        vectors: Vectors = model.encode(
            texts,
            prompt_name=prompt if prompt in model.prompts else None,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return vectors

    def _load(self) -> Any:
        if self._model is None:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            # One question at a time: a second thread only waits for the first.
            torch.set_num_threads(1)
            quiet: Any = logging
            quiet.set_verbosity_error()
            quiet.disable_progress_bar()
            self._model = SentenceTransformer(self.name, device="cpu")
        return self._model
