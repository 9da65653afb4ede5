"""Takes personal data out of what a citizen wrote, before anything keeps or passes it on.

Masks too much rather than too little, except for what a question needs: codes of procedures and
dossiers, decisions, days, amounts, hotlines.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from gateway import identifiers as shapes
from gateway.identifiers import digits_of, folded

FILE = Path(__file__).with_name("masking.yml")
FEWEST_DIGITS = 6  # Of anything that is masked.
BEFORE, AFTER = 40, 24  # How far from a number a word still says what it is.
NEVER_DOTTED = ("insurance", "tax", "bank")  # 123.456.789 near these words is an amount.
_PARTS = re.compile(r"(?<=[,;!?\n])|(?<=[.] )")  # Where a part of a message ends.
_HIDDEN, _KEPT = "\x00", "\x01"  # Not in a cleaned text.

Span = tuple[int, int]


@dataclass(frozen=True)
class Masked:
    text: str
    count: int  # Of the things that were masked.


class Masking:
    """The rules of masking.yml, read once."""

    def __init__(self) -> None:
        rules = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        self._tokens: dict[str, str] = rules["tokens"]
        self._near = {kind: _words(words) for kind, words in rules["near"].items()}
        self._currency = re.compile(rf" ?(?:{_either(rules['currency'])})(?!\w)")
        self._empty_words = {
            *folded(rules["says_nothing"]).split(),
            *(
                part
                for words in rules["near"].values()
                for word in words
                for part in folded(word).split()
            ),
        }

    def mask(self, text: str) -> Masked:
        """
        >>> Masking().mask("Tôi là An, 0912.345.678, hỏi thủ tục 1.001193")
        Masked(text='Tôi là An, [số đã che], hỏi thủ tục 1.001193', count=1)
        """
        spans = self.spans(text)
        for start, end, kind in reversed(spans):
            text = text[:start] + self._tokens[kind] + text[end:]
        return Masked(text, len(spans))

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Where personal data stands, and whether it is a number or an email."""
        plain = folded(text)
        if sum(map(str.isdecimal, plain)) < FEWEST_DIGITS and not _may_hold_email(plain):
            return []
        return _Reading(plain, self._near, self._currency).spans()

    def mask_event(self, event: Any) -> Any:
        """A provider's event without the personal data in its texts; ids are not words."""
        if isinstance(event, dict):
            return {
                key: value if str(key).lower().endswith("id") else self.mask_event(value)
                for key, value in event.items()
            }
        if isinstance(event, list | tuple):
            return [self.mask_event(value) for value in event]
        return self.mask(event).text if isinstance(event, str) else event

    def without_tokens(self, text: str) -> str:
        """What is left to understand once the masked places are taken out.

        A part that tells nothing but a number goes with it ("CCCD 0..., đăng ký tạm trú ở đâu?").
        """
        parts = _PARTS.split(text)
        text = "".join(part for part in parts if not self._only_tells_a_number(part))
        return re.sub(r"[^\S\n]+", " ", self._blanked(text)).strip()

    def _only_tells_a_number(self, part: str) -> bool:
        blanked = self._blanked(part)
        return blanked != part and self._says_nothing(blanked)

    def _blanked(self, text: str) -> str:
        for token in self._tokens.values():
            text = text.replace(token, " ")
        return text

    def _says_nothing(self, text: str) -> bool:
        return all(word in self._empty_words for word in re.findall(r"\w+", folded(text)))

    def asks_nothing(self, text: str) -> bool:
        """Whether a masked text holds nothing but tokens and the words that go with a number."""
        return self._says_nothing(self.without_tokens(text))


