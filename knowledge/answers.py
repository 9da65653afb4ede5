"""From a question to an answer: read it, find the procedure, render what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.catalogue import Catalogue
from knowledge.client import Answer, AnswerStatus, Aspect, Choice, Hit, Provenance, Ranking, Section
from knowledge.confidence import Confidence, Outcome
from knowledge.index.passages import searchable
from knowledge.model import Procedure
from knowledge.question import Question, QuestionReader
from knowledge.render import Renderer
from knowledge.search import BEST, Ranked, Search, kind_of


@dataclass(frozen=True)
class Answers:
    """Answers questions from one version of the catalogue."""

    version: str
    catalogue: Catalogue
    search: Search
    confidence: Confidence
    reader: QuestionReader
    renderer: Renderer

    def answer(
        self,
        question: str,
        *,
        today: date,
        focus: str | None = None,
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer:
        """Answer a question; see KnowledgeClient.answer for what it may lean on."""
        asked = self.reader.read(question)
        if asked.code:
            return self._about(asked.code, asked, today, AnswerStatus.UNANSWERED_NO_MATCH)
        if not asked.names_procedure:
            return self._about(focus, asked, today)
        ranked = self._rank(asked, self._context(focus, earlier), among=among)
        outcome = self.confidence.outcome(ranked)
        if outcome is Outcome.NOTHING:
            if focus and asked.aspects:
                return self._about(focus, asked, today)
            return self._status(AnswerStatus.UNANSWERED_NO_MATCH, asked)
        # The one of a single choice is meant, however badly the words fit its title.
        if outcome is Outcome.ANSWER or len(among) == 1:
            return self._found(ranked, asked, today)
        return self._clarify(ranked, asked, today)

    def title(self, code: str) -> str:
        return self._procedure(code).title

    def rank(
        self, question: str, *, limit: int = 10, by: str = BEST, earlier: Sequence[str] = ()
    ) -> Ranking:
        """Rank procedures for a question without answering it."""
        asked = self.reader.read(question)
        ranked = self._rank(asked, self._context(None, earlier), limit=limit, by=by)
        hits = (
            Hit(each.code, self.title(each.code), each.score, each.share, each.signals)
            for each in ranked
        )
        return Ranking(tuple(hits), self.confidence.known(ranked), kind_of(question))

    def _rank(
        self,
        asked: Question,
        context: str,
        *,
        among: Sequence[str] = (),
        limit: int = 10,
        by: str = BEST,
    ) -> list[Ranked]:
        """Rank by the whole message, or by the sentence of it that says most of a procedure,
        with what the conversation was about in mind.
        """
        texts = [asked.subject, *asked.sentences] if asked.names_procedure else [""]
        rankings = (
            self.search.rank(text, context=context, limit=limit, among=among, by=by)
            for text in texts
        )
        return max(rankings, key=self.confidence.of)

    def _context(self, focus: str | None, earlier: Sequence[str]) -> str:
        """What the conversation is about: the last message that named a procedure, or else the
        procedure in focus.
        """
        read = (self.reader.read(message) for message in reversed(earlier))
        named = next((each.subject for each in read if each.names_procedure), "")
        procedure = self.catalogue.get(focus) if focus and not named else None
        return searchable(procedure.title) if procedure else named

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

    def _found(self, ranked: Sequence[Ranked], asked: Question, today: date) -> Answer:
        """Answer for the first; where it is no longer in force, with those near it that are."""
        procedure = self._procedure(ranked[0].code)
        answer = self._render(procedure, asked, today)
        if answer.status is not AnswerStatus.UNANSWERED_NOT_IN_FORCE:
            return answer
        return replace(answer, choices=self._choices(self._offered(ranked[1:], today)))

    def _clarify(self, ranked: Sequence[Ranked], asked: Question, today: date) -> Answer:
        """Ask which one is meant; siblings are told apart by what makes the difference."""
        offered = self._offered(ranked, today)
        found = {each.code: each for each in ranked}
        families = {found[each.code].family for each in offered}
        apart = {found[each.code].qualifiers for each in offered}
        siblings = len(families) == 1 and len(apart) == len(offered) > 1
        return Answer(
            AnswerStatus.CLARIFY_PROCEDURE,
            aspects=asked.aspects,
            choices=self._apart(offered, found) if siblings else self._choices(offered),
            family=self.title(families.pop()) if siblings else "",
            version=self.version,
        )

    def _apart(
        self, procedures: Sequence[Procedure], ranked: Mapping[str, Ranked]
    ) -> tuple[Choice, ...]:
        """Siblings, each by what its title adds to the plain one's."""
        return tuple(
            Choice(each.code, self.renderer.sibling(each, ranked[each.code].qualifiers))
            for each in procedures
        )

    def _choices(self, procedures: Sequence[Procedure]) -> tuple[Choice, ...]:
        titles = [searchable(procedure.title) for procedure in procedures]
        return tuple(
            Choice(each.code, self.renderer.choice(each, ambiguous=titles.count(title) > 1))
            for each, title in zip(procedures, titles, strict=True)
        )

    def _offered(self, ranked: Sequence[Ranked], today: date) -> list[Procedure]:
        """Those in force that may be meant, the likeliest first."""
        found = [self._procedure(each.code) for each in self.confidence.worth_offering(ranked)]
        return [each for each in found if each.in_force(today)] or found[:1]

    def _procedure(self, code: str) -> Procedure:
        procedure = self.catalogue.get(code)
        if procedure is None:
            raise LookupError(f"{code} is in the index and not in the catalogue")
        return procedure

    def _render(self, procedure: Procedure, asked: Question, today: date) -> Answer:
        aspects = asked.aspects or (Aspect.OVERVIEW,)
        if procedure.title_only:
            aspects = (Aspect.OVERVIEW,)  # Saying once that there is nothing is enough.
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
