import pytest

from evaluation.asking import Writing
from evaluation.outcomes import Verdict, outcomes, verdict
from evaluation.questions import Question
from knowledge.client import Answer, AnswerStatus, Choice
from tests.evaluation.samples import asked

RIGHT, WRONG = Choice("1", ""), Choice("2", "")
INSIDE, OUTSIDE = Question("q", ("?",), ("1",)), Question("q", ("?",), ())


@pytest.mark.parametrize(
    ("answer", "inside", "outside"),
    [
        (Answer(AnswerStatus.ANSWERED, RIGHT), Verdict.RIGHT, Verdict.WRONG),
        (Answer(AnswerStatus.ANSWERED_PARTLY, WRONG), Verdict.WRONG, Verdict.WRONG),
        (
            Answer(AnswerStatus.CLARIFY_PROCEDURE, choices=(WRONG, RIGHT)),
            Verdict.OFFERED,
            Verdict.NOT_OFFERED,
        ),
        (
            Answer(AnswerStatus.CLARIFY_PROCEDURE, choices=(WRONG,)),
            Verdict.NOT_OFFERED,
            Verdict.NOT_OFFERED,
        ),
        (
            Answer(AnswerStatus.UNANSWERED_NOT_IN_FORCE, WRONG, choices=(RIGHT,)),
            Verdict.OFFERED,
            Verdict.WRONG,
        ),
        (
            Answer(AnswerStatus.UNANSWERED_NOT_IN_FORCE, RIGHT, choices=(WRONG,)),
            Verdict.RIGHT,
            Verdict.WRONG,
        ),
        (Answer(AnswerStatus.UNANSWERED_NO_MATCH), Verdict.REFUSED, Verdict.NOTHING),
        (Answer(AnswerStatus.UNANSWERED_NO_PROCEDURE), Verdict.NOT_OFFERED, Verdict.NOT_OFFERED),
        (Answer(AnswerStatus.ERROR_SEARCH), Verdict.FAILED, Verdict.FAILED),
    ],
)
def test_judges_what_a_citizen_got(answer: Answer, inside: Verdict, outside: Verdict) -> None:
    assert (verdict(INSIDE, answer), verdict(OUTSIDE, answer)) == (inside, outside)


def test_counts_by_slice() -> None:
    replies = [asked("1", slice_="a"), asked("2", slice_="a"), asked(gold=(), slice_="b")]

    found = outcomes(replies, Writing.AS_WRITTEN)

    none = dict.fromkeys(Verdict, 0)
    assert found["a"] == none | {Verdict.RIGHT: 1, Verdict.WRONG: 1}
    assert found["b"] == none | {Verdict.NOTHING: 1}
    assert sum(found["all"].values()) == 3
