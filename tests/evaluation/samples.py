"""Questions and replies as tests need them."""

from collections.abc import Sequence

import numpy as np

from evaluation.asking import STAGES, Asked, Reply, Writing
from evaluation.examples import Example
from evaluation.questions import Question
from evaluation.testing import ranking
from knowledge.client import Answer, AnswerStatus, Choice


def asked(
    *codes: str,
    gold: Sequence[str] = ("1",),
    bare: Sequence[str] | None = None,
    id_: str = "q",
    slice_: str = "all",
    text: str = "đâu?",
    known: float = 0.9,
) -> Asked:
    """A question that got these codes; `bare` are those without diacritics, if others."""
    question = Question(id_, (text,), tuple(gold), slice_)
    return Asked(
        question,
        {
            Writing.AS_WRITTEN: reply(codes, known),
            Writing.BARE: reply(codes if bare is None else bare, known, kind="unaccented"),
        },
    )


def reply(codes: Sequence[str], known: float = 0.9, kind: str = "accented") -> Reply:
    answer = Answer(AnswerStatus.UNANSWERED_NO_MATCH, version="v1")
    if codes:
        answer = Answer(AnswerStatus.ANSWERED, Choice(codes[0], ""), version="v1")
    stages = {stage: tuple(codes) for stage in STAGES}
    return Reply(stages, ranking(*codes, known=known, kind=kind), answer)


def example(
    *signals: dict[str, float],
    right: int | None = 0,
    id_: str = "q",
    gold: Sequence[str] | None = None,
    kind: str = "accented",
) -> Example:
    """Candidates with these signals, the one numbered `right` being right."""
    names = tuple(signals[0]) if signals else ()
    rows = [list(each.values()) for each in signals]
    if gold is None:
        gold = () if right is None else (f"code of {id_}",)
    return Example(
        question=Question(id_, (f"{id_} ở đâu?",), tuple(gold), "all"),
        writing=Writing.AS_WRITTEN,
        kind=kind,
        names=names,
        signals=np.array(rows, dtype=np.float64).reshape(len(rows), len(names)),
        right=tuple(number == right for number in range(len(rows))),
    )
