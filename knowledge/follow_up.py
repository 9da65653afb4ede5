"""A message that only makes sense after what was talked about: a place, a day or a case alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from knowledge.cases import CaseReader
from knowledge.client import Aspect
from knowledge.model import Procedure
from knowledge.places.reading import Kind, Places, Reading
from knowledge.question import Question
from vietnamese.filing import Filing, read_filing
from vietnamese.text import fold, normalise
from vietnamese.words import expand, syllables
from vietnamese.workdays import WorkCalendar

COVERED = 0.75  # The share of a message's words that a case has to explain.


@dataclass(frozen=True)
class FollowUps:
    """Reads such messages as questions about the procedure in focus."""

    cases: CaseReader
    calendar: WorkCalendar
    places: Places
    fillers: frozenset[str]
    asides: frozenset[str]  # Words around a place or a day that say nothing else.
    goes_on: re.Pattern[str]  # How a message begins or ends that goes on with what was asked.

    def read(self, question: Question, focus: Procedure, now: datetime) -> Question | None:
        """The question about the procedure in focus; None when it is about something else."""
        if not question.names_procedure:
            return None if question.aspects else self._of_a_case(question, focus)
        if self.place_alone(question, expected=True):
            return replace(question, aspects=(Aspect.PLACE,), says_place=True)
        if not question.aspects or question.aspects in ((Aspect.DUE,), (Aspect.TIME,)):
            filed = read_filing(question.text, now, self.calendar)
            if isinstance(filed, Filing) and filed.said and self._is_all(question, filed.said):
                return replace(question, aspects=question.aspects or (Aspect.DUE,))
        return self._of_a_case(question, focus)

    def place_alone(self, question: Question, *, expected: bool = False) -> Reading | None:
        """The place that a message names, if it does nothing else; `expected` as Places.read."""
        if question.aspects not in ((), (Aspect.PLACE,)):
            return None
        place = self.places.read(question.text, expected=expected)
        known = place.kind not in (Kind.NOTHING, Kind.UNKNOWN)
        return place if known and self._is_all(question, place.said) else None

    def carried(self, question: Question, earlier: Iterable[Question]) -> Question:
        """A message that goes on asks for the parts asked for before, unless it names its own."""
        if question.aspects or not self.goes_on.search(normalise(question.text)):
            return question
        aspects = next((each.aspects for each in earlier if each.aspects), ())
        return replace(question, aspects=aspects)

    def _is_all(self, question: Question, said: str) -> bool:
        """Whether a message says nothing but that."""
        words = syllables(fold(said))
        rest = [word for word in self._subject(question) if word not in words]
        return all(word in self.asides for word in rest)

    def _of_a_case(self, question: Question, focus: Procedure) -> Question | None:
        """A question whose words are those of a case of the procedure."""
        case = self.cases.read(focus).meant(question.text, focus.title, self.fillers)
        words = self._subject(question)
        if case is None:
            return None
        known = {*syllables(fold(f"{case.name} {focus.title}")), *self.asides}
        if sum(word in known for word in words) < COVERED * len(words):
            return None
        return replace(question, aspects=question.aspects or (Aspect.DOCUMENTS,))

    def _subject(self, question: Question) -> list[str]:
        words = syllables(fold(expand(question.subject)))
        return [word for word in words if word not in self.fillers]
