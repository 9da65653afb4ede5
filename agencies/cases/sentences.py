"""What the system itself says to a citizen about their case: the sentences of texts.yml."""

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("texts.yml")


@cache
def _sentences() -> dict[str, str]:
    found: dict[str, str] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def sentence(name: str, **facts: str) -> str:
    return _sentences()[name].format(**facts).strip()
