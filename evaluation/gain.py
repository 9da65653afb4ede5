"""What tuned numbers gain over those in use, and what their thresholds let through."""

from collections.abc import Sequence

from evaluation.asking import Writing
from evaluation.figures import coverage, within
from evaluation.intervals import difference, share
from evaluation.risk import Guess, curve
from evaluation.scores import METRICS, OVERALL
from evaluation.tables import Table
from evaluation.tuning import Judged, Thresholds


def gain(judged: Sequence[Judged], writing: Writing, metric: str) -> Table:
    """Slice by slice, in use and tuned, on the same questions."""
    found = [
        each
        for each in judged
        if each.example.writing is writing and each.example.question.in_catalogue
    ]
    names = [OVERALL, *sorted({each.example.question.slice for each in found} - {OVERALL})]
    groups = {
        name: [each for each in found if name in (OVERALL, each.example.question.slice)]
        for name in names
    }
    return Table(
        f"{metric}, {writing}: % in use and tuned, points gained (95 % interval, paired)",
        ("slice", "n", "in use", "tuned", "gained"),
        tuple(_row(name, group, metric) for name, group in groups.items() if group),
    )


def answerable(judged: Sequence[Judged]) -> Table:
    """What could be answered at once for more or less risk, to choose another threshold by."""
    guesses = [Guess(each.confidence, each.after == 1) for each in judged]
    return coverage("What could be answered at once, cross-fitted", curve(guesses, len(judged)))


def let_through(judged: Sequence[Judged], chosen: Thresholds) -> Table:
    """What citizens would get at these thresholds."""
    inside = [each for each in judged if each.example.question.in_catalogue]
    outside = [each for each in judged if not each.example.question.in_catalogue]
    refused = [each for each in judged if each.known < chosen.nothing]
    answered = [e for e in judged if e.known >= chosen.nothing and e.confidence >= chosen.answer]
    rows = (
        (f"answered at once (confidence from {chosen.answer})", answered, judged),
        ("of these wrong", [each for each in answered if each.after != 1], answered),
        (
            f"refused (known below {chosen.nothing}), though in the catalogue",
            [each for each in refused if each.example.question.in_catalogue],
            inside,
        ),
        (
            "refused, and not in the catalogue",
            [each for each in refused if not each.example.question.in_catalogue],
            outside,
        ),
    )
    return Table(
        "At these thresholds, cross-fitted: % (95 % interval)",
        ("", "n", "share"),
        tuple(
            (name, f"{len(some)} of {len(all_)}", within(share(_marks(some, all_))))
            for name, some, all_ in rows
            if all_
        ),
    )


def _marks(some: Sequence[Judged], every: Sequence[Judged]) -> list[bool]:
    return [True] * len(some) + [False] * (len(every) - len(some))


def _row(name: str, group: Sequence[Judged], metric: str) -> tuple[str, ...]:
    value = METRICS[metric]
    before = [value(each.before) for each in group]
    after = [value(each.after) for each in group]
    gained = difference(after, before, [(each.example.question.gold or ("",))[0] for each in group])
    shares = (f"{sum(values) / len(values):.1%}" for values in (before, after))
    return (name, str(len(group)), *shares, within(gained, "+"))
