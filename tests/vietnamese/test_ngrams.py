from itertools import product

import pytest

from vietnamese.ngrams import EDGE, RESERVED, SCALE, UNKNOWN, Ngrams

WORDS = [*RESERVED, "khai", "sinh", "tử", "giấy"]
KHAI, SINH, TU, GIAY = range(3, 7)
SENTENCES = [([GIAY, KHAI, SINH], 4.0), ([KHAI, SINH], 2.0), ([KHAI, TU], 1.0)]


@pytest.fixture(scope="module")
def model() -> Ngrams:
    return Ngrams.train(WORDS, SENTENCES)


def test_what_was_seen_more_often_costs_less(model: Ngrams) -> None:
    seen, seldom = model.cost(EDGE, KHAI, SINH), model.cost(EDGE, KHAI, TU)

    assert 0 < seen < seldom < model.cost(EDGE, KHAI, GIAY) < 16 * SCALE


def test_a_word_never_learnt_costs_something_and_not_everything(model: Ngrams) -> None:
    assert model.cost(UNKNOWN, UNKNOWN, KHAI) == model.cost(EDGE, UNKNOWN, KHAI) > 0


def test_knows_what_stood_side_by_side(model: Ngrams) -> None:
    assert model.follows(KHAI, TU)
    assert not model.follows(TU, KHAI)


def test_comes_back_from_its_bytes_as_it_was(model: Ngrams) -> None:
    again = Ngrams.unpacked(model.packed())

    assert again.packed() == model.packed()
    assert list(again.words) == WORDS
    for words in product(range(len(WORDS)), repeat=3):
        assert again.cost(*words) == model.cost(*words)


def test_the_same_texts_in_another_order_give_the_same_bytes(model: Ngrams) -> None:
    assert Ngrams.train(WORDS, reversed(SENTENCES)).packed() == model.packed()


@pytest.mark.parametrize("content", [b"", b"no model", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a model"):
        Ngrams.unpacked(content)
