import pytest

from evaluation.asking import Writing
from evaluation.failures import failures, weights_in_use
from evaluation.testing import ranking
from tests.evaluation.samples import asked


def test_shows_what_stood_above_and_what_put_it_there() -> None:
    (failure,) = failures([asked("2", "1"), asked("1"), asked(gold=())], Writing.AS_WRITTEN)

    (above,) = failure.above
    assert (failure.rank, failure.right and failure.right.code, above.hit.code) == (2, "1", "2")
    assert above.because == {"likeness": pytest.approx(0.2), "elsewhere": pytest.approx(0.01)}


def test_shows_the_first_ones_when_the_right_one_is_not_among_them() -> None:
    (failure,) = failures([asked("2", "3", "4", "5")], Writing.AS_WRITTEN)

    assert (failure.rank, failure.right) == (None, None)
    assert [above.hit.code for above in failure.above] == ["2", "3", "4"]
    assert list(failure.above[0].because) == ["likeness"]


def test_what_was_answered_although_there_is_nothing_failed() -> None:
    (failure,) = failures([asked("2", gold=())], Writing.AS_WRITTEN)

    assert (failure.gold, failure.rank, failure.above[0].hit.code) == ((), None, "2")


def test_the_surest_mistakes_come_first() -> None:
    found = failures(
        [asked("2", id_="a", known=0.3), asked("2", id_="b", known=0.8)], Writing.AS_WRITTEN
    )

    assert [(each.id, each.confidence) for each in found] == [("b", 0.4), ("a", 0.15)]


def test_shows_a_question_as_it_was_asked() -> None:
    (failure,) = failures([asked("1", bare=[], text="Đâu")], Writing.BARE)

    assert failure.turns == ("dau",)
    assert failure.above == ()


def test_reads_the_weights_off_the_scores() -> None:
    found = weights_in_use([ranking("1", "2", "3"), ranking("4", kind="unaccented"), ranking()])

    assert found["accented"] == {"likeness": pytest.approx(2), "elsewhere": pytest.approx(-1)}
    assert found.keys() == {"accented", "unaccented"}
