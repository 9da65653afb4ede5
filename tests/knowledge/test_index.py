from dataclasses import replace

import numpy as np
import pytest

from knowledge.answers import Answers
from knowledge.index.overlap import OverlapIndex
from knowledge.index.passages import RECORD_ROOM, passages, record_text, searchable
from knowledge.index.sparse import SparseIndex, accented, folded
from knowledge.model import Procedure, Scope
from knowledge.publish import Publisher
from knowledge.search import Search, SearchSettings
from knowledge.serving import open_answers
from knowledge.testing import ToyEmbedder
from tests.knowledge.conftest import ORIGIN
from tests.knowledge.samples import (
    ALL,
    BIRTH,
    BIRTH_AGAIN,
    LAND_NORTH,
    LAND_SOUTH,
    MARRIAGE,
    OLD_LICENCE,
)

TEXTS = [["đăng ký khai sinh"], ["đăng ký lại khai sinh"], ["tách thửa đất"]]


def test_titles_are_compared_without_what_they_all_begin_with() -> None:
    assert searchable("THỦ TỤC  ĐĂNG KÝ KHAI SINH.") == "đăng ký khai sinh"


def test_titles_are_written_out_before_they_are_compared() -> None:
    assert searchable("Cấp lại GPLX") == "cấp lại giấy phép lái xe"


def test_a_procedure_is_found_by_its_title_and_its_keywords() -> None:
    found = [(each.text, each.is_title) for each in passages([BIRTH])]

    assert found == [("đăng ký khai sinh", True), ("làm giấy khai sinh cho con", False)]


def test_the_record_is_searched_without_its_title() -> None:
    text = record_text(BIRTH)

    assert text.startswith("hộ tịch giấy khai sinh giấy tờ phải nộp tờ khai đăng ký khai sinh")
    assert "nhận kết quả sau 3 ngày" in text
    assert len(record_text(replace(BIRTH, conditions="điều " * 9_000))) == RECORD_ROOM


def test_folded_words_match_what_accented_ones_miss() -> None:
    query = "dang ky khai sinh"

    assert SparseIndex.build(TEXTS, folded).scores(query).argmax() == 0
    # Only "khai" and "sinh" are written without marks.
    accented_scores = SparseIndex.build(TEXTS, accented).scores(query)
    assert accented_scores[2] == 0


def test_a_question_may_mix_the_words_of_several_phrases() -> None:
    texts = [["cắt đất", "sang tên cho con"], ["cắt tóc cho con"], ["sang tên xe"]]

    assert SparseIndex.build(texts, folded).scores("cắt đất sang tên cho con").argmax() == 0


def test_no_pair_of_words_reaches_from_one_phrase_to_the_next() -> None:
    index = SparseIndex.build([["khai", "sinh"], ["khai sinh"]], folded)

    scores = index.scores("khai sinh")

    assert scores[1] > scores[0]


def test_words_that_no_text_has_score_nothing() -> None:
    scores = SparseIndex.build(TEXTS, folded).scores("xyz")

    assert np.array_equal(scores, np.zeros(3, dtype=np.float32))


def test_procedures_without_a_record_are_searched_all_the_same() -> None:
    assert SparseIndex.build([[""], [""]], folded).scores("khai sinh").tolist() == [0.0, 0.0]


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
    texts = [["mua xe cần làm gì"], ["khai tử"], *TEXTS]

    question = "khai tử cần làm gì"

    assert OverlapIndex(texts).scores(question).both.argmax() == 0
    assert OverlapIndex(texts, fillers).scores(question).both.argmax() == 1


def test_a_few_procedures_are_compared_as_all_of_them_would_be() -> None:
    index, rows = OverlapIndex(TEXTS), np.array([2, 0])

    few, whole = index.scores("khai sinh", rows), index.scores("khai sinh")

    assert np.array_equal(few.both, whole.both[rows])
    assert np.array_equal(few.of_procedure, whole.of_procedure[rows])


@pytest.fixture
def search(answers: Answers) -> Search:
    return answers.search


@pytest.mark.parametrize("text", ["Đăng ký khai sinh", "dang ky khai sinh", "đăng ký khai sinh"])
def test_ranks_the_plain_title_first_however_it_is_typed(search: Search, text: str) -> None:
    assert search.rank(text)[0].code == BIRTH.code


def test_a_sibling_is_first_when_its_qualifier_is_said(search: Search) -> None:
    assert search.rank("đăng ký lại khai sinh")[0].code == BIRTH_AGAIN.code


