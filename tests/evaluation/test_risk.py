import pytest

from evaluation.asking import Writing
from evaluation.risk import Guess, Point, calibration, curve, furthest, guesses
from tests.evaluation.samples import asked


def test_the_surest_are_answered_first() -> None:
    found = [Guess(0.2, right=False), Guess(0.9, right=True), Guess(0.5, right=True)]

    assert curve(found, count=4) == [
        Point(0.9, 0.25, 0.0),
        Point(0.5, 0.5, 0.0),
        Point(0.2, 0.75, 1 / 3),
    ]


def test_a_threshold_lets_all_of_the_same_confidence_through() -> None:
    found = [Guess(0.5, right=True), Guess(0.5, right=False)]

    assert curve(found, count=2) == [Point(0.5, 1.0, 0.5)]


def test_answers_as_much_as_the_risk_allows_even_after_an_early_mistake() -> None:
    points = curve([Guess(0.9, right=False)] + [Guess(0.8, right=True)] * 9, count=20)

    assert furthest(points, 0.1) == Point(0.8, 0.5, 0.1)
    assert furthest(points, 0.05) is None


def test_answering_what_the_catalogue_does_not_have_is_wrong() -> None:
    replies = [asked("1", known=0.8), asked("1", gold=(), known=0.8), asked()]

    found = guesses(replies, Writing.AS_WRITTEN)

    assert found == [Guess(0.4, right=True), Guess(0.4, right=False)]


def test_confidence_is_compared_with_how_often_it_is_right() -> None:
    found = [Guess(0.9, right=True), Guess(1.0, right=True), Guess(0.1, right=False)]

    low, high = calibration(found)

    assert (low.confidence, low.right.value) == (0.1, 0)
    assert (high.right.value, high.right.count) == (1, 2)
    assert high.confidence == pytest.approx(0.95)
