"""Write bot/nlu/varied.yml: the hand-written examples as hurried, polite or careless people type.

Run `python -m bot.vary` after a change of the examples; a test fails while the file is not that of
the examples. Every example with diacritics gets a variant without them, and some get others: marks
left out of some words, slips of Telex and VNI, chat spellings and words of a region, a particle of
politeness, a greeting before. Frames name the procedures of the starter catalogue and their parts.
All words and shares are in vary.yml. What an example gets depends on its own text alone, so that a
new example changes only its own lines (docs/adr/0052).
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import yaml

from vietnamese.syllable import TONES
from vietnamese.text import clean, fold, has_diacritics

NLU = Path(__file__).with_name("nlu")
VARIED = NLU / "varied.yml"
WORDS = Path(__file__).with_suffix(".yml")
CATALOGUE = Path("data/catalogue.jsonl")
HEADER = "# Made by `python -m bot.vary` from the files beside it; do not edit.\n"
LONGEST_NAME = 70  # Nobody types more of a title.
LONGEST_SLIP = 120  # A story is varied only by leaving its diacritics out.

_WORD = re.compile(r"[^\W\d_]+")
_TELEX = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_VNI = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
_TELEX_MARKS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI_MARKS = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}

Examples = dict[str, list[str]]
Variation = Callable[[str, Random], str]


def read_examples(path: Path) -> Examples:
    """The examples of an NLU file by intent."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    found: Examples = {}
    for block in content["nlu"]:
        lines = block["examples"].splitlines()
        found.setdefault(block["intent"], []).extend(line.removeprefix("- ") for line in lines)
    return found


def hand_written() -> Examples:
    """All examples that people wrote, by intent."""
    found: Examples = {}
    for path in sorted(NLU.glob("*.yml")):
        if path != VARIED:
            for intent, texts in read_examples(path).items():
                found.setdefault(intent, []).extend(texts)
    return found


def read_words() -> dict[str, Any]:
    """The words and shares of vary.yml."""
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


def names(catalogue: Path = CATALOGUE) -> list[str]:
    """The titles of the starter catalogue as somebody would say them; long ones are left out."""
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    said = (_said(json.loads(line)["name"]) for line in lines)
    return list(dict.fromkeys(name for name in said if len(name) <= LONGEST_NAME))


def _said(title: str) -> str:
    short = re.split(r"[;/]", re.sub(r"\([^)]*\)", "", title).removeprefix("Thủ tục "))[0].strip()
    return short[:1].lower() + short[1:]


def partly_plain(text: str, random: Random) -> str:
    """The text with the diacritics of about half of its words left out."""
    return _WORD.sub(lambda w: fold(w[0]) if random.random() < 0.5 else w[0], text)


