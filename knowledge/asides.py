"""What a question says of places and days, which tells nothing of the procedure it is about."""

from dataclasses import replace
from datetime import datetime

from knowledge.places import Kind, Places
from knowledge.question import Question
from knowledge.whereabouts import without
from vietnamese.filing import read_filing
from vietnamese.words import syllables
from vietnamese.workdays import WorkCalendar


def without_asides(
    question: Question, places: Places, calendar: WorkCalendar, now: datetime
) -> Question:
    """A question whose subject names no place, not even a province, and no day of filing."""
    reading = places.read(question.text)
    known = reading.kind not in (Kind.NOTHING, Kind.UNKNOWN)
    parts = reading.said.split(", ") if known else []
    filed = read_filing(question.text, now, calendar)
    if filed and filed.said:
        parts.append(filed.said)
    said = [syllables(part) for part in parts]
    return replace(
        question,
        subject=without(question.subject, said),
        sentences=tuple(without(each, said) for each in question.sentences),
    )
