from evaluation.asking import Writing
from evaluation.gain import answerable, gain, let_through
from evaluation.tuning import Judged, Thresholds
from tests.evaluation.samples import example

LIKE = {"dense": 0.9}


def judged(
    before: int | None,
    after: int | None,
    id_: str,
    *,
    known: float = 0.9,
    confidence: float = 0.8,
    right: int | None = 0,
) -> Judged:
    return Judged(example(LIKE, right=right, id_=id_), before, after, known, confidence)


def test_shows_what_is_gained_on_the_same_questions() -> None:
    found = [judged(2, 1, "a"), judged(1, 1, "b"), judged(None, None, "c", right=None)]

    table = gain(found, Writing.AS_WRITTEN, "hit@1")

    assert table.rows == (("all", "2", "50.0%", "100.0%", "+50.0 (+0.0 to +100.0)"),)


def test_shows_what_the_thresholds_let_through() -> None:
    found = [
        judged(1, 1, "a"),
        judged(1, 2, "b"),
        judged(1, 1, "c", confidence=0.1),
        judged(1, 1, "d", known=0.1),
        judged(None, None, "e", known=0.1, right=None),
    ]

    table = let_through(found, Thresholds(answer=0.7, nothing=0.2))

    assert [row[1] for row in table.rows] == ["2 of 5", "1 of 2", "1 of 4", "1 of 1"]


def test_shows_what_other_thresholds_would_give() -> None:
    found = [judged(1, 1, "a", confidence=0.9), judged(1, 2, "b", confidence=0.5)]

    table = answerable(found)

    assert table.rows[-1] == ("10%", "0.900", "50.0%", "0.0%")
