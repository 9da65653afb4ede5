"""Weights in few bits: nothing lost of what had four, little and without bias of what had more."""

import numpy as np
import pytest

from knowledge.index.blocks import BLOCK, Floats, quantise


@pytest.fixture
def four_bits() -> Floats:
    """Weights on a grid of four bits with a scale of its own for each block, as Q4_0 has them."""
    random = np.random.default_rng(1)
    numbers = random.integers(-8, 8, (64, 8, BLOCK))
    numbers[..., 0] = -8
    scales = random.normal(0, 0.02, (64, 8, 1)).astype(np.float16)
    return (numbers * scales).astype(np.float32).reshape(64, -1)


def test_four_bits_are_written_as_they_were_read(four_bits: Floats) -> None:
    blocks = quantise(four_bits, 4)

    assert np.array_equal(blocks.floats(), four_bits)
    assert blocks.packed.nbytes * 2 == four_bits.size


def test_a_small_change_of_weights_is_lost_in_four_bits_and_kept_in_eight(
    four_bits: Floats,
) -> None:
    change = np.full_like(four_bits, 0.0002)

    def kept(bits: int) -> float:
        left = quantise(four_bits + change, bits).floats() - four_bits
        return float(left.mean() / change.mean())

    assert kept(4) < 0.2
    assert 0.9 < kept(8) < 1.1


def test_eight_bits_are_at_most_a_step_away(four_bits: Floats) -> None:
    random = np.random.default_rng(2)
    weights = random.normal(0, 1, four_bits.shape).astype(np.float32)

    blocks = quantise(weights, 8)

    steps = np.repeat(np.abs(blocks.scales), BLOCK, axis=1)
    assert (np.abs(blocks.floats() - weights) <= steps * 1.001).all()


def test_the_same_weights_are_rounded_alike(four_bits: Floats) -> None:
    weights = four_bits + np.float32(0.0003)

    assert np.array_equal(quantise(weights, 8).packed, quantise(weights, 8).packed)


def test_a_block_of_nothing_stays_nothing() -> None:
    assert not quantise(np.zeros((2, BLOCK), np.float32), 4).floats().any()
