"""How far a measured figure can be trusted: 95 % intervals of shares, means and differences."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
RESAMPLES = 2_000
SEED = 20_261_122


@dataclass(frozen=True)
class Estimate:
    """A figure of `count` questions, and the interval it is good to."""

    value: float
    low: float
    high: float
    count: int


def share(hits: Sequence[bool]) -> Estimate:
    """A share of questions, with its Wilson interval."""
    value = sum(hits) / len(hits)
    return Estimate(value, *wilson(value, len(hits)), len(hits))


def mean(values: Sequence[float], clusters: Sequence[Hashable]) -> Estimate:
    """A mean, its interval by drawing whole clusters anew: their questions are alike."""
    totals, counts = _by_cluster(values, clusters)
    drawn = np.random.default_rng(SEED).multinomial(
        len(totals), np.full(len(totals), 1 / len(totals)), size=RESAMPLES
    )
    means = (drawn @ totals) / (drawn @ counts)
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(float(np.mean(values)), float(low), float(high), len(values))


def difference(
    first: Sequence[float], second: Sequence[float], clusters: Sequence[Hashable]
) -> Estimate:
    """How much more the first is than the second, question by question."""
    pairs = zip(first, second, strict=True)
    return mean([float(one) - float(other) for one, other in pairs], clusters)


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """The interval that a share of `count` draws is good to.

    >>> [round(bound, 2) for bound in wilson(0.5, 100)]
    [0.4, 0.6]
    """
    centre = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def _by_cluster(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[Values, Values]:
    """The sum of each cluster's values, and how many they are."""
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    places = [numbers[cluster] for cluster in clusters]
    totals = np.bincount(places, weights=np.asarray(values, dtype=np.float64))
    return totals.astype(np.float64), np.bincount(places).astype(np.float64)
