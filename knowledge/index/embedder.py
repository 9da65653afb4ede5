"""Text to vectors, behind one small contract so that tests need no model."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

BATCH = 64
REMEMBERED = 2048

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit vectors, one row a text, whatever it is embedded together with.

    `name` identifies the model, its weights and their precision: vectors of different names are
    never compared.
    """

    name: str

    def describe(self) -> dict[str, Any]:
        """What made the vectors, for people: model, precision, prompts, dimension."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, at least one."""
        ...

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Embed what is searched; `progress` is told how many were done each time."""
        ...


def open_embedder(model: str) -> Embedder:
    """The embedder for a model: a folder with an ONNX graph of ours, or any model that
    sentence-transformers can load, by folder or hub name.
    """
    # Each brings libraries that the other does without.
    from knowledge.index.model_folder import GRAPH
    from knowledge.index.onnx_embedder import OnnxEmbedder
    from knowledge.index.sentence_embedder import SentenceTransformerEmbedder

    is_ours = (Path(model) / GRAPH).is_file()
    return OnnxEmbedder(Path(model)) if is_ours else SentenceTransformerEmbedder(model)


class Remembered:
    """Embeds texts, and knows the last ones: citizens ask the same things. Safe with threads."""

    def __init__(self, embed: Callable[[list[str]], Vectors], size: int = REMEMBERED) -> None:
        self._embed = embed
        self._size = size
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known |= zip(new, self._embed(new), strict=True)
        with self._lock:
            for text in texts:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts])


def batches(texts: Sequence[str], size: int = BATCH) -> Iterator[list[int]]:
    """Numbers of the texts, those of like length together: a batch costs as much as its longest."""
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    for start in range(0, len(order), size):
        yield order[start : start + size]
