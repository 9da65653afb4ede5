"""Where a message names administrative units, and what each name may mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.places.gazetteer import Named, Tier, lies_in, lies_in_any
from knowledge.places.names import TIERS, Names, lead_to_one, widest
from knowledge.places.words import Token, Words, hangs_together, tokens

SHORT = 8  # Tokens; such a text may be nothing but an address.
LONGEST = 6  # Syllables of a name: "Phương Liên Trung Tự".
_COMMA = re.compile(r"[,;/()–-]|\s-\s")
_STOP = re.compile(r"[.?!\n]\s*$")


@dataclass(frozen=True)
class Mention:
    """A name in a text, from one token to before another; `meanings` is empty for a name that no
    unit has. `unit` is the unit word before it, `sure` where that or a word of place is there.
    """

    start: int
    end: int
    said: str
    meanings: tuple[Named, ...]
    sure: bool
    unit: str = ""

    def of(self, tier: Tier) -> tuple[Named, ...]:
        return tuple(each for each in self.meanings if each.tier is tier)

    @property
    def called_so(self) -> tuple[Named, ...]:
        """The meanings that have the unit word that was said, all where none has it."""
        same = tuple(each for each in self.meanings if each.unit == self.unit)
        return same or self.meanings


class Mentions:
    """Finds the units that a text names. Safe to use from several threads."""

    def __init__(self, names: Names, words: Words) -> None:
        self._names = names
        self._words = words

    def of(self, text: str) -> list[Mention]:
        """The mentions in a text in their order; see Mention for what each tells."""
        words = tokens(text)
        found: list[Mention] = []
        at = 0
        while at < len(words):
            mention = self._after(words, found[-1], at) if found else None
            mention = mention or self._at(words, at)
            if mention:
                found.append(mention)
            at = mention.end if mention else at + 1
        return self._before(words, found)

    def expected(self, text: str) -> list[Mention]:
        """The mentions in an answer to the question for a place, as after a word of place."""
        return self.of(f"{' '.join(self._words.cues[0])} {text}")

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
        before = words[at - 1].folded if at and word.plain and word.gap == " " else ""
        blocked = self._words.not_after
        for spelt, unit in self._words.units.get(word.folded, ()):
            here = words[at : at + len(spelt)]
            if len(here) == len(spelt) and all(map(Token.may_be, here, spelt)):
                return ("", 0) if before in blocked[unit] else (unit, len(spelt))
        unit = self._words.short.get(word.text, "")
        if unit and at + 1 < len(words) and self._is_short(words[at], words[at + 1]):
            return unit, 1
        return "", 0

    def _is_short(self, word: Token, after: Token) -> bool:
        """Whether a few letters stand for a unit word: "q1", "p. 3", "P.Bến Nghé", "h củ chi"."""
        if after.folded.isdigit():
            return after.gap.strip() in ("", ".") and len(after.folded) <= 2
        if after.gap not in (" ", ".", ". "):
            return False
        return after.gap != " " or word.text in ("p", "q", "tx") or after.capital

    def _with_unit(self, words: Sequence[Token], start: int, at: int, unit: str) -> Mention | None:
        if at >= len(words):
            return None
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            name = words[at : at + length]
            if not hangs_together(name):
                continue
            known = self._names.known(
                name, lenient=length > 1, nicknames=Tier.PROVINCE in TIERS[unit]
            )
            number = length == 1 and name[0].folded.isdigit()
            meanings = tuple(
                each
                for each in known
                if each.tier in TIERS[unit] and (each.unit == unit or not number)
            )
            if meanings and self._means_it(words, start, at, at + length, unit):
                end = at + length
                return Mention(start, end, _said(words[start:end]), meanings, True, unit)
        short = words[start].text in self._words.short
        return None if short else self._unknown(words, start, at)

    def _means_it(self, words: Sequence[Token], start: int, at: int, end: int, unit: str) -> bool:
        """Whether a unit word and a name are no other words: "xã hội", "phuong tien", "xa ky"."""
        name = words[at:end]
        if name[0].folded.isdigit() or all(each.capital for each in name):
            return True
        if words[start].text in self._words.short and len(name) == 1:
            return name[0].gap.startswith(".")
        goes_on = end < len(words) and bool(self._unit_at(words, end)[0])
        alone = start == 0 and end == len(words)
        everyday = Tier.PROVINCE not in TIERS[unit] and self._words.is_everyday(name)
        if everyday or name[0].text in self._words.not_before[unit]:
            return goes_on or (alone and len(name) > 1)
        if len(name) > 1 or not (words[start].plain and name[0].plain):
            return True
        comma = end < len(words) and bool(_COMMA.search(words[end].gap))
        at_end = end == len(words) and self._cued(words, start)
        return words[start].folded in ("tp", "thanh") or goes_on or comma or at_end or alone

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
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            name = words[at : at + length]
            known = [each for each in self._names.known(name, nicknames=True) if each.name]
            if known and hangs_together(name) and self._may_begin(words, at):
                cued = self._cued(words, at)
                meanings = widest(known)
                if self._is_place(words, at, length, meanings, cued):
                    return Mention(at, at + length, _said(name), meanings, cued)
        return None

    def _may_begin(self, words: Sequence[Token], at: int) -> bool:
        """Whether the word before leaves it open that a place is named: "đường Hà Nội" is none."""
        before = words[at - 1] if at and words[at].gap == " " else None
        if before is None:
            return True
        a_number_of = before.folded.isdigit() and words[at].plain
        return before.text not in self._words.no_place_after and not a_number_of

    def _is_place(
        self,
        words: Sequence[Token],
        at: int,
        length: int,
        meanings: Sequence[Named],
        cued: bool,
    ) -> bool:
        name = words[at : at + length]
        province = meanings[0].tier is Tier.PROVINCE
        capital = all(each.capital for each in name)
        if length == 1:
            if name[0].key in self._words.cued:
                return cued
            nickname = name[0].key in self._words.nicknames
            marked = not name[0].plain or cued
            return nickname or (
                marked
                and meanings[0].tier is not Tier.COMMUNE
                and ((province and cued) or (capital and (province or cued)))
            )
        if self._words.is_everyday(name):
            return capital and (cued or province)
        person = at > 0 and words[at - 1].capital and name[0].gap == " "
        return province or cued or (capital and not person and lead_to_one(meanings))

    def _cued(self, words: Sequence[Token], at: int) -> bool:
        return any(
            at >= len(cue) and tuple(each.text for each in words[at - len(cue) : at]) == cue
            for cue in (*self._words.cues, *self._words.plain_cues)
        )

    def _after(self, words: Sequence[Token], smaller: Mention, at: int) -> Mention | None:
        """A name without a unit word, right after a unit that lies in it."""
        if at != smaller.end or _STOP.search(words[at].gap):
            return None
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            name = words[at : at + length]
            if length == 1 and not name[0].capital:
                continue
            around = widest(
                each
                for each in self._names.known(name, nicknames=True)
                if any(lies_in(inner, each) for inner in smaller.meanings)
            )
            if around and hangs_together(name) and not self._words.is_everyday(name):
                return Mention(at, at + length, _said(name), around, True)
        return None

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
            if not hangs_together(name) or _STOP.search(words[end].gap if end < len(words) else ""):
                continue
            inside = widest(
                each for each in self._names.known(name) if lies_in_any(each, larger.meanings)
            )
            if inside and self._stands_apart(words, start, end):
                return Mention(start, end, _said(name), inside, True)
        return None

    def _stands_apart(self, words: Sequence[Token], start: int, end: int) -> bool:
        """Whether words before a place may be its part: "nhà đất Hòa Bình" is no "Nhà Đất"."""
        name = words[start:end]
        comma = end < len(words) and bool(_COMMA.search(words[end].gap))
        near = comma or self._cued(words, start) or len(words) <= SHORT
        return all(each.capital for each in name) or (near and not self._words.is_everyday(name))


def _said(words: Sequence[Token]) -> str:
    first, *rest = words
    return first.written + "".join(each.gap + each.written for each in rest)
