"""An ONNX model folder as a module of sentence-transformers, for tools that know that library.

`SentenceTransformer(folder, trust_remote_code=True)` finds it by the folder's modules.json.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from torch.nn.utils.rnn import pad_sequence

from knowledge.index.model_folder import IDS, VECTORS, read_facts
from knowledge.index.onnx_model import OnnxModel

MASK = "attention_mask"  # 0 where a shorter text has ended.

Features = dict[str, Any]


class OnnxSentence(InputModule):
    """Tokens in, vectors out; it cannot be trained."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._model = OnnxModel(folder)

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> Features:
        rows = [torch.from_numpy(self._model.tokens((prompt or "") + text)) for text in inputs]
        mask = [torch.ones_like(row) for row in rows]
        return {IDS: pad_sequence(rows, True), MASK: pad_sequence(mask, True)}

    def forward(self, features: Features, **_: Any) -> Features:
        rows = zip(features[IDS], features[MASK], strict=True)
        vectors = [self._model.run(row[mask.bool()].numpy()) for row, mask in rows]
        return features | {VECTORS: torch.from_numpy(np.concatenate(vectors))}

    def get_embedding_dimension(self) -> int:
        return read_facts(self._folder).dimension

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        raise NotImplementedError("copy the folder, or train with `python -m knowledge.training`")

    @classmethod
    def load(cls, model_name_or_path: str, *_: Any, **__: Any) -> "OnnxSentence":
        return cls(Path(model_name_or_path))
