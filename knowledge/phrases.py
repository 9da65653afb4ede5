"""Finding phrases in a message: with or without diacritics, with a slip of the finger.

Phrases are written down as patterns: "(cần|phải|) mang {what}" stands for every way through it,
"thủ tục … ra sao" for words that stand apart in one clause.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from vietnamese.syllable import parse
from vietnamese.text import fold, has_diacritics, normalise
from vietnamese.words import expand, syllables

Words = tuple[str, ...]

APART, FIRST, LAST = "…", "^", "$"
_PART = re.compile(r"\(([^)]*)\)|\{(\w+)\}|([^(){}]+)")
_CLAUSE_END = re.compile(r"[,.;:?!()\n]+")
SURE = 4  # Words.
SHORTEST_SLIP = 3  # Letters; a shorter word has too many neighbours.
LONGEST_SLIP = 8  # The longest syllable has seven.
_LETTERS = "abcdeghiklmnopqrstuvxy"
_AS = {"a": "aăâ", "d": "dđ", "e": "eê", "o": "oôơ", "u": "uư"}  # Letters that lose their marks.


@dataclass(frozen=True)
class Phrase:
    """What a phrase stands for; nothing when it is a name that only looks like one.

    `after` are words that must stand before it in its clause; `first`: it begins the clause;
    `last`: it ends it, and nothing else is asked there.
    """

    meaning: str
    words: Words
    after: Words = ()
    first: bool = False
    last: bool = False


@dataclass(frozen=True)
class Found:
    """A phrase at its place in a clause, or a single word that belongs to none.

    `before` and `after` are the words beside a phrase in its clause, if any.
    """

    words: Words
    meaning: str = ""
    before: str = ""
    after: str = ""


class Phrases:
    """All phrases of a list, found longest first."""

    def __init__(self, phrases: Iterable[Phrase], closings: frozenset[str] = frozenset()) -> None:
        self._closings = closings  # Folded; words that may follow the end of a question.
        self._phrases: dict[Words, list[Phrase]] = defaultdict(list)
        for phrase in dict.fromkeys(phrases):
            self._phrases[_folded(phrase.words)].append(phrase)
        for found in self._phrases.values():
            # Names first; then those that hang on earlier words, which say more.
            found.sort(key=lambda each: (bool(each.meaning), not each.after, each.last))
        self._longest = max(map(len, self._phrases))
        self._longest_name = max(
            (
                len(each.words)
                for found in self._phrases.values()
                for each in found
                if not each.meaning
            ),
            default=0,
        )
        self._words = frozenset(word for words in self._phrases for word in words)

    def find(self, text: str) -> Iterator[Found]:
        """Cut a message into phrases and the words between them, in its order."""
        unaccented = not has_diacritics(text)
        for clause in _CLAUSE_END.split(expand(text)):
            yield from self._in_clause(tuple(syllables(clause)), unaccented)

    def _in_clause(self, words: Words, unaccented: bool) -> Iterator[Found]:
        at, last = 0, ""
        while at < len(words):
            found = self._at(words, at, last, unaccented)
            last = found.meaning or last
            end = at + len(found.words)
            beside = words[at - 1] if at else "", words[end] if end < len(words) else ""
            yield replace(found, before=beside[0], after=beside[1]) if found.meaning else found
            at = end

    def _at(self, words: Words, at: int, last: str, unaccented: bool) -> Found:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            typed = words[at : at + length]
            # Without marks a word is only sure where nothing follows that it could belong to.
            alone = unaccented and at + length == len(words)
            for meant in self._mended(typed):
                for phrase in self._phrases.get(_folded(meant), ()):
                    if (
                        _fits(meant, phrase.words, alone)
                        and all(map(_marked_alike, typed, phrase.words))
                        and self._stands(phrase, words[:at], words[at + length :], last)
                        and not (phrase.meaning and self._cuts_a_name(words, at, length))
                    ):
                        return Found(typed, phrase.meaning)
        return Found(words[at : at + 1])

    def _cuts_a_name(self, words: Words, at: int, length: int) -> bool:
        """Whether a name begins in a phrase and ends after it ("qua đấu giá" is no "qua đâu").

        A phrase of many words is sure of itself.
        """
        end = at + length
        return length < SURE and any(
            not phrase.meaning and _fits(words[start:stop], phrase.words, False)
            for start in range(at + 1, end)
            for stop in range(end + 1, min(start + self._longest_name, len(words)) + 1)
            for phrase in self._phrases.get(_folded(words[start:stop]), ())
        )

    def _stands(self, phrase: Phrase, before: Words, after: Words, last: str) -> bool:
        """Whether a phrase may stand between these words; `last` is what was asked before."""
        if phrase.first:
            return not before
        if phrase.last:
            return not last and all(_fold(word) in self._closings for word in after)
        return not phrase.after or (
            last in ("", phrase.meaning)
            and any(
                _fits(before[at : at + len(phrase.after)], phrase.after, alone=True)
                for at in range(len(before) - len(phrase.after) + 1)
            )
        )

    def _mended(self, typed: Words) -> Iterator[Words]:
        """The words as typed; where one of several is no syllable, with its neighbours instead."""
        yield typed
        odd = [place for place, word in enumerate(typed) if self._is_slip(word)]
        if len(typed) > 1 and len(odd) == 1:
            place = odd[0]
            for word in sorted(_neighbours(fold(typed[place])) & self._words):
                yield (*typed[:place], word, *typed[place + 1 :])

    def _is_slip(self, word: str) -> bool:
        may_be = SHORTEST_SLIP <= len(word) <= LONGEST_SLIP and word.isalpha()
        return may_be and _fold(word) not in self._words and not _is_syllable(word)


def patterns(texts: Iterable[str], words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every text that the patterns stand for; {name} is one of the words of that name.

    >>> list(patterns(["(cần|) mang {what}"], {"what": ["gì", "chi"]}))
    ['cần mang gì', 'cần mang chi', 'mang gì', 'mang chi']
    """
    known = {name: [normalise(each) for each in meant] for name, meant in words.items()}
    for text in texts:
        parts = [
            known[name] if name else plain.split("|") if not literal else [literal]
            for plain, name, literal in _PART.findall(normalise(text))
        ]
        for chosen in product(*parts):
            yield " ".join(" ".join(chosen).split())