class _Reading:
    """One text: what is found first is not looked at again."""

    def __init__(
        self, text: str, near: dict[str, re.Pattern[str]], currency: re.Pattern[str]
    ) -> None:
        self._text = text
        self._rest = text  # What is found already is blanked in it, in place.
        self._near = near
        self._currency = currency
        self._named = [kind for kind, words in near.items() if words.search(text)]
        self._found: list[tuple[int, int, str]] = []

    def spans(self) -> list[tuple[int, int, str]]:
        """Places in order, none overlapping. From shapes that leave no doubt to loose ones."""
        if _may_hold_email(self._text):
            self._take(shapes.EMAIL, kind="email")
        self._take(shapes.PHONE_ABROAD)
        self._take(shapes.PHONE_GROUPED)
        self._take(shapes.IDENTITY_GROUPED, if_=lambda span: shapes.is_identity(self._of(span)))
        self._take(shapes.CARD, if_=lambda span: shapes.is_card(self._of(span)))
        self._take(shapes.PHONE_BARE_84, if_=lambda span: not self._is_round(span))
        self._take(shapes.LONG_RUN, if_=self._is_no_amount)
        self._take(shapes.PASSPORT)
        self._keep()
        self._take(shapes.PHONE_SPREAD)
        self._take(shapes.IDENTITY_SPREAD, if_=lambda span: shapes.is_identity(self._of(span)))
        self._take(shapes.PASSPORT_NEAR, if_=partial(self._is_near, kinds=["passport"]))
        for count in sorted(shapes.SPREAD, reverse=True):
            kinds = [kind for kind in self._named if count in shapes.COUNTS[kind]]
            if kinds:
                self._take(shapes.SPREAD[count], if_=partial(self._is_near, kinds=kinds))
        return sorted(self._found)

    def _take(
        self,
        shape: re.Pattern[str],
        *,
        kind: str = "number",
        if_: Callable[[Span], bool] = lambda _: True,
    ) -> None:
        place = 0
        while match := shape.search(self._rest, place):
            span, place = match.span(), match.end()
            if if_(span):
                self._found.append((*span, kind))
                self._blank(span, _HIDDEN)
            else:
                place = match.start() + 1  # The real one may begin inside.

    def _keep(self) -> None:
        """Set aside what a question needs."""
        for shape in shapes.NEEDED:
            for span in list(_spans(shape, self._rest)):
                self._blank(span, _KEPT)
        for span in list(_spans(shapes.AMOUNT, self._rest)):
            if self._is_amount(span):
                self._blank(span, _KEPT)

    def _blank(self, span: Span, mark: str) -> None:
        start, end = span
        self._rest = self._rest[:start] + mark * (end - start) + self._rest[end:]

    def _of(self, span: Span) -> str:
        return self._text[slice(*span)]

    def _is_round(self, span: Span) -> bool:
        return self._of(span).endswith("000000") or self._is_paid(span)

    def _is_paid(self, span: Span) -> bool:
        return bool(self._currency.match(self._text, span[1]))

    def _is_no_amount(self, span: Span) -> bool:
        """Long numbers are somebody's, unless they count money or are a hotline."""
        number = self._of(span)
        if number[0] == "0":
            return True
        if re.fullmatch(r"1[89]00\d{6}", number) or shapes.ROUND_AMOUNT.fullmatch(number):
            return self._is_near(span, self._named) and not self._is_round(span)
        return not self._is_paid(span)

    def _is_amount(self, span: Span) -> bool:
        """Near "căn cước" 123 456 789 is no amount, but 100 000 000 and 123 456 789 đồng are."""
        number = self._of(span)
        if shapes.ROUND_AMOUNT.fullmatch(number) or self._is_paid(span):
            return True
        count, dotted = len(digits_of(number)), "." in number or "," in number
        kinds = [
            kind
            for kind in self._named
            if count in shapes.COUNTS[kind] and not (dotted and kind in NEVER_DOTTED)
        ]
        return not self._is_near(span, kinds)

    def _is_near(self, span: Span, kinds: Iterable[str]) -> bool:
        start, end = span
        before, after = self._text[max(0, start - BEFORE) : start], self._text[end : end + AFTER]
        near = (self._near[kind] for kind in kinds)
        return any(words.search(before) or words.search(after) for words in near)


def _spans(shape: re.Pattern[str], text: str) -> Iterator[Span]:
    return (match.span() for match in shape.finditer(text))


def _may_hold_email(text: str) -> bool:
    return any(sign in text for sign in ("@", "at)", "at]", "a cong", "a moc"))


def _words(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(words)})(?!\w)")


def _either(words: list[str]) -> str:
    return "|".join(re.escape(folded(word)).replace(r"\ ", " +") for word in words)
