"""The hour after which a record gives the result a working day later (giờ cắt hồ sơ).

Records say it in running text: "nếu tiếp nhận hồ sơ sau 15 giờ thì trả kết quả trong ngày làm việc
tiếp theo". What is answered the next working day must be the result: several records send only a
first reply ("văn bản trả lời") then. ADR 0043 says how well this reads the real catalogue.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from knowledge.model import Absent, Procedure
from vietnamese.text import fold

# Patterns are for folded text.
_HOUR = (
    r"(?P<hour>\d{1,2})\s?(?:gio|h|g|:)(?:\s?(?P<minute>\d\d)(?!\d)(?:\s?phut)?)?(?P<pm>\schieu)?"
)
_CUT_OFF = re.compile(
    r"(?P<received>(?:tiep nhan|nhan|nop|gui|den)\b[^.;\n]{0,80}?)"
    rf",?\s(?:sau|qua)\s(?:luc\s|thoi diem\s)?{_HOUR}\b"
    r"(?P<then>[^.;\n]{0,200}?(?:ngay|ngay lam viec)\s(?:tiep theo|ke tiep|lien ke|hom sau|sau)\b)"
)
_HAS_HOUR = re.compile(r"\d\)?\s?(?:gi|h|g|:)")  # Folding long texts takes milliseconds.
_DOSSIER = re.compile(r"ho so|don|yeu cau|du giay to")
# Not the result: a reply on whether the dossier is complete, a notice of a stay.
_ANOTHER_THING = re.compile(r"van ban tra loi|luu tru")
# The same day before the hour, within so many characters before it.
_SAME_DAY = re.compile(
    r"(?:ngay trong|trong cung|trong|cung) (?:cung )?ngay(?: lam viec)?(?! ke tu| tiep theo)"
)
_ROOM, _NEAR = 200, 20


@dataclass(frozen=True)
class CutOff:
    """`same_day`: what comes in before that hour is done the same day."""

    hour: time
    same_day: bool


def cut_off_of(procedure: Procedure) -> CutOff | None:
    """What the record says of it; the earliest hour where it names several."""
    found = [each for text in _texts(procedure) for each in _read(text)]
    if not found:
        return None
    hour = min(each.hour for each in found)
    return CutOff(hour, any(each.same_day for each in found if each.hour == hour))


def _texts(procedure: Procedure) -> Iterator[str]:
    for step in procedure.steps:
        yield step.text
    for method in procedure.methods:
        yield method.description
        if isinstance(method.time, Absent):
            yield method.time.text
    for case in procedure.sub_cases:
        if isinstance(case.time, Absent):
            yield case.time.text
    yield procedure.description
    yield procedure.conditions


def _read(text: str) -> Iterator[CutOff]:
    if not _HAS_HOUR.search(text):
        return
    folded = fold(text)
    for match in _CUT_OFF.finditer(folded):
        before = folded[max(0, match.start() - _ROOM) : match.start()]
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        hour += 12 if match["pm"] and hour < 12 else 0
        if hour > 23 or minute > 59 or not _of_the_result(before[-_NEAR:] + match.group()):
            continue
        yield CutOff(time(hour, minute), bool(_SAME_DAY.search(before)))


def _of_the_result(said: str) -> bool:
    return bool(_DOSSIER.search(said)) and not _ANOTHER_THING.search(said)
