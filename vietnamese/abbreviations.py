"""What short forms stand for, where their neighbours decide between several meanings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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


def meanings_of(words: Sequence[str]) -> list[str]:
    """The words of a text, the short ones written out."""
    neighbours = zip(["", *words], words, [*words[1:], ""], strict=False)
    return [meaning_of(word, before, after) for before, word, after in neighbours]


def without_long_forms(words: Sequence[str]) -> list[str]:
    """Normalised words without those that stand together as the long form of something.

    >>> without_long_forms(["làm", "bảo", "hiểm", "xã", "hội", "1", "lan"])
    ['làm', '1', 'lan']
    """
    kept: list[str] = []
    at = 0
    while at < len(words):
        lengths = (len(form) for form in _long_forms().get(words[at], ()) if _at(words, at, form))
        length = max(lengths, default=0)
        kept += [] if length else [words[at]]
        at += length or 1
    return kept


def _at(words: Sequence[str], at: int, form: tuple[str, ...]) -> bool:
    return tuple(words[at : at + len(form)]) == form


@cache
def _long_forms() -> dict[str, list[tuple[str, ...]]]:
    """Long forms of several words, by their first one."""
    forms: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for meanings in abbreviations().values():
        for meaning in meanings:
            first, *rest = meaning.full.split()
            if rest:
                forms[first].append((first, *rest))
    return dict(forms)


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
