"""How sure a ranking is: whether the catalogue has what is asked, and which procedure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import exp

from knowledge.search import Ranked


class Outcome(Enum):
    """What a citizen gets: the answer, "did you mean", or that the catalogue has nothing."""

    ANSWER = "answer"
    ASK = "ask"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Confidence:
    """The weights and thresholds of search.yml (`known`, `outcome`), applied to rankings."""

    weights: Mapping[str, float]
    answer: float
    named: float
    nothing: float
    likely: float
    choices: int

    def known(self, ranked: Sequence[Ranked]) -> float:
        """Probability that the catalogue has what was asked, by the signals of the first."""
        if not ranked:
            return 0.0
        signals = {"bias": 1.0, **ranked[0].signals}
        total = sum(weight * signals[name] for name, weight in self.weights.items())
        return 1 / (1 + exp(-total))

    def of(self, ranked: Sequence[Ranked]) -> float:
        """Probability that the first is what was asked."""
        return self.known(ranked) * ranked[0].share if ranked else 0.0

    def outcome(self, ranked: Sequence[Ranked]) -> Outcome:
        if self.known(ranked) < self.nothing:
            return Outcome.NOTHING
        sure = self.of(ranked) >= self.answer or self.is_named(ranked)
        return Outcome.ANSWER if sure else Outcome.ASK

    def named_first(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        """With the procedure first whose title the question says, if it says a single one best:
        what was talked about before may have put a longer title of its kind there.
        """
        by_title = sorted(ranked, key=lambda each: -each.signals.get("title", 0.0))[:1]
        if not self.is_named([*by_title, *(each for each in ranked if each not in by_title)]):
            return list(ranked)
        return [*by_title, *(each for each in ranked if each not in by_title)]

    def is_named(self, ranked: Sequence[Ranked]) -> bool:
        """Whether the question says the title of the first, and of no other as well."""
        if not ranked:
            return False
        first, *others = (each.signals.get("title", 0.0) for each in ranked)
        return first >= self.named and all(other < first for other in others)

    def worth_offering(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        """The first, and those that may be meant instead; no more than a citizen wants to read."""
        likely = [each for each in ranked[1:] if each.share >= self.likely]
        return [*ranked[:1], *likely][: self.choices]
