"""Question sets: JSON Lines, a question a line, with the procedures that answer it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vietnamese.text import fold, has_diacritics


class UnreadableQuestions(Exception):
    """The file is not a question set; the message names the line and the field."""


@dataclass(frozen=True)
class Question:
    """`turns` are the citizen's messages of one conversation; the last one is judged.

    `gold` is every procedure that answers it, the plainest first: none when the catalogue has
    none, and None when nobody has said, so that it can be ranked but not scored.
    """

    id: str
    turns: tuple[str, ...]
    gold: tuple[str, ...] | None = None
    slice: str = "all"
    part: str = ""

    @property
    def in_catalogue(self) -> bool:
        return bool(self.gold)

    @property
    def has_diacritics(self) -> bool:
        return any(map(has_diacritics, self.turns))

    def without_diacritics(self) -> "Question":
        """The same question as typed on a phone in a hurry.

        >>> Question("a", ("Đăng ký xe",)).without_diacritics().turns
        ('dang ky xe',)
        """
        return replace(self, turns=tuple(map(fold, self.turns)))


def read_questions(path: Path, part: str | None = None) -> list[Question]:
    """Read a question set, or one part of it. Raises UnreadableQuestions."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise UnreadableQuestions(f"{path}: {error}") from error
    found = [_question(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if len({each.gold is None for each in found}) > 1:
        bare = next(each.id for each in found if each.gold is None)
        raise UnreadableQuestions(f"{path.name}: {bare} has no gold_codes, though others have")
    if len({each.id for each in found}) < len(found):
        raise UnreadableQuestions(f"{path.name}: an id stands twice")
    found = [each for each in found if part in (None, each.part)]
    if not found:
        raise UnreadableQuestions(
            f"{path.name} holds no questions" + f" of part {part}" * bool(part)
        )
    return found


def write_parts(path: Path, questions: Sequence[Question]) -> None:
    """Write the part of each question into its row, and the rows in the order of the questions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = {row["id"]: row for row in map(json.loads, filter(str.strip, lines))}
    changed = [rows[each.id] | {"part": each.part} for each in questions]
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in changed]
    path.write_text("".join(lines), encoding="utf-8")


def every_nth(questions: Sequence[Question], limit: int | None) -> list[Question]:
    """At most `limit` questions, spread over the whole set."""
    if limit is None or limit >= len(questions):
        return list(questions)
    return [questions[number * len(questions) // limit] for number in range(limit)]


def _question(path: Path, number: int, line: str) -> Question:
    try:
        row = json.loads(line)
        turns = _texts(row["turns"] if "turns" in row else [row["question"]])
        if not turns:
            raise ValueError("no message")
        return Question(
            id=row["id"],
            turns=turns,
            gold=_texts(row["gold_codes"]) if "gold_codes" in row else None,
            slice=row.get("slice") or "all",
            part=row.get("part") or "",
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableQuestions(f"{path.name} line {number}: {error!r}") from error


def _texts(value: object) -> tuple[str, ...]:
    """A list of texts, none of them empty. Raises ValueError."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError(f"not a list of texts: {value!r}")
    return tuple(value)
