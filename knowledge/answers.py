"""From a question to an answer: read it, find the procedure, render what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from knowledge.ages import of_age
from knowledge.asides import without_asides, without_case
from knowledge.catalogue import Catalogue
from knowledge.client import Answer, AnswerStatus, Choice, Hit, Ranking
from knowledge.compare import Comparison
from knowledge.confidence import Confidence, Outcome
from knowledge.follow_up import FollowUps
from knowledge.index.passages import searchable
from knowledge.model import Procedure
from knowledge.question import Question, QuestionReader
from knowledge.search import BEST, Ranked, Search, kind_of
from knowledge.telling import Chosen, Telling
from knowledge.whereabouts import without_small_places
from vietnamese.text import fold
from vietnamese.words import syllables

WHOLE = 1.5  # Weight of a whole message, when that of its sentences rises from 1 to 2.


@dataclass(frozen=True)
class Answers:
    """Answers questions from one version of the catalogue."""

    version: str
    catalogue: Catalogue
    search: Search
    confidence: Confidence
    reader: QuestionReader
    telling: Telling
    follow_ups: FollowUps
    comparison: Comparison

    def answer(
        self,
        question: str,
        *,
        now: datetime,
        focus: str | None = None,
        case: str = "",
        place: str = "",
        among: Sequence[str] = (),
        earlier: Sequence[str] = (),
    ) -> Answer:
        """Answer a question; see KnowledgeClient.answer for what it may lean on."""
        asked, chosen = self.reader.read(question), Chosen(case, place)
        talked_about = self.catalogue.get(focus) if focus else None
        if asked.code:
            about = self.catalogue.get(asked.code)
            at = chosen if asked.code == focus else replace(chosen, case="")
            return self._about(about, asked, now, at, AnswerStatus.UNANSWERED_NO_MATCH)
        if talked_about and (not among or focus in among):
            follow_up = self.follow_ups.read(asked, talked_about, now)
            if follow_up:
                return self.telling.tell(talked_about, follow_up, now, chosen)
        if not asked.names_procedure:
            return self._about(talked_about, asked, now, chosen)
        here = None if talked_about or among else self.follow_ups.place_alone(asked)
        if here and (unit := here.unit or here.province):
            answer = self._status(AnswerStatus.UNANSWERED_NO_PROCEDURE, asked)
            return replace(answer, place=Choice(unit.code, unit.title))
        asked = self.follow_ups.carried(asked, map(self.reader.read, reversed(earlier)))
        searched = without_small_places(self.telling.places, asked)
        context = self._context(focus, earlier)
        ranked = of_age(asked.text, self._rank(searched, context, among=among), self.title)
        if self.confidence.outcome(ranked) is Outcome.ASK and not among:
            ranked = self._surer(ranked, asked, context, now)
        sibling = self._sibling(ranked, asked, focus) if focus and not among else None
        if sibling:
            return self.telling.tell(sibling, asked, now, replace(chosen, case=""))
        outcome = self.confidence.outcome(ranked)
        if outcome is Outcome.NOTHING:
            if talked_about and asked.aspects:
                return self._about(talked_about, asked, now, chosen)
            return self._status(AnswerStatus.UNANSWERED_NO_MATCH, asked)
        if not talked_about or ranked[0].code != focus:
            chosen = replace(chosen, case="")  # It was a case of another procedure.
        # The one of a single choice is meant, however badly the words fit its title.
        if outcome is Outcome.ANSWER or len(among) == 1:
            return self._found(ranked, asked, now, chosen)
        return self._clarify(ranked, asked, now.date())

    def _sibling(self, ranked: Sequence[Ranked], asked: Question, focus: str) -> Procedure | None:
        """The only relative of the procedure in focus whose difference to it a message names, and
        of which it says nothing that is not in the title ("thế đăng ký lại thì sao?").
        """
        own = self.search.rank(asked.subject, among=[focus], limit=1)
        said = set(syllables(fold(asked.text)))
        subject = {fold(word) for word in asked.subject.split()} - self.reader.fillers
        named = {
            each.code
            for each in ranked
            if own
            and each.family == own[0].family
            and each.code != focus
            and each.qualifiers
            and said >= set(syllables(fold(" ".join(each.qualifiers))))
            and subject <= set(syllables(fold(self.title(each.code))))
        }
        return self._procedure(named.pop()) if len(named) == 1 else None

    def compare(self, question: str, *, now: datetime, codes: Sequence[str] = ()) -> Answer:
        """Put procedures side by side; see KnowledgeClient.compare."""
        asked = self.reader.read(question)
        named = self.comparison.named(question, self._meant)
        wanted = named if len(named) > 1 else (*named, *codes)
        found = [each for code in dict.fromkeys(wanted) if (each := self.catalogue.get(code))]
        current = [each for each in found if each.in_force(now.date())]
        if len(current) > 1:
            return self.comparison.told(current, asked.aspects, now.date(), self.version)
        pieces = self.comparison.pieces(question)
        ranked = self._rank(asked, "") if asked.names_procedure and pieces else []
        if self.confidence.outcome(ranked) is Outcome.NOTHING:
            return self._status(AnswerStatus.UNANSWERED_NO_PROCEDURE, asked)
        return self._clarify(ranked, asked, now.date())

    def _meant(self, text: str, context: str) -> tuple[str, float]:
        """The procedure that some words name, and how sure that is."""
        ranked = self.search.rank(text, context=context)
        named = self.confidence.outcome(ranked) is Outcome.ANSWER
        return (ranked[0].code, self.confidence.of(ranked) + named) if ranked else ("", 0.0)

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
        """Rank by the whole message, or by the sentence of it that says most of a procedure, with
        what the conversation was about in mind. A story tells of much; its end is what is asked.
        """
        texts = [asked.subject, *asked.sentences] if asked.names_procedure else [""]
        rankings = [
            self.search.rank(text, context=context, limit=limit, among=among, by=by)
            for text in texts
        ]
        weights = [WHOLE, *(1 + at / len(texts) for at in range(1, len(texts)))]
        weighed = zip(rankings, weights, strict=True)
        best, _ = max(weighed, key=lambda each: self.confidence.of(each[0]) * each[1])
        return self.confidence.named_first(best)

    def _surer(
        self, ranked: list[Ranked], asked: Question, context: str, now: datetime
    ) -> list[Ranked]:
        """The same ranking, or one that names the same procedure: words that only say where,
        when and in which case make a question look less like its title.
        """
        tell, procedure = self.telling, self._procedure(ranked[0].code)
        plain = without_asides(asked, tell.places, tell.calendar, now)
        plain = without_case(plain, procedure, tell.cases, tell.fillers)
        if plain.subject == asked.subject:
            return ranked
        again = of_age(asked.text, self._rank(plain, context), self.title)
        named = self.confidence.is_named(again) and again[0].code == ranked[0].code
        return again if named else ranked

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
        procedure: Procedure | None,
        asked: Question,
        now: datetime,
        chosen: Chosen,
        otherwise: AnswerStatus = AnswerStatus.UNANSWERED_NO_PROCEDURE,
    ) -> Answer:
        """Answer for a procedure, or say that there is none to answer for."""
        if procedure is None:
            return self._status(otherwise, asked)
        return self.telling.tell(procedure, asked, now, chosen)

    def _found(
        self, ranked: Sequence[Ranked], asked: Question, now: datetime, chosen: Chosen
    ) -> Answer:
        """Answer for the first; where it is no longer in force, with those near it that are."""
        answer = self.telling.tell(self._procedure(ranked[0].code), asked, now, chosen)
        if answer.status is not AnswerStatus.UNANSWERED_NOT_IN_FORCE:
            return answer
        return replace(answer, choices=self._choices(self._offered(ranked[1:], now.date())))

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
            Choice(each.code, self.telling.renderer.sibling(each, ranked[each.code].qualifiers))
            for each in procedures
        )

    def _choices(self, procedures: Sequence[Procedure]) -> tuple[Choice, ...]:
        titles = [searchable(procedure.title) for procedure in procedures]
        return tuple(
            Choice(each.code, self.telling.renderer.choice(each, ambiguous=titles.count(title) > 1))
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

    def _status(self, status: AnswerStatus, asked: Question) -> Answer:
        return Answer(status, aspects=asked.aspects, version=self.version)
