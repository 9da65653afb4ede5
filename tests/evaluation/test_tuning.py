import pytest
import yaml

from evaluation.examples import Example
from evaluation.tuning import (
    Judged,
    Numbers,
    Thresholds,
    cross_fit,
    fit,
    fragment,
    judge,
    thresholds,
)
from tests.evaluation.samples import example

LIKE, UNLIKE = {"dense": 0.9, "folded": 0.2}, {"dense": 0.1, "folded": 0.9}
NUMBERS = Numbers({"accented": {"dense": 5.0}}, {"bias": -2.0, "dense": 4.0})


@pytest.fixture
def examples() -> list[Example]:
    """In use the one of more words stands first; meaning would be right. A tenth is unknown."""
    inside = [example(UNLIKE, LIKE, right=1, id_=f"in{n}") for n in range(36)]
    nothing = {"dense": 0.3, "folded": 0.9}
    outside = [example(nothing, UNLIKE, right=None, id_=f"out{n}") for n in range(4)]
    return inside + outside


def judged(confidence: float, *, right: bool, known: float = 1.0) -> Judged:
    return Judged(example(LIKE), 1, 1 if right else 2, known, confidence)


def test_judges_by_the_new_order() -> None:
    found = judge(example(UNLIKE, LIKE, right=1), NUMBERS)

    assert (found.before, found.after) == (2, 1)
    assert found.known == pytest.approx(0.832, abs=0.001)
    assert found.confidence == pytest.approx(found.known / (1 + 2.718 ** (-4)), abs=0.001)


def test_what_found_nothing_is_not_known() -> None:
    found = judge(example(right=None), NUMBERS)

    assert (found.after, found.known, found.confidence) == (None, 0.0, 0.0)


def test_each_half_is_judged_by_the_other_and_gains(examples: list[Example]) -> None:
    found = cross_fit(examples)

    inside = [each for each in found if each.example.question.in_catalogue]
    outside = [each for each in found if not each.example.question.in_catalogue]
    assert len(found) == len(examples)
    assert {(each.before, each.after) for each in inside} == {(2, 1)}
    assert min(each.known for each in inside) > max(each.known for each in outside)


def test_kinds_of_questions_have_weights_of_their_own(examples: list[Example]) -> None:
    unaccented = [example(LIKE, UNLIKE, right=1, id_=f"u{n}", kind="unaccented") for n in range(9)]

    found = fit([*examples, *unaccented])

    assert found.signals["accented"].keys() == {"dense"}
    assert found.signals["unaccented"].keys() == {"folded"}


def test_answers_from_where_few_enough_are_wrong() -> None:
    guesses = [judged(0.9, right=True)] * 19 + [
        judged(0.704, right=False),
        judged(0.5, right=False),
    ]

    assert thresholds(guesses).answer == 0.704


def test_refuses_few_that_the_catalogue_has() -> None:
    known = [judged(0.1, right=True, known=n / 100) for n in range(100)]

    assert thresholds(known).nothing == 0.02


def test_what_is_refused_is_not_answered_either() -> None:
    guesses = [judged(0.8, right=True, known=0.9)] * 19
    guesses += [Judged(example(LIKE, right=None), None, None, 0.2, 0.9)] * 9

    assert thresholds(guesses) == Thresholds(answer=0.8, nothing=0.9)


def test_never_answers_at_once_when_nothing_is_right_often_enough() -> None:
    assert thresholds([judged(0.9, right=False)]).answer == 1


def test_prints_what_goes_into_the_settings() -> None:
    text = fragment(NUMBERS, Thresholds(answer=0.7, nothing=0.1))

    assert yaml.safe_load(text) == {
        "signals": {"accented": {"dense": 5.0}},
        "known": {"bias": -2.0, "dense": 4.0},
        "outcome": {"answer": 0.7, "nothing": 0.1},
    }
    assert "known: {bias: -2.0, dense: 4.0}" in text
