from pathlib import Path

import numpy as np
import pytest

from knowledge.index.learned import with_learned, write_learned
from knowledge.index.onnx_graph import State

TABLE, MATRIX, BIAS = "embeddings.word_embeddings.weight", "layer.weight", "layer.bias"


@pytest.fixture
def base() -> State:
    random = np.random.default_rng(1)
    shapes = {TABLE: (500, 64), MATRIX: (64, 96), BIAS: (64,)}
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture
def trained(base: State) -> State:
    """A training moves weights a little, and of the vocabulary only what it read."""
    random = np.random.default_rng(2)
    moved = {
        name: value + random.normal(scale=1e-3, size=value.shape).astype(np.float32)
        for name, value in base.items()
    }
    moved[TABLE][10:] = base[TABLE][10:]
    return moved


def test_what_was_learned_comes_back_nearly_whole(
    base: State, trained: State, tmp_path: Path
) -> None:
    write_learned(tmp_path / "learned.npz", base, trained)

    again = with_learned(base, tmp_path / "learned.npz")

    for name in base:
        change, kept = trained[name] - base[name], again[name] - base[name]
        cosine = (change * kept).sum() / np.linalg.norm(change) / np.linalg.norm(kept)
        assert cosine > 0.99, name


def test_words_that_were_not_read_stay_as_they_were(
    base: State, trained: State, tmp_path: Path
) -> None:
    write_learned(tmp_path / "learned.npz", base, trained)

    again = with_learned(base, tmp_path / "learned.npz")

    assert np.array_equal(again[TABLE][10:], base[TABLE][10:])


def test_it_takes_a_fraction_of_the_model(base: State, trained: State, tmp_path: Path) -> None:
    write_learned(tmp_path / "learned.npz", base, trained)

    matrices = sum(value.nbytes for value in base.values())
    assert (tmp_path / "learned.npz").stat().st_size < matrices / 8


def test_what_another_model_learned_is_refused(base: State, trained: State, tmp_path: Path) -> None:
    write_learned(tmp_path / "learned.npz", base, trained)
    del base[BIAS]

    with pytest.raises(ValueError, match="learned by another model"):
        with_learned(base, tmp_path / "learned.npz")
