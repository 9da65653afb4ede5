"""What the search is tuned on: the candidates of each question, with all their signals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from evaluation.asking import CANDIDATES, Knowledge, Writing, search
from evaluation.intervals import Values
from evaluation.questions import Question
from knowledge.client import Ranking


@dataclass(frozen=True)
class Example:
    """The candidates of one writing of a question: a row of signals each, in the order in use."""

    question: Question
    writing: Writing
    kind: str
    names: tuple[str, ...]
    signals: Values
    right: tuple[bool, ...]


async def collect(knowledge: Knowledge, questions: Sequence[Question]) -> list[Example]:
    """Two examples of each question, one of those that had no diacritics to begin with.

    Raises httpx2.HTTPError.
    """
    found = []
    for each in tqdm(questions, desc="asking", disable=None):
        writings = {Writing.AS_WRITTEN: each}
        if each.has_diacritics:
            writings[Writing.BARE] = each.without_diacritics()
        for writing, question in writings.items():
            ranking = await search(knowledge, question, limit=CANDIDATES)
            found.append(example(each, writing, ranking))
    return found


def example(question: Question, writing: Writing, ranking: Ranking) -> Example:
    names = tuple(ranking.hits[0].signals) if ranking.hits else ()
    rows = [[hit.signals[name] for name in names] for hit in ranking.hits]
    return Example(
        question=question,
        writing=writing,
        kind=ranking.kind,
        names=names,
        signals=np.array(rows, dtype=np.float64).reshape(len(rows), len(names)),
        right=tuple(hit.code in (question.gold or ()) for hit in ranking.hits),
    )
