from pathlib import Path

import pytest

from evaluation.questions import Question, UnreadableQuestions, read_questions
from evaluation.retrieval import Outcome, by_slice, score
from knowledge.client import Hit


def outcome(*codes: str, gold: str = "1", slice_: str = "all") -> Outcome:
    question = Question("q", ("?",), frozenset({gold}), slice_)
    return Outcome(question, tuple(Hit(code, "", 0.0, {}) for code in codes))


def test_scores_the_first_right_procedure() -> None:
    scores = score([outcome("1"), outcome("2", "1"), outcome("2", "3"), outcome()])

    assert (scores.hit1, scores.hit3) == (0.25, 0.5)
    assert scores.mrr == pytest.approx((1 + 1 / 2) / 4)
    assert scores.interval[0] < 0.25 < scores.interval[1]


def test_groups_by_slice() -> None:
    groups = by_slice([outcome(slice_="a"), outcome(slice_="b"), outcome(slice_="a")])

    assert {name: len(group) for name, group in groups.items()} == {"a": 2, "b": 1}


def test_reads_questions_and_conversations(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"id": "a", "question": "x", "gold_codes": ["1"], "slice": "s"}\n\n'
        '{"id": "b", "turns": ["x", "y"], "gold_codes": []}\n'
    )

    assert read_questions(file) == [
        Question("a", ("x",), frozenset({"1"}), "s"),
        Question("b", ("x", "y"), frozenset(), "all"),
    ]


@pytest.mark.parametrize("line", ["{", '{"id": "a"}', "[]", '{"id": "a", "question": "x"}'])
def test_names_the_line_it_cannot_read(tmp_path: Path, line: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(line)

    with pytest.raises(UnreadableQuestions, match="line 1"):
        read_questions(file)
