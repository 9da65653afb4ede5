"""Write bot/nlu/varied.yml: the hand-written examples as hurried, polite or careless people type.

Run `python -m bot.vary` after a change of the examples; a test fails while the file is not that of
the examples. Some of the examples with diacritics get a variant without them, or others: marks left
out of some words, slips of Telex and VNI, chat spellings and words of a region, a particle of
politeness, a greeting before. Frames name the procedures of the starter catalogue and their parts,
and some of the words that citizens have for procedures (data/words) stand for themselves, as does
noise (noise.py). All words and shares are in vary.yml. What an example gets depends on its own text
alone, so that a new one changes only its own lines (docs/adr/0052).
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.noise import noise
from bot.ways_of_typing import WORD, around, as_spoken, partly_plain, with_slip
from vietnamese.text import clean, fold, has_diacritics

NLU = Path(__file__).with_name("nlu")
VARIED = NLU / "varied.yml"
WORDS = Path(__file__).with_suffix(".yml")
CATALOGUE = Path("data/catalogue.jsonl")
CITIZENS_WORDS = Path("data/words")
HEADER = "# Made by `python -m bot.vary` from the files beside it; do not edit.\n"
ASKED = "ask_procedure"
UNCLEAR = "nlu_fallback"  # As Rasa calls what its classifier is not sure of.
LONGEST_NAME = 70  # Nobody types more of a title.
LONGEST_SLIP = 120  # A story is varied only by leaving its diacritics out.


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


def citizens_words(sample: dict[str, Any], folder: Path = CITIZENS_WORDS) -> list[str]:
    """One in `one_in` of the words that citizens have for procedures of the whole country.

    Left out are long ones and those with a word of `without`, that a complaint has as well.
    """
    files = (
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))
    )
    texts = [clean(text) for file in files for entry in file for text in entry["words"]]
    return [
        text
        for text in dict.fromkeys(texts)
        if _random("words", text).randrange(sample["one_in"]) == 0
        and len(text) <= sample["longest"]
        and not any(word in text.lower() for word in sample["without"])
    ]


def _said(title: str) -> str:
    short = re.split(r"[;/]", re.sub(r"\([^)]*\)", "", title).removeprefix("Thủ tục "))[0].strip()
    return short[:1].lower() + short[1:]


class Varier:
    """Makes variants of examples, the same ones for the same text.

    `procedures` are set into frames; `asked` are questions about procedures as they stand.
    """

    def __init__(
        self,
        words: dict[str, Any],
        procedures: list[str],
        asked: Sequence[str] = (),
    ) -> None:
        self._words = words
        self._procedures = procedures
        self._asked = asked

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
        share = self._words["shares"]["plain"]
        return (fold(text) for text in texts if _random("bare", text).randrange(100) < share)

    def _others(self, intent: str, texts: list[str]) -> Iterator[str]:
        """Frames first, then what is varied of both, half of it without any diacritics."""
        framed = [*self._framed(intent), *(self._asked if intent == ASKED else ())]
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
        if WORD.search(text):
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


def unclear(given: dict[str, Any], examples: Examples) -> list[str]:
    """Noise that nobody wrote as an example of something."""
    known = {clean(text).lower() for texts in examples.values() for text in texts}
    made = dict.fromkeys(noise(given, _random("noise", "")))
    return [text for text in made if clean(text).lower() not in known]


def _random(kind: str, text: str) -> Random:
    return Random(zlib.crc32(f"{kind}:{text}".encode()))  # noqa: S311  Nothing secret is drawn.


def varied_file(examples: Examples) -> str:
    """The NLU file of all variants."""
    lines = [HEADER + 'version: "3.1"\nnlu:']
    words = read_words()
    asked = citizens_words(words["citizens_words"])
    meaningless = unclear(words["noise"], examples)
    learnt = {**Varier(words, names(), asked).variants(examples), UNCLEAR: meaningless}
    for intent, texts in learnt.items():
        if texts:
            lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    content = varied_file(hand_written())
    VARIED.write_text(content, encoding="utf-8")
    sys.stdout.write(f"{VARIED.name}: {content.count('    - ')} variants\n")
