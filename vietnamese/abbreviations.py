"""What short forms stand for, where their neighbours decide between several meanings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vietnamese.text import fold, normalise

HERE = "_"  # In abbreviations.tsv, the place of the short form beside its neighbour.


@dataclass(frozen=True)
class Meaning:
    """A long form, and the folded words of which one must stand before or after the short one."""

    full: str
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()

    def fits(self, before: str, after: str) -> bool:
        """Whether this is meant between two neighbours, which are folded or empty."""
        anywhere = not self.before and not self.after
        return anywhere or before in self.before or after in self.after


def read_abbreviations(path: Path) -> dict[str, tuple[Meaning, ...]]:
    """Read the table. Raises ValueError naming a line that is not understood or never used."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            short, meaning = _read_line(line)
        except ValueError as error:
            raise ValueError(f"{path.name} line {number}: {error}") from error
        known = found.get(short, ())
        if any(each.fits("", "") for each in known):
            raise ValueError(f"{path.name} line {number}: {short} always has its meaning above")
        found[short] = (*known, meaning)
    return found


@cache
def abbreviations() -> dict[str, tuple[Meaning, ...]]:
    """Short forms with their meanings, from abbreviations.tsv."""
    return read_abbreviations(Path(__file__).with_suffix(".tsv"))


def meaning_of(word: str, before: str = "", after: str = "") -> str:
    """The long form of a normalised word between its neighbours; other words are kept.

    >>> meaning_of("hs"), meaning_of("hs", after="nghèo"), meaning_of("k", before="loại")
    ('hồ sơ', 'học sinh', 'k')
    """
    for meaning in abbreviations().get(word, ()):
        if meaning.fits(fold(before), fold(after)):
            return meaning.full
    return word


def _read_line(line: str) -> tuple[str, Meaning]:
    short, full, neighbours, *rest = [*line.split("\t"), "", ""]
    if any(rest) or not short or not full:
        raise ValueError("not a short form, a long form and neighbours")
    before: set[str] = set()
    after: set[str] = set()
    for neighbour in filter(None, neighbours.split(", ")):
        words = fold(neighbour).split()
        if len(words) != 2 or HERE not in words:
            raise ValueError(f"{neighbour!r} is not a word before or after {HERE}")
        (after if words[0] == HERE else before).add(words[words[0] == HERE])
    return normalise(short), Meaning(full, frozenset(before), frozenset(after))
