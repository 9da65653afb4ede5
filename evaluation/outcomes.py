"""What a citizen got: an answer, a question back or "nothing found", and whether it was right."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from evaluation.asking import Asked, Writing
from evaluation.questions import Question
from evaluation.scores import by_slice
from knowledge.client import Answer, AnswerStatus


class Verdict(StrEnum):
    """Answered; asked back, with the right one among the choices or not; nothing found.

    Only WRONG and REFUSED mislead; the others leave a way on.
    """

    RIGHT = "right"
    WRONG = "wrong"
    OFFERED = "offered"
    NOT_OFFERED = "not offered"
    NOTHING = "rightly nothing"
    REFUSED = "wrongly nothing"
    FAILED = "failed"


def verdict(question: Question, answer: Answer) -> Verdict:
    """Judge an answer by the procedure it is about, or by those that it offers."""
    gold = question.gold or ()
    if answer.status is AnswerStatus.ERROR_SEARCH:
        return Verdict.FAILED
    if answer.procedure and answer.procedure.code in gold:
        return Verdict.RIGHT
    # One that is no longer in force is named together with those that may take its place.
    if any(choice.code in gold for choice in answer.choices):
        return Verdict.OFFERED
    if answer.procedure:
        return Verdict.WRONG
    if answer.choices:
        return Verdict.NOT_OFFERED
    if answer.status is AnswerStatus.UNANSWERED_NO_MATCH:
        return Verdict.REFUSED if question.in_catalogue else Verdict.NOTHING
    return Verdict.NOT_OFFERED  # Asked back which procedure is meant, with nothing to choose from.


def outcomes(asked: Sequence[Asked], writing: Writing) -> dict[str, dict[Verdict, int]]:
    """How often each verdict, by slice."""
    found = {}
    for name, group in by_slice(asked).items():
        counts = Counter(verdict(each.question, each.replies[writing].answer) for each in group)
        found[name] = {each: counts[each] for each in Verdict}
    return found
