"""The questions that the search is developed on."""

import re
from collections import Counter
from pathlib import Path

import pytest

import evaluation
from evaluation.questions import Question, read_questions
from evaluation.split import PARTS, groups, split
from vietnamese.text import clean, fold

FILE = Path(evaluation.__file__).with_name("questions") / "dev.jsonl"
SLICES = {
    "colloquial",
    "unaccented",
    "typos_teencode",
    "dialect",
    "near_duplicate",
    "business",
    "land",
    "several_aspects",
    "two_turn",
    "not_in_catalogue",
}


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read_questions(FILE)


def test_there_are_enough_in_every_slice_of_both_parts(questions: list[Question]) -> None:
    counts = Counter((each.slice, each.part) for each in questions)

    assert len(questions) >= 400
    assert set(counts) == {(name, part) for name in SLICES for part in PARTS}
    assert min(counts.values()) >= 20


def test_no_procedure_is_in_both_parts(questions: list[Question]) -> None:
    for group in groups(questions):
        assert len({each.part for each in group}) == 1


def test_splitting_again_changes_nothing(questions: list[Question]) -> None:
    assert split(questions) == questions


def test_rows_are_well_formed(questions: list[Question]) -> None:
    for each in questions:
        assert re.fullmatch(r"[AB]\d{3}", each.id)
        assert all(turn == clean(turn) for turn in each.turns)
        assert (len(each.turns) > 1) == (each.slice == "two_turn")
        assert each.in_catalogue == (each.slice != "not_in_catalogue")
        assert each.slice != "unaccented" or not each.has_diacritics
        assert all(re.fullmatch(r"\d\.\d{6}", code) for code in each.gold or ())
        assert len(set(each.gold or ())) == len(each.gold or ())


def test_nothing_is_asked_twice(questions: list[Question]) -> None:
    texts = Counter(fold(" / ".join(each.turns)) for each in questions)

    assert max(texts.values()) == 1
