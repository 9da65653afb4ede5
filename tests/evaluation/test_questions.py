from pathlib import Path

import pytest

from evaluation.questions import (
    Question,
    UnreadableQuestions,
    every_nth,
    read_questions,
    write_parts,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def test_reads_questions_and_conversations(file: Path) -> None:
    file.write_text(
        '{"id": "a", "question": "x", "gold_codes": ["2", "1"], "slice": "s", "part": "tune"}\n\n'
        '{"id": "b", "turns": ["x", "y"], "gold_codes": []}\n'
    )

    assert read_questions(file) == [
        Question("a", ("x",), ("2", "1"), "s", "tune"),
        Question("b", ("x", "y"), ()),
    ]
    assert [each.id for each in read_questions(file, "tune")] == ["a"]


def test_a_question_that_nobody_judged_is_not_one_without_an_answer(file: Path) -> None:
    file.write_text('{"id": "a", "question": "x"}\n')

    assert read_questions(file) == [Question("a", ("x",), gold=None)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("\n", "holds no questions"),
        (
            '{"id": "a", "question": "x"}\n{"id": "b", "question": "x", "gold_codes": []}',
            "a has no",
        ),
        ('{"id": "a", "question": "x"}\n' * 2, "twice"),
        ("{", "line 1"),
        ('\n{"id": "a"}', "line 2"),
        ("[]", "line 1"),
        ('{"id": "a", "question": ""}', "not a list of texts"),
        ('{"id": "a", "turns": []}', "no message"),
        ('{"id": "a", "turns": "xy"}', "not a list of texts"),
        ('{"id": "a", "question": "x", "gold_codes": 7}', "not a list of texts"),
        ('{"id": "a", "question": "x", "gold_codes": "1.000001"}', "not a list of texts"),
    ],
)
def test_says_why_a_file_is_no_question_set(file: Path, text: str, why: str) -> None:
    file.write_text(text)

    with pytest.raises(UnreadableQuestions, match=why):
        read_questions(file)


def test_says_which_file_is_missing(file: Path) -> None:
    with pytest.raises(UnreadableQuestions, match=r"questions\.jsonl"):
        read_questions(file)


def test_says_which_part_is_empty(file: Path) -> None:
    file.write_text('{"id": "a", "question": "x", "gold_codes": [], "part": "tune"}\n')

    with pytest.raises(UnreadableQuestions, match="part check"):
        read_questions(file, "check")


def test_writes_parts_and_keeps_what_else_a_row_says(file: Path) -> None:
    file.write_text(
        '{"id": "b", "question": "ở đâu", "gold_codes": []}\n'
        '{"id": "a", "turns": ["x"], "gold_codes": ["1"], "source": "counter"}\n'
    )

    write_parts(file, [Question("a", ("x",), part="tune"), Question("b", ("y",), part="check")])

    assert file.read_text() == (
        '{"id": "a", "turns": ["x"], "gold_codes": ["1"], "source": "counter", "part": "tune"}\n'
        '{"id": "b", "question": "ở đâu", "gold_codes": [], "part": "check"}\n'
    )


def test_a_few_are_spread_over_all() -> None:
    questions = [Question(str(number), ("x",)) for number in range(10)]

    assert [each.id for each in every_nth(questions, 4)] == ["0", "2", "5", "7"]
    assert every_nth(questions, None) == every_nth(questions, 10) == questions
