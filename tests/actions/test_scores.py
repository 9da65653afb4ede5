"""Scores as people say them, and what is none."""

import pytest

from actions.scores import Score, ScoreReader
from actions.words import Words

READER = ScoreReader.load(Words.load())


@pytest.mark.parametrize(
    ("text", "score", "words"),
    [
        ("5 sao ạ", 5, "ạ"),
        ("năm sao", 5, ""),
        ("nam sao", 5, ""),
        ("4/5 nhé", 4, "nhé"),
        ("5sao", 5, ""),
        ("5 sao cảm ơn", 5, "cảm ơn"),
        ("tôi chấm 3: còn chậm", 3, "còn chậm"),
        ("tệ", 1, ""),
        ("tệ quá ạ", 1, ""),
        ("rất hài lòng", 5, ""),
        ("Tôi chấm 4/5 cho câu trả lời PA-7K2M-09X1: giải quyết nhanh", 4, "giải quyết nhanh"),
        ("2", 2, ""),
    ],
)
def test_reads_a_score_with_its_words(text: str, score: int, words: str) -> None:
    read = READER.read(text)

    assert read is not None
    assert (read.score, read.words) == (score, words)


@pytest.mark.parametrize(
    "text",
    [
        "PA-7K2M-09X1 sao 3 ngày rồi chưa thấy gì",
        "đánh giá 3 ngày rồi",
        "sao chưa giải quyết",
        "nộp ngày 4/5",
        "6 sao",
        "25",
        "1.004194",
    ],
)
def test_other_numbers_are_no_scores(text: str) -> None:
    read = READER.read(text)

    assert read is None or not read.first


def test_a_day_beside_a_code_is_no_score() -> None:
    read = READER.read("PA-7K2M-09X1 nộp ngày 4/5")

    assert read is None or not read.plain


def test_a_bare_number_may_be_something_else() -> None:
    assert READER.read("4") == Score(4, plain=False)
