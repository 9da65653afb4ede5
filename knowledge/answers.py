"""From a question to an answer: read it, find the procedure, render what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.catalogue import Catalogue
from knowledge.client import Answer, AnswerStatus, Aspect, Choice, Provenance, Section
from knowledge.index.passages import searchable
from knowledge.model import Procedure
from knowledge.question import Question, QuestionReader
from knowledge.render import Renderer
from knowledge.search import Ranked, Search, SearchSettings


@dataclass(frozen=True)
class Answers:
    """Answers questions from one version of the catalogue."""

    version: str
    catalogue: Catalogue
    search: Search
    settings: SearchSettings
    reader: QuestionReader
    renderer: Renderer

    def answer(
        self, question: str, *, today: date, focus: str | None = None, among: Sequence[str] = ()
    ) -> Answer:
        """Answer a question; see KnowledgeClient.answer for `focus` and `among`."""
        asked = self.reader.read(question)
        if asked.code:
            return self._about(asked.code, asked, today, AnswerStatus.UNANSWERED_NO_MATCH)
        if not asked.names_procedure:
            return self._about(focus, asked, today)
        ranked = self._rank(asked, among)
        if not ranked or not self._matches(ranked[0]):
            if focus and asked.aspects:
                return self._about(focus, asked, today)
            return self._status(AnswerStatus.UNANSWERED_NO_MATCH, asked)
        meant = self._is_meant(ranked)
        candidates = self._candidates(ranked, today, meant=meant)
        # The one of a single choice is meant, however badly the words fit its title.
        if len(candidates) == 1 and (meant or len(among) == 1):
            return self._render(candidates[0], asked, today)
        return self._clarify(asked, candidates)

    def title(self, code: str) -> str:
        return self._procedure(code).title

    def rank(self, question: str, limit: int) -> list[Ranked]:
        """Rank procedures for a question without answering it."""
        return self._rank(self.reader.read(question), limit=limit)

    def _rank(self, asked: Question, among: Sequence[str] = (), limit: int = 10) -> list[Ranked]:
        """Rank by the whole message, or by the sentence of it that says most of a procedure."""
        texts = (asked.subject, *asked.sentences)
        rankings = [self.search.rank(text, limit=limit, among=among) for text in texts]
        return max(rankings, key=lambda each: each[0].stages["overlap"] if each else -1.0)

    def _about(
        self,
        code: str | None,
        asked: Question,
        today: date,
        otherwise: AnswerStatus = AnswerStatus.UNANSWERED_NO_PROCEDURE,
    ) -> Answer:
        """Answer for the procedure with this code, or say that there is none to answer for."""
        procedure = self.catalogue.get(code) if code else None
        if procedure is None:
            return self._status(otherwise, asked)
        return self._render(procedure, asked, today)

    def _matches(self, best: Ranked) -> bool:
        return any(best.stages[name] >= least for name, least in self.settings.match.items())

    def _is_meant(self, ranked: Sequence[Ranked]) -> bool:
        """Whether the words say the first title; nearest alone is not enough."""
        first, answer = ranked[0], self.settings.answer
        leads = len(ranked) == 1 or first.score - ranked[1].score >= answer["margin"]
        return first.stages["overlap"] >= answer["least_overlap" if leads else "overlap"]

    def _candidates(self, ranked: Sequence[Ranked], today: date, *, meant: bool) -> list[Procedure]:
        """The first and those that may be meant as well, without any no longer in force."""
        first, *near = self._near(ranked)
        if meant:
            # Others may say as much of the title, or hold the same few words of it.
            said = first.stages["of_passage"] >= self.settings.answer["said"]
            measure = "overlap" if said else "of_question"
            near = [each for each in near if each.stages[measure] >= first.stages[measure]]
        found = [self._procedure(each.code) for each in (first, *near)]
        in_force = [each for each in found if each.in_force(today)]
        return in_force[: self.settings.choices] or found[:1]

    def _near(self, ranked: Sequence[Ranked]) -> list[Ranked]:
        least = ranked[0].score - self.settings.answer["near"]
        return [ranked[0], *(each for each in ranked[1:] if each.score > least)]

    def _procedure(self, code: str) -> Procedure:
        procedure = self.catalogue.get(code)
        if procedure is None:
            raise LookupError(f"{code} is in the index and not in the catalogue")
        return procedure

    def _clarify(self, asked: Question, procedures: Sequence[Procedure]) -> Answer:
        titles = [searchable(procedure.title) for procedure in procedures]
        choices = tuple(
            Choice(each.code, self.renderer.choice(each, ambiguous=titles.count(title) > 1))
            for each, title in zip(procedures, titles, strict=True)
        )
        return Answer(
            AnswerStatus.CLARIFY_PROCEDURE,
            aspects=asked.aspects,
            choices=choices,
            version=self.version,
        )

    def _render(self, procedure: Procedure, asked: Question, today: date) -> Answer:
        aspects = asked.aspects or (Aspect.OVERVIEW,)
        sections: tuple[Section, ...] = ()
        status = AnswerStatus.UNANSWERED_NOT_IN_FORCE
        if procedure.in_force(today):
            sections = tuple(self.renderer.section(procedure, each, today) for each in aspects)
            lacking = any(section.lacks for section in sections)
            status = AnswerStatus.ANSWERED_PARTLY if lacking else AnswerStatus.ANSWERED
        return Answer(
            status,
            procedure=Choice(procedure.code, procedure.title),
            aspects=aspects,
            sections=sections,
            provenance=self._provenance(procedure),
            version=self.version,
        )

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

    def _status(self, status: AnswerStatus, asked: Question) -> Answer:
        return Answer(status, aspects=asked.aspects, version=self.version)
