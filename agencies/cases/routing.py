"""Who is responsible: the procedure's agency, the one that is named, its field, level and place.

Pure. Each reason adds its weight to the agencies it speaks for; an agency of a commune counts only
where that commune is meant. What nobody owns is the triage unit's, so the answer is never empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agencies.cases.lexicon import Clue, Lexicon
from agencies.cases.mentions import Clues, Hint, Names
from agencies.cases.phrases import Found, Stream
from agencies.cases.places import Places, Where
from agencies.cases.scores import GENERAL, WEIGHTS, Proposal, Reason, Scores
from agencies.model import Agency, Kind, Level

RECEPTION = 12.0  # A counter takes the papers of everybody: no procedure speaks against it.
QUEUE = 2.5  # "Bốc số": where people wait.
WEAK = 1.5  # "Lên phường": where somebody went.
IN_PASSING = 1.0  # "Công ty": who is in many stories that are about something else.
SPECIFIC = 0.1  # For each further word of what the text is about.
MOVED = 2.0  # More for a matter whose old owner is still named.
UNPLACED = 1.9  # "Xã bảo", of whatever commune: less than a matter of the province's.
ELSEWHERE = 2.0  # Another province is named: perhaps it is its matter.
PERHAPS = 0.5  # Of the weight, where a name may mean several communes.


@dataclass(frozen=True)
class Matter:
    """What an agency is to be found for."""

    text: str
    wish: str = "feedback"
    category: str = ""
    procedure_code: str = ""
    procedure_title: str = ""
    field: str = ""
    level: str = ""  # As in the catalogue: ministry, province, commune, other.
    executing_agency: str = ""
    place_code: str = ""
    place_name: str = ""


class Routing:
    """Made once for a directory."""

    def __init__(self, lexicon: Lexicon, directory: Sequence[Agency]) -> None:
        self._lexicon = lexicon
        self._directory = tuple(directory)
        self._names = Names(lexicon, directory)
        self._places = Places(lexicon.place_words, lexicon.units, directory)
        self._bodies = Clues(lexicon, lexicon.bodies)
        self._topics = Clues(lexicon, lexicon.topics)

    def propose(self, matter: Matter) -> tuple[Proposal, ...]:
        """Best first; the triage unit is always among them."""
        stream = self._lexicon.stream(matter.text)
        where = self._where(matter)
        scores = Scores(self._directory, where)
        self._by_procedure(matter, scores)
        named = self._by_name(stream, scores)
        self._by_body(stream, named, scores)
        self._by_topic(stream, scores)
        self._by_place(scores)
        return scores.ranking()

    def category(self, text: str) -> str:
        """The content of 20/2008 Art. 5 that the words tell; "" when they do not."""
        stream = self._lexicon.stream(text)
        fitting = (
            code for code, words in self._lexicon.categories.items() if stream.has_any(words)
        )
        return next(fitting, "")

    def _where(self, matter: Matter) -> Where:
        """The communes meant: those in the text, else the one of the conversation."""
        said = self._places.find(matter.text)
        if said.communes or said.perhaps:
            return said
        asked = self._places.find(matter.place_name).communes
        communes = asked or frozenset({matter.place_code} - {""})
        return Where(communes, elsewhere=said.elsewhere and not communes)

    def _by_procedure(self, matter: Matter, scores: Scores) -> None:
        if not matter.executing_agency and not matter.field:
            return
        executing = self._lexicon.stream(matter.executing_agency, bare=True)
        scores.add(Reason.PROCEDURE, self._names.agencies(executing))
        level = Level.COMMUNE if matter.level == Level.COMMUNE else Level.PROVINCE
        for found in self._bodies.find(executing):
            clue = found.meaning.clue
            at_level = scores.fitting(clue, level)
            scores.add(Reason.PROCEDURE, at_level)
            if not at_level and level is Level.COMMUNE:
                self._unlisted(clue, scores, Reason.PROCEDURE)
        owners = scores.fitting(Clue((), fields=frozenset({matter.field})), level)
        scores.add(Reason.FIELD, owners)

    def _by_name(self, stream: Stream, scores: Scores) -> list[Found[str]]:
        found = self._names.find(stream)
        for each in found:
            counter = scores.kind(each.meaning) is Kind.ONE_STOP
            weight = RECEPTION if counter else WEIGHTS[Reason.NAMED]
            share = self._lexicon.contexts.of_body(stream, each)
            scores.add(Reason.NAMED, {each.meaning}, weight * share)
        return found

    def _by_body(self, stream: Stream, named: list[Found[str]], scores: Scores) -> None:
        provincial = [each for each in named if scores.level(each.meaning) is Level.PROVINCE]
        for found in self._bodies.find(stream):
            # "Công an tỉnh" is not the police of the commune that is named, too.
            if not any(each.holds(found) for each in provincial):
                self._called(found, self._lexicon.contexts.of_body(stream, found), scores)

    def _called(self, found: Found[Hint], share: float, scores: Scores) -> None:
        clue, weak = found.meaning.clue, found.meaning.weak
        counter = clue.kind == Kind.ONE_STOP
        weight = RECEPTION if counter else WEIGHTS[Reason.CALLED]
        if weak:
            weight = QUEUE if counter else WEAK
        there = scores.fitting(clue, Level.COMMUNE) or self._named(clue)
        # A committee that is not named is some commune's, not the province's.
        here = clue.level == Level.COMMUNE or clue.kind == Kind.COMMITTEE
        above = frozenset[str]() if here else scores.fitting(clue, Level.PROVINCE)
        scores.add(Reason.CALLED, there or above, weight * share)
        if there or not here:
            return
        if clue.kind == Kind.COMMITTEE and not scores.is_placed:
            scores.add(Reason.UNLISTED, scores.triage(), UNPLACED)
        else:
            self._unlisted(clue, scores, Reason.CALLED)

    def _by_topic(self, stream: Stream, scores: Scores) -> None:
        every = self._topics.find(stream)
        # "Tỉnh lộ ... ổ gà": the whole matter is the province's.
        above = frozenset[str]().union(
            *(each.meaning.clue.fields for each in every if each.meaning.clue.level)
        )
        for found in every:
            clue, weak = found.meaning.clue, found.meaning.weak
            weight = IN_PASSING if weak else WEIGHTS[Reason.TOPIC] + MOVED * clue.moved
            weight += SPECIFIC * (found.end - found.start - 1)
            weight *= self._lexicon.contexts.of_topic(stream, found)
            self._about(clue, weight, scores, provincial=bool(above & clue.fields))

    def _about(self, clue: Clue, weight: float, scores: Scores, *, provincial: bool) -> None:
        there = self._named(clue) or (frozenset() if provincial else scores.communal(clue))
        scores.add(Reason.TOPIC, there or scores.fitting(clue, Level.PROVINCE), weight)
        if provincial:
            return
        scores.add(Reason.TOPIC, scores.communal(clue, perhaps=True), weight * PERHAPS)
        if not there and scores.is_unlisted(clue):
            scores.add(Reason.UNLISTED, scores.triage())

    def _by_place(self, scores: Scores) -> None:
        for agency in scores.local():
            scores.add(Reason.PLACE, {agency.code})
            if agency.kind is Kind.COMMITTEE:
                scores.add(Reason.PLACE, {agency.code}, GENERAL)
        if scores.elsewhere:
            scores.add(Reason.ELSEWHERE, scores.triage(), ELSEWHERE)

    def _unlisted(self, clue: Clue, scores: Scores, reason: Reason) -> None:
        """The body of a commune that is not listed: the one above it, if it is the same service."""
        above = scores.fitting(clue, Level.PROVINCE) if clue.kind == Kind.SECTOR else frozenset()
        if above and not scores.elsewhere:
            scores.add(reason, above)
        else:
            scores.add(Reason.UNLISTED, scores.triage())

    def _named(self, clue: Clue) -> frozenset[str]:
        return self._names.called(clue.name) if clue.name else frozenset()


def propose(matter: Matter, directory: Sequence[Agency], lexicon: Lexicon) -> tuple[Proposal, ...]:
    """The same for one question; who asks often keeps a Routing."""
    return Routing(lexicon, directory).propose(matter)
