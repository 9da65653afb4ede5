import numpy as np
import pytest

from knowledge.index.overlap import OverlapIndex
from knowledge.index.passages import passages, searchable
from knowledge.index.sparse import SparseIndex, accented, folded
from knowledge.publish import Publisher
from knowledge.search import Search, SearchSettings
from knowledge.testing import ToyEmbedder
from tests.knowledge.conftest import ORIGIN
from tests.knowledge.samples import ALL, BIRTH

TEXTS = ["đăng ký khai sinh", "đăng ký lại khai sinh", "tách thửa đất"]


def test_titles_are_compared_without_what_they_all_begin_with() -> None:
    assert searchable("THỦ TỤC  ĐĂNG KÝ KHAI SINH.") == "đăng ký khai sinh"


def test_a_procedure_is_found_by_its_title_and_its_keywords() -> None:
    assert [each.text for each in passages([BIRTH])] == [
        "đăng ký khai sinh",
        "làm giấy khai sinh cho con",
    ]


def test_folded_words_match_what_accented_ones_miss() -> None:
    query = "dang ky khai sinh"

    assert SparseIndex.build(TEXTS, folded).scores(query).argmax() == 0
    # Only "khai" and "sinh" are written without marks.
    accented_scores = SparseIndex.build(TEXTS, accented).scores(query)
    assert accented_scores[2] == 0


def test_words_that_no_text_has_score_nothing() -> None:
    scores = SparseIndex.build(TEXTS, folded).scores("xyz")

    assert np.array_equal(scores, np.zeros(3, dtype=np.float32))


def test_the_title_that_says_nothing_else_overlaps_most() -> None:
    overlap = OverlapIndex(TEXTS).scores("đăng ký khai sinh")

    assert overlap.both.argmax() == 0
    assert overlap.both[0] == pytest.approx(1.0)
    assert overlap.of_question[1] < 1.0


def test_unknown_words_lower_the_share_of_the_question() -> None:
    index = OverlapIndex(TEXTS)

    assert index.scores("khai sinh xyz").of_question[0] < index.scores("khai sinh").of_question[0]


def test_fillers_in_common_say_little() -> None:
    fillers = frozenset({"can", "lam", "gi"})
    texts = ["mua xe cần làm gì", "khai tử", *TEXTS]

    question = "khai tử cần làm gì"

    assert OverlapIndex(texts).scores(question).both.argmax() == 0
    assert OverlapIndex(texts, fillers).scores(question).both.argmax() == 1


@pytest.fixture
def search(publisher: Publisher, embedder: ToyEmbedder) -> Search:
    publisher.publish(ALL, ORIGIN)
    folder = publisher.versions.current()
    assert folder is not None
    return Search(folder, embedder, SearchSettings.load())


@pytest.mark.parametrize("text", ["Đăng ký khai sinh", "dang ky khai sinh", "đăng ký khai sinh"])
def test_ranks_the_plain_title_first_however_it_is_typed(search: Search, text: str) -> None:
    assert search.rank(text)[0].code == BIRTH.code


def test_decomposed_letters_are_the_same_letters(search: Search) -> None:
    import unicodedata

    decomposed = unicodedata.normalize("NFD", "đăng ký khai sinh")

    assert search.rank(decomposed) == search.rank("đăng ký khai sinh")


def test_ranks_only_among_what_was_offered(search: Search) -> None:
    ranked = search.rank("đăng ký khai sinh", among=["9.000003", "9.000006"])

    assert {each.code for each in ranked} == {"9.000003", "9.000006"}


def test_an_empty_text_ranks_nothing(search: Search) -> None:
    assert search.rank("") == []
