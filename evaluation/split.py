"""Which questions belong together, and the two parts of a set: one to tune on, one to check on.

Questions that share a procedure, directly or through others, stay together: whoever tuned on
one of them has seen the others.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from evaluation.questions import Question
from vietnamese.text import fold

PARTS = ("tune", "check")


class TornGroup(Exception):
    """Questions that share a procedure were put into different parts before."""


def groups(questions: Sequence[Question]) -> list[list[Question]]:
    """Questions connected through the procedures that answer them, the larger groups first.

    Without any, the same question written twice is a group.
    """
    leader: dict[str, str] = {}

    def find(code: str) -> str:
        while leader.setdefault(code, code) != code:
            code = leader[code]
        return code

    for each in questions:
        for code in each.gold or ():
            leader[find(code)] = find((each.gold or ())[0])
    found: dict[str, list[Question]] = {}
    for each in questions:
        key = find(each.gold[0]) if each.gold else fold(" / ".join(each.turns))
        found.setdefault(key, []).append(each)
    return sorted(found.values(), key=lambda group: (-len(group), min(q.id for q in group)))


def split(questions: Sequence[Question]) -> list[Question]:
    """Give a part to every question that has none, and sort by id; the others keep theirs.

    Each group goes where its slices are still missing most. Raises TornGroup.
    """
    counts: Counter[tuple[str, str]] = Counter()
    open_groups = []
    placed: list[Question] = []
    for group in groups(questions):
        part = _part_of(group)
        if part:
            placed += _place(group, part, counts)
        else:
            open_groups.append(group)
    for group in open_groups:
        placed += _place(group, min(PARTS, key=lambda part: _filled(group, part, counts)), counts)
    return sorted(placed, key=lambda each: each.id)


def halves(questions: Sequence[Question]) -> dict[str, int]:
    """Halve a part for cross-fitting: 0 or 1 for each id, groups kept whole."""
    return {each.id: PARTS.index(each.part) for each in split(_without_part(questions))}


def _without_part(questions: Iterable[Question]) -> list[Question]:
    return [replace(each, part="") for each in questions]


def _part_of(group: Sequence[Question]) -> str:
    parts = {each.part for each in group} - {""}
    if len(parts) > 1:
        raise TornGroup(", ".join(f"{each.id} ({each.part or 'new'})" for each in group))
    return parts.pop() if parts else ""


def _place(
    group: Sequence[Question], part: str, counts: Counter[tuple[str, str]]
) -> list[Question]:
    counts.update((part, each.slice) for each in group)
    return [replace(each, part=part) for each in group]


def _filled(
    group: Sequence[Question], part: str, counts: Counter[tuple[str, str]]
) -> tuple[int, int]:
    """How many questions a part has already of the slices of this group, and in all."""
    every = sum(count for (where, _), count in counts.items() if where == part)
    return sum(counts[part, each.slice] for each in group), every
