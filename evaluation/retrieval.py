"""How often the right procedure stands first: hit@k and MRR@10, overall and per slice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from evaluation.questions import Question
from knowledge.client import Answer, Hit

DEPTH = 10


@dataclass(frozen=True)
class Outcome:
    """One question with the ranking it got; `rank` is that of the first right procedure."""

    question: Question
    hits: tuple[Hit, ...]

    @property
    def rank(self) -> int | None:
        codes = [hit.code for hit in self.hits]
        return next((i for i, code in enumerate(codes, 1) if code in self.question.gold), None)


@dataclass(frozen=True)
class Scores:
    count: int
    hit1: float
    hit3: float
    hit5: float
    mrr: float
    interval: tuple[float, float]  # 95 % Wilson interval of hit@1.


class Verdict(StrEnum):
    """What a citizen got. Only WRONG misleads; the others leave a way on."""

    RIGHT = "answered, right"
    WRONG = "answered, wrong"
    OFFERED = "asked back, the right one offered"
    OFFERED_OTHERS = "asked back, others offered"
    NOTHING = "said that nothing was found"


def verdict(question: Question, answer: Answer) -> Verdict:
    """Judge an answer by the procedure it is about."""
    if answer.procedure:
        return Verdict.RIGHT if answer.procedure.code in question.gold else Verdict.WRONG
    if answer.choices:
        offered = question.gold.intersection(choice.code for choice in answer.choices)
        return Verdict.OFFERED if offered else Verdict.OFFERED_OTHERS
    return Verdict.NOTHING


def score(outcomes: Sequence[Outcome]) -> Scores:
    """Score a group of outcomes; shares are 0 to 1."""
    ranks = [outcome.rank for outcome in outcomes]
    count = len(ranks)

    def hit(k: int) -> float:
        return sum(rank is not None and rank <= k for rank in ranks) / count

    return Scores(
        count=count,
        hit1=hit(1),
        hit3=hit(3),
        hit5=hit(5),
        mrr=sum(1 / rank for rank in ranks if rank) / count,
        interval=wilson(hit(1), count),
    )


def by_slice(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.question.slice, []).append(outcome)
    return groups


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """The interval that a share of `count` draws is good to.

    >>> [round(bound, 2) for bound in wilson(0.5, 100)]
    [0.4, 0.6]
    """
    centre = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return (centre - spread) / scale, (centre + spread) / scale
