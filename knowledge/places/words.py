"""The syllables of a message, and the words by which people tell that a place is meant."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.places.gazetteer import key, plain
from vietnamese.text import clean, normalise

_TOKEN = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True)
class Token:
    """A syllable or a number, as written and as compared; `gap` is what stands before it."""

    written: str
    text: str
    folded: str
    key: str
    capital: bool
    gap: str

    @property
    def plain(self) -> bool:
        return self.text == self.folded

    def may_be(self, word: str) -> bool:
        """Whether this is how a word is written, with its marks or with none."""
        return self.text == word or (self.plain and self.folded == plain(word))


@dataclass(frozen=True)
class Words:
    """The words of words.yml, tokenised: unit words and names by syllables as written."""

    units: Mapping[str, list[tuple[tuple[str, ...], str]]]  # By the first syllable, folded.
    short: Mapping[str, str]
    not_after: Mapping[str, frozenset[str]]
    not_before: Mapping[str, frozenset[str]]
    nicknames: Mapping[str, str]
    cued: Mapping[str, str]
    cues: tuple[tuple[str, ...], ...]
    plain_cues: tuple[tuple[str, ...], ...]
    between: frozenset[str]
    no_place_after: frozenset[str]
    everyday: frozenset[tuple[str, ...]]

    @classmethod
    def load(cls, path: Path | None = None) -> "Words":
        path = path or Path(__file__).with_suffix(".yml")
        found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        units = found["units"]
        by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for unit in units:
            for words in map(_words, units[unit]["words"]):
                by_first[plain(words[0])].append((words, unit))
        return cls(
            units=dict(by_first),
            short={each: unit for unit in units for each in units[unit]["short"]},
            not_after={unit: frozenset(found["not_after"].get(unit, ())) for unit in units},
            not_before={unit: frozenset(found["not_before"].get(unit, ())) for unit in units},
            nicknames=_by_key(found["nicknames"]),
            cued=_by_key(found["cued"]),
            cues=tuple(map(_words, found["cues"])),
            plain_cues=tuple(map(_words, found["plain_cues"])),
            between=frozenset(found["between"]),
            no_place_after=frozenset(found["not_a_place_after"]),
            everyday=frozenset(map(_words, found["words"])),
        )

    def is_everyday(self, name: Sequence[Token]) -> bool:
        return any(
            len(words) == len(name) and all(map(Token.may_be, name, words))
            for words in self.everyday
        )


def tokens(text: str) -> list[Token]:
    """The syllables and numbers of a text; "p3" and "tp.hcm" are two each."""
    text = clean(text)
    found = []
    end = 0
    for match in _TOKEN.finditer(text):
        written = match.group()
        capital = written[0].isupper() and (len(written) == 1 or not written.isupper())
        found.append(Token(written, *_forms(written), capital, text[end : match.start()]))
        end = match.end()
    return found


def hangs_together(name: Sequence[Token]) -> bool:
    """Whether no comma or full stop stands inside a name."""
    return all(each.gap.strip() in ("", "-", "–", "'", "’") for each in name[1:])


def _words(text: str) -> tuple[str, ...]:
    return tuple(each.text for each in tokens(text))


def _by_key(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {key(plain(name)): code for code, all_names in names.items() for name in all_names}


@lru_cache(maxsize=8192)
def _forms(word: str) -> tuple[str, str, str]:
    text = normalise(word)
    folded = plain(text)
    return text, folded, key(folded)
