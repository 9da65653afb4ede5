"""Where a message names administrative units, by which words, and what each name may mean."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.places_gazetteer import Gazetteer, Named, Tier, key, plain
from vietnamese.text import clean, normalise

SHORT = 8  # Tokens; such a text may be nothing but an address.
LONGEST = 6  # Syllables of a name: "Bà Rịa - Vũng Tàu", "Phương Liên Trung Tự".
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_COMMA = re.compile(r"[,;/()–-]|\s-\s")
_STOP = re.compile(r"[.?!\n]\s*$")

TIERS = {
    "phuong": (Tier.COMMUNE,),
    "xa": (Tier.COMMUNE,),
    "thitran": (Tier.COMMUNE,),
    "dackhu": (Tier.COMMUNE,),
    "quan": (Tier.DISTRICT,),
    "huyen": (Tier.DISTRICT,),
    "thixa": (Tier.DISTRICT,),
    "thanhpho": (Tier.DISTRICT, Tier.PROVINCE),
    "tinh": (Tier.PROVINCE,),
}


@dataclass(frozen=True)
class Token:
    """A syllable or a number, as written and as compared; `gap` is what stands before it."""

    written: str
    text: str
    folded: str
    capital: bool
    gap: str

    @property
    def plain(self) -> bool:
        return self.text == self.folded

    def may_be(self, word: str) -> bool:
        """Whether this is how a word is written, with its marks or with none."""
        return self.text == word or (self.plain and self.folded == plain(word))


@dataclass(frozen=True)
class Mention:
    """A name in a text, from one token to before another; `meanings` is empty for a name that no
    unit has. `sure` where a unit word or a word of place stands before it.
    """

    start: int
    end: int
    said: str
    meanings: tuple[Named, ...]
    sure: bool

    def of(self, tier: Tier) -> tuple[Named, ...]:
        return tuple(each for each in self.meanings if each.tier is tier)


@dataclass(frozen=True)
class Words:
    """The words of places.yml, tokenised: unit words and names by syllables as written."""

    units: Mapping[tuple[str, ...], str]
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
        path = path or Path(__file__).with_name("places.yml")
        found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        units = found["units"]
        return cls(
            units={_words(each): unit for unit in units for each in units[unit]["words"]},
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


def tokens(text: str) -> list[Token]:
    """The syllables and numbers of a text; "p3" and "tp.hcm" are two each."""
    text = clean(text)
    found = []
    end = 0
    shouted = text.isupper()
    for match in _TOKEN.finditer(text):
        written = match.group()
        capital = written[0].isupper() and not shouted
        found.append(Token(written, *_forms(written), capital, text[end : match.start()]))
        end = match.end()
    return found


class Mentions:
    """Finds the units that a text names. Safe to use from several threads."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self._names = gazetteer.names
        self._words = words
        self._nicknames = {
            name: Named(
                Tier.PROVINCE, "tinh", gazetteer.provinces[code].name, code, former=code, today=True
            )
            for name, code in {**words.nicknames, **words.cued}.items()
        }

    def of(self, text: str) -> list[Mention]:
        """The mentions in a text in their order; see Mention for what each tells."""
        words = tokens(text)
        found: list[Mention] = []
        at = 0
        while at < len(words):
            mention = self._at(words, at)
            if mention:
                found.append(mention)
            at = mention.end if mention else at + 1
        return self._before(words, found)

    def expected(self, text: str) -> Mention | None:
        """A text that is nothing but a name, as when a place was asked for."""
        words = tokens(text)
        meanings = self._known(words)
        return Mention(0, len(words), _said(words), meanings, True) if meanings else None

    def _at(self, words: Sequence[Token], at: int) -> Mention | None:
        unit, length = self._unit_at(words, at)
        if unit:
            named = self._with_unit(words, at, at + length, unit)
            if named:
                return named
        return self._bare(words, at)

    def _unit_at(self, words: Sequence[Token], at: int) -> tuple[str, int]:
        """The kind of unit whose word begins here, and how many tokens it has."""
        word = words[at]
        for length in (2, 1):
            here = words[at : at + length]
            for unit_words, unit in self._words.units.items():
                if len(unit_words) == len(here) == length and all(
                    map(Token.may_be, here, unit_words)
                ):
                    before = words[at - 1].folded if at else ""
                    if not (word.plain and before in self._words.not_after[unit]):
                        return unit, length
        unit = self._words.short.get(word.text, "")
        if unit and at + 1 < len(words) and self._is_short(words[at], words[at + 1]):
            return unit, 1
        return "", 0

    def _is_short(self, word: Token, after: Token) -> bool:
        """Whether a few letters stand for a unit word: "q1", "p. 3", "P.Bến Nghé", "h củ chi"."""
        if after.folded.isdigit():
            return after.gap.strip() in ("", ".") and len(after.folded) <= 2
        return after.gap in (" ", ".", ". ") and (
            after.gap != " " or word.text in ("p", "q", "tx") or (word.capital and after.capital)
        )

    def _with_unit(self, words: Sequence[Token], start: int, at: int, unit: str) -> Mention | None:
        if at >= len(words) or words[at].text in self._words.not_before[unit]:
            return None
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            name = words[at : at + length]
            if not self._hyphened(name):
                continue
            meanings = _of_kind(self._known(name, lenient=length > 1), unit)
            if meanings and self._means_it(words, start, at, length):
                end = at + length
                return Mention(start, end, _said(words[start:end]), meanings, True)
        short = words[start].text in self._words.short
        return None if short else self._unknown(words, start, at)

    def _hyphened(self, name: Sequence[Token]) -> bool:
        return all(each.gap.strip() in ("", "-", "–", "'", "’") for each in name[1:])

    def _means_it(self, words: Sequence[Token], start: int, at: int, length: int) -> bool:
        """A unit word without marks before a single syllable without marks is often another."""
        name = words[at]
        if words[start].text in self._words.short and length == 1:
            return name.folded.isdigit() or name.gap.startswith(".")
        if length > 1 or name.folded.isdigit() or not (words[start].plain and name.plain):
            return True
        return words[start].folded in ("tp", "thanh") or at + 1 == len(words) or name.capital

    def _unknown(self, words: Sequence[Token], start: int, at: int) -> Mention | None:
        """A unit word with its marks before a capital: a name that no unit has."""
        if words[start].plain and not words[start].capital:
            return None
        end = at
        while end < len(words) and words[end].capital and (end == at or words[end].gap == " "):
            end += 1
        if end == at or words[at].gap.strip() not in ("", "."):
            return None
        return Mention(start, end, _said(words[start:end]), (), True)

    def _bare(self, words: Sequence[Token], at: int) -> Mention | None:
        """A name without a unit word, where it can be nothing else."""
        before = words[at - 1] if at else None
        if before and words[at].gap == " " and before.text in self._words.no_place_after:
            return None
        cued = self._cued(words, at)
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            name = words[at : at + length]
            if not self._hyphened(name):
                continue
            meanings = _widest(self._known(name, nicknames=True, cued=cued))
            if meanings and self._is_place(name, meanings, before, cued):
                end = at + length
                return Mention(at, end, _said(name), meanings, cued)
        return None

    def _is_place(
        self, name: Sequence[Token], meanings: Sequence[Named], before: Token | None, cued: bool
    ) -> bool:
        province = any(each.tier is Tier.PROVINCE for each in meanings)
        if len(name) == 1 and not name[0].plain:
            return province and (name[0].capital or cued)
        if len(name) == 1:
            return key(name[0].folded) in self._nicknames or (province and cued)
        if self._is_everyday(name):
            return all(each.capital for each in name) and (cued or province)
        if province or cued:
            return True
        person = before is not None and before.capital and name[0].gap == " "
        return all(each.capital for each in name) and not person and _one(meanings)

    def _is_everyday(self, name: Sequence[Token]) -> bool:
        return any(
            len(words) == len(name) and all(map(Token.may_be, name, words))
            for words in self._words.everyday
        )

    def _cued(self, words: Sequence[Token], at: int) -> bool:
        return any(
            at >= len(cue) and tuple(each.text for each in words[at - len(cue) : at]) == cue
            for cue in (*self._words.cues, *self._words.plain_cues)
        )

    def _known(
        self,
        name: Sequence[Token],
        *,
        lenient: bool = False,
        nicknames: bool = False,
        cued: bool = True,
    ) -> tuple[Named, ...]:
        """What a name may mean; `lenient` where other marks than the name's are slips."""
        joined = key(" ".join(each.folded for each in name))
        alias = joined in self._nicknames and (cued or joined not in self._words.cued)
        if alias and (nicknames or len(name) == 1):
            return (self._nicknames[joined],)
        found = self._names.get(joined, ())
        fitting = tuple(each for each in found if _fits(name, each))
        return fitting or (tuple(found) if lenient else ())

    def _before(self, words: Sequence[Token], found: list[Mention]) -> list[Mention]:
        """Add names without a unit word that stand directly before a larger unit they lie in."""
        for at, mention in enumerate(found):
            earlier = found[at - 1].end if at else 0
            smaller = self._ending_at(words, earlier, mention)
            if smaller:
                return self._before(words, [*found[:at], smaller, *found[at:]])
        return found

    def _ending_at(self, words: Sequence[Token], earliest: int, larger: Mention) -> Mention | None:
        end = larger.start
        while end > earliest and words[end - 1].text in self._words.between:
            end -= 1
        for start in range(max(earliest, end - LONGEST), end - 1):
            name = words[start:end]
            if not self._hyphened(name) or _STOP.search(words[end].gap if end < len(words) else ""):
                continue
            inside = _widest(
                each for each in self._known(name) if lies_in_any(each, larger.meanings)
            )
            if inside and self._stands_apart(words, start, end):
                return Mention(start, end, _said(name), inside, True)
        return None

    def _stands_apart(self, words: Sequence[Token], start: int, end: int) -> bool:
        """Whether words before a place may be its part: "nhà đất Hòa Bình" is no "Nhà Đất"."""
        name = words[start:end]
        comma = end < len(words) and bool(_COMMA.search(words[end].gap))
        near = comma or self._cued(words, start) or len(words) <= SHORT
        return all(each.capital for each in name) or (near and not self._is_everyday(name))


