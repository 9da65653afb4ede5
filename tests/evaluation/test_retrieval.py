from pathlib import Path

import pytest

from evaluation.questions import Question, UnreadableQuestions, read_questions
from evaluation.retrieval import Outcome, Verdict, by_slice, score, verdict
from knowledge.client import Answer, AnswerStatus, Choice, Hit


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


def test_an_empty_question_set_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n")

    with pytest.raises(UnreadableQuestions, match="holds no questions"):
        read_questions(file)


def test_a_wrong_answer_is_told_from_asking_back() -> None:
    question = Question("q", ("?",), frozenset({"1"}), "all")
    right, wrong = Choice("1", ""), Choice("2", "")

    assert verdict(question, Answer(AnswerStatus.ANSWERED, right)) is Verdict.RIGHT
    assert verdict(question, Answer(AnswerStatus.ANSWERED_PARTLY, wrong)) is Verdict.WRONG
    offered = Answer(AnswerStatus.CLARIFY_PROCEDURE, choices=(wrong, right))
    assert verdict(question, offered) is Verdict.OFFERED
    elsewhere = Answer(AnswerStatus.CLARIFY_PROCEDURE, choices=(wrong,))
    assert verdict(question, elsewhere) is Verdict.OFFERED_OTHERS
    assert verdict(question, Answer(AnswerStatus.UNANSWERED_NO_MATCH)) is Verdict.NOTHING


@pytest.mark.parametrize("line", ["{", '{"id": "a"}', "[]", '{"id": "a", "question": "x"}'])
def test_names_the_line_it_cannot_read(tmp_path: Path, line: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(line)

    with pytest.raises(UnreadableQuestions, match="line 1"):
        read_questions(file)
