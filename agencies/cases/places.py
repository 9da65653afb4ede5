"""Which communes of the directory's province a text means, by the names of today and old ones.

A name counts only with evidence: a unit word ("phường"), a word of place before it ("ở"), "cũ"
after it, capital letters. Streets, lakes, schools and people have such names, too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agencies.cases.units import Called, Tier, UnitNames
from agencies.model import Agency, Level
from vietnamese.text import clean, fold, has_diacritics, normalise

_PROVINCE = "tinh"
LONGEST = 5  # Syllables of a name.
_TOKEN = re.compile(r"\w+")
# Which tiers a name may mean at once, the likeliest first.
_NOW = ((Tier.COMMUNE,), (Tier.LISTED, Tier.WARD), (Tier.DISTRICT,))
_BEFORE = ((Tier.LISTED, Tier.WARD), (Tier.DISTRICT,), (Tier.COMMUNE,))
_SURE = 2  # Syllables from which a name can stand without its full unit word.


@dataclass(frozen=True)
class PlaceWords:
    """How people write places; see routing.yml."""

    units: Mapping[str, tuple[str, ...]]  # Unit words and their short forms.
    before: frozenset[str]
    plain_before: frozenset[str]
    parts: frozenset[str]  # Hamlets, whose number stands before the name.
    old: frozenset[str]  # After an old name.
    no_place_after: frozenset[str]
    everyday: frozenset[str]  # Names that are words, too.


@dataclass(frozen=True)
class Where:
    """Codes of the communes meant; `perhaps` where a name may mean several."""

    communes: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()
    elsewhere: bool = False  # Another province is named.


@dataclass(frozen=True)
class _Token:
    text: str  # Normalised.
    folded: str
    capital: bool
    title: bool  # One capital and small letters.
    gap: str  # What stands before it.


@dataclass
class _Found:
    sets: list[frozenset[str]] = field(default_factory=list)
    elsewhere: bool = False

    def where(self) -> Where:
        """A name of several units means those that lie in others that are named, if any do."""
        meant = [self._narrowed(codes) for codes in self.sets]
        sure = frozenset(code for codes in meant if len(codes) == 1 for code in codes)
        perhaps = frozenset[str]() if sure else frozenset().union(*meant)
        return Where(sure, perhaps, self.elsewhere)

    def _narrowed(self, codes: frozenset[str]) -> frozenset[str]:
        both = (codes & other for other in self.sets)
        return min((each for each in both if each), key=len)


class Places:
    """The names that matter to one directory. Compiled once."""

    def __init__(self, words: PlaceWords, units: UnitNames, agencies: Sequence[Agency]) -> None:
        self._words = words
        self._everyday = frozenset(map(fold, words.everyday))
        self._unit_words = {
            tuple(form.split()): unit for unit, forms in words.units.items() for form in forms
        }
        own = {units.province(unit.code) for agency in agencies for unit in agency.area}
        self._provinces: dict[tuple[str, ...], bool] = {}  # Whether it is our own.
        self._named: dict[tuple[str, ...], list[Called]] = {}
        for called in units.provinces():
            ours = self._provinces.get(called.key, False) or called.province in own
            self._provinces[called.key] = ours
        for called in units.within(own):
            self._named.setdefault(called.key, []).append(called)
        for called in self._listed(agencies):
            self._named.setdefault(called.key, []).append(called)

    def find(self, text: str) -> Where:
        tokens = list(_tokens(text))
        plain = not has_diacritics(text)
        found, at, last = _Found(), 0, -1  # `last` is where the place before ended.
        while at < len(tokens):
            length = self._at(tokens, at, found, plain=plain, goes_on=at == last)
            at += length or 1
            last = at if length else last
        return found.where()

    def _at(
        self, tokens: Sequence[_Token], at: int, found: _Found, *, plain: bool, goes_on: bool
    ) -> int:
        """How many tokens the name here has; none for no name."""
        for length in range(min(LONGEST, len(tokens) - at), 0, -1):
            name = tokens[at : at + length]
            key = tuple(token.folded for token in name)
            if key not in self._named and key not in self._provinces:
                continue
            unit = self._unit_before(tokens, at)
            if not self._is_place(tokens, at, length, unit, plain=plain, goes_on=goes_on):
                continue
            if self._note(name, unit, found, old=self._is_old(tokens, at + length)):
                return length
        return 0

    def _note(self, name: Sequence[_Token], unit: str, found: _Found, *, old: bool) -> bool:
        key = tuple(token.folded for token in name)
        meant = [each for each in self._named.get(key, ()) if _written(name, each, unit)]
        chosen = _chosen(meant, unit, old=old)
        province = self._provinces.get(key)
        if province is not None and (not chosen or unit in ("", _PROVINCE)):
            # The whole province, even where a commune bears its name.
            found.elsewhere = found.elsewhere or not (province or chosen)
            if province or not chosen:
                return True
        if chosen:
            found.sets.append(frozenset(code for each in chosen for code in each.communes))
        return bool(chosen)

    def _is_place(
        self,
        tokens: Sequence[_Token],
        at: int,
        length: int,
        unit: str,
        *,
        plain: bool,
        goes_on: bool,
    ) -> bool:
        name = tokens[at : at + length]
        if unit and (length >= _SURE or len(tokens[at - 1].folded) > 1):
            return True
        if length < _SURE:
            return False
        if name[-1].capital and not name[0].capital:
            return False  # "sông Công" is the river.
        capitals = name[0].capital and name[-1].capital and not _all_capitals(tokens)
        everyday = " ".join(token.folded for token in name) in self._everyday
        cued = self._cued(tokens, at, plain=plain)
        if everyday:
            return capitals and cued
        if cued or self._is_old(tokens, at + length) or (goes_on and "," in name[0].gap):
            return True
        return capitals and self._stands_alone(tokens, at, length)

    def _stands_alone(self, tokens: Sequence[_Token], at: int, length: int) -> bool:
        """Whether neither a street nor a person nor a longer name has it."""
        before = tokens[at - 1] if at and tokens[at].gap == " " else None
        after = tokens[at + length] if at + length < len(tokens) else None
        if before and ((before.title and at > 1) or before.text in self._words.no_place_after):
            return False
        return not (after and after.capital and after.gap == " " and after.text.isalpha())

    def _cued(self, tokens: Sequence[_Token], at: int, *, plain: bool) -> bool:
        if not at or re.search(r"[.?!\n]", tokens[at].gap):
            return False
        before = tokens[at - 1]
        if (before.folded if plain else before.text) in (
            self._words.plain_before if plain else self._words.before
        ):
            return True
        return before.text.isdigit() and at > 1 and tokens[at - 2].text in self._words.parts

    def _is_old(self, tokens: Sequence[_Token], end: int) -> bool:
        return end < len(tokens) and tokens[end].text in self._words.old

    def _unit_before(self, tokens: Sequence[_Token], at: int) -> str:
        """The folded unit word before a name; "" for none."""
        for length in (2, 1):
            words = tokens[max(0, at - length) : at]
            unit = self._unit_words.get(tuple(token.text for token in words), "")
            if unit and tokens[at].gap.strip() in ("", "."):
                return unit
        return ""

    def _listed(self, agencies: Sequence[Agency]) -> Iterator[Called]:
        """The names of communes in a directory, and those that its other names remember."""
        for agency in agencies:
            if agency.level is Level.COMMUNE:
                for unit in agency.area:
                    yield from self._split(unit.name, Tier.COMMUNE, unit.code)
                for name in agency.other_names:
                    yield from self._split(name, Tier.LISTED, agency.area[0].code)

    def _split(self, name: str, tier: Tier, code: str) -> Iterator[Called]:
        """From the last unit word on: "UBND xã Tây"."""
        words = normalise(name).split()
        for at in range(len(words) - 1, 0, -1):
            for length in (2, 1):
                unit = self._unit_words.get(tuple(words[max(0, at - length) : at]), "")
                if unit:
                    yield Called(tier, unit, tuple(words[at:]), frozenset({code}), "")
                    return


def _chosen(meant: Iterable[Called], unit: str, *, old: bool) -> list[Called]:
    """Of what a name may mean the likeliest: as the unit word says, of today, listed, old."""
    meant = list(meant)
    for fitting in ([one for one in meant if one.word == unit], meant):
        for tiers in _BEFORE if old else _NOW:
            of_tier = [each for each in fitting if each.tier in tiers]
            if of_tier:
                return of_tier
    return []


def _written(name: Sequence[_Token], called: Called, unit: str) -> bool:
    """Whether it has the marks of a unit's name, or none; one may be wrong after a unit word."""
    pairs = zip(name, called.name, strict=True)
    wrong = sum(token.text not in (word, fold(word)) for token, word in pairs)
    return wrong <= (1 if unit and len(name) >= _SURE else 0)


def _all_capitals(tokens: Sequence[_Token]) -> bool:
    return sum(token.capital for token in tokens) > 0.7 * len(tokens)


def _tokens(text: str) -> Iterator[_Token]:
    text, end = clean(text), 0
    for match in _TOKEN.finditer(text):
        word = normalise(match.group())
        first, rest = match.group()[0].isupper(), match.group()[1:].islower()
        yield _Token(word, fold(word), first, first and rest, text[end : match.start()])
        end = match.end()
