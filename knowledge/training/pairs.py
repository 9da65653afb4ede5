"""What the model learns from: a citizen's phrase and another text of the same procedure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from random import Random

from knowledge.index.passages import searchable
from knowledge.model import Procedure
from knowledge.training.variants import Typist

TITLE = 0.5  # Share of the phrases that lead to the title, the others to another phrase.


@dataclass(frozen=True)
class Topic:
    """All that is published under one title: provinces repeat national procedures."""

    title: str
    fields: frozenset[str]
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A query, what answers it, and the title of the topic both are about."""

    query: str
    positive: str
    topic: str


def topics(procedures: Iterable[Procedure], excluded: Collection[str] = ()) -> list[Topic]:
    """The topics, without those of excluded codes, whatever other codes these have.

    A phrase that stands for several topics tells none of them apart and is left out.
    """
    found: dict[str, list[Procedure]] = {}
    for procedure in procedures:
        found.setdefault(searchable(procedure.title), []).append(procedure)
    owners = Counter(phrase for title, each in found.items() for phrase in _phrases(title, each))
    return [
        Topic(
            title,
            frozenset(field for one in each for field in one.fields),
            tuple(phrase for phrase in _phrases(title, each) if owners[phrase] == 1),
        )
        for title, each in found.items()
        if not any(one.code in excluded for one in each)
    ]


def pairs(topics: Iterable[Topic], random: Random) -> list[Pair]:
    """A pair for every phrase, each time typed differently, in a random order."""
    typist = Typist(random)
    made = [pair for topic in topics for pair in _pairs(topic, typist, random)]
    random.shuffle(made)
    return made


def _pairs(topic: Topic, typist: Typist, random: Random) -> Iterator[Pair]:
    for phrase in topic.phrases:
        others = [other for other in topic.phrases if other != phrase]
        to_title = not others or random.random() < TITLE
        yield Pair(
            query=typist.typed(phrase),
            positive=topic.title if to_title else random.choice(others),
            topic=topic.title,
        )


def _phrases(title: str, procedures: Iterable[Procedure]) -> list[str]:
    phrases = dict.fromkeys(searchable(each) for one in procedures for each in one.keywords)
    return [phrase for phrase in phrases if phrase and phrase != title]
