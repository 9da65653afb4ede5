"""Weights as whole numbers with one scale for 32 of them, packed as ONNX Runtime reads them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BLOCK = 32

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Blocks:
    """A matrix [rows, columns]; `packed` is [rows, blocks, bytes], `scales` [rows, blocks]."""

    packed: npt.NDArray[np.uint8]
    scales: Floats
    bits: int

    def floats(self) -> Floats:
        """Write the matrix out again."""
        parts = [self.packed] if self.bits == 8 else [self.packed & 15, self.packed >> 4]
        numbers = np.stack(parts, axis=-1).reshape(*self.scales.shape, BLOCK)
        values = (numbers.astype(np.float32) - _half(self.bits)) * self.scales[..., None]
        return values.reshape(len(values), -1)


def quantise(matrix: Floats, bits: int) -> Blocks:
    """Round a matrix to 4 or 8 bits, always in the same way.

    The largest weight of a block is the lowest number, as in the format Q4_0: what was read from
    there in 4 bits is written as it was read. To 8 bits the weights are rounded up or down by
    chance, the nearer number being the likelier. Nearest would undo a training: it moves each
    weight by less than half a step away from a number on which it began.
    """
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    largest = np.abs(blocks).argmax(axis=2)[..., None]
    scales = np.take_along_axis(blocks, largest, axis=2) / -_half(bits)
    exact = blocks / np.where(scales == 0, 1, scales) + _half(bits)
    chance = np.random.default_rng(0).random(exact.shape, dtype=np.float32) if bits == 8 else 0.5
    numbers = np.clip(np.floor(exact + chance), 0, 2**bits - 1).astype(np.uint8)
    packed = numbers if bits == 8 else numbers[..., 0::2] | numbers[..., 1::2] << np.uint8(4)
    return Blocks(packed, scales[..., 0], bits)


def _half(bits: int) -> np.float32:
    return np.float32(2 ** (bits - 1))
