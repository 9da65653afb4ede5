import pytest

from evaluation.intervals import difference, mean, share


def test_a_share_comes_with_an_interval_that_narrows_with_more() -> None:
    few, many = share([True, False]), share([True, False] * 50)

    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high


def test_a_share_stays_between_none_and_all() -> None:
    for count in range(1, 20):
        assert 0 <= share([False] * count).low < share([False] * count).high < 1
        assert 0 < share([True] * count).low < share([True] * count).high <= 1


def test_questions_about_one_procedure_are_drawn_together() -> None:
    values = [1.0] * 10 + [0.0] * 10

    together = mean(values, [str(number // 10) for number in range(20)])
    apart = mean(values, list(range(20)))

    assert together.value == apart.value == 0.5
    assert (together.low, together.high) == (0.0, 1.0)
    assert apart.low > 0.2
    assert apart.high < 0.8


def test_the_interval_of_a_mean_is_near_the_known_one_and_always_the_same() -> None:
    values = [float(number % 2) for number in range(100)]

    estimate = mean(values, range(100))

    assert estimate.low == pytest.approx(0.4, abs=0.02)
    assert estimate.high == pytest.approx(0.6, abs=0.02)
    assert estimate == mean(values, range(100))


def test_a_difference_is_taken_question_by_question() -> None:
    first, second = [1.0, 0.0] * 20, [0.75, -0.25] * 20

    estimate = difference(first, second, range(40))

    assert estimate.value == estimate.low == estimate.high == 0.25