def lies_in(small: Named, large: Named) -> bool:
    """Whether a unit lies, or lay, in a larger one."""
    if small.tier is large.tier:
        return False
    if large.tier is Tier.DISTRICT:
        if small.tier is not Tier.COMMUNE:
            return False
        return small.district == large.district or (
            small.today and not set(small.communes).isdisjoint(large.communes)
        )
    if large.tier is not Tier.PROVINCE:
        return False
    if large.today:
        return small.province == large.province or small.former == large.former
    return small.former == large.former or (small.today and small.province == large.province)


def lies_in_any(small: Named, larger: Iterable[Named]) -> bool:
    return any(lies_in(small, each) for each in larger)


def _of_kind(meanings: Sequence[Named], unit: str) -> tuple[Named, ...]:
    """Those with that unit word, or else those of its tier: words changed with the years."""
    same = tuple(each for each in meanings if each.unit == unit)
    return same or tuple(each for each in meanings if each.tier in TIERS[unit])


def _widest(meanings: Iterable[Named]) -> tuple[Named, ...]:
    """The largest units that a name without a unit word may mean: the others mostly lie in them."""
    found = tuple(meanings)
    widest = max((each.tier for each in found), key=list(Tier).index, default=None)
    return tuple(each for each in found if each.tier is widest)


def _one(meanings: Sequence[Named]) -> bool:
    """Whether all meanings lead to one unit: a place itself, or its old district."""
    communes = {code for each in meanings for code in each.communes}
    return (
        len(communes) == 1
        or len(meanings) == 1
        or any(set(each.communes) == communes for each in meanings)
    )


def _fits(name: Sequence[Token], meaning: Named) -> bool:
    """Whether a name is written with the marks of a unit's, or without any."""
    if not meaning.name or all(each.plain for each in name):
        return True  # Of a former name the marks are not known.
    words = meaning.words
    if len(words) != len(name):
        return True  # Another division into syllables ("Kontum").
    return all(map(Token.may_be, name, words))


def _said(words: Sequence[Token]) -> str:
    first, *rest = words
    return first.written + "".join(each.gap + each.written for each in rest)


def _words(text: str) -> tuple[str, ...]:
    return tuple(each.text for each in tokens(text))


def _by_key(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {key(plain(name)): code for code, all_names in names.items() for name in all_names}


@lru_cache(maxsize=8192)
def _forms(word: str) -> tuple[str, str]:
    text = normalise(word)
    return text, plain(text)
