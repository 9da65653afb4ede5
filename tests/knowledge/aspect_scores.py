"""How well the asked parts are read: F1 of each aspect over labelled messages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.client import Aspect
from knowledge.question import QuestionReader
from vietnamese.text import fold

FOLDER = Path(__file__).with_name("messages")


@dataclass(frozen=True)
class Labelled:
    """A message and the parts it asks for, in the order asked."""

    text: str
    aspects: tuple[Aspect, ...]

    def unaccented(self) -> "Labelled":
        return Labelled(fold(self.text), self.aspects)


@dataclass(frozen=True)
class AspectScores:
    """F1 by aspect; `ordered` is the share of messages read whole and in order."""

    f1: dict[Aspect, float]
    ordered: float
    wrong: tuple[tuple[str, list[str], list[str]], ...]  # Message, asked, read.

    @property
    def macro(self) -> float:
        return sum(self.f1.values()) / len(self.f1)


def labelled(name: str) -> Iterator[Labelled]:
    """Read messages/NAME.tsv."""
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            asked, text = line.split("\t")
            names = () if asked == "none" else tuple(map(Aspect, asked.split(",")))
            yield Labelled(text, names)


def scores(reader: QuestionReader, messages: Iterable[Labelled]) -> AspectScores:
    right, read, asked = Counter[Aspect](), Counter[Aspect](), Counter[Aspect]()
    wrong, count = [], 0
    for each in messages:
        found = reader.read(each.text).aspects
        right.update(set(found) & set(each.aspects))
        read.update(found)
        asked.update(each.aspects)
        count += 1
        if found != each.aspects:
            wrong.append((each.text, [*map(str, each.aspects)], [*map(str, found)]))
    f1 = {aspect: 2 * right[aspect] / (read[aspect] + asked[aspect]) for aspect in asked}
    return AspectScores(f1, 1 - len(wrong) / count, tuple(wrong))
