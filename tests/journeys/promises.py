"""What every turn keeps, whatever was said: a reply, in Vietnamese, in time, with no fact that is
not in the record it names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.latency import percentile
from gateway.client import Message
from tests.journeys.facts import Records
from vietnamese.syllable import parse
from vietnamese.text import has_diacritics
from vietnamese.words import syllables

CATALOGUE = Path("data/catalogue.jsonl")
HOTLINE = "1800 1096"
LONGEST_TURN = 3.0  # Seconds.
LEAST_VIETNAMESE = 0.6  # Of the words of a reply; names and links are not.
FAILED = {"failed", "error_search"}
SHOWN = 30  # Faults of a report.
THREAD = 6  # Messages before a reply that it may still be about; shown with a fault.


@dataclass
class Walk:
    """What was seen on all conversations together."""

    records: Records
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def look(self, said: Sequence[str], replies: Sequence[Message], took: float) -> None:
        self.seconds.append(took)
        for message in replies:
            status = message.status or "none"
            self.statuses[status] = self.statuses.get(status, 0) + 1
        found = [*faults(replies), *self._strange(said, replies)]
        if took > LONGEST_TURN:
            found.append(f"took {took:.1f} s")
        self.faults += [f"{fault}\n    after {said[-THREAD:]}" for fault in found]

    def _strange(self, said: Sequence[str], replies: Sequence[Message]) -> list[str]:
        """A question that waited is answered messages later, and its words are said back then."""
        heard = "\n".join(said[-THREAD:])
        text = "\n".join(message.text for message in replies)
        code = next((message.code for message in replies if message.code), "")
        return [
            f"{fault} in {text[:2_000]!r}"
            for fault in self.records.strange(text, code=code, heard=heard)
        ]


def faults(replies: Sequence[Message]) -> list[str]:
    """What no reply may be, whatever it is about."""
    found = [] if replies else ["no reply"]
    for message in replies:
        if not message.text.strip():
            found.append("an empty reply")
        if message.status in FAILED:
            found.append(f"an apology: {message.text[:80]}")
        if not is_vietnamese(message.text):
            found.append(f"not Vietnamese: {message.text[:200]!r}")
        found += [f"a button without words: {each}" for each in message.choices if not each.payload]
    return found


def is_vietnamese(text: str) -> bool:
    """
    >>> is_vietnamese("Bạn cần hỏi thủ tục nào?"), is_vietnamese("Sorry, an error occurred {title}")
    (True, False)
    """
    words = [word for word in syllables(text) if word.isalpha()]
    right = sum(parse(word) is not None for word in words)
    return has_diacritics(text) and right >= LEAST_VIETNAMESE * len(words)


def report(walk: Walk) -> str:
    lines = [
        f"{len(walk.faults)} faults in {len(walk.seconds)} turns",
        f"p50 {percentile(walk.seconds, 0.5):.2f} s, p95 {percentile(walk.seconds, 0.95):.2f} s, "
        f"longest {max(walk.seconds):.2f} s",
        f"{walk.statuses}",
        *walk.faults[:SHOWN],
    ]
    return "\n".join(lines)
