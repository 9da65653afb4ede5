"""What a question says of places, days and cases, beside what it says of a procedure."""

from dataclasses import replace
from datetime import datetime

from knowledge.cases import CaseReader
from knowledge.model import Procedure
from knowledge.places.reading import Kind, Places
from knowledge.question import Question
from knowledge.whereabouts import without
from vietnamese.filing import read_filing
from vietnamese.text import fold
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


def without_case(
    question: Question, procedure: Procedure, cases: CaseReader, fillers: frozenset[str]
) -> Question:
    """A question without the words of the case of a procedure that it names, its title's kept."""
    case = cases.read(procedure).meant(question.text, procedure.title, fillers)
    if case is None:
        return question
    said = {*syllables(fold(case.name))} - {*syllables(fold(procedure.title))}
    left = [word for word in question.subject.split() if fold(word) not in said]
    return replace(question, subject=" ".join(left) or question.subject)
