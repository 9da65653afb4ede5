"""What training changed in a model: the difference from its base, small enough to be shipped.

A training moves each weight by far less than the step of the four bits of its base, so the
difference has four bits of its own. Of the vocabulary only the rows that were moved are kept.
"""

from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.blocks import BLOCK, Blocks, Floats, quantise
from knowledge.index.onnx_graph import State

BITS = 4
PACKED, SCALES, ROWS, PLAIN = "packed", "scales", "rows", "plain"


def write_learned(file: Path, base: State, trained: State) -> None:
    """Write what has to be added to a base to have the trained model."""
    arrays: dict[str, Any] = {}
    for name, before in base.items():
        change = trained[name] - before
        if change.ndim == 2 and change.shape[1] % BLOCK == 0:
            arrays |= _packed(name, change)
        else:
            arrays[f"{name}:{PLAIN}"] = change.astype(np.float16)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        np.savez_compressed(out, **arrays)


def with_learned(base: State, file: Path) -> State:
    """The trained model. Raises ValueError when the file belongs to another base."""
    arrays = np.load(file)
    if {name.rsplit(":", 1)[0] for name in arrays} != set(base):
        raise ValueError(f"{file.name} was learned by another model than this one")
    return {name: before + _change(name, before, arrays) for name, before in base.items()}


def _packed(name: str, change: Floats) -> dict[str, Any]:
    rows = np.flatnonzero(change.any(axis=1)).astype(np.int32)
    blocks = quantise(change[rows], BITS)
    return {
        f"{name}:{ROWS}": rows,
        f"{name}:{PACKED}": blocks.packed,
        f"{name}:{SCALES}": blocks.scales.astype(np.float16),
    }


def _change(name: str, before: Floats, arrays: Any) -> Floats:
    change = np.zeros_like(before)
    if f"{name}:{PLAIN}" in arrays:
        change += arrays[f"{name}:{PLAIN}"]
        return change
    scales = arrays[f"{name}:{SCALES}"].astype(np.float32)
    change[arrays[f"{name}:{ROWS}"]] = Blocks(arrays[f"{name}:{PACKED}"], scales, BITS).floats()
    return change
