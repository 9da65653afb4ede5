"""How much can be answered at once, and how much of that would be wrong: the risk-coverage curve.

A question that the catalogue has nothing for is wrong whenever it is answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.asking import Asked, Writing
from evaluation.intervals import Estimate, share

BINS = 5


@dataclass(frozen=True)
class Guess:
    """The first of a ranking: how sure it is, and whether it is right."""

    confidence: float
    right: bool


@dataclass(frozen=True)
class Point:
    """What happens when everything at least this sure is answered; shares of 0 to 1."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True)
class Bin:
    """Guesses of about the same confidence, which should be right that often."""

    confidence: float
    right: Estimate


def guesses(asked: Sequence[Asked], writing: Writing) -> list[Guess]:
    """The first of each ranking, as far as there is one."""
    return [
        Guess(each.replies[writing].confidence, each.rank(writing) == 1)
        for each in asked
        if each.replies[writing].best.hits
    ]


def curve(found: Iterable[Guess], count: int) -> list[Point]:
    """A point for each confidence that occurs, the surest first; `count` questions were asked."""
    points: list[Point] = []
    wrong = 0
    for answered, guess in enumerate(sorted(found, key=lambda each: -each.confidence), 1):
        wrong += not guess.right
        point = Point(guess.confidence, answered / count, wrong / answered)
        if points and points[-1].threshold == point.threshold:
            points.pop()
        points.append(point)
    return points


def furthest(points: Sequence[Point], most_wrong: float) -> Point | None:
    """The point that answers most while no more than `most_wrong` of it is wrong."""
    allowed = [point for point in points if point.risk <= most_wrong]
    return max(allowed, key=lambda point: point.coverage, default=None)


def calibration(found: Sequence[Guess]) -> list[Bin]:
    """How often guesses are right, by how sure they are."""
    bins: list[list[Guess]] = [[] for _ in range(BINS)]
    for guess in found:
        bins[min(BINS - 1, int(guess.confidence * BINS))].append(guess)
    return [
        Bin(sum(g.confidence for g in group) / len(group), share([g.right for g in group]))
        for group in bins
        if group
    ]
