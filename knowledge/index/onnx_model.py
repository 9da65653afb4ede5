"""A model folder in memory: ONNX Runtime and a tokenizer, without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from knowledge.index.embedder import Vectors
from knowledge.index.model_folder import GRAPH, IDS, TOKENIZER

Numbers = npt.NDArray[np.int64]


class OnnxModel:
    """Texts to unit vectors, on the thread that asks. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        options = onnxruntime.SessionOptions()
        # Threads of its own would only wait for each other over a single question.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The graph is written as it should run: its fused forms are slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self._session = onnxruntime.InferenceSession(
            folder / GRAPH, options, providers=["CPUExecutionProvider"]
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, at least one."""
        return np.concatenate([self.run(self.tokens(text)) for text in texts])

    def tokens(self, text: str) -> Numbers:
        return np.array(self._tokenizer.encode(text).ids, dtype=np.int64)

    def run(self, tokens: Numbers) -> Vectors:
        """The vector [1, dimension] of a text's tokens."""
        vectors: Vectors
        [vectors] = self._session.run(None, {IDS: tokens[np.newaxis]})
        return vectors
