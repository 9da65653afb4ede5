"""All figures of one run, and the tables that show them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.asking import BEST, STAGES, Asked, Writing
from evaluation.failures import Failure, failures
from evaluation.intervals import Estimate
from evaluation.outcomes import Verdict, outcomes
from evaluation.risk import Bin, Point, calibration, curve, furthest, guesses
from evaluation.scores import OVERALL, Loss, Scored, gains, losses, scores
from evaluation.tables import Table

LIMITS = (0.01, 0.02, 0.05, 0.1)  # Shares of wrong answers that one may want to bear.


@dataclass(frozen=True)
class Figures:
    """Everything that was measured; the report and its JSON hold nothing else."""

    slices: Mapping[str, int]
    scores: Mapping[Writing, Scored]
    gains: Mapping[Writing, Mapping[str, Mapping[str, Estimate]]]
    losses: Mapping[str, Mapping[str, Loss]]
    outcomes: Mapping[Writing, Mapping[str, Mapping[Verdict, int]]]
    curves: Mapping[Writing, Sequence[Point]]
    calibration: Mapping[Writing, Sequence[Bin]]
    failures: Mapping[Writing, Sequence[Failure]]


def figures(asked: Sequence[Asked]) -> Figures:
    return Figures(
        slices=dict(Counter(each.question.slice for each in asked)),
        scores={each: scores(asked, each) for each in Writing},
        gains={each: gains(asked, each) for each in Writing},
        losses={metric: losses(asked, metric) for metric in ("hit@1", "hit@3")},
        outcomes={each: outcomes(asked, each) for each in Writing},
        curves={each: curve(guesses(asked, each), len(asked)) for each in Writing},
        calibration={each: calibration(guesses(asked, each)) for each in Writing},
        failures={each: failures(asked, each) for each in Writing},
    )


def tables(found: Figures) -> list[Table]:
    """A table per topic, in the order in which they are read."""
    return [
        *(table for each in Writing for table in _scores(found, each)),
        *(_gains(found, each) for each in Writing),
        *(_losses(found, metric) for metric in found.losses),
        *(_outcomes(found, each) for each in Writing),
        *(
            coverage(f"What could be answered at once, {each}", found.curves[each])
            for each in Writing
        ),
        *(_calibration(found, each) for each in Writing),
    ]


def _scores(found: Figures, writing: Writing) -> list[Table]:
    return [
        Table(
            f"{metric}, {writing}: % (95 % interval)",
            ("slice", "n", *STAGES),
            tuple(
                (name, str(stages[BEST].count), *(within(stages[each]) for each in STAGES))
                for name, stages in slices.items()
            ),
        )
        for metric, slices in found.scores[writing].items()
    ]


def _gains(found: Figures, writing: Writing) -> Table:
    others = [stage for stage in STAGES if stage != BEST]
    return Table(
        f"What {BEST} gains over each stage, {writing}: points (95 % interval, paired)",
        ("", *others),
        tuple(
            (metric, *(within(stages[each], "+") for each in others if each in stages))
            for metric, stages in found.gains[writing].items()
            if stages
        ),
    )


def _losses(found: Figures, metric: str) -> Table:
    return Table(
        f"With and without diacritics, {BEST} {metric}: % and points lost (95 % interval, paired)",
        ("slice", "n", *Writing, "lost"),
        tuple(
            (
                name,
                str(each.lost.count),
                f"{each.written:.1%}",
                f"{each.bare:.1%}",
                within(each.lost, "+"),
            )
            for name, each in found.losses[metric].items()
        ),
    )


def _outcomes(found: Figures, writing: Writing) -> Table:
    slices = found.outcomes[writing]
    shown = [each for each in Verdict if each is not Verdict.FAILED or slices[OVERALL][each]]
    total = sum(slices[OVERALL].values())
    rows = [
        (name, str(sum(counts.values())), *(str(counts[each]) for each in shown))
        for name, counts in slices.items()
    ]
    shares = (f"{slices[OVERALL][each] / total:.1%}" for each in shown)
    return Table(
        f"What citizens got, {writing}: answered, asked back (right one offered or not), nothing",
        ("slice", "n", *shown),
        (*rows, (f"share of {OVERALL}", "", *shares)),
    )


def coverage(title: str, curve: Sequence[Point]) -> Table:
    points = [furthest(curve, limit) for limit in LIMITS]
    return Table(
        title,
        ("at most wrong", "confidence from", "answered", "of them wrong"),
        tuple(
            (f"{limit:.0%}", f"{p.threshold:.3f}", f"{p.coverage:.1%}", f"{p.risk:.1%}")
            if p
            else (f"{limit:.0%}", "-", "0.0%", "-")
            for limit, p in zip(LIMITS, points, strict=True)
        ),
    )


def _calibration(found: Figures, writing: Writing) -> Table:
    return Table(
        f"Is the confidence true, {writing}",
        ("mean confidence", "n", "right: % (95 % interval)"),
        tuple(
            (f"{each.confidence:.1%}", str(each.right.count), within(each.right))
            for each in found.calibration[writing]
        ),
    )


def within(estimate: Estimate, sign: str = "") -> str:
    """A figure with its interval, in percent.

    >>> within(Estimate(0.5, 0.404, 0.596, 100)), within(Estimate(0.05, -0.01, 0.11, 9), "+")
    ('50.0 (40-60)', '+5.0 (-1.0 to +11.0)')
    """
    value, low, high = (100 * each for each in (estimate.value, estimate.low, estimate.high))
    if sign:
        return f"{value:+.1f} ({low:+.1f} to {high:+.1f})"
    return f"{value:.1f} ({low:.0f}-{high:.0f})"
