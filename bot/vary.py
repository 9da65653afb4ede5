"""Write bot/nlu/unaccented.yml: the hand-written examples as a hurried thumb types them.

Run `python -m bot.vary` after a change of the examples. Every example with diacritics gets a
variant without them; the same examples always give the same file. Other variants were tried and
did not help (docs/adr/0020): the tokenizer writes abbreviations out, and n-grams of letters see
through a typing mistake.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import yaml

from vietnamese.text import clean, fold

NLU = Path(__file__).with_name("nlu")
UNACCENTED = NLU / "unaccented.yml"
HEADER = "# Made by `python -m bot.vary` from the files beside it; do not edit.\n"

Examples = dict[str, list[str]]


def read_examples(path: Path) -> Examples:
    """The examples of an NLU file by intent."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        block["intent"]: [line.removeprefix("- ") for line in block["examples"].splitlines()]
        for block in content["nlu"]
    }


def hand_written() -> Examples:
    """All examples that people wrote, by intent."""
    paths = sorted(path for path in NLU.glob("*.yml") if path != UNACCENTED)
    return {intent: texts for path in paths for intent, texts in read_examples(path).items()}


def variants(examples: Examples) -> Examples:
    """The texts without diacritics, by intent.

    Left out are those that somebody wrote already, and those that two intents would share, as
    "dừng" (stop) and "đúng" (right) do.
    """
    known = {clean(text).lower() for texts in examples.values() for text in texts}
    plain = {intent: dict.fromkeys(map(fold, texts)) for intent, texts in examples.items()}
    shared = Counter(text for texts in plain.values() for text in texts)
    return {
        intent: [text for text in texts if text not in known and shared[text] == 1]
        for intent, texts in plain.items()
    }


def unaccented_file(examples: Examples) -> str:
    """The NLU file of all variants."""
    lines = [HEADER + 'version: "3.1"\nnlu:']
    for intent, texts in variants(examples).items():
        if texts:
            lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    content = unaccented_file(hand_written())
    UNACCENTED.write_text(content, encoding="utf-8")
    sys.stdout.write(f"{UNACCENTED.name}: {content.count('    - ')} variants\n")
