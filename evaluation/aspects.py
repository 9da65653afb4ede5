"""Which parts of a procedure a question is read to ask for, by the running knowledge service."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

from evaluation.asking import Writing
from evaluation.classes import Labelled
from knowledge.client import Answer, AnswerStatus, Aspect
from vietnamese.text import fold


class UnreadableAspects(Exception):
    """The file is not a set of questions with aspects; the message names the line."""


class ServiceFailed(Exception):
    """The service could not answer a question; the message is its id."""


class Knowledge(Protocol):
    async def answer(self, question: str) -> Answer: ...


@dataclass(frozen=True)
class AspectQuestion:
    """`aspects` are what is asked for, in the order asked."""

    id: str
    question: str
    aspects: tuple[Aspect, ...]

    def without_diacritics(self) -> "AspectQuestion":
        return replace(self, question=fold(self.question))


def read_aspect_questions(path: Path) -> list[AspectQuestion]:
    """Raises UnreadableAspects."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise UnreadableAspects(f"{path}: {error}") from error
    return [_question(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


async def ask_aspects(
    knowledge: Knowledge, questions: Sequence[AspectQuestion]
) -> Mapping[Writing, list[Labelled]]:
    """Ask every question in both writings. Raises ServiceFailed."""
    found: dict[Writing, list[Labelled]] = {writing: [] for writing in Writing}
    for each in tqdm(questions, desc="asking", disable=None):
        found[Writing.AS_WRITTEN].append(await _ask(knowledge, each))
        found[Writing.BARE].append(await _ask(knowledge, each.without_diacritics()))
    return found


def labelled(question: AspectQuestion, aspects: Sequence[Aspect]) -> Labelled:
    """A question that asks for nothing in particular gets an overview."""
    given = tuple(aspects) or (Aspect.OVERVIEW,)
    return Labelled(question.question, _names(question.aspects), _names(given))


async def _ask(knowledge: Knowledge, question: AspectQuestion) -> Labelled:
    answer = await knowledge.answer(question.question)
    if answer.status is AnswerStatus.ERROR_SEARCH:
        raise ServiceFailed(question.id)
    return labelled(question, answer.aspects)


def _names(aspects: Sequence[Aspect]) -> tuple[str, ...]:
    return tuple(aspect.value for aspect in aspects)


def _question(path: Path, number: int, line: str) -> AspectQuestion:
    try:
        row = json.loads(line)
        aspects = tuple(map(Aspect, row["aspects"]))
        return AspectQuestion(row["id"], row["question"], aspects)
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableAspects(f"{path.name}, line {number}: {error!r}") from error
