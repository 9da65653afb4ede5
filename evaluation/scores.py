"""How often the right procedure stands first: hit@k and MRR@10 of each stage, overall and by slice.

Questions that the catalogue has nothing for count in the outcomes, not here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.asking import BEST, STAGES, Asked, Writing
from evaluation.intervals import Estimate, difference, mean, share

Rank = int | None
Scored = Mapping[str, Mapping[str, Mapping[str, Estimate]]]  # By metric, slice, stage.

OVERALL = "all"
WITH_DIACRITICS = "written with diacritics"


def _hit(k: int) -> Callable[[Rank], float]:
    return lambda rank: float(rank is not None and rank <= k)


METRICS: Mapping[str, Callable[[Rank], float]] = {
    "hit@1": _hit(1),
    "hit@3": _hit(3),
    "hit@5": _hit(5),
    "MRR@10": lambda rank: 1 / rank if rank else 0.0,
}


@dataclass(frozen=True)
class Loss:
    """What the same questions lose without their diacritics; `lost` is paired."""

    written: float
    bare: float
    lost: Estimate


def by_slice(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """All of them, then each slice by name."""
    found: dict[str, list[Asked]] = {OVERALL: list(asked)}
    for name in sorted({each.question.slice for each in asked} - {OVERALL}):
        found[name] = [each for each in asked if each.question.slice == name]
    return found


def in_catalogue(asked: Sequence[Asked]) -> list[Asked]:
    return [each for each in asked if each.question.in_catalogue]


def scores(asked: Sequence[Asked], writing: Writing) -> Scored:
    """Every metric for every slice and stage."""
    slices = by_slice(in_catalogue(asked))
    return {
        metric: {
            name: {stage: _estimate(group, metric, writing, stage) for stage in STAGES}
            for name, group in slices.items()
            if group
        }
        for metric in METRICS
    }


def gains(asked: Sequence[Asked], writing: Writing) -> dict[str, dict[str, Estimate]]:
    """How much more the whole finds than each stage, by metric and stage."""
    found = in_catalogue(asked)
    clusters = _clusters(found)
    return {
        metric: {
            stage: difference(
                _values(found, metric, writing, BEST),
                _values(found, metric, writing, stage),
                clusters,
            )
            for stage in STAGES
            if stage != BEST and found
        }
        for metric in METRICS
    }


def losses(asked: Sequence[Asked], metric: str) -> dict[str, Loss]:
    """What each slice loses without diacritics, and all that had some."""
    slices = by_slice(in_catalogue(asked))
    accented = [each for each in slices[OVERALL] if each.question.has_diacritics]
    groups = {OVERALL: slices.pop(OVERALL), WITH_DIACRITICS: accented} | slices
    found = {}
    for name, group in groups.items():
        if group:
            written, bare = (_values(group, metric, each, BEST) for each in Writing)
            lost = difference(written, bare, _clusters(group))
            found[name] = Loss(sum(written) / len(group), sum(bare) / len(group), lost)
    return found


def _estimate(group: Sequence[Asked], metric: str, writing: Writing, stage: str) -> Estimate:
    values = _values(group, metric, writing, stage)
    if metric.startswith("hit"):
        return share([bool(each) for each in values])
    return mean(values, _clusters(group))


def _values(group: Sequence[Asked], metric: str, writing: Writing, stage: str) -> list[float]:
    return [METRICS[metric](each.rank(writing, stage)) for each in group]


def _clusters(group: Sequence[Asked]) -> list[str]:
    """Questions about the same procedure are drawn together."""
    return [(each.question.gold or ("",))[0] for each in group]
