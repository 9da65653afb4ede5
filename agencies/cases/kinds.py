"""Tells feedback from what has a path of its own: complaints, denunciations, emergencies."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from agencies.cases.phrases import Stream

FILE = Path(__file__).with_suffix(".yml")


class Kind(StrEnum):
    FEEDBACK = "feedback"
    COMPLAINT = "complaint"  # khiếu nại, tố cáo
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class _Words:
    words: tuple[str, ...]
    plain: tuple[str, ...]  # In text without diacritics.
    without: tuple[str, ...]

    def fit(self, stream: Stream) -> bool:
        left = stream.without(self.without)
        wanted = self.plain if stream.plain else self.words
        return any(f" {stream.form(phrase)} " in left for phrase in wanted)


class Kinds:
    def __init__(self, emergency: _Words, complaint: _Words) -> None:
        self._emergency = emergency
        self._complaint = complaint

    @classmethod
    def load(cls, path: Path = FILE) -> "Kinds":
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        read = {
            name: _Words(**{key: tuple(words) for key, words in content[name].items()})
            for name in ("emergency", "complaint")
        }
        return cls(**read)

    def of(self, text: str) -> Kind:
        """What the text is; somebody in danger comes first."""
        stream = Stream(text)
        if self._emergency.fit(stream):
            return Kind.EMERGENCY
        return Kind.COMPLAINT if self._complaint.fit(stream) else Kind.FEEDBACK
