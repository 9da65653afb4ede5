"""Question sets: JSON Lines, a question a line, with the procedures that answer it."""

import json
from dataclasses import dataclass
from pathlib import Path


class UnreadableQuestions(Exception):
    """The file is not a question set; the message names the line and the field."""


@dataclass(frozen=True)
class Question:
    """`turns` are the citizen's messages of one conversation; the last one is judged."""

    id: str
    turns: tuple[str, ...]
    gold: frozenset[str]
    slice: str


def read_questions(path: Path) -> list[Question]:
    """Read a question set. Raises UnreadableQuestions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [_question(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise UnreadableQuestions(f"{path.name} holds no questions")
    return found


def _question(path: Path, number: int, line: str) -> Question:
    try:
        row = json.loads(line)
        return Question(
            id=row["id"],
            turns=tuple(row["turns"]) if "turns" in row else (row["question"],),
            gold=frozenset(row["gold_codes"]),
            slice=row.get("slice") or "all",
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableQuestions(f"{path.name} line {number}: {error!r}") from error
