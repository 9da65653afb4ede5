"""A model folder in memory: ONNX Runtime and a tokenizer, without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from knowledge.index.embedder import Vectors
from knowledge.index.model_folder import GRAPH, IDS, MASK, TOKENIZER

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
        return self.run(*self.tokens(texts))

    def tokens(self, texts: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Token numbers, a row a text, and a mask that is 0 where a shorter text has ended."""
        rows = [self._tokenizer.encode(text).ids for text in texts]
        numbers = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(numbers)
        for number, row in enumerate(rows):
            numbers[number, : len(row)] = row
            mask[number, : len(row)] = 1
        return numbers, mask

    def run(self, numbers: Numbers, mask: Numbers) -> Vectors:
        vectors: Vectors
        [vectors] = self._session.run(None, {IDS: numbers, MASK: mask})
        return vectors
