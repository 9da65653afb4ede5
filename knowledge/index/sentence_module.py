"""An ONNX model folder as a module of sentence-transformers, for tools that know that library.

`SentenceTransformer(folder, trust_remote_code=True)` finds it by the folder's modules.json.
"""

from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from knowledge.index.model_folder import IDS, MASK, VECTORS, read_facts
from knowledge.index.onnx_model import OnnxModel

Features = dict[str, Any]


class OnnxSentence(InputModule):
    """Tokens in, vectors out; it cannot be trained."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._model = OnnxModel(folder)

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> Features:
        numbers, mask = self._model.tokens([(prompt or "") + text for text in inputs])
        return {IDS: torch.from_numpy(numbers), MASK: torch.from_numpy(mask)}

    def forward(self, features: Features, **_: Any) -> Features:
        vectors = self._model.run(features[IDS].numpy(), features[MASK].numpy())
        return features | {VECTORS: torch.from_numpy(vectors)}

    def get_embedding_dimension(self) -> int:
        return read_facts(self._folder).dimension

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        raise NotImplementedError("copy the folder, or train with `python -m knowledge.training`")

    @classmethod
    def load(cls, model_name_or_path: str, *_: Any, **__: Any) -> "OnnxSentence":
        return cls(Path(model_name_or_path))
