"""Asking the service: every question as written and without diacritics, stage by stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tqdm import tqdm

from evaluation.questions import Question
from knowledge.client import Answer, Ranking

DEPTH = 10  # Ranks that count, and codes of a prediction.
CANDIDATES = 60  # As many as the second step of the search looks at.
BEST = "reranked"
STAGES = ("accented", "folded", "dense", "fused", BEST)


class Writing(StrEnum):
    """How a question is typed."""

    AS_WRITTEN = "as written"
    BARE = "without diacritics"


class Knowledge(Protocol):
    """What is asked of the service; `KnowledgeClient`, or the one of `testing`."""

    async def search(
        self, question: str, *, limit: int = 10, by: str = BEST, earlier: Sequence[str] = ()
    ) -> Ranking: ...

    async def answer(self, question: str, *, earlier: Sequence[str] = ()) -> Answer: ...


@dataclass(frozen=True)
class Reply:
    """What the service makes of one writing of a question: the codes that each stage puts first,
    the whole ranking with its signals, and the answer.
    """

    stages: Mapping[str, tuple[str, ...]]
    best: Ranking
    answer: Answer

    @property
    def confidence(self) -> float:
        """Probability that the first is what is meant; 0 without any."""
        return self.best.known * self.best.hits[0].share if self.best.hits else 0.0


@dataclass(frozen=True)
class Asked:
    question: Question
    replies: Mapping[Writing, Reply]

    def rank(self, writing: Writing, stage: str = BEST) -> int | None:
        """Where the first right procedure stands among those that count."""
        return rank(self.question, self.replies[writing].stages[stage])


def rank(question: Question, codes: Sequence[str]) -> int | None:
    """Where the first right procedure stands, from 1."""
    gold = question.gold or ()
    return next((place for place, code in enumerate(codes, 1) if code in gold), None)


async def ask_all(knowledge: Knowledge, questions: Sequence[Question]) -> list[Asked]:
    """Ask everything that the report needs. Raises httpx2.HTTPError."""
    return [await _ask(knowledge, each) for each in tqdm(questions, desc="asking", disable=None)]


async def predict_all(
    knowledge: Knowledge, questions: Sequence[Question]
) -> dict[str, tuple[str, ...]]:
    """The codes that a citizen would see for each question, best first."""
    found = {}
    for each in tqdm(questions, desc="asking", disable=None):
        ranking = await search(knowledge, each, limit=DEPTH)
        found[each.id] = _codes(ranking)
    return found


async def search(
    knowledge: Knowledge, question: Question, *, limit: int, stage: str = BEST
) -> Ranking:
    *earlier, last = question.turns
    return await knowledge.search(last, limit=limit, by=stage, earlier=earlier)


async def _ask(knowledge: Knowledge, question: Question) -> Asked:
    written = await _reply(knowledge, question)
    bare = written
    if question.has_diacritics:
        bare = await _reply(knowledge, question.without_diacritics())
    return Asked(question, {Writing.AS_WRITTEN: written, Writing.BARE: bare})


async def _reply(knowledge: Knowledge, question: Question) -> Reply:
    *earlier, last = question.turns
    best = await search(knowledge, question, limit=CANDIDATES)
    stages = {BEST: _codes(best)} | {
        stage: _codes(await search(knowledge, question, limit=DEPTH, stage=stage))
        for stage in STAGES
        if stage != BEST
    }
    return Reply(stages, best, await knowledge.answer(last, earlier=earlier))


def _codes(ranking: Ranking) -> tuple[str, ...]:
    return tuple(hit.code for hit in ranking.hits[:DEPTH])
