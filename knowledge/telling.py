"""What is asked of one procedure, told from its record: its parts, for a case, a place, a day."""

from dataclasses import dataclass, replace
from datetime import datetime

from knowledge.cases import CaseReader, ProcedureCases, Shown
from knowledge.checklist import checklist
from knowledge.client import ALL_CASES, Answer, AnswerStatus, Aspect, Choice, Provenance, Section
from knowledge.due import due_dates, named_channel
from knowledge.model import Procedure
from knowledge.places.offices import OfficeFinder
from knowledge.places.reading import Places
from knowledge.question import Question
from knowledge.render import Here, Renderer
from knowledge.whereabouts import Whereabouts, locate
from vietnamese.filing import read_filing, today
from vietnamese.workdays import WorkCalendar

OF_A_CASE = frozenset({Aspect.DOCUMENTS, Aspect.FORM})  # What a record tells by cases.


@dataclass(frozen=True)
class Chosen:
    """What the citizen chose before: the codes of a case and of a unit of today."""

    case: str = ""
    place: str = ""


@dataclass(frozen=True)
class Asked:
    """A question about one procedure, with all that its answer depends on.

    `case` is the code of the case that is meant, nothing when none is.
    """

    procedure: Procedure
    question: Question
    aspects: tuple[Aspect, ...]
    now: datetime
    cases: ProcedureCases
    case: str
    where: Whereabouts

    @property
    def open(self) -> AnswerStatus | None:
        """What has to be chosen before all can be told."""
        if Aspect.DOCUMENTS in self.aspects and self.cases.must_be_asked and not self.case:
            return AnswerStatus.CLARIFY_CASE
        return AnswerStatus.CLARIFY_PLACE if self.where.open else None

    @property
    def told(self) -> tuple[Aspect, ...]:
        """The asked parts that do not wait for a choice."""
        waiting = {
            AnswerStatus.CLARIFY_CASE: OF_A_CASE,
            AnswerStatus.CLARIFY_PLACE: frozenset({Aspect.PLACE}),
        }
        held = waiting[self.open] if self.open else frozenset[Aspect]()
        return tuple(aspect for aspect in self.aspects if aspect not in held)

    @property
    def choices(self) -> tuple[Choice, ...]:
        by_case = self.open is AnswerStatus.CLARIFY_CASE
        return self.cases.choices if by_case else self.where.open


@dataclass(frozen=True)
class Telling:
    """Tells of procedures. Safe to use from several threads."""

    version: str
    renderer: Renderer
    cases: CaseReader
    calendar: WorkCalendar
    places: Places
    offices: OfficeFinder
    fillers: frozenset[str]

    def tell(
        self, procedure: Procedure, question: Question, now: datetime, chosen: Chosen | None = None
    ) -> Answer:
        """Answer what was asked of a procedure; what depends on a case or a place that is not
        known waits until that is chosen.
        """
        asked = self._asked(procedure, question, now, chosen or Chosen())
        answer = Answer(
            AnswerStatus.UNANSWERED_NOT_IN_FORCE,
            procedure=Choice(procedure.code, procedure.title),
            aspects=asked.aspects,
            provenance=self._provenance(procedure),
            version=self.version,
        )
        return self._told(answer, asked) if procedure.in_force(now.date()) else answer

    def _asked(
        self, procedure: Procedure, question: Question, now: datetime, chosen: Chosen
    ) -> Asked:
        aspects = question.aspects
        if not aspects and not question.names_procedure and chosen.case:
            aspects = (Aspect.DOCUMENTS,)
        if procedure.title_only or not aspects:
            aspects = (Aspect.OVERVIEW,)  # Saying once that there is nothing is enough.
        cases = self.cases.read(procedure)
        meant = cases.meant(question.text, procedure.title, self.fillers)
        known = {ALL_CASES, *(each.code for each in cases.choices)}
        where = Whereabouts()
        if Aspect.PLACE in aspects:
            where = locate(self.places, question.text, chosen.place, expected=question.says_place)
        return Asked(
            procedure,
            question,
            aspects,
            now,
            cases,
            case=meant.choice.code if meant else chosen.case if chosen.case in known else "",
            where=where,
        )

    def _told(self, answer: Answer, asked: Asked) -> Answer:
        shown = asked.cases.shown(asked.case, self.renderer.all_cases())
        sections = tuple(self._section(aspect, asked, shown) for aspect in asked.told)
        lacking = any(section.lacks for section in sections)
        answered = AnswerStatus.ANSWERED_PARTLY if lacking else AnswerStatus.ANSWERED
        by_case = not OF_A_CASE.isdisjoint(asked.told)
        unit = asked.where.unit
        return replace(
            answer,
            status=asked.open or answered,
            sections=sections,
            choices=asked.choices,
            case=shown.case if by_case or asked.case else None,
            place=Choice(unit.code, unit.title) if unit else None,
            checklist=checklist(asked.procedure, shown, self.renderer.source(asked.procedure))
            if Aspect.DOCUMENTS in asked.told
            else None,
        )

    def _section(self, aspect: Aspect, asked: Asked, shown: Shown) -> Section:
        if aspect is Aspect.DUE:
            return self._due(asked)
        return self.renderer.section(
            asked.procedure,
            aspect,
            asked.now.date(),
            parts=shown.parts,
            channels=asked.question.channels,
            here=self._here(asked),
            namesakes=asked.where.namesakes,
        )

    def _due(self, asked: Asked) -> Section:
        text, now = asked.question.text, asked.now
        filed = read_filing(text, now, self.calendar) or today(now)
        due = due_dates(asked.procedure, filed, self.calendar, channel=named_channel(text))
        return self.renderer.due(asked.procedure, due, now.date())

    def _here(self, asked: Asked) -> Here | None:
        unit = asked.where.unit
        if unit is None:
            return None
        found = self.offices.offices(asked.procedure, unit)
        return Here(unit, found, self.places.day, asked.where.reading)

    def _provenance(self, procedure: Procedure) -> Provenance:
        return Provenance(
            code=procedure.code,
            title=procedure.title,
            decision=procedure.decision,
            agency=procedure.promulgating_agency,
            captured=procedure.source.captured,
            url=procedure.source.url,
            text=self.renderer.source(procedure),
        )
