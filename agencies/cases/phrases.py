"""Finds whole words in a text, with diacritics where the writer used them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from vietnamese.text import fold, has_diacritics, normalise

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def _form(phrase: str, plain: bool) -> str:
    """Phrases are few and ours; what a citizen wrote must not be kept like this."""
    return fold(phrase) if plain else normalise(phrase)


class Stream:
    """The words of a text between single spaces, some forms made one, some left out."""

    def __init__(
        self,
        text: str,
        *,
        plain: bool | None = None,
        same: Iterable[tuple[str, str]] = (),
        ignored: frozenset[str] = frozenset(),
    ) -> None:
        """`plain` is whether it is compared without diacritics; None asks the text itself."""
        self.plain = not has_diacritics(text) if plain is None else plain
        words = _WORD.findall(fold(text) if self.plain else normalise(text))
        ignored = frozenset(map(self.form, ignored))
        self.words = f" {' '.join(word for word in words if word not in ignored)} "
        for long, short in same:
            self.words = self.words.replace(f" {self.form(long)} ", f" {self.form(short)} ")

    def form(self, text: str) -> str:
        """How text is compared here: folded if the writer used no diacritics."""
        return _form(text, self.plain)

    def has(self, phrase: str) -> bool:
        return f" {self.form(phrase)} " in self.words

    def has_any(self, phrases: Iterable[str]) -> bool:
        return any(self.has(phrase) for phrase in phrases)

    def without(self, phrases: Iterable[str]) -> str:
        """The words when these are taken out."""
        words = self.words
        for phrase in phrases:
            words = words.replace(f" {self.form(phrase)} ", " ")
        return words
