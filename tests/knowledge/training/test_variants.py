"""Phrases as citizens type them."""

from random import Random

import pytest

from knowledge.training.variants import Typist
from vietnamese.text import fold, has_diacritics
from vietnamese.words import expand

PHRASE = "Làm lại giấy phép lái xe bị mất"


@pytest.fixture
def typist() -> Typist:
    return Typist(Random(3))  # noqa: S311


def test_about_half_of_the_phrases_stay_and_a_third_loses_its_marks(typist: Typist) -> None:
    typed = [typist.typed(PHRASE) for _ in range(2000)]

    assert 0.40 < typed.count(PHRASE.lower()) / len(typed) < 0.55
    assert 0.30 < sum(not has_diacritics(text) for text in typed) / len(typed) < 0.45


def test_the_same_chance_gives_the_same_texts() -> None:
    first, second = Typist(Random(1)), Typist(Random(1))  # noqa: S311

    assert [first.typed(PHRASE) for _ in range(50)] == [second.typed(PHRASE) for _ in range(50)]


def test_long_forms_become_short_forms_that_mean_them(typist: Typist) -> None:
    shortened = {typist.shortened(PHRASE.lower()) for _ in range(50)}

    assert "làm lại gplx bị mất" in shortened
    assert all("giấy phép lái xe" in expand(text) for text in shortened)


def test_a_phrase_without_long_forms_is_not_shortened(typist: Typist) -> None:
    assert typist.shortened("xin cải chính hộ tịch") == "xin cải chính hộ tịch"


def test_a_slip_changes_one_word_in_eight(typist: Typist) -> None:
    words = [
        "con",
        "tôi",
        "mới",
        "sinh",
        "thì",
        "làm",
        "giấy",
        "tờ",
        "gì",
        "ở",
        "đâu",
        "hết",
        "bao",
        "nhiêu",
        "tiền",
    ]

    for _ in range(200):
        typed = typist.misspelt(" ".join(words)).split()
        assert len(typed) == len(words)
        assert sum(one != other for one, other in zip(words, typed, strict=True)) <= 1


def test_slips_keep_most_of_a_word(typist: Typist) -> None:
    slips = {typist.misspelt("nghiêng") for _ in range(500)}

    assert {"nghieng", "nhiêng", "nghiênng", "ngihêng"} <= slips
    assert all(abs(len(slip) - len("nghiêng")) <= 1 for slip in slips)
    assert all(len(set(fold(slip)) & set("nghie")) >= 4 for slip in slips)


@pytest.mark.parametrize("phrase", ["", "y", "ở"])
def test_the_shortest_phrases_survive(typist: Typist, phrase: str) -> None:
    typed = {typist.typed(phrase) for _ in range(200)}

    assert all(len(text) <= 2 * len(phrase) for text in typed)
    assert ("" in typed) == (phrase == "")