@pytest.mark.parametrize(
    ("text", "context", "found"),
    [
        ("thì sao", "đăng ký kết hôn", MARRIAGE),
        ("", "đăng ký kết hôn", MARRIAGE),
        ("đăng ký lại", "đăng ký khai sinh", BIRTH_AGAIN),
    ],
)
def test_what_was_talked_about_decides_what_a_short_text_means(
    search: Search, text: str, context: str, found: Procedure
) -> None:
    assert search.rank(text, context=context)[0].code == found.code


def test_what_was_talked_about_gives_way_to_another_subject(search: Search) -> None:
    assert search.rank("đăng ký kết hôn", context="đăng ký khai sinh")[0].code == MARRIAGE.code


def test_shares_are_probabilities(search: Search) -> None:
    ranked = search.rank("đăng ký khai sinh", limit=50)

    assert sum(each.share for each in ranked) == pytest.approx(1.0)
    assert sorted((each.share for each in ranked), reverse=True) == [r.share for r in ranked]


def test_a_provinces_own_procedure_is_preferred_where_it_is_named(search: Search) -> None:
    north, south = "tách thửa đất ở Bắc Ninh", "tách thửa đất ở Cà Mau"

    assert search.rank(north)[0].code == LAND_NORTH.code
    assert search.rank(south)[0].code == LAND_SOUTH.code


def test_a_provinces_own_procedure_is_preferred_at_home(
    publisher: Publisher, embedder: ToyEmbedder
) -> None:
    publisher.publish(ALL, ORIGIN)
    folder = publisher.versions.current()
    assert folder is not None

    answers = open_answers(folder, embedder, SearchSettings.load(), "Cà Mau")

    assert answers.search.rank("tách thửa đất")[0].code == LAND_SOUTH.code


def test_a_copy_of_another_province_does_not_stand_beside_the_national_procedure(
    publisher: Publisher, embedder: ToyEmbedder
) -> None:
    national = replace(LAND_NORTH, code="9.000008", scope=Scope.NATIONAL)
    publisher.publish([*ALL, national], ORIGIN)
    folder = publisher.versions.current()
    assert folder is not None

    search = open_answers(folder, embedder, SearchSettings.load()).search

    codes = [each.code for each in search.rank("tách thửa đất")]
    assert codes[0] == national.code
    assert LAND_NORTH.code not in codes


def test_decomposed_letters_are_the_same_letters(search: Search) -> None:
    import unicodedata

    decomposed = unicodedata.normalize("NFD", "đăng ký khai sinh")

    assert search.rank(decomposed) == search.rank("đăng ký khai sinh")


def test_ranks_only_among_what_was_offered(search: Search) -> None:
    ranked = search.rank("đăng ký khai sinh", among=["9.000003", "9.000006"])

    assert {each.code for each in ranked} == {"9.000003", "9.000006"}


def test_an_empty_text_ranks_nothing(search: Search) -> None:
    assert search.rank("") == []


def signals_of(search: Search, text: str, code: str) -> dict[str, float]:
    return next(each.signals for each in search.rank(text, limit=50) if each.code == code)


def test_a_title_said_in_full_is_said_and_covers_the_question(search: Search) -> None:
    signals = signals_of(search, "đăng ký khai sinh", BIRTH.code)

    assert signals["title"] == pytest.approx(1.0)
    assert signals["title_said"] == pytest.approx(1.0)
    assert signals["covered"] == pytest.approx(1.0)


def test_a_qualifier_that_nobody_asked_for_is_counted(search: Search) -> None:
    asked = signals_of(search, "đăng ký lại khai sinh", BIRTH_AGAIN.code)
    unasked = signals_of(search, "đăng ký khai sinh", BIRTH_AGAIN.code)

    assert (asked["unasked"], unasked["unasked"]) == (0.0, 1.0)


def test_a_province_is_own_or_elsewhere(search: Search) -> None:
    there = signals_of(search, "tách thửa đất ở Bắc Ninh", LAND_NORTH.code)
    anywhere = signals_of(search, "tách thửa đất", LAND_NORTH.code)

    assert (there["own"], there["elsewhere"]) == (1.0, 0.0)
    assert (anywhere["own"], anywhere["elsewhere"]) == (0.0, 1.0)


def test_what_has_ended_is_marked(search: Search) -> None:
    assert signals_of(search, OLD_LICENCE.title, OLD_LICENCE.code)["ended"] == 1.0
    assert signals_of(search, BIRTH.title, BIRTH.code)["ended"] == 0.0


def test_citizens_words_bring_a_procedure_near_in_meaning_and_words(search: Search) -> None:
    signals = signals_of(search, "làm giấy khai sinh cho con", BIRTH.code)

    assert signals["dense_words"] > signals["dense_title"]
    assert signals["covered"] == pytest.approx(1.0)
