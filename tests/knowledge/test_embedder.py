"""What every embedder promises, whichever library it runs on."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.index.embedder import Embedder, Remembered, Vectors, batches, open_embedder
from knowledge.index.encoder import write_encoder
from knowledge.testing import ToyEmbedder
from knowledge.training.torch_form import write_torch_form
from tests.knowledge.small_encoder import HIDDEN, PROMPTS, small_encoder

MODEL = "var/models/e5-small"
TITLES = [
    "đăng ký khai sinh",
    "cấp đổi giấy phép lái xe ô tô",
    "đăng ký biến động quyền sử dụng đất, tài sản gắn liền với đất trong trường hợp đổi tên",
    "dang ky ket hon can giay to gi",
    "hưởng chế độ tử tuất, trợ cấp mai táng phí (50.000 đồng)",
]


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    write_encoder(folder, small_encoder(), bits=4)
    return folder


@pytest.fixture(scope="module")
def small_torch_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    write_torch_form(folder, small_encoder())
    return folder


class EmbedderContract:
    """Subclasses give the embedder."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError

    def test_gives_unit_vectors_a_row_a_text(self, embedder: Embedder) -> None:
        vectors = embedder.queries(TITLES)

        assert vectors.shape == (len(TITLES), embedder.describe()["dimension"])
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_a_vector_does_not_depend_on_its_company(self, embedder: Embedder) -> None:
        alone = np.stack([embedder.passages([title])[0] for title in TITLES])

        together = embedder.passages(TITLES)

        assert np.abs(together - alone).max() < 1e-5

    def test_readings_come_as_single_questions_do(self, embedder: Embedder) -> None:
        alone = np.stack([embedder.queries([title])[0] for title in reversed(TITLES)])

        together = embedder.queries([*reversed(TITLES), TITLES[0]])

        assert np.abs(together[:-1] - alone).max() < 1e-5
        assert np.array_equal(together[-1], together[-2])

    def test_many_threads_get_what_one_gets(self, embedder: Embedder) -> None:
        expected = embedder.passages(TITLES)

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda title: embedder.passages([title])[0], TITLES * 4))

        assert np.abs(np.stack(found) - np.tile(expected, (4, 1))).max() < 1e-5

    def test_reports_what_is_done(self, embedder: Embedder) -> None:
        told: list[int] = []

        embedder.passages(TITLES * 30, told.append)

        assert sum(told) == 30 * len(TITLES)

    def test_describes_itself(self, embedder: Embedder) -> None:
        assert set(embedder.describe()) >= {"model", "precision", "dimension", "prompts"}


class TestToy(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return ToyEmbedder()


class TestOnnx(EmbedderContract):
    """The writer, the reader and the runtime of the default model, on a small one."""

    @pytest.fixture
    def embedder(self, small_model: Path) -> Embedder:
        return open_embedder(str(small_model))

    def test_says_what_an_index_has_to_know(self, embedder: Embedder) -> None:
        facts = embedder.describe()

        assert (facts["precision"], facts["dimension"]) == ("int4", HIDDEN)
        assert facts["prompts"] == PROMPTS
        assert embedder.name == f"small@int4-{facts['weights']}"

    def test_a_question_and_a_passage_of_the_same_words_differ(self, embedder: Embedder) -> None:
        query, passage = embedder.queries([TITLES[0]])[0], embedder.passages(TITLES[:1])[0]

        assert float(query @ passage) < 0.9999

    def test_a_long_text_is_cut(self, embedder: Embedder) -> None:
        assert embedder.queries(["đăng ký " * 1000])[0].shape == (HIDDEN,)


class TestTheDefaultModel(EmbedderContract):
    pytestmark = pytest.mark.model

    @pytest.fixture
    def embedder(self) -> Embedder:
        return open_embedder(MODEL)


class TestSentenceTransformer(EmbedderContract):
    """A folder of that library's own kind."""

    pytestmark = pytest.mark.model

    @pytest.fixture
    def embedder(self, small_torch_model: Path) -> Embedder:
        return open_embedder(str(small_torch_model))


class TestNames:
    def test_the_same_weights_have_the_same_name_in_another_place(self, tmp_path: Path) -> None:
        first, second = tmp_path / "a" / "small", tmp_path / "b" / "small"

        write_encoder(first, small_encoder(), bits=4)
        write_encoder(second, small_encoder(), bits=4)

        assert open_embedder(str(first)).name == open_embedder(str(second)).name

    def test_other_weights_or_another_precision_are_another_model(self, tmp_path: Path) -> None:
        names = set()

        for seed, bits in [(0, 4), (1, 4), (0, 8)]:
            write_encoder(tmp_path / "small", small_encoder(seed), bits)
            names.add(open_embedder(str(tmp_path / "small")).name)

        assert len(names) == 3

    def test_other_prompts_make_another_model(self, tmp_path: Path) -> None:
        write_encoder(tmp_path, small_encoder(), bits=4)
        first = open_embedder(str(tmp_path)).name

        write_encoder(tmp_path, replace(small_encoder(), prompts=PROMPTS | {"query": ""}), bits=4)

        assert open_embedder(str(tmp_path)).name != first

    def test_a_model_of_another_kind_built_anew_in_its_place_is_another(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "model.safetensors").write_bytes(b"1")
        first = open_embedder(str(tmp_path)).name

        (tmp_path / "model.safetensors").write_bytes(b"2")

        assert open_embedder(str(tmp_path)).name != first
        assert open_embedder("organisation/model").name == "organisation/model"


class TestRemembered:
    def test_a_text_is_embedded_once(self) -> None:
        embed = Counted()
        remembered = Remembered(embed)

        remembered(["a", "b", "a"])
        vectors = remembered(["b", "c"])

        assert embed.asked == [["a", "b"], ["c"]]
        assert vectors.tolist() == [[ord("b")], [ord("c")]]

    def test_the_text_that_was_asked_longest_ago_is_forgotten_first(self) -> None:
        embed = Counted()
        remembered = Remembered(embed, size=2)

        for text in "abac":
            remembered([text])
        remembered(["a", "b"])

        assert embed.asked == [["a"], ["b"], ["c"], ["b"]]

    def test_more_texts_than_it_remembers_are_embedded_all(self) -> None:
        remembered = Remembered(Counted(), size=2)

        assert len(remembered(list("abcdef"))) == 6


class Counted:
    """Embeds a letter as its number and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: list[str]) -> Vectors:
        self.asked.append(texts)
        return np.array([[ord(text)] for text in texts], dtype=np.float32)


def test_texts_of_like_length_are_embedded_together() -> None:
    found = list(batches(["ccc", "a", "dddd", "bb"], size=2))

    assert found == [[1, 3], [0, 2]]


@pytest.mark.model
def test_a_question_is_embedded_without_torch() -> None:
    code = (
        "import sys; from knowledge.index.embedder import open_embedder;"
        f"assert open_embedder({MODEL!r}).queries(['khai sinh']).shape == (1, 384);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules);"
        "sys.exit(' '.join(heavy) or 0)"
    )

    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
