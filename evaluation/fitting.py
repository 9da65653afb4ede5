"""Fitting the numbers of the search to questions: what signals weigh, and what makes one known.

Both are convex, so the same questions always give the same numbers.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.optimize import minimize

from evaluation.examples import Example
from evaluation.intervals import Values

Weights = Mapping[str, float]

BIAS = "bias"
# What is known of the sign beforehand keeps the numbers explainable: likeness never speaks
# against a procedure, these never speak for one.
AGAINST = frozenset({"unasked", "elsewhere", "internal", "ended"})
NOT_LIKENESS = AGAINST | {BIAS, "own"}
# The likeliest on questions held back, among 0.0003 to 0.1; more makes shares too even.
L2_SIGNALS = 0.001
L2_KNOWN = 0.0003
NEARLY_NOTHING = 0.05
TINY = 1e-12


def fit_signals(examples: Sequence[Example], l2: float = L2_SIGNALS) -> Weights:
    """Weights under which the right candidates are likeliest, any of them being as good.

    Questions without a right candidate teach nothing here.
    """
    teaching = [each for each in examples if any(each.right)]
    taught = [(each.signals, np.array(each.right)) for each in teaching]
    if not taught:
        return {}

    def loss(weights: Values) -> tuple[float, Values]:
        total, slope = 0.0, np.zeros_like(weights)
        for signals, right in taught:
            chances = softmax(signals @ weights)
            chance = max(float(chances[right].sum()), TINY)
            total -= np.log(chance)
            slope += (chances - np.where(right, chances / chance, 0)) @ signals
        return total / len(taught), slope / len(taught)

    return _minimise(loss, teaching[0].names, l2)


def fit_known(best: Sequence[tuple[Weights, bool]], l2: float = L2_KNOWN) -> Weights:
    """Logistic regression: how alike the first is, and whether the catalogue has what is asked."""
    if not best:
        return {}
    names = (BIAS, *(name for name in best[0][0] if name not in NOT_LIKENESS))
    signals = np.array([[each.get(name, 1.0) for name in names] for each, _ in best])
    known = np.array([float(each) for _, each in best])

    def loss(weights: Values) -> tuple[float, Values]:
        totals = signals @ weights
        total = np.logaddexp(0, totals) - known * totals
        return float(total.mean()), (logistic(totals) - known) @ signals / len(known)

    return _minimise(loss, names, l2)


def rounded(weights: Weights) -> dict[str, float]:
    """What is written down: two decimals, without what weighs nearly nothing.

    >>> rounded({"dense": 3.14159, "folded": 0.04, "bias": 0.01})
    {'dense': 3.14, 'bias': 0.01}
    """
    return {
        name: round(weight, 2)
        for name, weight in weights.items()
        if name == BIAS or abs(weight) >= NEARLY_NOTHING
    }


def softmax(scores: Values) -> Values:
    powers = np.exp(scores - scores.max())
    shares: Values = powers / powers.sum()
    return shares


def logistic(totals: Values) -> Values:
    value: Values = 1 / (1 + np.exp(-totals))
    return value


def _minimise(
    loss: Callable[[Values], tuple[float, Values]], names: Sequence[str], l2: float
) -> Weights:
    """L-BFGS with the signs that are known; the bias is not drawn to zero."""
    drawn = np.array([name != BIAS for name in names]) * l2

    def penalised(weights: Values) -> tuple[float, Values]:
        value, slope = loss(weights)
        return value + float(drawn @ weights**2) / 2, slope + drawn * weights

    bounds = [_bounds(name) for name in names]
    found = minimize(penalised, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds)
    return {name: float(weight) for name, weight in zip(names, found.x, strict=True)}


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name == BIAS:
        return None, None
    return (None, 0.0) if name in AGAINST else (0.0, None)
