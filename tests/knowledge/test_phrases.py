from time import perf_counter

import pytest

from knowledge.phrases import Phrase, Phrases, patterns, phrase

PHRASES = Phrases(
    [
        phrase("time", "bao lâu"),
        phrase("fee", "phí"),
        phrase("fee", "lệ phí"),
        phrase("steps", "thủ tục … ra sao"),
        phrase("place", "qua đâu"),
        phrase("documents", "^hồ sơ"),
        phrase("", "lệ phí trước bạ"),
        phrase("", "đấu giá"),
    ]
)


def found(text: str) -> list[tuple[str, str]]:
    return [(" ".join(each.words), each.meaning) for each in PHRASES.find(text) if each.meaning]


@pytest.mark.parametrize(
    "text",
    ["bao lâu", "bao lau", "bao lâu", "BAO LÂU", "bao lâuu", "baoo lau"],
)
def test_finds_a_phrase_however_it_is_typed(text: str) -> None:
    assert [meaning for _, meaning in found(text)] == ["time"]


@pytest.mark.parametrize("text", ["báo lâu", "bao lầu", "cấp phi cơ", "phi cơ", "đắk lâu"])
def test_a_word_with_other_marks_is_another_word(text: str) -> None:
    assert found(text) == []


def test_a_single_word_without_marks_is_sure_only_at_the_end() -> None:
    assert found("dang ky xe, phi") == [("phi", "fee")]
    assert found("to chuc phi chinh phu") == []


def test_a_longer_name_hides_the_phrase_in_it() -> None:
    assert found("khai lệ phí trước bạ") == []
    assert found("khai lệ phí xe") == [("lệ phí", "fee")]


def test_a_name_that_begins_in_a_phrase_and_ends_after_it_hides_it() -> None:
    assert found("giao dat qua dau gia") == []
    assert found("nop qua dau") == [("qua dau", "place")]


def test_words_apart_are_joined_within_their_clause() -> None:
    assert found("thủ tục sang tên xe ra sao") == [("ra sao", "steps")]
    assert found("làm thủ tục, mai ra sao") == []


def test_words_apart_are_not_joined_over_another_question() -> None:
    assert found("thủ tục cấp phép bao lâu, ra sao") == [("bao lâu", "time")]
    assert found("thủ tục bao lâu và ra sao") == [("bao lâu", "time")]


def test_a_phrase_bound_to_the_beginning_is_found_nowhere_else() -> None:
    assert found("lệ phí, hồ sơ đổi bằng lái") == [("lệ phí", "fee"), ("hồ sơ", "documents")]
    assert found("nộp hồ sơ") == []


def test_every_word_of_the_message_is_kept_in_its_order() -> None:
    words = [word for each in PHRASES.find("Cấp lệ phí trước bạ, bao lâu?") for word in each.words]

    assert words == ["cấp", "lệ", "phí", "trước", "bạ", "bao", "lâu"]


def test_a_pattern_stands_for_every_way_through_it() -> None:
    found = list(patterns(["{when} (thì|) có", "một"], {"when": ["khi nào", "bao giờ"]}))

    assert found == ["khi nào thì có", "khi nào có", "bao giờ thì có", "bao giờ có", "một"]


def test_a_phrase_says_after_which_words_it_stands() -> None:
    assert phrase("steps", "thủ tục … ra sao") == Phrase("steps", ("ra", "sao"), ("thủ", "tục"))


def test_reads_the_longest_nonsense_at_once() -> None:
    start = perf_counter()

    assert found("udaeo" * 2_000) == []
    assert found("xqzoaeud " * 250) == []

    assert perf_counter() - start < 1
