"""Families of procedures: titles that say the same but for a qualifier.

"Đăng ký khai sinh" is the plain member; "... lưu động", "... có yếu tố nước ngoài", "đăng ký lại
..." are its siblings. Nothing is listed by hand: a part of a title is a qualifier where the title
without it is another procedure's title, or where many titles differ by it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from vietnamese.words import syllables

Words = tuple[str, ...]

LONGEST_QUALIFIER = 16  # Syllables.
SHORTEST_TITLE = 3  # What is left without the qualifier must still name something.
COMMON = 3  # A part that makes the difference this often is a qualifier anywhere.
SURE = 4  # A remainder of this many syllables is no accident.


@dataclass(frozen=True)
class Sibling:
    """A procedure in its family; `qualifiers` is empty for the plain member."""

    code: str
    qualifiers: tuple[str, ...]


class Families:
    """Who is whose sibling. A procedure without siblings is a family of its own."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        """`titles` maps codes to titles in their searchable form."""
        words = {code: tuple(syllables(title)) for code, title in titles.items()}
        self._members: dict[str, tuple[Sibling, ...]] = {}
        by_title = defaultdict(list)
        for code, title in words.items():
            by_title[title].append(code)
        for family in _joined(list(by_title)):
            members = _members(family, by_title)
            self._members |= {member.code: members for member in members}

    def of(self, code: str) -> tuple[Sibling, ...]:
        """The family of a procedure, itself included, the plainest first."""
        return self._members[code]

    def qualifiers(self, code: str) -> tuple[str, ...]:
        """What the title adds to that of the plainest sibling."""
        return next(each.qualifiers for each in self._members[code] if each.code == code)


def _joined(titles: list[Words]) -> list[list[Words]]:
    """Group titles that differ by qualifiers."""
    known, parents = set(titles), {title: title for title in titles}

    def root(title: Words) -> Words:
        while parents[title] != title:
            title = parents[title]
        return title

    pairs = [(t, rest, part) for t in titles for part, rest in _parts(t) if rest in known]
    counts = Counter(part for _, _, part in pairs)
    common = {part for part, count in counts.items() if count >= COMMON}
    for title, rest, part in pairs:
        if len(rest) >= SURE or part in common:
            parents[root(title)] = root(rest)
    twins: dict[Words, Words] = {}
    for title in titles:
        for part, rest in _parts(title):
            if part in common:
                parents[root(title)] = root(twins.setdefault(rest, title))
    groups = defaultdict(list)
    for title in titles:
        groups[root(title)].append(title)
    return list(groups.values())


def _parts(title: Words) -> Iterable[tuple[Words, Words]]:
    """Each run of words that could be a qualifier, and what is left without it."""
    count = len(title)
    for start in range(count):
        for end in range(start + 1, min(count, start + LONGEST_QUALIFIER) + 1):
            if count - (end - start) >= SHORTEST_TITLE:
                yield title[start:end], title[:start] + title[end:]


def _members(family: list[Words], codes: Mapping[Words, list[str]]) -> tuple[Sibling, ...]:
    ordered = sorted(family, key=lambda title: (len(title), title))
    plain = ordered[0]
    return tuple(
        Sibling(code, _added(title, plain)) for title in ordered for code in sorted(codes[title])
    )


def _added(title: Words, plain: Words) -> tuple[str, ...]:
    """The parts of a title that the plain one does not have, in the title's order."""
    same = SequenceMatcher(None, plain, title, autojunk=False).get_opcodes()
    added = ((start, end) for tag, _, _, start, end in same if tag != "equal" and start < end)
    return tuple(" ".join(title[start:end]) for start, end in added)
