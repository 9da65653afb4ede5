"""How well messages are sorted: precision, recall and F1 of every label, and what is mixed up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.asking import Writing
from evaluation.tables import Table

MACRO = "macro"
COLUMNS = ("n", "precision", "recall", "F1", "unsure")


@dataclass(frozen=True)
class Labelled:
    """A message, the labels it was written for and those it was given, in the order asked.

    `sure` is false where the classifier would rather not have said anything.
    """

    text: str
    meant: tuple[str, ...]
    given: tuple[str, ...]
    sure: bool = True


@dataclass(frozen=True)
class Score:
    """Of `given` messages `right` were meant so; of `meant` ones `unsure` were not decided."""

    label: str
    right: int
    given: int
    meant: int
    unsure: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.meant if self.meant else 0.0

    @property
    def f1(self) -> float:
        """
        >>> Score("greet", right=3, given=4, meant=4).f1
        0.75
        """
        return 2 * self.right / (self.given + self.meant) if self.given + self.meant else 0.0


def scores(messages: Sequence[Labelled]) -> list[Score]:
    """A score for every label that was meant or given, by name."""
    right, given, meant, unsure = (Counter[str]() for _ in range(4))
    for each in messages:
        right.update(set(each.meant) & set(each.given))
        given.update(set(each.given))
        meant.update(set(each.meant))
        unsure.update(() if each.sure else set(each.meant))
    return [
        Score(label, right[label], given[label], meant[label], unsure[label])
        for label in sorted(given | meant)
    ]


def macro(found: Sequence[Score]) -> float:
    """The mean F1: a rare label counts as much as a common one."""
    return sum(score.f1 for score in found) / len(found)


def exact(messages: Sequence[Labelled]) -> float:
    """The share given exactly what was meant, in the same order."""
    return sum(each.meant == each.given for each in messages) / len(messages)


def confusions(messages: Sequence[Labelled]) -> list[tuple[str, str, list[str]]]:
    """What was meant, what was given instead, and the messages; the most frequent first."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in messages:
        if each.meant != each.given:
            key = (", ".join(each.meant), ", ".join(each.given) or "nothing")
            found.setdefault(key, []).append(each.text)
    pairs = ((meant, given, texts) for (meant, given), texts in found.items())
    return sorted(pairs, key=lambda pair: (-len(pair[2]), pair))


def table(title: str, found: Mapping[Writing, Sequence[Labelled]]) -> Table:
    """Every label, as written and without diacritics."""
    by_writing = [{each.label: each for each in scores(messages)} for messages in found.values()]
    labels = sorted({label for each in by_writing for label in each})
    rows = [
        (label, *(cell for each in by_writing for cell in _cells(each.get(label))))
        for label in labels
    ]
    means = (("", "", "", f"{macro(list(each.values())):.3f}", "") for each in by_writing)
    rows.append((MACRO, *(cell for mean in means for cell in mean)))
    return Table(title, ("label", *COLUMNS * len(by_writing)), tuple(rows))


def _cells(score: Score | None) -> tuple[str, ...]:
    if score is None:
        return ("0", *[""] * (len(COLUMNS) - 1))
    figures = (f"{value:.3f}" for value in (score.precision, score.recall, score.f1))
    return (str(score.meant), *figures, str(score.unsure or ""))