def phrase(meaning: str, text: str) -> Phrase:
    """Read a phrase in normalised words; before "…" stand those it has to follow.

    >>> phrase("steps", "thủ tục … ra sao")
    Phrase(meaning='steps', words=('ra', 'sao'), after=('thủ', 'tục'))
    """
    words = text.removeprefix(FIRST).removesuffix(LAST).split()
    at = words.index(APART) if APART in words else -1
    return Phrase(
        meaning,
        tuple(words[at + 1 :]),
        tuple(words[: max(at, 0)]),
        first=text.startswith(FIRST),
        last=text.endswith(LAST),
    )


def _fits(typed: Words, meant: Words, alone: bool) -> bool:
    """Whether words are those of a phrase, some of their marks left out.

    A single word without its marks means too many things, unless it stands alone.
    """
    if len(typed) != len(meant) or _folded(typed) != _folded(meant):
        return False
    if len(meant) == 1 and not alone:
        return typed == meant
    return all(map(_marked_alike, typed, meant))


@lru_cache(maxsize=50_000)
def _is_syllable(word: str) -> bool:
    """Whether a word is Vietnamese, its marks possibly left out ("nuoc")."""
    return any(parse("".join(letters)) for letters in product(*(_AS.get(c, c) for c in word)))


def _marked_alike(typed: str, meant: str) -> bool:
    """Whether a word can be another one typed in a hurry: marks left out, or hỏi for ngã."""
    return _marks(typed) <= _marks(meant)


@lru_cache(maxsize=50_000)
def _marks(word: str) -> frozenset[str]:
    marks = (c for c in unicodedata.normalize("NFD", word) if unicodedata.combining(c) or c == "đ")
    return frozenset("\u0309" if mark == "\u0303" else mark for mark in marks)


def _folded(words: Words) -> Words:
    return tuple(map(_fold, words))


_fold = lru_cache(maxsize=50_000)(fold)


@lru_cache(maxsize=5_000)
def _neighbours(word: str) -> frozenset[str]:
    """What a word can be with one letter too many, too few, wrong, or two exchanged."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return frozenset(
        [a + b[1:] for a, b in cuts if b]
        + [a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1]
        + [a + c + b for a, b in cuts for c in _LETTERS]
        + [a + c + b[1:] for a, b in cuts if b for c in _LETTERS]
    )
