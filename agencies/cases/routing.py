"""Who is responsible: the procedure's agency, the one that is named, its field, level and place.

Pure. Each reason adds its weight to the agencies it speaks for; an agency of a commune counts only
where that commune is meant. What nobody owns is the triage unit's, so the answer is never empty.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agencies.cases.mentions import Clue, Lexicon, Names
from agencies.cases.phrases import Stream
from agencies.model import Agency, Kind, Level

MOST = 5  # Proposals besides the triage unit.


class Reason(StrEnum):
    """Why an agency is proposed; the words for it are in a template."""

    NAMED = "named"
    CALLED = "called"  # As people call such a body: "bên thuế", "xã".
    PROCEDURE = "procedure"  # It executes the procedure.
    FIELD = "field"  # The procedure's field is its own.
    TOPIC = "topic"  # What the text is about.
    PLACE = "place"
    UNLISTED = "unlisted"  # A body of a commune that the directory lacks is meant.
    TRIAGE = "triage"


WEIGHTS = {
    Reason.PROCEDURE: 5.0,
    Reason.NAMED: 4.0,
    Reason.UNLISTED: 4.0,
    Reason.CALLED: 3.0,
    Reason.TOPIC: 2.5,
    Reason.FIELD: 2.0,
    Reason.PLACE: 1.0,
    Reason.TRIAGE: 0.5,
}
RECEPTION = 12.0  # A counter takes the papers of everybody: no procedure speaks against it.
WEAK = 1.5  # "Lên phường": where somebody went.
GENERAL = 0.5  # A committee answers for whatever happens in its commune.


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


@dataclass(frozen=True)
class Proposal:
    agency: str
    score: float
    reasons: tuple[str, ...]


class Routing:
    """Made once for a directory."""

    def __init__(self, lexicon: Lexicon, directory: Sequence[Agency]) -> None:
        self._lexicon = lexicon
        self._directory = tuple(directory)
        self._names = Names(lexicon, directory)

    def propose(self, matter: Matter) -> tuple[Proposal, ...]:
        """Best first; the triage unit is always among them."""
        stream = self._lexicon.stream(matter.text)
        places = self._places(matter, stream)
        scores = _Scores(self._directory, places)
        self._by_procedure(matter, scores)
        self._by_name(stream, scores)
        self._by_body(stream, scores)
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

    def _places(self, matter: Matter, stream: Stream) -> frozenset[str]:
        """The communes meant: those in the text, else the one of the conversation."""
        if named := self._names.places(stream):
            return named
        by_name = self._names.places(self._lexicon.stream(matter.place_name))
        return by_name or frozenset({matter.place_code} - {""})

    def _by_procedure(self, matter: Matter, scores: "_Scores") -> None:
        if not matter.executing_agency and not matter.field:
            return
        executing = self._lexicon.stream(matter.executing_agency)
        named = self._names.agencies(executing)
        scores.add(Reason.PROCEDURE, named)
        level = Level.COMMUNE if matter.level == Level.COMMUNE else Level.PROVINCE
        bodies = list(self._found(self._lexicon.bodies, executing))
        for clue, _ in bodies:
            at_level = scores.fitting(clue, level)
            scores.add(Reason.PROCEDURE, at_level)
            if not at_level and level is Level.COMMUNE:
                self._unlisted(clue, scores, Reason.PROCEDURE)
        owners = scores.fitting(Clue((), fields=frozenset({matter.field})), level)
        scores.add(Reason.FIELD, owners)

    def _by_name(self, stream: Stream, scores: "_Scores") -> None:
        for code in self._names.agencies(stream):
            counter = scores.kind(code) is Kind.ONE_STOP
            scores.add(Reason.NAMED, {code}, RECEPTION if counter else None)

    def _by_body(self, stream: Stream, scores: "_Scores") -> None:
        for clue, weak in self._found(self._lexicon.bodies, stream):
            weight = WEAK if weak else RECEPTION if clue.kind == Kind.ONE_STOP else None
            there = scores.fitting(clue, Level.COMMUNE) or self._named(clue)
            scores.add(Reason.CALLED, there or scores.fitting(clue, Level.PROVINCE), weight)
            if not there and clue.kind == Kind.COMMITTEE:
                self._unlisted(clue, scores, Reason.CALLED)

    def _by_topic(self, stream: Stream, scores: "_Scores") -> None:
        for clue, _ in self._found(self._lexicon.topics, stream):
            named = self._named(clue)
            there = named or scores.fitting(clue, Level.COMMUNE)
            scores.add(Reason.TOPIC, there or scores.fitting(clue, Level.PROVINCE))

    def _by_place(self, scores: "_Scores") -> None:
        for agency in scores.local():
            scores.add(Reason.PLACE, {agency.code})
            if agency.kind is Kind.COMMITTEE:
                scores.add(Reason.PLACE, {agency.code}, GENERAL)

    def _unlisted(self, clue: Clue, scores: "_Scores", reason: Reason) -> None:
        """The body of a commune that is not listed: the one above it, if it is the same service."""
        above = scores.fitting(clue, Level.PROVINCE) if clue.kind == Kind.SECTOR else frozenset()
        if above:
            scores.add(reason, above)
        else:
            scores.add(Reason.UNLISTED, scores.triage())

    def _named(self, clue: Clue) -> frozenset[str]:
        return self._names.called(clue.name) if clue.name else frozenset()

    def _found(self, clues: Sequence[Clue], stream: Stream) -> Iterator[tuple[Clue, bool]]:
        """The clues a text has, each once, and whether only by its weak words."""
        for clue in clues:
            if stream.has_any(clue.words):
                yield clue, False
            elif stream.has_any(clue.weak):
                yield clue, True


class _Scores:
    """What speaks for each agency so far."""

    def __init__(self, directory: Sequence[Agency], places: frozenset[str]) -> None:
        self._agencies = {agency.code: agency for agency in directory}
        self._places = places
        self._given: dict[str, dict[Reason, float]] = defaultdict(dict)

    def kind(self, code: str) -> Kind:
        return self._agencies[code].kind

    def add(
        self, reason: Reason, codes: frozenset[str] | set[str], weight: float | None = None
    ) -> None:
        """Each reason counts once for an agency, and the place on top of the committee's."""
        for code in codes:
            given = self._given[code]
            value = WEIGHTS[reason] if weight is None else weight
            together = reason is Reason.PLACE
            given[reason] = (
                given.get(reason, 0) + value if together else max(given.get(reason, 0), value)
            )

    def local(self) -> Iterator[Agency]:
        """Agencies of the communes that are meant."""
        for agency in self._agencies.values():
            if agency.level is Level.COMMUNE and self._covers(agency):
                yield agency

    def fitting(self, clue: Clue, level: Level) -> frozenset[str]:
        """Agencies of a level that a clue without a name points to, where they are meant."""
        return frozenset(
            agency.code
            for agency in self._agencies.values()
            if agency.level is level
            and (not clue.kind or agency.kind == clue.kind)
            and (not clue.fields or clue.fields & set(agency.fields))
            and (clue.kind or clue.fields)
            and (level is Level.PROVINCE or self._covers(agency))
        )

    def triage(self) -> frozenset[str]:
        triage = (one.code for one in self._agencies.values() if one.kind is Kind.TRIAGE)
        return frozenset(triage)

    def ranking(self) -> tuple[Proposal, ...]:
        self.add(Reason.TRIAGE, self.triage())
        order = {code: place for place, code in enumerate(self._agencies)}
        totals = {code: _total(given) for code, given in self._given.items()}
        best = sorted(totals, key=lambda code: (-totals[code], order[code]))
        triage = self.triage()
        kept = [code for code in best if code not in triage][:MOST]
        ranked = [code for code in best if code in triage or code in kept]
        return tuple(
            Proposal(code, totals[code], tuple(map(str, self._given[code]))) for code in ranked
        )

    def _covers(self, agency: Agency) -> bool:
        return any(unit.code in self._places for unit in agency.area)


def _total(given: Mapping[Reason, float]) -> float:
    """The same words name a body and call it so: they speak once."""
    said = min(given.get(Reason.NAMED, 0), given.get(Reason.CALLED, 0))
    return sum(given.values()) - said


def propose(matter: Matter, directory: Sequence[Agency], lexicon: Lexicon) -> tuple[Proposal, ...]:
    """The same for one question; who asks often keeps a Routing."""
    return Routing(lexicon, directory).propose(matter)
