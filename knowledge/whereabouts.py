"""Which unit of today an answer is for, from the citizen's words and what was chosen before."""

from dataclasses import dataclass, replace

from knowledge.client import Choice
from knowledge.places.gazetteer import Commune, Province
from knowledge.places.reading import MOST_CHOICES, Kind, Places, Reading
from knowledge.question import Question
from vietnamese.words import syllables

Unit = Commune | Province


@dataclass(frozen=True)
class Whereabouts:
    """A unit, or those of which one has to be chosen; `reading` is how it was named.

    With a reading and nothing else there are more namesakes than can be chosen from.
    """

    unit: Unit | None = None
    reading: Reading | None = None
    open: tuple[Choice, ...] = ()

    @property
    def namesakes(self) -> str:
        """A name that too many units have; the province has to be told with it."""
        lost = self.reading and not self.unit and not self.open
        return self.reading.said if lost and self.reading else ""


def locate(places: Places, text: str, chosen: str = "", *, expected: bool = False) -> Whereabouts:
    """Where the citizen is; `chosen` is the code of a unit that was chosen or named before."""
    before = places.unit(chosen) if chosen else None
    province = _province(before)
    reading = places.read(text, province=province.code if province else "", expected=expected)
    if reading.kind in (Kind.NOTHING, Kind.UNKNOWN):
        return Whereabouts(before)
    if reading.kind is Kind.UNIT:
        return Whereabouts(reading.unit, reading)
    if reading.kind is Kind.PROVINCE:
        nearer = isinstance(before, Commune) and before.province == reading.province
        return Whereabouts(before) if nearer else Whereabouts(reading.province, reading)
    return _one_of(reading, before)


def without_small_places(places: Places, question: Question) -> Question:
    """A question whose subject does not name wards and districts, in which no title is found.

    Provinces stay: some procedures are published by one of them.
    """
    reading = places.read(question.text)
    if reading.kind in (Kind.NOTHING, Kind.UNKNOWN, Kind.PROVINCE):
        return question
    parts = (part for part in reading.said.split(", ") if places.read(part).kind != Kind.PROVINCE)
    said = [syllables(part) for part in parts]
    return replace(
        question,
        subject=without(question.subject, said),
        sentences=tuple(without(each, said) for each in question.sentences),
    )


def without(text: str, parts: list[list[str]]) -> str:
    """A text without runs of words; whole if nothing would be left."""
    words = text.split()
    for part in parts:
        for at in range(len(words) - len(part) + 1):
            if part and words[at : at + len(part)] == part:
                words[at : at + len(part)] = []
                break
    return " ".join(words) or text


def _one_of(reading: Reading, before: Unit | None) -> Whereabouts:
    """Of several units the one chosen before, or else a choice."""
    options = reading.choices
    if not options and 1 < len(reading.provinces) <= MOST_CHOICES:
        options = reading.provinces
    if before and (before in options or _province(before) in options):
        return Whereabouts(before, reading)
    if len(options) > 1:
        return Whereabouts(reading=reading, open=tuple(Choice(o.code, o.title) for o in options))
    if reading.province or not before:
        return Whereabouts(reading.province, reading)
    return Whereabouts(before)


def _province(unit: Unit | None) -> Province | None:
    return unit.province if isinstance(unit, Commune) else unit
