"""Messages without a meaning, as a cat on the keyboard or a bored visitor types them.

Learnt as `nlu_fallback`: what is nothing in particular goes to the catalogue (docs/adr/0022), which
finds nothing and says so. Otherwise the classifier, which must name some intent, takes unknown
letters for what has the oddest words: insults, emergencies, small talk.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from vietnamese.text import fold

KINDS = ("keys", "letters", "repeated", "echoes", "mixed", *("syllables",) * 5)


def noise(given: dict[str, Any], random: Random) -> Iterator[str]:
    """`many` messages, a third of those with diacritics without them; the same for the same seed.

    `given` also holds the `rows` of the keyboard and the `onsets`, `rhymes` and `echoes` that
    syllables are put together from.
    """
    for number in range(given["many"]):
        kind = KINDS[number % len(KINDS)]
        fewest = 2 if kind in {"syllables", "mixed"} else 1  # One syllable alone may be a word.
        words = [_word(kind, given, random) for _ in range(random.randint(fewest, 5))]
        text = " ".join(words)
        yield fold(text) if random.random() < 1 / 3 else text


def _word(kind: str, given: dict[str, Any], random: Random) -> str:
    if kind == "mixed":
        kind = random.choice(KINDS[:-1])
    if kind == "keys":
        return _run_of_keys(random.choice(given["rows"]), random)
    if kind == "letters":
        return "".join(random.choices("".join(given["rows"]), k=random.randint(3, 9)))
    if kind == "repeated":
        return random.choice("".join(given["rows"])) * random.randint(2, 6)
    if kind == "echoes":
        return " ".join([random.choice(given["echoes"])] * random.randint(1, 3))
    return str(random.choice(given["onsets"]) + random.choice(given["rhymes"]))


def _run_of_keys(row: str, random: Random) -> str:
    """Keys of a row, mostly beside one another, in either direction or there and back."""
    at = random.randrange(len(row))
    keys = [row[at]]
    for _ in range(random.randint(2, 8)):
        at = (at + random.choice((-1, 1, 1, 1, 2))) % len(row)
        keys.append(row[at])
    return "".join(keys)
