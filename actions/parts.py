"""Long texts in parts that can be read on a phone, cut between the entries of their lists."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

ENTRY = re.compile(r"(?:[-•*+]|\d{1,2}[.)]|[^\W\d_]\))\s")


def parts(text: str, longest: int) -> list[str]:
    """Cut a text into parts of at most so many characters.

    An entry is never shown without the line above its list: that says for which case it counts.

    >>> parts("Cần:\\n- tờ khai\\n- giấy chứng sinh", 25)
    ['Cần:\\n- tờ khai', 'Cần:\\n- giấy chứng sinh']
    """
    done: list[str] = []
    current: list[str] = []
    for heading, line in _entries(unicodedata.normalize("NFC", text).split("\n"), longest // 2):
        for piece in _pieces(line, longest - len(f"{heading}\n".lstrip())):
            new = [piece] if not heading or heading in current else [heading, piece]
            if current and len("\n".join([*current, *new])) > longest:
                done.append("\n".join(current))
                current = []
                new = [heading, piece] if heading else [piece]
            current += new
    return [*done, "\n".join(current)]


def _entries(lines: Sequence[str], longest_heading: int) -> Iterator[tuple[str, str]]:
    """Each line with the heading of its list, which is no line of its own unless it is long."""
    heading = ""
    for number, line in enumerate(lines):
        if ENTRY.match(line):
            yield heading, line
            continue
        begins_list = number + 1 < len(lines) and ENTRY.match(lines[number + 1])
        heading = line if begins_list and len(line) <= longest_heading else ""
        if not heading:
            yield "", line


def _pieces(line: str, longest: int) -> Iterator[str]:
    """A line that is too long by itself, cut between sentences, or at least between words."""
    while len(line) > longest:
        room = line[:longest]
        end = max(room.rfind(mark) + 1 for mark in (". ", "; "))
        if end < longest // 2:
            end = room.rfind(" ") if " " in room else longest
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line
