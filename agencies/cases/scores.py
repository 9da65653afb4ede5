"""What speaks for each agency, added up; an agency of a commune counts only where that is meant."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agencies.cases.lexicon import Clue
from agencies.cases.places import Where
from agencies.model import Agency, Kind, Level

MOST = 5  # Proposals besides the triage unit.
GENERAL = 0.5  # A committee answers for whatever happens in its commune.
SUBORDINATE = 0.3  # An office of a department knows the matter better than the whole.


class Reason(StrEnum):
    """Why an agency is proposed; the words for it are in a template."""

    NAMED = "named"
    CALLED = "called"  # As people call such a body: "bên thuế", "xã".
    PROCEDURE = "procedure"  # It executes the procedure.
    FIELD = "field"  # The procedure's field is its own.
    TOPIC = "topic"  # What the text is about.
    PLACE = "place"
    UNLISTED = "unlisted"  # A body of a commune that the directory lacks is meant.
    ELSEWHERE = "elsewhere"  # Another province is named.
    TRIAGE = "triage"


WEIGHTS = {
    Reason.PROCEDURE: 5.0,
    Reason.NAMED: 4.0,
    Reason.UNLISTED: 4.0,
    Reason.CALLED: 3.0,
    Reason.TOPIC: 2.5,
    Reason.FIELD: 2.0,
    Reason.ELSEWHERE: 2.0,
    Reason.PLACE: 1.0,
    Reason.TRIAGE: 0.5,
}


@dataclass(frozen=True)
class Proposal:
    agency: str
    score: float
    reasons: tuple[str, ...]


class Scores:
    """What speaks for each agency so far."""

    def __init__(self, directory: Sequence[Agency], where: Where) -> None:
        self._agencies = {agency.code: agency for agency in directory}
        self._where = where
        self._given: dict[str, dict[Reason, float]] = defaultdict(dict)

    @property
    def elsewhere(self) -> bool:
        return self._where.elsewhere

    @property
    def is_placed(self) -> bool:
        """Whether any commune is named, listed or not."""
        return bool(self._where.communes or self._where.perhaps)

    def kind(self, code: str) -> Kind:
        return self._agencies[code].kind

    def level(self, code: str) -> Level:
        return self._agencies[code].level

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
            if agency.level is Level.COMMUNE and _covers(agency, self._where.communes):
                yield agency

    def fitting(self, clue: Clue, level: Level) -> frozenset[str]:
        """Agencies of a level that a clue without a name points to, where they are meant."""
        return frozenset(
            agency.code
            for agency in self._agencies.values()
            if agency.level is level
            and _fits(agency, clue)
            and (level is Level.PROVINCE or _covers(agency, self._where.communes))
        )

    def communal(self, clue: Clue, *, perhaps: bool = False) -> frozenset[str]:
        """Bodies of the communes that are meant, or of those of which one may be meant."""
        communes = self._where.perhaps if perhaps else self._where.communes
        return frozenset(
            agency.code
            for agency in self._agencies.values()
            if agency.level is Level.COMMUNE
            and (_fits(agency, clue) or agency.kind == clue.local)
            and _covers(agency, communes)
        )

    def is_unlisted(self, clue: Clue) -> bool:
        """Whether a committee's matter is meant, of a commune that is not listed or not named."""
        communes = self._where.communes | self._where.perhaps
        committees = [
            agency
            for agency in self._agencies.values()
            if agency.level is Level.COMMUNE and agency.kind is Kind.COMMITTEE
        ]
        return (
            bool(communes or self._called_without_place())
            and any(_fits(agency, clue) or clue.local for agency in committees)
            and not any(_covers(agency, communes) for agency in committees)
        )

    def _called_without_place(self) -> bool:
        return any(Reason.UNLISTED in self._given[code] for code in self.triage())

    def triage(self) -> frozenset[str]:
        triage = (one.code for one in self._agencies.values() if one.kind is Kind.TRIAGE)
        return frozenset(triage)

    def ranking(self) -> tuple[Proposal, ...]:
        self.add(Reason.TRIAGE, self.triage())
        order = {code: place for place, code in enumerate(self._agencies)}
        totals = {code: self._total(code, given) for code, given in self._given.items()}
        best = sorted(totals, key=lambda code: (-totals[code], order[code]))
        triage = self.triage()
        kept = [code for code in best if code not in triage][:MOST]
        ranked = [code for code in best if code in triage or code in kept]
        return tuple(
            Proposal(code, totals[code], tuple(map(str, self._given[code]))) for code in ranked
        )

    def _total(self, code: str, given: Mapping[Reason, float]) -> float:
        """The same words name a body and call it so: they speak once."""
        said = min(given.get(Reason.NAMED, 0), given.get(Reason.CALLED, 0))
        above = self._agencies.get(self._agencies[code].parent or "")
        part = above is not None and above.kind is Kind.DEPARTMENT and above.code in self._given
        return sum(given.values()) - said + SUBORDINATE * part


def _fits(agency: Agency, clue: Clue) -> bool:
    return bool(
        (clue.kind or clue.fields)
        and (not clue.kind or agency.kind == clue.kind)
        and (not clue.fields or clue.fields & set(agency.fields))
    )


def _covers(agency: Agency, communes: frozenset[str]) -> bool:
    return any(unit.code in communes for unit in agency.area)
