"""Names of cases short enough for a button, cut from the record's own words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from vietnamese.text import clean, fold, normalise

LONGEST = 60  # Characters that a button shows.
SHARED = 4  # Words; a beginning shared by all that is shorter may belong to what follows.
LEFT = 2  # Words that must be left of a name.
CUT = "…"
_NUMBERING = re.compile(
    r"[\s\-–—+*•·.:;\[]*"
    r"(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4}|[a-zđ]\d?)[.)\]:]+\s*|\(\*+\)\s*|(?:\d{1,2}\.)+\d*\s+)*"
    r"[\s\-–—+*•·.:;\[]*",
    re.IGNORECASE,
)


class ShortNames:
    """Cuts names of cases by the patterns of cases.yml.

    Those of openings and endings are for folded text, which is as long as the text itself.
    """

    def __init__(self, patterns: Mapping[str, Any]) -> None:
        self._openings = [re.compile(each) for each in patterns["openings"]]
        self._endings = [re.compile(each) for each in patterns["endings"]]
        self._clauses = re.compile(patterns["clauses"])
        self._before, self._after = frozenset(patterns["before"]), frozenset(patterns["after"])

    def of(self, names: Sequence[str]) -> list[str]:
        """Short names, one for each and no two alike."""
        words = [self.core(name).split() for name in names]
        shared = self._end(words, _shared(words))
        if shared >= SHARED or any(len(" ".join(each)) > LONGEST for each in words):
            words = [each[shared:] for each in words]
        moved = [self._fit(each, words) for each in words]
        again = [self._cut_openings(" ".join(each)) for each in moved]
        return _distinct([_upfirst(_cut(each)) for each in again])

    def core(self, name: str) -> str:
        """A name without its numbering and the words that every name has.

        "a) Trường hợp bị mất theo quy định tại Điều 5, hồ sơ gồm:" is "bị mất".
        """
        text = self._cut_openings(self.unnumbered(name))
        clause = self._clauses.search(text.lower())
        if clause and len(text[: clause.start()].split()) >= LEFT:
            text = text[: clause.start()]
        return self._cut_endings(text)

    def unnumbered(self, name: str) -> str:
        """A name without what the source puts before it, on one line."""
        text = " ".join(clean(name).split())
        match = _NUMBERING.match(text)
        return text[match.end() :] if match else text

    def _cut_openings(self, text: str) -> str:
        folded = fold(text)
        ends = (match.end() for each in self._openings if (match := each.match(folded)))
        end = next(filter(None, ends), 0)
        if not end:
            return text
        return self._cut_openings(self.unnumbered(text[end:].lstrip(" :,.;-/")))

    def _cut_endings(self, text: str) -> str:
        text = text.rstrip(" :;,.-(")
        folded = fold(text)
        starts = (match.start() for each in self._endings if (match := each.search(folded)))
        start = next(starts, len(text))
        if start == len(text) or len(text[:start].split()) < LEFT:
            return text
        return self._cut_endings(text[:start])

    def _fit(self, words: list[str], names: Sequence[list[str]]) -> list[str]:
        """A name that is too long, begun later, but not later than where it differs from others."""
        if len(" ".join(words)) <= LONGEST:
            return words
        shared = max((_shared([words, each]) for each in names if each is not words), default=0)
        ends = sorted({self._end([words], most) for most in range(shared + 1)})
        fitting = (end for end in ends if len(" ".join(words[end:])) <= LONGEST)
        return words[next(fitting, ends[-1]) :]

    def _end(self, names: Sequence[list[str]], most: int) -> int:
        """Where a beginning of so many words at most can be cut off without tearing a phrase."""
        ends = range(most, 0, -1)
        return next((end for end in ends if all(self._begins(each, end) for each in names)), 0)

    def _begins(self, words: list[str], at: int) -> bool:
        """Whether a phrase may begin with that word."""
        before, after = normalise(words[at - 1]), normalise(words[at])
        return after in self._before or before in self._after or before[-1:] in (",", ";", ":")


def _shared(names: Sequence[list[str]]) -> int:
    """How many words all names begin with, as long as each has something left."""
    if len(names) < 2:
        return 0
    most = max(0, min(map(len, names)) - LEFT)
    same = 0
    while same < most and len({fold(each[same]) for each in names}) == 1:
        same += 1
    return same


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:(-") + CUT


def _upfirst(text: str) -> str:
    return text[:1].upper() + text[1:]


def _distinct(names: list[str]) -> list[str]:
    """The same names; where two are alike, with a number."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[fold(name)] += 1
        found.append(f"{name} ({seen[fold(name)]})" if seen[fold(name)] > 1 else name)
    return found
