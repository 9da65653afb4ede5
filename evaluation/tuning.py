"""Choosing the numbers of the search on the part for tuning.

Thresholds and gain are cross-fitted: each half of the procedures is judged with the numbers that
the other half gave, so nothing is judged by what it taught.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
import yaml

from evaluation.examples import Example
from evaluation.fitting import BIAS, Weights, fit_known, fit_signals, logistic, rounded, softmax
from evaluation.intervals import Values
from evaluation.split import halves

MOST_WRONG = 0.05  # Of what is answered at once.
MOST_REFUSED = 0.02  # Of what the catalogue has.
THOUSANDTHS = [number / 1000 for number in range(1001)]


@dataclass(frozen=True)
class Numbers:
    """The weights of search.yml: of the signals by kind of question, and of being known."""

    signals: Mapping[str, Weights]
    known: Weights


@dataclass(frozen=True)
class Thresholds:
    """Answer at once from `answer` on; below `nothing` say that the catalogue has nothing."""

    answer: float
    nothing: float


@dataclass(frozen=True)
class Judged:
    """An example under new numbers: where the first right one stood and stands, how sure it is."""

    example: Example
    before: int | None
    after: int | None
    known: float
    confidence: float


def fit(examples: Sequence[Example]) -> Numbers:
    """Fit all weights, as they will be written down."""
    kinds = sorted({each.kind for each in examples})
    signals = {
        kind: rounded(fit_signals([each for each in examples if each.kind == kind]))
        for kind in kinds
    }
    firsts = [
        (_first(each, signals[each.kind]), each.question.in_catalogue)
        for each in examples
        if each.right
    ]
    return Numbers(signals, rounded(fit_known(firsts)))


def cross_fit(examples: Sequence[Example]) -> list[Judged]:
    """Judge every example with the numbers of the half it is not in."""
    half = halves(list({each.question.id: each.question for each in examples}.values()))
    judged = []
    for own in (0, 1):
        numbers = fit([each for each in examples if half[each.question.id] != own])
        judged += [judge(each, numbers) for each in examples if half[each.question.id] == own]
    return judged


def judge(example: Example, numbers: Numbers) -> Judged:
    before = _place(example.right)
    if not example.right:
        return Judged(example, before, None, 0.0, 0.0)
    scores = _scores(example, numbers.signals[example.kind])
    order = np.argsort(-scores, kind="stable")
    known = _known(_first(example, numbers.signals[example.kind]), numbers.known)
    return Judged(
        example,
        before=before,
        after=_place([example.right[number] for number in order]),
        known=known,
        confidence=known * float(softmax(scores).max()),
    )


def thresholds(judged: Sequence[Judged]) -> Thresholds:
    """Refuse little that the catalogue has; answer as much of the rest as is right often enough."""
    inside = [each.known for each in judged if each.example.question.in_catalogue]
    nothing = max(
        each for each in THOUSANDTHS if _share(known < each for known in inside) <= MOST_REFUSED
    )
    kept = [each for each in judged if each.known >= nothing]
    occurring = {floor(1000 * each.confidence) / 1000 for each in kept}
    allowed = (
        each
        for each in occurring
        if _share(one.after != 1 for one in kept if one.confidence >= each) <= MOST_WRONG
    )
    return Thresholds(answer=min(allowed, default=1.0), nothing=nothing)


def fragment(numbers: Numbers, chosen: Thresholds) -> str:
    """What goes into knowledge/search.yml."""
    content = {
        "signals": {kind: dict(weights) for kind, weights in numbers.signals.items()},
        "known": dict(numbers.known),
        "outcome": {"answer": chosen.answer, "nothing": chosen.nothing},
    }
    return yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=96)


def _first(example: Example, weights: Weights) -> Weights:
    """The signals of the one that would stand first."""
    best = int(np.argmax(_scores(example, weights)))
    return dict(zip(example.names, map(float, example.signals[best]), strict=True))


def _known(first: Weights, weights: Weights) -> float:
    total = sum(weight * (1.0 if name == BIAS else first[name]) for name, weight in weights.items())
    return float(logistic(np.array(total)))


def _scores(example: Example, weights: Weights) -> Values:
    scores: Values = example.signals @ np.array([weights.get(name, 0.0) for name in example.names])
    return scores


def _place(right: Sequence[bool]) -> int | None:
    return next((place for place, each in enumerate(right, 1) if each), None)


def _share(marks: Iterable[bool]) -> float:
    """The share of true ones; 0 where there are none."""
    found = list(marks)
    return sum(found) / len(found) if found else 0.0
