import json
from pathlib import Path

import pytest

from evaluation.asking import Writing
from evaluation.aspects import (
    AspectQuestion,
    ServiceFailed,
    UnreadableAspects,
    ask_aspects,
    read_aspect_questions,
)
from knowledge.client import Answer, AnswerStatus, Aspect


class ReadingKnowledge:
    """Reads aspects off a table of questions."""

    def __init__(self, table: dict[str, tuple[Aspect, ...]]) -> None:
        self._table = table

    async def answer(self, question: str) -> Answer:
        if question not in self._table:
            return Answer(AnswerStatus.ERROR_SEARCH)
        return Answer(AnswerStatus.UNANSWERED_NO_PROCEDURE, aspects=self._table[question])


FEE = AspectQuestion("P1", "Lệ phí?", (Aspect.FEE,))


async def test_asks_as_written_and_without_diacritics() -> None:
    knowledge = ReadingKnowledge({"Lệ phí?": (Aspect.FEE,), "le phi?": (Aspect.TIME,)})

    read = await ask_aspects(knowledge, [FEE])

    assert [each.given for each in read[Writing.AS_WRITTEN]] == [("fee",)]
    assert [each.given for each in read[Writing.BARE]] == [("time",)]


async def test_a_question_for_nothing_in_particular_gets_an_overview() -> None:
    knowledge = ReadingKnowledge({"Lệ phí?": (), "le phi?": ()})

    read = await ask_aspects(knowledge, [FEE])

    assert read[Writing.BARE][0].given == ("overview",)


async def test_stops_where_the_service_cannot_answer() -> None:
    with pytest.raises(ServiceFailed, match="P1"):
        await ask_aspects(ReadingKnowledge({}), [FEE])


def test_reads_questions(tmp_path: Path) -> None:
    path = tmp_path / "aspects.jsonl"
    path.write_text(json.dumps({"id": "P1", "question": "Lệ phí?", "aspects": ["fee"]}) + "\n\n")

    assert read_aspect_questions(path) == [FEE]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a", "question": "b", "aspects": ["price"]}'])
def test_names_the_line_that_is_no_question(tmp_path: Path, line: str) -> None:
    path = tmp_path / "aspects.jsonl"
    path.write_text(f"\n{line}\n")

    with pytest.raises(UnreadableAspects, match=r"aspects.jsonl, line 2"):
        read_aspect_questions(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAspects, match=r"none\.jsonl"):
        read_aspect_questions(tmp_path / "none.jsonl")