def with_slip(text: str, random: Random) -> str:
    """The text with one or, when it is long, two words mistyped."""
    found = [match for match in _WORD.finditer(text) if len(match[0]) > 1]
    for match in sorted(
        random.sample(found, min(1 + len(found) // 8, len(found), 2)), key=_from_end
    ):
        text = text[: match.start()] + _mistyped(match[0], random) + text[match.end() :]
    return text


def _from_end(match: re.Match[str]) -> int:
    return -match.start()


def _mistyped(word: str, random: Random) -> str:
    if has_diacritics(word) and random.random() < 0.6:
        keys = random.choice(((_TELEX_MARKS, _TELEX), (_VNI_MARKS, _VNI)))
        return typed(word, *keys)
    at = random.randrange(len(word) - 1)
    if random.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[: at + 1] + word[at] + word[at + 1 :]


def typed(word: str, marks: dict[str, str], tones: dict[str, str]) -> str:
    """The keys that were pressed for a word when the keyboard did not make it of them.

    >>> typed("giấy", _TELEX_MARKS, _TELEX), typed("đường", _VNI_MARKS, _VNI)
    ('giaays', 'd9u7o7ng2')
    """
    parts = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
    keys = "".join(marks.get(letter, letter) for letter in bare)
    return keys + "".join(tones[part] for part in parts if part in TONES)


def as_spoken(text: str, random: Random, spoken: dict[str, list[str]]) -> str:
    """The text with up to three of its words as in a chat or in a region."""
    said = {phrase for phrase in spoken if re.search(rf"\b{phrase}\b", text.lower())}
    for phrase in random.sample(sorted(said), min(3, len(said))):
        other = random.choice(spoken[phrase])
        text = re.sub(rf"\b{phrase}\b", other, text, count=1, flags=re.IGNORECASE)
    return text


def around(text: str, random: Random, particles: dict[str, list[str]]) -> str:
    """The text between particles: one before, one after, or both."""
    before, after = random.choice(((True, False), (False, True), (False, True), (True, True)))
    parts = [random.choice(particles["before"])] if before else []
    parts.append(text.rstrip(" ?.!") if after else text)
    return " ".join([*parts, random.choice(particles["after"])] if after else parts)


class Varier:
    """Makes variants of examples, the same ones for the same text."""

    def __init__(self, words: dict[str, Any], procedures: list[str]) -> None:
        self._words = words
        self._procedures = procedures

    def variants(self, examples: Examples) -> Examples:
        """What is made of the examples and of the frames, by intent.

        Left out are texts that somebody wrote already, and those that two intents would share, as
        "dừng" (stop) and "đúng" (right) do without their diacritics.
        """
        known = {clean(text).lower() for texts in examples.values() for text in texts}
        made = {
            intent: dict.fromkeys([*self._plain(texts), *self._others(intent, texts)])
            for intent, texts in examples.items()
        }
        shared = Counter(clean(text).lower() for texts in made.values() for text in texts)
        return {
            intent: [
                t for t in texts if (low := clean(t).lower()) not in known and shared[low] == 1
            ]
            for intent, texts in made.items()
        }

    def _plain(self, texts: list[str]) -> Iterator[str]:
        return map(fold, texts)

    def _others(self, intent: str, texts: list[str]) -> Iterator[str]:
        """Frames first, then what is varied of both, half of it without any diacritics."""
        framed = list(self._framed(intent))
        for text in framed:
            yield fold(text) if _random("plain", text).random() < 0.5 else text
        for text in texts:
            for name, vary in self._kinds(intent, text):
                random = _random(name, text)
                if random.randrange(100) < self._words["shares"][name]:
                    varied = vary(text, random)
                    yield fold(varied) if random.random() < 0.5 else varied

    def _kinds(self, intent: str, text: str) -> Iterator[tuple[str, Variation]]:
        if has_diacritics(text):
            yield "partly", partly_plain
        if len(text) > LONGEST_SLIP:
            return
        if _WORD.search(text):
            yield "slips", with_slip
            yield "spoken", partial(as_spoken, spoken=self._words["spoken"])
        for particles in self._words["polite"].values():
            if intent in particles["intents"]:
                yield "polite", partial(around, particles=particles)
        greetings = self._words["greetings"]
        if intent in greetings["intents"]:
            yield "greeted", lambda text, random: f"{random.choice(greetings['before'])} {text}"

    def _framed(self, intent: str) -> Iterator[str]:
        share = self._words["frame_shares"].get(intent, 0)
        for name in self._procedures:
            random = _random(intent, name)
            times, rest = divmod(share, 100)
            for _ in range(times + (random.randrange(100) < rest)):
                yield random.choice(self._words["frames"][intent]).format(
                    name=name,
                    other=random.choice([each for each in self._procedures if each != name]),
                    part=random.choice(self._words["parts"]),
                )


def _random(kind: str, text: str) -> Random:
    return Random(zlib.crc32(f"{kind}:{text}".encode()))  # noqa: S311  Nothing secret is drawn.


def varied_file(examples: Examples) -> str:
    """The NLU file of all variants."""
    lines = [HEADER + 'version: "3.1"\nnlu:']
    for intent, texts in Varier(read_words(), names()).variants(examples).items():
        if texts:
            lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    content = varied_file(hand_written())
    VARIED.write_text(content, encoding="utf-8")
    sys.stdout.write(f"{VARIED.name}: {content.count('    - ')} variants\n")
