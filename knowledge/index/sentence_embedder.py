"""The embedder for every other model: whatever sentence-transformers can load."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.embedder import Remembered, Vectors, batches
from knowledge.index.model_folder import PROMPTS, TOKENIZER, digest

WEIGHTS = ("model.safetensors", TOKENIZER, PROMPTS)


class SentenceTransformerEmbedder:
    """A model by folder or hub name, with the prompts it has for questions and documents.

    The name of a folder's model holds a digest of its weights: one that is built anew in the
    same place is another model.
    """

    def __init__(self, model: str) -> None:
        self._path = model
        folder = Path(model)
        self.name = f"{folder.name}@{digest(folder, *WEIGHTS)}" if folder.is_dir() else model
        self.queries = Remembered(lambda texts: self._encode(texts, "query"))

    def describe(self) -> dict[str, Any]:
        return {
            "model": self.name,
            "precision": str(self._model.dtype).removeprefix("torch."),
            "dimension": self._model.get_embedding_dimension(),
            "prompts": {kind: self._model.prompts.get(kind, "") for kind in ("query", "document")},
        }

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        parts, order = [], []
        for numbers in batches(texts):
            parts.append(self._encode([texts[number] for number in numbers], "document"))
            order += numbers
            if progress:
                progress(len(numbers))
        return np.concatenate(parts)[np.argsort(order)]

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        vectors: Vectors = self._model.encode(
            texts,
            prompt_name=prompt if prompt in self._model.prompts else None,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return vectors

    @cached_property
    def _model(self) -> Any:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # One question at a time: a second thread only waits for the first.
        torch.set_num_threads(1)
        quiet: Any = logging
        quiet.set_verbosity_error()
        quiet.disable_progress_bar()
        return SentenceTransformer(self._path, device="cpu")
