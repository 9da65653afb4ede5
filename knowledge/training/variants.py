"""How people really type a phrase: without marks, with slips of the finger, with short forms."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from random import Random

from vietnamese.abbreviations import abbreviations
from vietnamese.text import fold, normalise

SHORTENED, MISSPELT, UNACCENTED = 0.15, 0.15, 0.35  # Each for itself: 47 % stay as they are.
SHORT_FORM = 0.7  # Of the long forms in a phrase that is shortened.
SLIP_EVERY = 8  # Words.
NEIGHBOURS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Typist:
    """Types phrases as citizens do. The same source of chance gives the same texts."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def typed(self, phrase: str) -> str:
        """One way to type a phrase, often the phrase itself, lower-cased."""
        text = normalise(phrase)
        for rate, change in (
            (SHORTENED, self.shortened),
            (MISSPELT, self.misspelt),
            (UNACCENTED, fold),
        ):
            if self._random.random() < rate:
                text = change(text)
        return text

    def shortened(self, text: str) -> str:
        """Write some words as their short forms; nothing changes where there are none."""
        words, typed = text.split(), list[str]()
        while words:
            length, forms = _short_forms_of(words)
            if forms and self._random.random() < SHORT_FORM:
                typed.append(self._random.choice(forms))
            else:
                length = 1
                typed.append(words[0])
            words = words[length:]
        return " ".join(typed)

    def misspelt(self, text: str) -> str:
        """Put a slip into one word in eight, at least into one."""
        words = text.split()
        slips = max(1, len(words) // SLIP_EVERY)
        for number in self._random.sample(range(len(words)), min(slips, len(words))):
            words[number] = self._slip(words[number])
        return " ".join(words)

    def _slip(self, word: str) -> str:
        at = self._random.randrange(len(word))
        slips: list[Callable[[str, int], str]] = [_lost, _doubled, _swapped, self._beside]
        if fold(word) != word:
            slips.append(lambda whole, _: fold(whole))
        # A word of one letter is not lost altogether.
        return self._random.choice(slips)(word, at) or word

    def _beside(self, word: str, at: int) -> str:
        keys = _beside().get(word[at], word[at])
        return word[:at] + self._random.choice(keys) + word[at + 1 :]


def _lost(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _doubled(word: str, at: int) -> str:
    return word[: at + 1] + word[at:]


def _swapped(word: str, at: int) -> str:
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def _short_forms_of(words: list[str]) -> tuple[int, list[str]]:
    """How many of the first words have a short form, the most of them, and which."""
    for length in range(min(len(words), _longest()), 0, -1):
        if forms := _short_forms().get(" ".join(words[:length])):
            return length, forms
    return 1, []


@cache
def _short_forms() -> dict[str, list[str]]:
    """Long form to its short ones; those that mean something else in other company are left out."""
    found = defaultdict(list)
    for short, meanings in abbreviations().items():
        if len(meanings) == 1 and meanings[0].fits("", ""):
            found[normalise(meanings[0].full)].append(short)
    return dict(found)


@cache
def _longest() -> int:
    return max(len(long.split()) for long in _short_forms())


@cache
def _beside() -> dict[str, str]:
    """The keys to the left and right of each key."""
    return {
        key: row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
        for row in NEIGHBOURS
        for at, key in enumerate(row)
    }
