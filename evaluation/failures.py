"""The questions whose right procedure does not stand first, what stood above it, and why.

Those answered although the catalogue has nothing for them are among them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.asking import Asked, Writing, rank
from evaluation.outcomes import Verdict, verdict
from knowledge.client import Hit, Ranking

SHOWN = 3  # Of those that stood above, and of the signals that put each there.
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Above:
    """One that stood above the right one; `because` is how much more each signal gave it."""

    hit: Hit
    because: Mapping[str, float]


@dataclass(frozen=True)
class Failure:
    """`rank` is where the first right one stands, None beyond the candidates; `gold` is empty when
    the catalogue has nothing.
    """

    id: str
    slice: str
    turns: tuple[str, ...]
    gold: tuple[str, ...]
    confidence: float
    rank: int | None
    right: Hit | None
    above: tuple[Above, ...]


def failures(asked: Sequence[Asked], writing: Writing) -> list[Failure]:
    """Failed questions, those first that were surest of the wrong one."""
    weights = weights_in_use(each.replies[writing].best for each in asked)
    found = [_failure(each, writing, weights) for each in asked if _failed(each, writing)]
    return sorted(found, key=lambda each: -each.confidence)


def weights_in_use(rankings: Iterable[Ranking]) -> dict[str, Weights]:
    """What each signal weighs for each kind of question, read off the scores they add up to."""
    hits: dict[str, list[Hit]] = defaultdict(list)
    for ranking in rankings:
        hits[ranking.kind] += ranking.hits
    return {kind: _solve(found) for kind, found in hits.items() if found}


def _solve(hits: Sequence[Hit]) -> Weights:
    names = list(hits[0].signals)
    signals = np.array([[hit.signals[name] for name in names] for hit in hits])
    scores = np.array([hit.score for hit in hits])
    solved = np.linalg.lstsq(signals, scores, rcond=1e-6)[0]
    return {name: float(value) for name, value in zip(names, solved, strict=True)}


def _failed(asked: Asked, writing: Writing) -> bool:
    if asked.question.in_catalogue:
        return asked.rank(writing) != 1
    return verdict(asked.question, asked.replies[writing].answer) is Verdict.WRONG


def _failure(asked: Asked, writing: Writing, weights: Mapping[str, Weights]) -> Failure:
    question, ranking = asked.question, asked.replies[writing].best
    if writing is Writing.BARE:
        question = question.without_diacritics()
    place = rank(question, [hit.code for hit in ranking.hits])
    right = ranking.hits[place - 1] if place else None
    above = ranking.hits[: min(place - 1, SHOWN) if place else SHOWN]
    return Failure(
        id=question.id,
        slice=question.slice,
        turns=question.turns,
        gold=question.gold or (),
        confidence=asked.replies[writing].confidence,
        rank=place,
        right=right,
        above=tuple(Above(hit, _because(hit, right, weights[ranking.kind])) for hit in above),
    )


def _because(hit: Hit, right: Hit | None, weights: Weights) -> Weights:
    """The signals that gave a hit most, compared with the right one where that is known."""
    gave = {
        name: weight * (hit.signals[name] - (right.signals[name] if right else 0.0))
        for name, weight in weights.items()
    }
    most = sorted(gave, key=lambda name: -gave[name])[:SHOWN]
    return {name: gave[name] for name in most if gave[name] > 0.005}
