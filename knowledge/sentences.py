"""A message cut into sentences, by underthesea without what it brings along for other purposes."""

import re
import sys
from collections.abc import Callable
from functools import cache

# Optional parts that underthesea imports by itself where their libraries are installed. `translate`
# alone would bring torch into the process that serves: seconds of a citizen's turn, 200 MB.
UNUSED = (
    "underthesea.address",
    "underthesea.agent",
    "underthesea.pipeline.classification",
    "underthesea.pipeline.dependency_parse",
    "underthesea.pipeline.lang_detect",
    "underthesea.pipeline.sentiment",
    "underthesea.pipeline.translate",
)
_END = re.compile(r"[.?!…]\s|\n")


@cache
def load() -> Callable[[str], list[str]]:
    """What cuts a line. A service loads it when it starts, so that no citizen waits for it."""
    blocked = [name for name in UNUSED if name not in sys.modules]
    for name in blocked:
        sys.modules[name] = None  # type: ignore[assignment]  # Importing it is an ImportError.
    try:
        from underthesea import sent_tokenize
    finally:
        for name in blocked:
            del sys.modules[name]
    cut: Callable[[str], list[str]] = sent_tokenize
    return cut


def split_sentences(text: str) -> list[str]:
    """Cut a message into sentences; a single line without an inner full stop is one."""
    if not _END.search(text.strip()):
        return [text]
    cut = load()
    return [part for line in text.splitlines() for part in cut(line)]
