"""Titles that are easily taken for each other: the wrong answers worth learning from."""

from collections import defaultdict
from collections.abc import Iterable

from knowledge.training.pairs import Topic
from vietnamese.words import syllables, with_bigrams

NEAREST = 5
READ = 24  # Syllables of a title that fit into what is read while training.


class Siblings:
    """The titles of the same field that share most words with a title, or of all where none is.

    Titles that begin alike are no siblings: training would see the same text as right and wrong.
    """

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._fields = {topic.title: topic.fields for topic in topics}
        self._words = {title: frozenset(with_bigrams(syllables(title))) for title in self._fields}
        self._by_field = defaultdict(list)
        for title, fields in self._fields.items():
            for field in fields:
                self._by_field[field].append(title)
        self._found: dict[str, list[str]] = {}

    def of(self, title: str) -> list[str]:
        """The nearest first; none only where there is no other title at all."""
        if title not in self._found:
            near = {other for field in self._fields[title] for other in self._by_field[field]}
            others = _others(title, near) or _others(title, self._fields)
            others.sort(key=lambda other: (-self._overlap(title, other), other))
            self._found[title] = others[:NEAREST]
        return self._found[title]

    def _overlap(self, one: str, other: str) -> float:
        first, second = self._words[one], self._words[other]
        return len(first & second) / max(1, len(first | second))


def beginning(title: str) -> str:
    """The part of a title by which training knows it."""
    return " ".join(title.split()[:READ])


def _others(title: str, among: Iterable[str]) -> list[str]:
    own = beginning(title)
    return [other for other in among if beginning(other) != own]
