"""Text to vectors, behind one small contract so that tests need no model."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

BATCH = 64

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
    """Any sentence-transformers model, by folder or hub name, with its own prompts.

    The name of a folder's model holds a digest of its weights: one that is built anew in the
    same place is another model.
    """

    def __init__(self, model: str) -> None:
        self.name = f"{model}@{digest}" if (digest := _digest(Path(model))) else model
        self._path = model
        self._model: Any = None
        # Citizens ask the same things; the last thousand questions cost nothing.
        self.query = lru_cache(maxsize=1024)(self._embed_query)

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Embed passages in batches; `progress` is told how many were done each time."""
        # Texts of like length together: a batch costs as much as its longest.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        batches = []
        for start in range(0, len(order), BATCH):
            batch = [texts[number] for number in order[start : start + BATCH]]
            batches.append(self._encode(batch, "document"))
            if progress:
                progress(len(batch))
        vectors = np.concatenate(batches)
        return vectors[np.argsort(order)]

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
            self._model = SentenceTransformer(self._path, device="cpu")
        return self._model


def _digest(folder: Path) -> str:
    """A short digest of a model folder's weights; "" where there are none."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        return ""
    with weights.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:12]
